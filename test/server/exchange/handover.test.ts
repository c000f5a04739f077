import { createHash, randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chunkOpener, newAttachmentKey } from '../../../clients/core/attachment-key.ts'
import { sealChunk } from '../../../clients/core/chunk.ts'
import type { OpenKey } from '../../../clients/core/keys.ts'
import { opens } from '../../../clients/core/rewrap.ts'
import { signUpload } from '../../../clients/core/seal.ts'
import { ChunkFacts, chunkList } from '../../../schema/wire/attachment.ts'
import { newObjectId } from '../../../schema/wire/envelope.ts'
import { splice, walk } from '../../../schema/wire/packet.ts'
import { type Cast, makeCast } from '../../cast.ts'
import { openPortolan, PURPOSE, type Reply, type TestPortolan } from '../../instance.ts'
import { sealedNote } from '../../laws/sealed-notes.ts'
import { testNeo4j } from '../../neo4j.ts'
import { report, SUBMIT } from '../../report.ts'
import { CONFIRM, type Desks, HANDOVERS, type HeldNode, openDesks, REWRAP } from './desks.ts'

// A desk of Niger passes to a successor, on a real server: Italy wrote to it and reported to it. Whoever is not entitled is
// refused, and the data packet is the same octets before and after.

let portolan: TestPortolan
let cast: Cast
let desks: Desks
let next: OpenKey
let custodian: OpenKey
let recovery: OpenKey
let message: string
let note: string

beforeAll(async () => {
  cast = await makeCast([
    { office: 'ne-dst', persons: { aicha: 'FOCAL_POINT', salif: 'FOCAL_POINT', left: 'FOCAL_POINT' } },
    { office: 'it-sco', persons: { paola: 'FOCAL_POINT' } },
    { office: 'ml-dnlt', persons: { fatoumata: 'FOCAL_POINT' } },
  ])
  portolan = await openPortolan(await testNeo4j(), cast)
  desks = await openDesks(portolan, cast, ['ne-dst.aicha', 'ne-dst.salif'])
  message = await desks.send('it-sco.paola', ['ne-dst', 'ml-dnlt'])
  const sealed = await sealedNote(cast, 'handed-over-1', ['it-sco', 'ne-dst'], Date.now())
  const release = {
    to: ['office:ne-dst', 'office:ml-dnlt'],
    transfers: ['NE', 'ML'].map((country) => ({ country, basis: 'ADEQUACY', assessment: 'x' })),
  }
  const input = report('handed-over-1', { release, note: sealed.input })
  const submitted = await portolan.ask('it-sco.paola', SUBMIT, { input })
  if (submitted.json.errors) throw new Error(submitted.text)
  note = (sealed.input.facts as { id: string }).id
  next = await desks.newKey('office:ne-dst')
  custodian = await desks.newKey('custodian:ne-dst')
  recovery = await desks.newKey('recovery:NE')
}, 1_500_000)
afterAll(() => portolan?.close())

const fault = ({ json }: Reply) => json.errors?.[0].extensions.code
const key = (name: string) => cast.key(name).privateKey
const rewrapAs = (person: string, ...input: object[]) => portolan.ask(person, REWRAP, { input })
const blob = (id: string) => readFile(join(portolan.home, 'blobs', 'blobs', id))
const dataOf = (bytes: Uint8Array) =>
  createHash('sha256')
    .update(bytes.subarray(walk(bytes).seipd.offset))
    .digest('hex')
const READ = 'query($id: ID!) { message(id: $id) { ciphertext } }'
const read = async (person: string, id: string) =>
  Buffer.from((await portolan.ask(person, READ, { id })).json.data.message.ciphertext, 'base64')
const find = async (person: string, id: string): Promise<HeldNode> =>
  (await desks.held(person)).find((one) => one.id === id)!
const former = () => ({ open: key('office:ne-dst'), sign: key('ne-dst.aicha'), office: 'ne-dst' })

describe('before the key of the office changes', () => {
  it('everything is under its present key, each office sees its own packets alone', async () => {
    const held = await desks.held('ne-dst.aicha')
    expect(held.map(({ id, kind, owner, packets, state }) => ({ id, kind, owner, packets, state }))).toEqual([
      { id: message, kind: 'MESSAGE', owner: 'it-sco', packets: 1, state: 'PRESENT_KEY' },
      { id: note, kind: 'NOTE', owner: 'it-sco', packets: 1, state: 'PRESENT_KEY' },
    ])
    for (const { ciphertext } of held) expect(walk(Buffer.from(ciphertext, 'base64')).pkesks).toHaveLength(1)
    // Mali may see the report, whose note was not sealed to it.
    expect((await desks.held('ml-dnlt.fatoumata')).map(({ id }) => id)).toEqual([message])
  })
})

