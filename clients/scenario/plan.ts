import { isOperational } from '../../schema/wire/caller.ts'
import { inForce } from '../../schema/wire/directory.ts'
import { type Reach, type Release, reachOf } from '../../schema/wire/release.ts'
import { countryOf, OFFICES, officeOf, TEAMS } from './offices.ts'
import type { Step } from './steps.ts'

/** A step, and the earlier steps (by index) that must be done before it. */
export type Planned = {
  step: Step
  needs: number[]
  /** The release that a report or card has when the step is done. */
  release?: Release
}
/** A reference to something that its writer cannot see at that point. */
export type Blind = { step: string; person: string; entity: string }

type Standing = { release: Release; reach: Reach; entities: Set<string>; by: number; users: number[] }

/**
 * Plays the steps through by the rule of sight alone. A report or card waits for the one report by which its writer
 * sees each thing that he refers to; whoever changes a report waits for those who leaned on it. All else may run side by side.
 * @param now ms since epoch: teams count as they are today
 */
export function plan(steps: readonly Step[], now: number): { planned: Planned[]; blind: Blind[] } {
  const standing = new Map<string, Standing>()
  const blind: Blind[] = []
  let lastMessage: number | undefined

  function lean({ name, person }: Step, i: number, known: string[]): number[] {
    return known.flatMap((entity) => {
      const seen = [...standing.values()].find(
        (one) => one.entities.has(entity) && sees(one.reach, person, now),
      )
      if (!seen) blind.push({ step: name, person, entity })
      else seen.users.push(i)
      return seen ? [seen.by] : []
    })
  }

  function changed(of: string): number[] {
    const former = standing.get(of)
    if (!former) throw new Error(`expected a standing report, got ${of}`)
    return [former.by, ...former.users]
  }

  const planned = steps.map((step, i): Planned => {
    const needs: number[] = []
    if (step.act === 'message') {
      if (lastMessage !== undefined) needs.push(lastMessage)
      lastMessage = i
      return { step, needs }
    }
    if (step.act === 'card') return { step, needs: lean(step, i, [step.entity]), release: step.release }
    if (step.act === 'submit' || step.act === 'correct')
      needs.push(
        ...lean(
          step,
          i,
          step.report.entities.flatMap(({ ref }) => ref ?? []),
        ),
      )
    if (step.act !== 'submit') needs.push(...changed(step.of))
    const unique = [...new Set(needs)].filter((need) => need !== i).sort((a, b) => a - b)
    if (step.act === 'withdraw' || step.act === 'erase') {
      standing.delete(step.of)
      return { step, needs: unique }
    }
    const name = step.act === 'submit' ? step.name : step.of
    const former = standing.get(name)
    const release =
      step.act === 'submit' ? step.report.release : step.act === 'release' ? step.release : former!.release
    const entities =
      step.act === 'release' ? former!.entities : new Set(step.report.entities.map(({ local }) => local))
    standing.set(name, { release, reach: reach(step.office, release), entities, by: i, users: [] })
    return { step, needs: unique, release }
  })
  return { planned, blind }
}

const reach = (office: string, release: Release): Reach =>
  reachOf(release, { office, country: countryOf(office) })

/** Whether a release reaches a person of the scenario: the rule of `DESIGN.md` §3. */
export function sees(release: Reach, person: string, now: number): boolean {
  const mine = principalsOf(person, now)
  return (
    release.to.some((principal) => mine.has(principal)) &&
    !release.except.some((principal) => mine.has(principal)) &&
    release.countries.includes(countryOf(officeOf(person)))
  )
}

function principalsOf(person: string, now: number): Set<string> {
  const offices = withParents(officeOf(person))
  const { kind, country } = OFFICES.find(({ office }) => office === offices[0])!
  const teams = TEAMS.filter(
    (team) =>
      inForce(team, now) &&
      team.members.includes(person) &&
      team.signatories.some((office) => offices.includes(office)),
  )
  return new Set([
    `person:${person}`,
    ...offices.map((office) => `office:${office}`),
    ...teams.map(({ team }) => `team:${team}`),
    ...(isOperational(kind) ? [`country:${country}`, 'all'] : []),
  ])
}

function withParents(code: string): string[] {
  const parent = OFFICES.find(({ office }) => office === code)?.parent
  return parent ? [code, ...withParents(parent)] : [code]
}
