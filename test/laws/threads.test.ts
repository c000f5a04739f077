import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { STATEMENTS } from '../../cypher/index.ts'
import { type Graph, openGraph } from '../../server/graph.ts'
import type { Cast } from '../cast.ts'
import { openPortolan, type TestPortolan } from '../instance.ts'
import { testNeo4j } from '../neo4j.ts'
import { bend } from './bendable.ts'
import { isNoticed, type Mutant, swap } from './broken.ts'
import { sendSealed } from './sealed-notes.ts'
import { makeStage } from './stage.ts'

// Laws 1 and 7 for messages: a thread is its offices' own, each of which sees its part; what one wrote is corrected, taken
// back and let pass on by itself alone. Who may do what is written down here a second time.

vi.mock('../../server/exchange/originator.ts', async (original) =>
  (await import('./bendable.ts')).bendable(await original()),
)

/** What is broken right now; empty is the honest server. */
const broken: { text: { [name: string]: string } } = { text: {} }
let portolan: TestPortolan
let graph: Graph
let cast: Cast
let now = Date.parse('2026-11-20T08:00:00Z')

const NIGER = { person: 'ne-dst.aicha', office: 'ne-dst' }
const ITALY = { person: 'it-sco.paola', office: 'it-sco' }
const MALI = { person: 'ml-dnlt.fanta', office: 'ml-dnlt' }
const FRANCE = { person: 'fr-liaison.claire', office: 'fr-liaison' }
const PEOPLE = [NIGER, ITALY, MALI, FRANCE]

type Who = typeof NIGER
type Sent = { id: string; offices: string[] }
let asked: Sent
let all: Sent[]

beforeAll(async () => {
  cast = await makeStage()
  const login = await testNeo4j()
  graph = await openGraph(login)
  const bent: Graph = {
    ...graph,
    read: (statement, params, deadline) =>
      graph.read({ ...statement, text: broken.text[statement.name] ?? statement.text }, params, deadline),
  }
  portolan = await openPortolan(login, cast, { graph: bent, clock: () => now })
  asked = await sent(NIGER, ['it-sco', 'ml-dnlt'])
  const reply = { thread: asked.id, inReplyTo: asked.id }
  const answer = await sent(ITALY, ['ne-dst'], { ...reply, ...REPLY, type: 'ANSWER' })
  const ack = await sent(MALI, ['ne-dst'], { ...reply, ...REPLY, type: 'ACK', concerns: [asked.id] })
  const apart = await sent(NIGER, ['fr-liaison'])
  all = [asked, answer, ack, apart]
  now += 8 * 24 * 3_600_000
}, 1_500_000)
afterAll(async () => {
  await portolan?.close()
  await graph?.close()
})

const REPLY = { necessity: undefined, dueAt: undefined }

/** The code of the fault that a message is answered with, or null where it is sent. */
async function outcome(from: Who, to: string[], changes = {}): Promise<{ id: string; code: string | null }> {
  now += 1_000
  const dueAt = new Date(now + 7 * 24 * 3_600_000).toISOString()
  const { id, reply } = await sendSealed(portolan, cast, from, to, now, 'Mardi.', { dueAt, ...changes })
  return { id, code: reply.json.errors?.[0].extensions.code ?? null }
}
async function sent(from: Who, to: string[], changes = {}): Promise<Sent> {
  const { id, code } = await outcome(from, to, changes)
  expect(code).toBeNull()
  return { id, offices: [from.office, ...to] }
}

const ALL = `query($thread: ID!) {
  inbox { nodes { id } } threads { nodes { id messages { id receipts { office } } owed { message office to } } }
  thread(id: $thread) { messages { id } owed { message office to } } overdue { nodes { message office to } } }`

