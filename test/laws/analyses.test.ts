import { once } from 'node:events'
import type { Worker } from 'node:worker_threads'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Job } from '../../server/analyst/jobs.ts'
import { openPortolan, type TestPortolan } from '../instance.ts'
import { testNeo4j } from '../neo4j.ts'
import { report, SUBMIT } from '../report.ts'
import { analysed, freshKey, read, STATE, start } from '../server/analyst/analyses.ts'
import { freshAnalyses, over } from './analyses.ts'
import { swap } from './broken.ts'
import { bound, recording } from './recorded.ts'
import { makeStage, officer, releaseTo } from './stage.ts'

// What a thread computes is bound like any answer: nobody else hears of it, nothing of it is shown before its end is on record,
// and none of it once what it rests on has been taken from its asker.

const PAOLA = 'it-sco.paola'
const AICHA = 'ne-dst.aicha'
const FIELDS = '... on StructureResult { actors pairs listed { actor { id } said { claim level } } }'
const ASKED = { structure: { by: 'DEGREE', rounds: 0 } }
const toItaly = releaseTo(['office:it-sco'], 'NE')

let portolan: TestPortolan
let keys = 0
/** Two who work together, in a ring, by a report of Niger that Italy sees. */
async function told(release: unknown = toItaly): Promise<string> {
  const input = report(`analyses-${++keys}-x`, {
    release,
    entities: ['one', 'two', 'ring'].map((local) => ({
      local,
      kind: local === 'ring' ? 'NETWORK' : 'ACTOR',
    })),
    claims: [
      { worksWith: { from: 'one', to: 'two', tie: 'KINSHIP' } },
      { memberOf: { from: 'one', to: 'ring', level: 'L2', role: 'FIXER' } },
    ],
  })
  const { json } = await portolan.ask(AICHA, SUBMIT, { input })
  expect(json.errors).toBeUndefined()
  return json.data.submitReport.report.id
}
async function does(query: string, variables: Record<string, unknown>): Promise<void> {
  const { json } = await portolan.ask(AICHA, query, { key: `analyses-${++keys}-y`, ...variables })
  expect(json.errors).toBeUndefined()
}
const released = (id: string, release: unknown) =>
  does(
    'mutation($id: ID!, $key: String!, $release: ReleaseInput!) { releaseReport(report: $id, key: $key, release: $release) { replayed } }',
    { id, release },
  )
const pairsOf = async (person: string) => (await analysed(portolan, person, ASKED, FIELDS)).pairs

const callerOf = (person: string) => {
  const { office, role } = officer(person)
  return portolan.instance.directory.caller(person, office, role, 'session')!
}
/** What the server itself knows of a job: while rights change, no query is answered. */
const jobOf = (id: string, person = PAOLA): Job => portolan.instance.analyses.open(callerOf(person), id)!
async function reaches(id: string, state: Job['state'], person = PAOLA): Promise<void> {
  while (jobOf(id, person).state !== state) await new Promise((go) => setTimeout(go, 5))
}
/** Keeps rights from standing still for an analysis, which so waits at the end of its reading. */
function held(): () => Promise<void> {
  let open = () => {}
  const gate = portolan.instance.latch.alone(() => new Promise<void>((go) => (open = go)))
  return async () => {
    open()
    await gate
  }
}
/** A change of rights that has been judged and is about to be written; it is, when what this gives is called. */
async function writing(change: () => Promise<void>): Promise<() => Promise<void>> {
  const honest = portolan.instance.writer
  let [open, reached] = [() => {}, () => {}]
  const opened = new Promise<void>((go) => (open = go))
  const judged = new Promise<void>((go) => (reached = go))
  const write = async (...args: Parameters<typeof honest.write>) => {
    reached()
    await opened
    return honest.write(...args)
  }
  const mend = swap(portolan.instance, 'writer', { ...honest, write: write as typeof honest.write })
  const changed = change()
  await judged
  mend()
  return () => {
    open()
    return changed
  }
}
/** The end of the next analysis is about to be put on record; it is, or the log dies. */
function ending(): { isReached: Promise<void>; record(): void; die(): void } {
  const own = portolan.instance.audit
  let [reached, go, fail] = [() => {}, () => {}, () => {}]
  const isReached = new Promise<void>((done) => (reached = done))
  const decided = new Promise<void>((done, failed) => {
    go = done
    fail = () => failed(new Error('dead'))
  })
  const mend = swap(portolan.instance, 'audit', {
    ...bound(own),
    async answered(open, answer) {
      if (answer.detail.operation === 'analysisEnd') {
        reached()
        await decided.finally(mend)
      }
      return own.answered(open, answer)
    },
  })
  return { isReached, record: go, die: fail }
}
const started = async (key = freshKey(), person = PAOLA) =>
  (await start(portolan, person, ASKED, { key })).id as string

beforeAll(async () => {
  portolan = await openPortolan(await testNeo4j(), await makeStage())
  await told()
}, 1_500_000)
beforeEach(() => freshAnalyses(portolan.instance))
afterAll(() => portolan?.close())

