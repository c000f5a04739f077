import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openPeriods, questionOf, readRecords } from '../../clients/core/audit.ts'
import type { AuditPage, AuditPeriod, AuditQuestion } from '../../schema/wire/audit.ts'
import { decodeHeader } from '../../schema/wire/audit-frame.ts'
import type { Audit } from '../../server/audit/log.ts'
import { type Cast, makeCast } from '../cast.ts'
import { openPortolan, type TestPortolan } from '../instance.ts'
import { testNeo4j } from '../neo4j.ts'
import { bend } from './bendable.ts'
import { isNoticed, type Mutant, swap } from './broken.ts'
import { bound } from './recorded.ts'

// An auditor reads the callers of his own state and nobody else's, nobody but auditors reads any, and what an auditor reads
// is on record as what everybody reads.

vi.mock('../../server/policy.ts', async (original) =>
  (await import('./bendable.ts')).bendable(await original()),
)

let cast: Cast
let portolan: TestPortolan
beforeAll(async () => {
  cast = await makeCast([
    { office: 'ne-dst', persons: { aicha: 'FOCAL_POINT' } },
    { office: 'it-sco', persons: { paola: 'ANALYST' } },
    { office: 'ne-audit', kind: 'AUDITOR', persons: { mariama: 'AUDITOR' } },
    { office: 'it-audit', kind: 'AUDITOR', persons: { anna: 'AUDITOR', bruno: 'AUDITOR' } },
  ])
  portolan = await openPortolan(await testNeo4j(), cast)
  for (const person of ['ne-dst.aicha', 'it-sco.paola', 'ne-audit.mariama'])
    await portolan.ask(person, '{ me { person } }')
}, 1_500_000)
afterAll(() => portolan?.close())

const EVER = { from: 0, to: Date.now() + 86_400_000 }
const WHY = { code: 'OVERSIGHT', justification: 'weekly check of the log' }
const ENTRIES =
  'query reading($question: Json!) { auditEntries(question: $question) { after records { index leaf frame } } }'
const from = new Date(Date.now() - 86_400_000).toISOString()
const to = new Date(Date.now() + 86_400_000).toISOString()
const PERIODS = `query hours { auditPeriods(from: "${from}", to: "${to}") { id country from to wrapped } }`

async function periods(person: string, why = WHY): Promise<AuditPeriod[]> {
  const { json } = await portolan.ask(person, PERIODS, {}, why)
  return json.data.auditPeriods
}
const entries = (person: string, question: AuditQuestion, why = WHY) =>
  portolan.ask(person, ENTRIES, { question }, why)
const hours = async (country: string) =>
  (await own().periods(country, EVER.from, EVER.to)).map(({ id }) => id)
const everything = (ids: number[]): AuditQuestion => ({
  periods: ids.map((id) => ({ id, all: [] })),
  ...EVER,
  first: 200,
})

let honest: Audit | undefined
/** The log as it is, whatever stands in its place while a law is broken. */
const own = () => {
  honest ??= portolan.instance.audit
  return honest
}

/** What an auditor of Italy gets of another state by asking for it in every way. */
async function strangers(): Promise<string[]> {
  const found: string[] = []
  for (const { country } of await periods('it-audit.anna'))
    if (country !== 'IT') found.push(`keys of ${country}`)
  const [italian, foreign] = [await hours('IT'), await hours('NE')]
  // A number that was never a period, as far from the rest as those are.
  const absent = foreign.map((id) => id + 1_000_000)
  const hidden = await entries('it-audit.anna', everything(foreign))
  const never = await entries('it-audit.anna', everything(absent))
  if (hidden.text !== never.text) found.push('another state’s hour differs from one that never was')
  const mixed = await entries('it-audit.anna', everything([...foreign, ...italian]))
  const page: AuditPage = mixed.json.data.auditEntries
  if (page.records.length === 0) throw new Error('expected records of the own state, got none')
  for (const { frame } of page.records) {
    const { period } = decodeHeader(Buffer.from(frame, 'base64'))!
    if (!italian.includes(period)) found.push('a record of another state')
  }
  return found
}