describe('once its successor has another key', () => {
  beforeAll(() => desks.rekey('ne-dst', next))

  it('everything is left under the former key, and the note is still there to wrap anew', async () => {
    const held = await desks.held('ne-dst.aicha', ['FORMER_KEY'])
    expect(held.map(({ id }) => id)).toEqual([message, note])
  })

  it.each([
    ['of another office', 'it-sco.paola', 'it-sco', 'NOT_ALLOWED'],
    [
      'of an office that may see the report, whose note is not for it',
      'ml-dnlt.fatoumata',
      'ml-dnlt',
      'NOT_ALLOWED',
    ],
  ])('an officer %s wraps nothing for Niger', async (_, person, office, code) => {
    const input = await desks.wrap(await find('ne-dst.aicha', note), {
      ...{ open: key('office:ne-dst'), sign: key(person), office: 'ne-dst' },
    })
    expect(fault(await rewrapAs(person, input))).toBe(code)
    const signedByOffice = await desks.wrap(await find('ne-dst.aicha', note), {
      ...{ open: key('office:ne-dst'), sign: key(`office:${office}`), office: 'ne-dst' },
    })
    expect(fault(await rewrapAs(person, signedByOffice))).toBe(code)
  })

  it('an officer whose assignment has ended wraps nothing, though his session is open', async () => {
    const input = await desks.wrap(await find('ne-dst.left', message), {
      ...former(),
      sign: key('ne-dst.left'),
    })
    await desks.end('ne-dst.left', 'ne-dst', '2026-02-01')
    const refused = await rewrapAs('ne-dst.left', input).catch((error: Error) => error.message)
    expect(refused).toContain('401')
    // Nor does his signature count in the hands of a colleague, nor the office's former key.
    expect(fault(await rewrapAs('ne-dst.aicha', input))).toBe('BAD_PACKET')
    const byFormer = await desks.wrap(await find('ne-dst.aicha', message), {
      ...former(),
      sign: key('office:ne-dst'),
    })
    expect(fault(await rewrapAs('ne-dst.aicha', byFormer))).toBe('BAD_PACKET')
  })

  it('takes no packets for a key that is not the present one, for fewer or more holders, or before other data', async () => {
    const node = await find('ne-dst.aicha', message)
    const good = await desks.wrap(node, former())
    const packets = Buffer.from(good.packets, 'base64')
    const stored = Buffer.from(node.ciphertext, 'base64')
    const unchanged = stored.subarray(0, walk(stored).seipd.offset)
    const other = await desks.wrap(node, { ...former(), audience: ['ne-dst', 'ml-dnlt'] })
    const hostile: [object, string][] = [
      [{ ...good, packets: unchanged.toString('base64') }, 'BAD_PACKET'],
      [{ ...good, packets: '' }, 'BAD_PACKET'],
      [{ ...good, packets: Buffer.concat([packets, packets]).toString('base64') }, 'BAD_PACKET'],
      // Whole messages of their own: the data packet would be another one.
      [
        { ...good, packets: Buffer.concat([packets, stored.subarray(unchanged.length)]).toString('base64') },
        'BAD_PACKET',
      ],
      [{ ...good, packets: splice(stored, packets).toString() }, 'BAD_INPUT'],
      // A message's recipients stand inside it: none is added, and another office's packets are its own.
      [other, 'NOT_ALLOWED'],
      [{ ...good, audience: ['ml-dnlt'] }, 'NOT_ALLOWED'],
      [{ ...good, audience: ['ne-dst', 'ne-dst'] }, 'BAD_INPUT'],
      [{ ...good, version: 3 }, 'IDEMPOTENCY_CONFLICT'],
      [{ ...good, version: 1 }, 'BAD_INPUT'],
      [{ ...good, object: note }, 'BAD_PACKET'],
      [{ ...good, reason: 'KEY_LOST' }, 'BAD_INPUT'],
      [
        { ...good, signature: (await desks.wrap(await find('ne-dst.aicha', note), former())).signature },
        'BAD_PACKET',
      ],
    ]
    for (const [input, code] of hostile) expect(fault(await rewrapAs('ne-dst.aicha', input)), code).toBe(code)
    expect(await desks.held('ne-dst.aicha', ['FORMER_KEY'])).toHaveLength(2)
  })

  it('takes a batch whole or not at all, and the same again without a conflict', async () => {
    const before = [await blob(message), await blob(note)]
    const inputs = []
    for (const node of await desks.held('ne-dst.aicha', ['FORMER_KEY']))
      inputs.push(await desks.wrap(node, former()))
    const bad = { ...inputs[1]!, version: 7 }
    const refused = await rewrapAs('ne-dst.aicha', inputs[0]!, bad)
    expect(refused.json.errors[0].extensions).toMatchObject({
      code: 'IDEMPOTENCY_CONFLICT',
      at: ['input', 1],
    })
    expect(await desks.held('ne-dst.aicha', ['FORMER_KEY'])).toHaveLength(2)

    expect((await rewrapAs('ne-dst.aicha', ...inputs)).json.data).toEqual({ rewrap: 2 })
    expect((await rewrapAs('ne-dst.aicha', ...inputs)).json.data).toEqual({ rewrap: 2 })
    expect((await desks.held('ne-dst.aicha')).map(({ packets, state }) => [packets, state])).toEqual([
      [2, 'WRAPPED'],
      [2, 'WRAPPED'],
    ])
    // Not one octet of what is stored was touched.
    expect([await blob(message), await blob(note)]).toEqual(before)
    expect(dataOf(await read('ne-dst.salif', message))).toBe(dataOf(before[0]!))
  })

  it('opens for the successor at once, for the former key no more, and for everybody else as before', async () => {
    const ciphertext = await read('ne-dst.salif', message)
    const at = new Date()
    expect(await opens({ ciphertext, decryptWith: [next.privateKey], at })).toBe(true)
    expect(await opens({ ciphertext, decryptWith: [key('office:ne-dst')], at })).toBe(false)
    for (const office of ['it-sco', 'ml-dnlt'])
      expect(await opens({ ciphertext, decryptWith: [key(`office:${office}`)], at })).toBe(true)
    expect(walk(ciphertext).pkesks).toHaveLength(3)
  })

  it('keeps the former packets until the successor has opened the new ones, so that a bad try costs nothing', async () => {
    const node = await find('ne-dst.salif', message)
    const at = new Date()
    const ciphertext = Buffer.from(node.ciphertext, 'base64')
    expect(await opens({ ciphertext, decryptWith: [key('office:ne-dst')], at })).toBe(true)
    // Whoever holds the former key can still try again, as the next version.
    const again = await desks.wrap(node, { ...former(), sign: next.privateKey })
    expect((await rewrapAs('ne-dst.aicha', again)).json.data).toEqual({ rewrap: 1 })
    expect(
      fault(await portolan.ask('it-sco.paola', CONFIRM, { input: [{ object: message, version: 3 }] })),
    ).toBe('NOT_FOUND')
    expect(
      fault(await portolan.ask('ne-dst.salif', CONFIRM, { input: [{ object: message, version: 2 }] })),
    ).toBe('IDEMPOTENCY_CONFLICT')
    const confirm = { input: [{ object: message, version: 3 }] }
    for (const _ of [1, 2])
      expect((await portolan.ask('ne-dst.salif', CONFIRM, confirm)).json.data).toEqual({ confirmPackets: 1 })
    const kept = Buffer.from((await find('ne-dst.salif', message)).ciphertext, 'base64')
    expect(await opens({ ciphertext: kept, decryptWith: [key('office:ne-dst')], at })).toBe(false)
    expect(await opens({ ciphertext: kept, decryptWith: [next.privateKey], at })).toBe(true)
    expect((await desks.held('ne-dst.salif')).map(({ state }) => state)).toEqual(['CONFIRMED', 'WRAPPED'])
    const [{ count }] = (await portolan.graph.setup(
      'MATCH (p:PacketSet {object: $message}) RETURN count(p) AS count',
      { message },
    )) as [{ count: number }]
    expect(count).toBe(1)
  })

  it('lets one of two through who wrap the same object at once', async () => {
    const [mine, his] = [
      await desks.wrap(await find('ne-dst.aicha', note), former()),
      await desks.wrap(await find('ne-dst.salif', note), { ...former(), sign: key('ne-dst.salif') }),
    ]
    const both = await Promise.all([rewrapAs('ne-dst.aicha', mine), rewrapAs('ne-dst.salif', his)])
    expect(both.map(fault).sort()).toEqual(['IDEMPOTENCY_CONFLICT', undefined])
  })

  it('is told to the office, and to the owner of what was opened; to nobody else', async () => {
    const of = async (person: string) => (await portolan.ask(person, HANDOVERS)).json.data.handovers
    const told = await of('ne-dst.salif')
    expect(told.length).toBeGreaterThan(0)
    expect(await of('it-sco.paola')).toEqual(told)
    expect(await of('ml-dnlt.fatoumata')).toEqual([])
    expect(new Set(told.map(({ office }: { office: string }) => office))).toEqual(new Set(['ne-dst']))
  })
})