/** Who is shown what is not for him, or not shown what is. */
async function misled(): Promise<string[]> {
  const found: string[] = []
  for (const { person, office } of PEOPLE) {
    const { json, text } = await portolan.ask(person, ALL, { thread: asked.id })
    if (json.errors) return [`${person}: ${json.errors[0].extensions.code}`]
    const { inbox, threads, thread, overdue } = json.data
    const mine = all.filter(({ offices }) => offices.includes(office)).map(({ id }) => id)
    const listed: [string, string[]][] = [
      ['inbox', inbox.nodes.map(({ id }: Sent) => id)],
      [
        'threads',
        threads.nodes.flatMap(({ messages }: { messages: Sent[] }) => messages.map(({ id }) => id)),
      ],
    ]
    for (const [name, ids] of listed)
      if (
        ids
          .filter((id) => all.some((one) => one.id === id))
          .sort()
          .join() !== [...mine].sort().join()
      )
        found.push(`${person} finds other messages than his own in ${name}`)
    if ((thread !== null) !== mine.includes(asked.id)) found.push(`${person} and the thread of others`)
    const owed = [...overdue.nodes, ...threads.nodes.flatMap((one: { owed: object[] }) => one.owed)]
    if (owed.some((one: { office: string; to: string }) => one.office !== office && one.to !== office))
      found.push(`${person} is told what others owe one another`)
    for (const { id, offices } of all) {
      const single = await portolan.ask(
        person,
        'query($id: ID!) { message(id: $id) { envelope ciphertext } }',
        { id },
      )
      if ((single.json.data.message !== null) !== offices.includes(office))
        found.push(`${person} opens ${id}`)
      if (!offices.includes(office) && text.includes(id)) found.push(`${person} hears of ${id}`)
    }
  }
  const { json } = await portolan.ask(NIGER.person, '{ overdue { nodes { office } } }')
  const late = json.data.overdue.nodes.map(({ office }: Who) => office).sort()
  // Italy answered, Mali only acknowledged, France did nothing.
  if (late.join() !== 'fr-liaison,ml-dnlt') found.push(`overdue for Niger: ${late.join()}`)
  return found
}

/** Who writes into a thread that is not his. */
async function intruding(): Promise<string[]> {
  const reply = { ...REPLY, thread: asked.id, inReplyTo: asked.id, type: 'ANSWER' }
  const { code } = await outcome(FRANCE, ['ne-dst'], reply)
  return code === 'BAD_REFERENCE' ? [] : [`France answers what it was not asked: ${code}`]
}

/** What is done with a message against the will of whoever wrote it. */
async function overruled(): Promise<string[]> {
  const secret = await outcome(NIGER, ['it-sco'], { onward: 'NONE' })
  const open = await outcome(NIGER, ['it-sco', 'ml-dnlt'])
  const again = { thread: open.id, inReplyTo: open.id, ...REPLY }
  const consent = await outcome(NIGER, ['it-sco'], {
    ...{ ...again, type: 'ANSWER', consents: { object: open.id, to: ['fr-liaison'] } },
  })
  const passing = (object: string, more = {}) => ({
    ...{ type: 'SPONTANEOUS_INFO', ...REPLY, onwardOf: { object, originator: 'ne-dst', ...more } },
  })
  const revise = { ...again, type: 'CORRECTION', concerns: [open.id] }
  const erase = { ...revise, type: 'ERASURE_NOTICE' }
  const wrongs: [string, Who, string[], object][] = [
    ['another office corrects it', ITALY, ['ml-dnlt', 'ne-dst'], revise],
    ['another office takes it back', ITALY, ['ml-dnlt', 'ne-dst'], erase],
    ['it is corrected for some of those who have it', NIGER, ['it-sco', 'ml-dnlt'], revise],
    ['it is passed on without consent', ITALY, ['fr-liaison'], passing(open.id)],
    [
      'it is passed on to others than was agreed',
      ITALY,
      ['it-proc'],
      passing(open.id, { consent: consent.id }),
    ],
    [
      'it is passed on by whom the consent was not given',
      MALI,
      ['fr-liaison'],
      passing(open.id, { consent: consent.id }),
    ],
    [
      'it is passed on for another office than it is of',
      ITALY,
      ['fr-liaison'],
      {
        ...{ type: 'SPONTANEOUS_INFO', ...REPLY },
        onwardOf: { object: open.id, originator: 'ml-dnlt', consent: consent.id },
      },
    ],
    [
      'it is passed on under looser terms',
      ITALY,
      ['fr-liaison'],
      { ...passing(open.id, { consent: consent.id }), onward: 'WITHIN_RELEASE' },
    ],
    [
      'what is for nobody else is passed on',
      ITALY,
      ['fr-liaison'],
      passing(secret.id, { consent: consent.id }),
    ],
    [
      'what is for nobody else is agreed to',
      NIGER,
      ['it-sco'],
      { ...again, type: 'ANSWER', consents: { object: secret.id, to: ['fr-liaison'] } },
    ],
    [
      'another office agrees in its place',
      ITALY,
      ['ne-dst'],
      { ...again, type: 'ANSWER', consents: { object: open.id, to: ['it-proc'] } },
    ],
  ]
  const found: string[] = []
  for (const [title, from, to, changes] of wrongs) {
    const { code } = await outcome(from, to, changes)
    if (code === null) found.push(title)
    else if (!['NOT_ALLOWED', 'BAD_REFERENCE'].includes(code)) throw new Error(`${title}: ${code}`)
  }
  return found
}