const ERASE = `mutation erasing($records: [Int!]!) {
  eraseRecords(records: $records, reason: COURT_ORDER) { index by } }`
const erase = (person: string, records: number[], why = WHY) => portolan.ask(person, ERASE, { records }, why)
/** The last records of a state, as its own auditors get them: what is in the log is more than its auditor asks for. */
async function recordsOf(country: string): Promise<{ index: number; erased: boolean; kind: string }[]> {
  const { records } = await own().search(country, { ...everything(await hours(country)), first: 200 })
  return records.map(({ index, frame }) => ({ ...decodeHeader(Buffer.from(frame, 'base64'))!, index }))
}

/** Who erases what is not for him, or learns by it what there is; and what is erased without anybody reading by whom. */
async function erasing(): Promise<string[]> {
  const found: string[] = []
  const standing = (await recordsOf('NE')).filter(({ erased, kind }) => !erased && kind === 'ASKED')
  const { index } = standing[0]!
  for (const person of ['ne-dst.aicha', 'it-sco.paola']) {
    const asked = await erase(person, [index])
    if (asked.json.errors?.[0]?.extensions.code !== 'NOT_ALLOWED') found.push(`${person} erases records`)
  }
  const [foreign, never] = [
    await erase('it-audit.anna', [index]),
    await erase('it-audit.anna', [index + 1_000_000]),
  ]
  if (foreign.text !== never.text) found.push('another state’s record differs from one that never was')
  if ((await recordsOf('NE')).some((one) => one.index === index && one.erased))
    found.push('a record is erased by whom it is not for')
  const why = { ...WHY, justification: `erasure number ${++reviews}` }
  const done = (await erase('ne-audit.mariama', [index], why)).json.data?.eraseRecords?.[0]
  const [after, keys] = [
    await recordsOf('NE'),
    await openPeriods(await own().periods('NE', EVER.from, EVER.to), cast.key('office:ne-audit').privateKey),
  ]
  if (!after.some((one) => one.index === index && one.erased)) found.push('what was ordered is not erased')
  if (!after.some((one) => one.index === done?.by && one.kind === 'ERASED')) found.push('no record of it')
  const wanted = questionOf(keys, { ...EVER, entity: `record:${index}` }, { first: 200 })
  const said = readRecords((await own().search('NE', wanted)).records, keys).records.map(
    ({ detail }) => detail.kind === 'ANSWERED' && detail.detail.justification,
  )
  if (!said.includes(why.justification)) found.push('nobody reads who ordered it, and why')
  return found
}

/** Whoever is no auditor, and gets something all the same. */
async function unauthorised(): Promise<string[]> {
  const found: string[] = []
  for (const [person, country] of [
    ['ne-dst.aicha', 'NE'],
    ['it-sco.paola', 'IT'],
  ] as const) {
    const asked = await entries(person, everything(await hours(country)))
    if (asked.json.errors?.[0]?.extensions.code !== 'NOT_ALLOWED') found.push(`${person} reads records`)
    const keys = await portolan.ask(person, PERIODS, {}, WHY)
    if (keys.json.errors?.[0]?.extensions.code !== 'NOT_ALLOWED') found.push(`${person} is given keys`)
  }
  return found
}