describe('a rescue', () => {
  let rescued: string
  beforeAll(async () => {
    await desks.rekey('ne-dst', next, custodian)
    await desks.recovery('NE', recovery)
    rescued = await desks.send('it-sco.paola', ['ne-dst'])
  })

  it('by the custodian or the country needs a reason, and is announced with it', async () => {
    const node = await find('ne-dst.aicha', rescued)
    expect(walk(Buffer.from(node.ciphertext, 'base64')).pkesks).toHaveLength(3)
    const silent = await desks.wrap(node, {
      ...{ open: custodian.privateKey, sign: custodian.privateKey, office: 'ne-dst' },
    })
    expect(fault(await rewrapAs('ne-dst.aicha', silent))).toBe('BAD_INPUT')
    const stated = { ...silent, reason: 'OFFICER_LEFT' }
    expect((await rewrapAs('ne-dst.aicha', stated)).json.data).toEqual({ rewrap: 1 })
    const byCountry = await desks.wrap(await find('ne-dst.aicha', rescued), {
      ...{ open: recovery.privateKey, sign: recovery.privateKey, office: 'ne-dst', reason: 'KEY_LOST' },
    })
    expect((await rewrapAs('ne-dst.aicha', byCountry)).json.data).toEqual({ rewrap: 1 })
    for (const person of ['ne-dst.salif', 'it-sco.paola']) {
      const { json } = await portolan.ask(person, HANDOVERS)
      expect(json.data.handovers).toEqual(
        expect.arrayContaining([
          expect.objectContaining({
            holder: 'custodian:ne-dst',
            officer: 'ne-dst.aicha',
            reason: 'OFFICER_LEFT',
            objects: 1,
          }),
          expect.objectContaining({
            holder: 'recovery:NE',
            officer: 'ne-dst.aicha',
            reason: 'KEY_LOST',
            objects: 1,
          }),
        ]),
      )
    }
  })

  it('is answered to an office that the message is not for like an object that does not exist', async () => {
    const input = await desks.wrap(await find('ne-dst.aicha', rescued), {
      ...{ open: custodian.privateKey, sign: key('ml-dnlt.fatoumata'), office: 'ml-dnlt' },
    })
    const [one, other] = [input, { ...input, object: '0'.repeat(26) }]
    const said = [await rewrapAs('ml-dnlt.fatoumata', one), await rewrapAs('ml-dnlt.fatoumata', other)]
    expect(said.map(fault)).toEqual(['NOT_FOUND', 'NOT_FOUND'])
    expect(said[0]!.text).toBe(said[1]!.text)
  })

  it('is none of Italy’s, whose country has no such key, nor by a custodian that was replaced', async () => {
    const node = await find('it-sco.paola', rescued)
    const input = await desks.wrap(node, {
      ...{ open: key('office:it-sco'), sign: recovery.privateKey, office: 'it-sco', reason: 'KEY_LOST' },
    })
    expect(fault(await rewrapAs('it-sco.paola', input))).toBe('BAD_PACKET')
    const byOld = {
      ...{ open: custodian.privateKey, sign: custodian.privateKey, office: 'ne-dst' },
      reason: 'KEY_LOST',
    }
    await desks.rekey('ne-dst', next, await desks.newKey('custodian:ne-dst'))
    const late = await desks.wrap(await find('ne-dst.aicha', rescued), byOld)
    expect(fault(await rewrapAs('ne-dst.aicha', late))).toBe('BAD_PACKET')
  })
})

