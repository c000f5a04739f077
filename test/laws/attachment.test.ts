import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { sealChunk } from '../../clients/core/chunk.ts'
import { newObjectId } from '../../schema/wire/envelope.ts'
import { Fault } from '../../schema/wire/fault.ts'
import {
  askOf,
  CLOSE,
  closeOf,
  HELD,
  type Made,
  makeAttachment,
  messageWith,
  putOf,
  SEND,
  sendObject,
  upload,
} from '../attachments.ts'
import type { Cast } from '../cast.ts'
import { openPortolan, PURPOSE, type TestPortolan } from '../instance.ts'
import { testNeo4j } from '../neo4j.ts'
import { bend } from './bendable.ts'
import { isNoticed, swap } from './broken.ts'
import { bound, recording } from './recorded.ts'
import { makeStage } from './stage.ts'

// The laws on the road of large bodies, which is no GraphQL: hidden is absent, recorded first, for a purpose, by role.

vi.mock('../../server/policy.ts', async (original) =>
  (await import('./bendable.ts')).bendable(await original()),
)

const niger = { person: 'ne-dst.aicha', office: 'ne-dst' }
const READER = 'it-sco.paola'
const STRANGER = 'ml-dnlt.fanta'
const CANARY = 'canari-jaune-déposé-à-tamanrasset-1874-sous-la-pierre'

let cast: Cast
let portolan: TestPortolan
/** Named by a message to Italy; whole, and named by none; one that Niger alone has begun. */
let named: Made
let unsent: Made
let begun: Made
let message: string
/** Another message to Italy, without attachments. */
let bare: string

beforeAll(async () => {
  cast = await makeStage()
  portolan = await openPortolan(await testNeo4j(), cast)
  const both = ['ne-dst', 'it-sco']
  ;[named, unsent, begun] = [
    await makeAttachment(cast, both),
    await makeAttachment(cast, both),
    await makeAttachment(cast, both),
  ]
  for (const made of [named, unsent]) await upload(portolan, cast, made, niger)
  await sendObject(portolan, niger.person, putOf(begun, 1))
  message = await sent([named])
  bare = await sent([])
}, 1_500_000)
afterAll(() => portolan?.close())

async function sent(all: Made[]): Promise<string> {
  const { id, input } = await messageWith(cast, 'ne-dst', ['it-sco'], all)
  const { json } = await portolan.ask(niger.person, SEND, { input })
  expect(json.errors).toBeUndefined()
  return id
}

const object = (made: Made) => made.key.object
const folderOf = (made: Made) => join(portolan.home, 'attachments', object(made))
/** What lies on disk of it, when nothing is on its way there any more. */
async function stored(made: Made): Promise<string[]> {
  await portolan.instance.attachments.sample(made.key.object)
  return readdir(folderOf(made)).catch(() => [])
}

/** Everything that an answer shows but what differs from one to the next: its receipt and its date. */
function faceOf({ status, headers, text }: Awaited<ReturnType<typeof sendObject>>): string {
  const shown = [...headers].filter(([name]) => !['portolan-receipt', 'date'].includes(name))
  return JSON.stringify([status, shown, text])
}

/** What a hidden chunk is told by. */
async function tellsHidden(): Promise<string[]> {
  const absent = faceOf(await sendObject(portolan, STRANGER, askOf(newObjectId(), newObjectId(), 1)))
  const cases: [string, string, ReturnType<typeof askOf>][] = [
    ['a chunk of others', STRANGER, askOf(message, object(named), 1)],
    ['a chunk of a message that has no attachment', READER, askOf(bare, object(named), 1)],
    ['a chunk that no message names yet', READER, askOf(bare, object(unsent), 1)],
    ['a chunk of an own upload under no message', niger.person, askOf(newObjectId(), object(unsent), 1)],
    ['an upload under its own id', niger.person, askOf(object(unsent), object(unsent), 1)],
    ['a chunk beyond the last', READER, askOf(message, object(named), 200)],
  ]
  const found: string[] = []
  for (const [title, person, body] of cases)
    if (faceOf(await sendObject(portolan, person, body)) !== absent) found.push(`${title} is told from none`)
  const held = async (id: string) => (await portolan.ask(READER, HELD, { id })).text
  for (const made of [named, begun])
    if ((await held(object(made))) !== (await held(newObjectId())))
      found.push('an upload of others is told of')
  const close = async (id: string) =>
    (await portolan.ask(READER, CLOSE, { input: { id, signature: 'none' } })).text
  if ((await close(object(begun))) !== (await close(newObjectId())))
    found.push('a closing tells of an upload')
  return found
}