describe('the record of an analysis', () => {
  it('tells of its start, its end and each reading, which shows what stands in the result', async () => {
    await portolan.session(PAOLA)
    const counted: string[][] = []
    const honest = portolan.instance.consultations
    const mend = swap(portolan.instance, 'consultations', {
      ...honest,
      count: (office, owners) => {
        counted.push([...owners])
        return honest.count(office, owners)
      },
    })
    const { answered, stop } = recording(portolan)
    const id = await started()
    await over(portolan, PAOLA, id)
    const result = await read(portolan, PAOLA, id, FIELDS)
    stop()
    mend()
    const details = answered.map(({ answer }) => answer.detail)
    expect(details.map(({ operation }) => operation)).toEqual(['Start', 'analysisEnd', 'Read'])
    expect(details.map(({ committed }) => committed)).toEqual([[id], [id], undefined])
    expect(details.map(({ outcome }) => outcome)).toEqual(['OK', 'OK', 'OK'])
    const ids = result.listed.map(({ actor }: { actor: { id: string } }) => actor.id)
    expect(ids.length).toBeGreaterThan(0)
    expect(details[2]!.shown).toEqual(expect.arrayContaining(ids))
    expect(details[2]!.statements.map(({ name }) => name)).toContain('projection/relations')
    expect(counted).toEqual([['ne-dst']])
  })

  it('stands before anybody sees that it is over, and without it nothing of it is ever shown', async () => {
    const end = ending()
    const id = await started()
    await end.isReached
    const early = await portolan.ask(
      PAOLA,
      `query($id: ID!) { analysis(id: $id) { state result { ${FIELDS} } } }`,
      { id },
    )
    expect(early.json.data.analysis).toEqual({ state: 'RUNNING', result: null })
    end.die()
    await over(portolan, PAOLA, id)
    const late = await portolan.ask(
      PAOLA,
      `query($id: ID!) { analysis(id: $id) { ${STATE} result { ${FIELDS} } } }`,
      { id },
    )
    expect(late.json.data.analysis).toMatchObject({
      state: 'FAILED',
      fault: { code: 'INTERNAL' },
      result: null,
    })
  })
})

describe('an analysis is its asker’s', () => {
  it('and nobody else hears of it, of his office or another', async () => {
    const id = await started()
    await over(portolan, PAOLA, id)
    for (const person of ['it-sco.luca', 'it-proc.giulia', AICHA]) {
      const { json } = await portolan.ask(
        person,
        `query($id: ID!) { analysis(id: $id) { id } analyses { id } }`,
        { id },
      )
      expect(json.data).toEqual({ analysis: null, analyses: [] })
      const cancel = 'mutation($id: ID!) { cancelAnalysis(id: $id) { id } }'
      expect((await portolan.ask(person, cancel, { id })).json.data).toEqual({ cancelAnalysis: null })
    }
    expect(await read(portolan, PAOLA, id, FIELDS)).not.toBe(null)
  })

  it('and each reading counts against his day', async () => {
    const shownToday = async () =>
      (await portolan.ask('ml-dnlt.fanta', '{ me { shownToday } }')).json.data.me.shownToday
    await told(releaseTo(['office:ml-dnlt'], 'NE'))
    const before = await shownToday()
    const id = await started(freshKey(), 'ml-dnlt.fanta')
    await over(portolan, 'ml-dnlt.fanta', id)
    expect(await shownToday()).toBe(before)
    await read(portolan, 'ml-dnlt.fanta', id, FIELDS)
    expect(await shownToday()).toBeGreaterThan(before)
  })
})

describe('what is taken from its asker', () => {
  const taking: [string, (id: string) => Promise<void>][] = [
    ['released to others', (id) => released(id, releaseTo(['office:ml-dnlt'], 'NE'))],
    [
      'kept from him by an exclusion',
      (id) => released(id, releaseTo(['office:it-sco'], 'NE', [`person:${PAOLA}`])),
    ],
    [
      'withdrawn',
      (id) =>
        does(
          'mutation($id: ID!, $key: String!) { withdrawReport(report: $id, key: $key, reason: ERROR) { replayed } }',
          { id },
        ),
    ],
    [
      'erased',
      (id) =>
        does(
          'mutation($id: ID!, $key: String!) { eraseReport(report: $id, key: $key, reason: COURT_ORDER) { replayed } }',
          { id },
        ),
    ],
  ]
  it.each(taking)('is shown no more in what came of it: %s', async (_, take) => {
    const before = await pairsOf(PAOLA)
    const id = await told()
    const key = freshKey()
    const analysis = await started(key)
    await over(portolan, PAOLA, analysis)
    expect(await read(portolan, PAOLA, analysis, FIELDS)).toMatchObject({ pairs: before + 1 })
    await take(id)
    expect(await read(portolan, PAOLA, analysis, FIELDS)).toBe(null)
    // Not by its list, and not by asking for the same again.
    const { json } = await portolan.ask(PAOLA, `{ analyses { ${STATE} } }`)
    expect(json.data.analyses.find((one: { id: string }) => one.id === analysis)).toMatchObject({
      state: 'OUTDATED',
      fault: null,
    })
    expect(await start(portolan, PAOLA, ASKED, { key })).toMatchObject({
      state: 'OUTDATED',
    })
    expect(await pairsOf(PAOLA)).toBe(before)
  })

  it('is not in an analysis that was under way, which sees no half of the change', async () => {
    const before = await pairsOf(PAOLA)
    const id = await told()
    const write = await writing(() => released(id, releaseTo(['office:ml-dnlt'], 'NE')))
    const analysis = await started()
    await reaches(analysis, 'RUNNING')
    await write()
    await over(portolan, PAOLA, analysis)
    expect(await read(portolan, PAOLA, analysis, FIELDS)).toMatchObject({ pairs: before })
  })
})