let reviews = 0
/** What anna reads and her colleague does not find on record: with her, her reason, and exactly what she asked for. */
async function unaudited(): Promise<string[]> {
  const question = everything(await hours('IT'))
  // Her reason of this time: what she read before is on record too.
  const why = { ...WHY, justification: `review number ${++reviews}` }
  await entries('it-audit.anna', question, why)
  await periods('it-audit.anna', why)
  await entries('ne-dst.aicha', question)
  const keys = await openPeriods(
    await own().periods('IT', EVER.from, EVER.to),
    cast.key('office:it-audit').privateKey,
  )
  const wanted = { ...EVER, person: 'it-audit.anna', outcome: 'OK' }
  const page = await own().search('IT', questionOf(keys, wanted, { first: 200 }))
  const details = readRecords(page.records, keys).records.flatMap(({ detail }) =>
    detail.kind === 'ANSWERED' ? detail.detail : [],
  )
  const isHers = ({ justification, purpose }: (typeof details)[number]) =>
    justification === why.justification && purpose === WHY.code
  const found: string[] = []
  const read = details.find((one) => one.query?.includes('auditEntries') && isHers(one))
  if (!read || !('question' in ((read.variables ?? {}) as object))) found.push('records were read')
  const given = details.find((one) => one.query?.includes('auditPeriods') && isHers(one))
  if (!given) found.push('keys were given')
  return found
}

describe('an auditor', () => {
  it('finds nothing of another state, and another state’s hours as if they had never been', async () => {
    expect(await strangers()).toEqual([])
  })

  it('is the only one who reads the log', async () => {
    expect(await unauthorised()).toEqual([])
  })

  it('has records of his own state erased, and of no other, on record; nobody else has any', async () => {
    expect(await erasing()).toEqual([])
  })

  it('is on record himself, for the auditors of his state: what he read, and why', async () => {
    expect(await unaudited()).toEqual([])
  })

  it('finds the refusals of his own state', async () => {
    await entries('it-sco.paola', everything([]))
    const { privateKey } = cast.key('office:it-audit')
    const keys = await openPeriods(await periods('it-audit.bruno'), privateKey)
    const wanted = { ...EVER, person: 'it-sco.paola', outcome: 'NOT_ALLOWED' }
    const page = (await entries('it-audit.bruno', questionOf(keys, wanted))).json.data
      .auditEntries as AuditPage
    expect(readRecords(page.records, keys).records[0]!.detail).toMatchObject({
      kind: 'ANSWERED',
      detail: { outcome: 'NOT_ALLOWED', operation: 'reading' },
    })
  })
})

const log = (changes: Partial<Audit>) => swap(portolan.instance, 'audit', { ...bound(own()), ...changes })
const MUTANTS: Mutant[] = [
  [
    'the hours of every state are searched',
    () =>
      log({
        async search(country, question) {
          const pages = [await own().search(country, question), await own().search('NE', question)]
          return { records: pages.flatMap(({ records }) => records), after: null }
        },
      }),
  ],
  [
    'the keys of another state are handed out',
    () => log({ periods: (_, ...span) => own().periods('NE', ...span) }),
  ],
  [
    'another state’s hour is refused, and an absent one is not',
    () =>
      log({
        async search(country, question) {
          const page = await own().search(country, question)
          const foreign = await hours('NE')
          const isForeign = question.periods.some(({ id }) => foreign.includes(id))
          return isForeign && page.records.length === 0 ? { records: [], after: 0 } : page
        },
      }),
  ],
  [
    'the records of every state are erased',
    () => log({ erase: (_, order, question) => own().erase('NE', order, question) }),
  ],
  [
    'nothing is erased',
    () => log({ erase: async (_, { records }) => records.map((index) => ({ index, by: 0 })) }),
  ],
  ['whoever asks may read', () => bend('allow', () => () => undefined)],
  [
    'what an auditor reads is not kept',
    () =>
      log({
        answered: (open, { detail, ...answer }) =>
          own().answered(open, {
            ...answer,
            detail: open.caller.role === 'AUDITOR' ? { outcome: 'OK', statements: [], shown: [] } : detail,
          }),
      }),
  ],
  [
    'an auditor’s reading is sealed to another state',
    () =>
      log({
        asked: (asked) => {
          const country = asked.caller.role === 'AUDITOR' ? 'NE' : asked.caller.country
          return own().asked({ ...asked, caller: { ...asked.caller, country } })
        },
      }),
  ],
]

isNoticed([strangers, unauthorised, unaudited, erasing], MUTANTS)