/** What was stored, or came, although its question could not be recorded; and what is not on record of what could. */
async function unrecorded(): Promise<string[]> {
  const found: string[] = []
  const made = await makeAttachment(cast, ['ne-dst', 'it-sco'])
  const honest = portolan.instance.audit
  const mute = async () => {
    throw new Fault('AUDIT_UNAVAILABLE', 'expected a disk, got none')
  }
  for (const [title, broken] of [
    ['the question', { ...bound(honest), asked: mute }],
    ['the answer', { ...bound(honest), answered: mute }],
  ] as const) {
    const mend = swap(portolan.instance, 'audit', broken)
    for (const [person, body] of [
      [niger.person, putOf(made, title === 'the question' ? 1 : 2)],
      [READER, askOf(message, object(named), 1)],
    ] as const) {
      const came = await sendObject(portolan, person, body).catch(() => null)
      if (came) found.push(`${came.body.length} octets came, and ${title} is not on record`)
    }
    mend()
    if (title === 'the question' && (await stored(made)).length > 0)
      found.push('a chunk was stored unrecorded')
  }
  const { asked, answered, stop } = recording(portolan)
  await sendObject(portolan, niger.person, putOf(made, 1))
  await sendObject(portolan, READER, askOf(message, object(named), 2))
  await sendObject(portolan, STRANGER, askOf(message, object(named), 2))
  stop()
  const details = answered.map(({ answer }) => answer.detail)
  if (asked.length !== 3 || details.length !== 3) return [...found, 'not every request is on record']
  const [up, down, refused] = details
  for (const { purpose, justification } of details)
    if (purpose !== PURPOSE.code || justification !== PURPOSE.justification)
      found.push('no purpose is on record')
  if (up!.operation !== 'putChunk' || !up!.committed?.includes(object(made))) found.push('what came is not')
  if (!down!.shown.includes(object(named)) || !down!.shown.includes(message))
    found.push('what was shown is not')
  if (refused!.outcome !== 'NOT_FOUND' || refused!.shown.length > 0) found.push('a refusal is not')
  for (const { variables } of details)
    if ((variables as { chunk?: number }).chunk === undefined) found.push('which chunk is not')
  return found
}

const long = PURPOSE.justification
const NONE: unknown[] = [
  ...[undefined, null, 'OPERATIONAL', { justification: long }, { code: 'OPERATIONAL' }, [PURPOSE]],
  { code: 'CURIOSITY', justification: long },
  { code: 'OPERATIONAL', justification: 'because' },
  { code: 'OPERATIONAL', justification: ' '.repeat(40) },
  { ...PURPOSE, bypass: true },
]

/** What was done or told without a purpose. */
async function purposeless(): Promise<string[]> {
  const found: string[] = []
  const made = await makeAttachment(cast, ['ne-dst', 'it-sco'])
  for (const purpose of NONE) {
    const up = await sendObject(portolan, niger.person, putOf(made, 1, { purpose }))
    const down = await sendObject(portolan, READER, askOf(message, object(named), 1, { purpose }))
    for (const { code } of [up, down])
      if (code !== 'PURPOSE_REQUIRED') found.push(`${JSON.stringify(purpose)} got ${code}`)
  }
  if ((await stored(made)).length > 0) found.push('a chunk was stored without a purpose')
  return found
}