describe('what stays with its asker', () => {
  it('stays in what came of it, whoever else is let see it: that is its originator’s to know', async () => {
    const id = await told()
    const analysis = await started()
    await over(portolan, PAOLA, analysis)
    const before = await read(portolan, PAOLA, analysis, FIELDS)
    await released(id, releaseTo(['office:it-sco', 'office:ml-dnlt', 'office:fr-liaison'], 'NE'))
    expect(await read(portolan, PAOLA, analysis, FIELDS)).toEqual(before)
    expect(jobOf(analysis).state).toBe('DONE')
  })

  it('stays in an analysis that waits, though it moves to a compartment that is new', async () => {
    const id = await told()
    const before = await pairsOf(PAOLA)
    await freshAnalyses(portolan.instance)
    const end = ending()
    await started(freshKey(), AICHA)
    await end.isReached
    const analysis = await started()
    await released(id, releaseTo(['office:it-sco', 'office:it-proc', 'person:ne-dst-agadez.moussa'], 'NE'))
    end.record()
    await over(portolan, PAOLA, analysis)
    expect(await read(portolan, PAOLA, analysis, FIELDS)).toMatchObject({ pairs: before })
  })
})

describe('analyses wait for one another', () => {
  it('four of a person at most, each by its key, and one that is cancelled lets the next run', async () => {
    const open = held()
    const keyed = freshKey()
    const first = await started(keyed)
    await reaches(first, 'RUNNING')
    expect(await started(keyed)).toBe(first)
    const other = await portolan.ask(
      PAOLA,
      'mutation($key: ID!) { startAnalysis(key: $key, analysis: { structure: { rounds: 1 } }) { id } }',
      { key: keyed },
    )
    expect(other.json.errors[0].extensions.code).toBe('IDEMPOTENCY_CONFLICT')
    const rest = [await started(), await started(), await started()]
    const fifth = await portolan.ask(
      PAOLA,
      'mutation($key: ID!) { startAnalysis(key: $key, analysis: { structure: {} }) { id } }',
      { key: freshKey() },
    )
    expect(fifth.json.errors[0].extensions.code).toBe('TOO_MANY_ANALYSES')
    const cancel = 'mutation($id: ID!) { cancelAnalysis(id: $id) { state } }'
    for (const id of [rest[0]!, first])
      expect((await portolan.ask(PAOLA, cancel, { id })).json.data.cancelAnalysis).toEqual({
        state: 'CANCELLED',
      })
    await over(portolan, PAOLA, first)
    await open()
    for (const id of rest) await over(portolan, PAOLA, id)
    expect([first, ...rest].map((id) => [jobOf(id).state, jobOf(id).fault])).toEqual([
      ['CANCELLED', null],
      ['CANCELLED', null],
      ['DONE', null],
      ['DONE', null],
    ])
  })

  it('twenty are kept, the latest', async () => {
    const ids: string[] = []
    for (let nth = 0; nth < 22; nth++) {
      ids.push(await started())
      await over(portolan, PAOLA, ids.at(-1)!)
    }
    const { json } = await portolan.ask(PAOLA, '{ analyses { id } }')
    expect(json.data.analyses.map(({ id }: { id: string }) => id)).toEqual(ids.slice(2).reverse())
  })
})

describe('a thread that dies', () => {
  it('fails the analysis that it was at, and the next has another', async () => {
    const born = once(process, 'worker') as Promise<[Worker]>
    const open = held()
    const [first, second] = [await started(), await started()]
    const [thread] = await born
    await reaches(first, 'RUNNING')
    await thread.terminate()
    await over(portolan, PAOLA, first)
    await open()
    await over(portolan, PAOLA, second)
    expect([jobOf(first).state, jobOf(first).fault?.code, jobOf(second).state]).toEqual([
      'FAILED',
      'INTERNAL',
      'DONE',
    ])
  })

  it('with all is closed without a question on record that has no answer', async () => {
    const open = held()
    const { asked, answered, stop } = recording(portolan)
    const [first, second] = [await started(), await started()]
    await reaches(first, 'RUNNING')
    await portolan.ask(PAOLA, 'mutation($id: ID!) { cancelAnalysis(id: $id) { state } }', { id: second })
    await portolan.instance.analyses.close()
    expect(answered.map((one) => one.asked).sort()).toEqual(asked.sort())
    expect(answered.filter(({ answer }) => answer.detail.operation === 'analysisEnd')).toHaveLength(2)
    stop()
    await open()
  })
})