describe('the owner of a note', () => {
  it('lets in an office that its release reaches, and no other; readers let nobody in', async () => {
    const input = { open: key('office:it-sco'), sign: key('it-sco.paola'), office: 'it-sco', version: 2 }
    const node = await find('it-sco.paola', note)
    const widened = await desks.wrap(node, { ...input, audience: ['ml-dnlt'] })
    const fromReader = await desks.wrap(await find('ne-dst.aicha', note), {
      ...{
        open: next.privateKey,
        sign: key('ne-dst.aicha'),
        office: 'ne-dst',
        version: 2,
        audience: ['ml-dnlt'],
      },
    })
    expect(fault(await rewrapAs('ne-dst.aicha', fromReader))).toBe('NOT_ALLOWED')
    expect((await rewrapAs('it-sco.paola', widened)).json.data).toEqual({ rewrap: 1 })
    const [opened] = await desks
      .held('ml-dnlt.fatoumata')
      .then((held) => held.filter(({ id }) => id === note))
    const ciphertext = Buffer.from(opened!.ciphertext, 'base64')
    expect(await opens({ ciphertext, decryptWith: [key('office:ml-dnlt')], at: new Date() })).toBe(true)
    expect(walk(ciphertext).pkesks).toHaveLength(1)
    // Once in, the packets of Mali are Mali's.
    const again = await desks.wrap(node, { ...input, version: 3, audience: ['ml-dnlt'] })
    expect(fault(await rewrapAs('it-sco.paola', again))).toBe('NOT_ALLOWED')
  })
})