/** Who may use this road and should not, and the other way round. */
async function overstepping(): Promise<string[]> {
  const found: string[] = []
  const people: [string, string, boolean][] = [
    ['ne-dst.aicha', 'ne-dst', true],
    ['ne-dst.issa', 'ne-dst', true],
    ['it-proc.giulia', 'it-proc', true],
    ['fr-liaison.claire', 'fr-liaison', true],
    ['ne-oim.pia', 'ne-oim', true],
    ['it-audit.anna', 'it-audit', true],
    ['fr-obs.omar', 'fr-obs', false],
  ]
  for (const [person, office, may] of people) {
    const made = await makeAttachment(cast, [office, 'ml-dnlt'], 1)
    const up = await sendObject(portolan, person, putOf(made, 1))
    if ((up.code === 'OK') !== may) found.push(`${person} ${may ? 'may not' : 'may'} send: ${up.code}`)
    const down = await sendObject(portolan, person, askOf(message, object(named), 1))
    if ((down.code === 'NOT_ALLOWED') === may) found.push(`${person} asks: ${down.code}`)
  }
  return found
}

describe('on the road of large bodies', () => {
  it('what is hidden is answered like what does not exist', async () => {
    expect(await tellsHidden()).toEqual([])
  })

  it('a reader of the message gets the chunk, so that the rest proves something', async () => {
    const { status, body } = await sendObject(portolan, READER, askOf(message, object(named), 1))
    expect(status).toBe(200)
    expect(Buffer.compare(body, named.octets[0]!)).toBe(0)
  })

  it('nothing is stored before it is on record, and nothing leaves before its answer is', async () => {
    expect(await unrecorded()).toEqual([])
  })

  it('nothing is done or told without a purpose', async () => {
    expect(await purposeless()).toEqual([])
  })

  it('each role does what it may', async () => {
    expect(await overstepping()).toEqual([])
  })

  it('what was sealed stands nowhere in the clear', async () => {
    const made = await makeAttachment(cast, ['ne-dst', 'it-sco'], 1)
    const text = Buffer.from(CANARY.repeat(40))
    const octets = sealChunk(made.key, 1, text).octets
    expect((await sendObject(portolan, niger.person, putOf({ ...made, octets: [octets] }, 1))).code).toBe(
      'OK',
    )
    for (const name of await stored(made))
      expect((await readFile(join(folderOf(made), name))).includes(CANARY)).toBe(false)
    expect(await stored(made)).toHaveLength(3)
  })
})

const everybody = () =>
  bend(
    'scopeFor',
    (honest) =>
      (statement, caller, ...rest) =>
        honest(statement, { ...caller, role: 'ANALYST' }, ...rest),
  )

isNoticed(
  [tellsHidden, unrecorded, purposeless, overstepping],
  [
    ['every role may exchange', everybody],
    [
      'an upload of others is told of',
      () => {
        const honest = portolan.instance.attachments
        const ofOwner = { person: niger.person, office: niger.office, role: 'FOCAL_POINT' as const }
        return swap(portolan.instance, 'attachments', {
          ...honest,
          held: (caller, id) => honest.held({ ...caller, ...ofOwner }, id),
        })
      },
    ],
    [
      'a closing tells whose it is',
      () => {
        const honest = portolan.instance.attachments
        return swap(portolan.instance, 'attachments', {
          ...honest,
          async close(caller, id, signature) {
            if (id === object(begun)) throw new Fault('NOT_ALLOWED', 'expected your own office, got another')
            return honest.close(caller, id, signature)
          },
        })
      },
    ],
    [
      'the record leaves out what was shown',
      () => {
        const honest = portolan.instance.budget
        return swap(portolan.instance, 'budget', {
          ...honest,
          spend: async (_, shown) => void (shown as Set<string>).clear(),
        })
      },
    ],
  ],
)

it('a closing by another office is as one of nothing, also with a good signature', async () => {
  const made = await makeAttachment(cast, ['ne-dst', 'it-sco'])
  for (const nth of [1, 2]) await sendObject(portolan, niger.person, putOf(made, nth))
  const { json } = await portolan.ask(READER, CLOSE, await closeOf(cast, made, 'office:it-sco'))
  expect(json.errors[0].extensions.code).toBe('NOT_FOUND')
})
