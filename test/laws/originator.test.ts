import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { report, SUBMIT } from '../report.ts'
import { isNoticed } from './broken.ts'
import {
  closeOriginator,
  codes,
  MALI,
  NIGER,
  openOriginator,
  portolan,
  releaseAs,
  sees,
  submitted,
} from './originator-acts.ts'
import { CHANGES, gated, seized, teamsOfOthers, told, ungrounded } from './originator-alone.ts'
import { MUTANTS } from './originator-mutants.ts'
import { broughtBack, correctionsLost, ENDINGS, outlasting, remains, unexcluded } from './originator-reach.ts'
import { releaseTo } from './stage.ts'

// Law 7: the office that reported a thing decides, and what it decides reaches whoever had received it.

vi.mock('../../server/report/transfer.ts', async (original) =>
  (await import('./bendable.ts')).bendable(await original()),
)

beforeAll(openOriginator, 1_500_000)
afterAll(closeOriginator)

describe('only the originating office', () => {
  it.each(CHANGES)('%s a report; to everybody else it is not there', async (...row) => {
    expect(await seized([row])).toEqual([])
  })

  it('reads the release and what was done: a colleague does, a reader and an officer of a sub-unit do not', async () => {
    expect(await told()).toEqual([])
  })
})

describe('the transfer gate', () => {
  it('stands at submission: no basis, no release, and nothing is stored', async () => {
    const { json } = await portolan.ask(NIGER, SUBMIT, { input: report('no-basis-1', { release: gated }) })
    expect(json.errors[0]).toMatchObject({
      message: 'expected a transfer basis for IT, ML, got none',
      extensions: { code: 'TRANSFER_BASIS_MISSING', at: ['release', 'transfers'] },
    })
    const { json: all } = await portolan.ask(NIGER, '{ reports(first: 100) { nodes { id acts { kind } } } }')
    expect(all.data.reports.nodes.every(({ acts }: { acts: unknown[] }) => acts.length > 0)).toBe(true)
  })

  it('stands at each widening', async () => {
    const { id } = await submitted(releaseTo([], 'NE'))
    expect(codes((await portolan.ask(NIGER, ...releaseAs(gated)(id))).json)).toEqual([
      'TRANSFER_BASIS_MISSING',
    ])
    expect(await sees(MALI, id)).toBe(false)
    expect(
      codes((await portolan.ask(NIGER, ...releaseAs(releaseTo(['office:ml-dnlt'], 'NE'))(id))).json),
    ).toBeUndefined()
    expect(await sees(MALI, id)).toBe(true)
  })

  it('lets nobody name a team of others', async () => {
    expect(await teamsOfOthers()).toEqual([])
  })

  it('takes no ground that is none: one country for another, EU_MEMBER outside the Union', async () => {
    expect(await ungrounded()).toEqual([])
  })
})

describe('what the originator decides later', () => {
  it('a correction reaches whoever sees the report, and tells whoever once did', async () => {
    expect(await correctionsLost()).toEqual([])
  })

  it.each(ENDINGS)('%s holds for every moment that is asked for, and is told', async (...row) => {
    expect(await outlasting([row])).toEqual([])
  })

  it('what was withdrawn stays for its originator only, and no older version brings it back', async () => {
    expect(await broughtBack()).toEqual([])
  })

  it('what was erased is gone from every moment, for the originator too', async () => {
    expect(await remains()).toEqual([])
  })

  it('an exclusion holds for persons of the own office too', async () => {
    expect(await unexcluded()).toEqual([])
  })
})

isNoticed(
  [
    () => seized(CHANGES),
    told,
    ungrounded,
    teamsOfOthers,
    correctionsLost,
    () => outlasting(ENDINGS),
    broughtBack,
    remains,
    unexcluded,
  ],
  MUTANTS,
)
