import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { rewrap } from '../../../clients/core/rewrap.ts'
import { signUpload } from '../../../clients/core/seal.ts'
import { newObjectId } from '../../../schema/wire/envelope.ts'
import { Fault } from '../../../schema/wire/fault.ts'
import { splice, walk } from '../../../schema/wire/packet.ts'
import { type Cast, makeCast } from '../../cast.ts'
import { openPortolan, type Reply, type TestPortolan } from '../../instance.ts'
import { bend } from '../../laws/bendable.ts'
import { isNoticed } from '../../laws/broken.ts'
import { SEAL_CARD, sealedCard } from '../../laws/sealed-cards.ts'
import { testNeo4j } from '../../neo4j.ts'
import { report, SUBMIT } from '../../report.ts'
import { type Desks, openDesks } from './desks.ts'

// A card is taken from Italy, and a client of its originator seals it again under the session key that Italy knows. Every
// request here is signed as it should be: it is the data that is not new.

vi.mock('../../../server/exchange/secret.ts', async (original) =>
  (await import('../../laws/bendable.ts')).bendable(await original()),
)

const PERSON = 'ne-dst.aicha'
let cast: Cast
let portolan: TestPortolan
let desks: Desks
let entity: string

const transfers = ['IT', 'ML'].map((country) => ({ country, basis: 'SAFEGUARDS', assessment: 'MoU-2012' }))
const to = (...offices: string[]) => ({
  to: offices.map((office) => `office:${office}`),
  except: [],
  transfers,
})

beforeAll(async () => {
  cast = await makeCast([
    { office: 'ne-dst', persons: { aicha: 'FOCAL_POINT' } },
    { office: 'it-sco', persons: { paola: 'FOCAL_POINT' } },
    { office: 'ml-dnlt', persons: { fatoumata: 'FOCAL_POINT' } },
  ])
  portolan = await openPortolan(await testNeo4j(), cast)
  desks = await openDesks(portolan, cast, [])
  const input = report('reseal-entity-1', {
    release: { to: ['all'], transfers },
    entities: [{ local: 'boss', kind: 'ACTOR' }],
    claims: [{ actor: { entity: 'boss', category: 'SUSPECT', benefit: 'SHOWN' } }],
  })
  const { json } = await portolan.ask(PERSON, SUBMIT, { input })
  entity = json.data.submitReport.ids[0].id
}, 1_500_000)
afterAll(() => portolan?.close())

const fault = ({ json }: Reply) => json.errors?.[0].extensions.code
const RELEASE = `mutation($card: ID!, $key: String!, $release: ReleaseInput!) {
  releaseCard(card: $card, key: $key, release: $release) { lost } }`
const RESEAL = 'mutation($input: ResealInput!) { reseal(input: $input) { lost } }'
const CARD = 'query($id: ID!) { card(id: $id) { object ciphertext } }'

type Sealed = { id: string; ciphertext: Buffer }

/** A card that Italy and Mali could open, and that is released to `now` any more. */
async function cardFor(...now: string[]): Promise<Sealed> {
  const input = await sealedCard(cast, 'ne-dst', entity, ['it-sco', 'ml-dnlt'], Date.now(), {
    ...{ release: to('it-sco', 'ml-dnlt'), content: { text: 'Vit près de la gare. '.repeat(60) } },
  })
  const { id } = input.facts
  expect((await portolan.ask(PERSON, SEAL_CARD, { input })).json.errors).toBeUndefined()
  const release = { card: id, key: `release.${id}`, release: to(...now) }
  expect((await portolan.ask(PERSON, RELEASE, release)).json.errors).toBeUndefined()
  return { id, ciphertext: Buffer.from(input.sealed.ciphertext, 'base64') }
}

/** The same data under new session key packets for these offices. */
async function sameData(ciphertext: Uint8Array, audience: string[]): Promise<Uint8Array> {
  const decryptWith = [cast.key('office:ne-dst').privateKey]
  const packets = await rewrap({
    ...{ ciphertext, decryptWith, at: new Date() },
    to: await desks.recipients(audience),
  })
  return splice(ciphertext, packets)
}