describe('an attachment', () => {
  it('passes with the message that names it: one packet set opens every chunk', async () => {
    const { attachments, directory } = portolan.instance
    const { object, texts } = await attached()
    const another = await desks.newKey('office:ne-dst')
    await desks.rekey('ne-dst', another)
    const node = await find('ne-dst.aicha', object)
    expect(node).toMatchObject({ kind: 'ATTACHMENT', owner: 'it-sco', packets: 1, state: 'FORMER_KEY' })
    const input = await desks.wrap(node, { ...former(), open: next.privateKey })
    const byItaly = await desks.wrap(node, {
      open: next.privateKey,
      sign: key('it-sco.paola'),
      office: 'ne-dst',
    })
    expect(fault(await rewrapAs('it-sco.paola', byItaly))).toBe('NOT_ALLOWED')
    expect(fault(await rewrapAs('ml-dnlt.fatoumata', input))).toBe('NOT_FOUND')
    expect((await rewrapAs('ne-dst.aicha', input)).json.data).toEqual({ rewrap: 1 })
    expect(await find('ne-dst.aicha', object)).toMatchObject({ packets: 2, state: 'WRAPPED' })
    const [ours, theirs] = [
      chunkOpener([another.privateKey], new Date()),
      chunkOpener([key('office:it-sco')], new Date()),
    ]
    for (const [nth, text] of texts.entries()) {
      const octets = await (await attachments.chunk(object, nth + 1))!.read()
      expect(Buffer.from(await ours.open(octets)).equals(text)).toBe(true)
      expect(Buffer.from(await theirs.open(octets)).equals(text)).toBe(true)
    }
    expect(directory.office('ne-dst')!.key).toBe(another.publicKey)
  })

  /** Two chunks and the message that names them, as the server takes them. */
  async function attached() {
    const { attachments, directory } = portolan.instance
    const [at, audience, object] = [new Date(), ['it-sco', 'ne-dst'], newObjectId()]
    const chunkKey = await newAttachmentKey(object, {
      to: await desks.recipients(audience),
      profile: 'compat',
      at,
    })
    const texts = [randomBytes(4_096), randomBytes(2_048)]
    const sealed = texts.map((text, nth) => sealChunk(chunkKey, nth + 1, text))
    const hashes = sealed.map(({ octets }) => createHash('sha256').update(octets).digest('hex'))
    const caller = directory.caller('it-sco.paola', 'it-sco', 'FOCAL_POINT', 'session')!
    const facts = { purpose: PURPOSE, object, chunks: 2, audience, profile: 'compat' } as const
    for (const [nth, { octets }] of sealed.entries())
      await attachments.put(caller, ChunkFacts.parse({ ...facts, chunk: nth + 1 }), {
        octets,
        hash: hashes[nth]!,
      })
    const whole = { ciphertext: chunkList(hashes), audience, object, version: 1 }
    await attachments.close(caller, object, await signUpload(whole, { signWith: key('it-sco.paola'), at }))
    const file = { object, name: 'film.mp4', type: 'video/mp4', size: 6_144, chunkSize: 2 ** 18 }
    await desks.send('it-sco.paola', ['ne-dst'], 'Voir la pièce.', [
      { ...file, chunks: sealed.map(({ sha256 }) => sha256) },
    ])
    return { object, texts }
  }
})

describe('an erased report', () => {
  it('takes the packets of its note with it', async () => {
    const { json } = await portolan.ask('it-sco.paola', '{ reports { nodes { id } } }')
    const erase =
      'mutation($id: ID!) { eraseReport(report: $id, key: "erase-handed-over", reason: COURT_ORDER) { replayed } }'
    const erased = await portolan.ask('it-sco.paola', erase, { id: json.data.reports.nodes[0].id })
    expect(erased.json.errors).toBeUndefined()
    const left = await portolan.graph.setup('MATCH (p:PacketSet {object: $note}) RETURN p.id AS id', { note })
    expect(left).toEqual([])
  })
})