describe('whoever may', () => {
  it('passes on with consent, and corrects for all who have it, also by way of others', async () => {
    const open = await sent(NIGER, ['it-sco', 'ml-dnlt'])
    const again = { thread: open.id, inReplyTo: open.id, ...REPLY }
    const consent = await sent(NIGER, ['it-sco'], {
      ...again,
      type: 'ANSWER',
      consents: { object: open.id, to: ['fr-liaison'] },
    })
    const onwardOf = { object: open.id, originator: 'ne-dst', consent: consent.id }
    await sent(ITALY, ['fr-liaison'], { type: 'SPONTANEOUS_INFO', ...REPLY, onwardOf })
    await sent(NIGER, ['fr-liaison', 'it-sco', 'ml-dnlt'], {
      ...again,
      type: 'CORRECTION',
      concerns: [open.id],
    })
    await sent(NIGER, ['fr-liaison', 'it-sco', 'ml-dnlt'], {
      ...again,
      type: 'ERASURE_NOTICE',
      concerns: [open.id],
    })
    const { json } = await portolan.ask(
      ITALY.person,
      'query($id: ID!) { message(id: $id) { erased ciphertext } }',
      { id: open.id },
    )
    expect(json.data.message).toEqual({ erased: true, ciphertext: null })
  })
})

/**
 * A statement that tests neither its compartment nor its offices: each alone says the same. `message/threads` and `message/due`
 * only name threads, of which `message/thread` shows what it may: without their tests they take longer, and show the same.
 */
const untested = (name: 'messageThread' | 'messageInbox' | 'messageOpen'): Mutant => [
  `${STATEMENTS[name].name} shows everybody's messages`,
  () => {
    const { text } = STATEMENTS[name]
    const bent = text
      .replaceAll(/m\.compartment IN \$compartments/g, 'm.compartment >= 0 AND size($compartments) >= 0')
      .replaceAll(/\$mask\[m\.compartment\] = 1/g, 'size($mask) >= 0')
      .replaceAll(/any\(o IN m\.offices WHERE o IN \$offices\)/g, 'size($offices) >= 0')
    expect(bent).not.toBe(text)
    return swap(broken, 'text', { [STATEMENTS[name].name]: bent })
  },
]
/** One condition of the originator's is waived: the check fails, and the message goes all the same. */
const waived = (title: string, type: RegExp): Mutant => [
  title,
  () =>
    bend('originatorAgrees', (honest) => async (envelope, request) => {
      const what = `${envelope.type} ${envelope.consents ? 'consents' : ''} ${envelope.onwardOf ? 'onward' : ''}`
      return type.test(what) ? [] : honest(envelope, request)
    }),
]

isNoticed(
  [misled, intruding, overruled],
  [
    ...(['messageThread', 'messageInbox', 'messageOpen'] as const).map(untested),
    waived('anybody corrects anything', /CORRECTION/),
    waived('anybody takes anything back', /ERASURE/),
    waived('anybody agrees to anything', /consents/),
    waived('anything is passed on', /onward/),
    [
      'an acknowledgement settles a request',
      () => {
        const { text, name } = STATEMENTS.messageDue
        return swap(broken, 'text', {
          [name]: text.replace("ELSE ['ANSWER', 'REFUSAL']", "ELSE ['ACK', 'ANSWER', 'REFUSAL']"),
        })
      },
    ],
  ],
)
