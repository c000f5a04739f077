import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { officesReached as reachedByCli } from '../../../clients/cli/recipients.ts'
import { continueDirectory } from '../../../clients/core/directory.ts'
import { ASSIGNMENTS, OFFICES, officeOf, PERSONS, TEAMS } from '../../../clients/scenario/offices.ts'
import { plan, sees } from '../../../clients/scenario/plan.ts'
import { sealedTo } from '../../../clients/scenario/release.ts'
import { SCENARIO } from '../../../clients/scenario/scenario.ts'
import type { Caller } from '../../../schema/wire/caller.ts'
import { type Entry, entryHash, inForce, SignedBody } from '../../../schema/wire/directory.ts'
import { emptyState } from '../../../schema/wire/directory-state.ts'
import { reachOf } from '../../../schema/wire/release.ts'
import { sees as serverSees } from '../../../server/compartments.ts'
import { type Directory, openDirectory } from '../../../server/directory.ts'
import { officesReached } from '../../../server/report/reached.ts'
import { checkRelease } from '../../../server/report/transfer.ts'
import { type Demo, makeDemo } from './demo.ts'

let demo: Demo
let directory: Directory

beforeAll(async () => {
  demo = await makeDemo()
  const file = join(demo.folder, 'directory.jsonl')
  directory = await openDirectory({ file, genesis: demo.genesis, clock: Date.now })
})
afterAll(() => directory?.close())

function callerOf(person: string): Caller | null {
  const { role } = ASSIGNMENTS.find((held) => held.person === person)!
  return directory.caller(person, officeOf(person), role, 'session')
}

const released = plan(SCENARIO, Date.now()).planned.flatMap(({ step, release }) =>
  release ? [{ step, release }] : [],
)

describe('the directory of the demo', () => {
  it('is a genesis, marked as a demo, and entries that its anchors and signatories signed', () => {
    expect(demo.genesis[0]!.body).toMatchObject({ type: 'genesis', demo: true, threshold: 5 })
    for (const entry of demo.genesis) expect(SignedBody.safeParse(entry).success).toBe(true)
    expect(directory.offices().map(({ office }) => office)).toEqual(
      OFFICES.map(({ office }) => office).sort(),
    )
    expect(PERSONS.every(({ person }) => directory.person(person) !== null)).toBe(true)
  })

  it('has a team that runs and one that has ended', () => {
    expect(directory.team('eci-niger')?.signatories).toEqual(['es-ucrif', 'fr-ocriest', 'ne-dst'])
    expect(directory.team('jit-central-sea')).toBeNull()
  })

  it('gives nothing to a predecessor whose assignment has ended', () => {
    expect(directory.assignments('ml-dnlt.seydou')).toEqual([])
    expect(callerOf('ml-dnlt.fatoumata')?.principals).toContain('country:ML')
    expect(callerOf('ml-dnlt.seydou')).toBeNull()
  })

  it('has auditors of two states', () => {
    for (const country of ['NE', 'IT']) {
      const office = directory.offices().find((one) => one.country === country && one.kind === 'AUDITOR')!
      expect(directory.auditorsOf(country)).toEqual([office.key])
    }
  })
})

describe('the releases of the scenario', () => {
  it('pass the transfer gate, each of them', () => {
    for (const { step, release } of released)
      expect(checkRelease(release, callerOf(step.person)!, directory), step.name).toEqual([])
  })

  it('reach whom the plan says that they reach, by the rule of the server', () => {
    const callers = ASSIGNMENTS.filter(({ to }) => to === null).map(({ person }) => callerOf(person)!)
    for (const { step, release } of released) {
      const reach = reachOf(release, callerOf(step.person)!)
      for (const caller of callers)
        expect(sees(reach, caller.person, Date.now()), `${step.name} ${caller.person}`).toBe(
          serverSees(reach, caller),
        )
    }
  })

  it('have notes and cards for exactly the offices that they reach, as the command line would seal them', async () => {
    const now = Date.now()
    const state = emptyState()
    let previous: string | null = null
    for (const [index, body] of demo.genesis.entries()) {
      const line: Entry = { index, previous, ...body }
      previous = entryHash(line)
      await continueDirectory(state, [line])
    }
    for (const { step, release } of released) {
      const caller = callerOf(step.person)!
      const reached = officesReached(reachOf(release, caller), directory).sort()
      expect(sealedTo(step.office, release), step.name).toEqual(reached)
      const teams = TEAMS.filter((team) => inForce(team, now))
      expect(reachedByCli(state, release, { ...caller, teams, now }), step.name).toEqual(reached)
    }
  })
})