/** The same encrypted octets in a chunk and a rest: valid, and another file. */
function inChunks(bytes: Uint8Array): Uint8Array {
  const { seipd } = walk(bytes)
  const body = bytes.subarray(bytes.length - seipd.length)
  const rest = body.length - 512
  const header = rest < 192 ? [rest] : [192 + ((rest - 192) >> 8), (rest - 192) & 255]
  return Buffer.concat([
    bytes.subarray(0, seipd.offset),
    Buffer.from([0xc0 | 18, 0xe0 | 9]),
    body.subarray(0, 512),
    Buffer.from(header),
    body.subarray(512),
  ])
}

async function reseal(id: string, ciphertext: Uint8Array, audience: string[]): Promise<Reply> {
  const object = newObjectId()
  const upload = { ciphertext, audience, object, version: 1 }
  const signature = await signUpload(upload, { signWith: cast.key(PERSON).privateKey, at: new Date() })
  const sealed = { object, audience, signature, ciphertext: Buffer.from(ciphertext).toString('base64') }
  return portolan.ask(PERSON, RESEAL, { input: { kind: 'CARD', id, sealed } })
}

/** What is let in though somebody who knows its session key has lost the card. */
async function letIn(): Promise<string[]> {
  const audience = ['ml-dnlt', 'ne-dst']
  const { id, ciphertext } = await cardFor('ml-dnlt')
  const same = await sameData(ciphertext, audience)
  const found: string[] = []
  for (const [what, bytes] of [
    ['the former data', same],
    ['the former data in other chunks', inChunks(same)],
  ] as const) {
    const code = fault(await reseal(id, bytes, audience))
    if (code === undefined) found.push(what)
    else if (code !== 'BAD_INPUT') found.push(`${what}: ${code}`)
  }
  return found
}

isNoticed(
  [letIn],
  [
    ['the former data is taken', () => bend('checkSecret', () => () => {})],
    [
      'the former data is known by its frame',
      () =>
        bend('checkSecret', () => (before: Uint8Array, after: Uint8Array) => {
          const [one, other] = [before, after].map((bytes) => bytes.subarray(walk(bytes).seipd.offset))
          if (Buffer.compare(one!, other!) === 0) throw new Fault('BAD_INPUT', 'expected new data')
        }),
    ],
    [
      'only a shorter list of readers counts as a loss',
      () =>
        bend('checkSecret', (honest) => (before: Uint8Array, after: Uint8Array) => {
          if (walk(before).pkesks.length <= walk(after).pkesks.length) honest(before, after)
        }),
    ],
  ],
)

it('of a card that nobody loses, the same data may be put in place', async () => {
  const { id, ciphertext } = await cardFor('it-sco', 'ml-dnlt')
  const all = ['it-sco', 'ml-dnlt', 'ne-dst']
  expect((await reseal(id, await sameData(ciphertext, all), all)).json).toEqual({
    data: { reseal: { lost: [] } },
  })
})

it('of a card that somebody loses, new data is taken, and the former is gone from the disk', async () => {
  const { id } = await cardFor('ml-dnlt')
  const { object } = (await portolan.ask(PERSON, CARD, { id })).json.data.card
  const { sealed } = await sealedCard(cast, 'ne-dst', entity, ['ml-dnlt'], Date.now(), { id })
  const { json } = await portolan.ask(PERSON, RESEAL, { input: { kind: 'CARD', id, sealed } })
  expect(json.data.reseal).toEqual({ lost: ['it-sco'] })
  expect((await portolan.ask(PERSON, CARD, { id })).json.data.card.object).toBe(sealed.object)
  expect(await portolan.instance.exchange.read(object)).toBeNull()
})

it('of a card whose reader has another key, the same data is refused: whoever holds the former one knows it', async () => {
  const { id, ciphertext } = await cardFor('it-sco', 'ml-dnlt')
  await desks.rekey('ml-dnlt', await desks.newKey('office:ml-dnlt'), undefined, ['office:ml-dnlt'])
  const all = ['it-sco', 'ml-dnlt', 'ne-dst']
  expect(fault(await reseal(id, await sameData(ciphertext, all), all))).toBe('BAD_INPUT')
})
