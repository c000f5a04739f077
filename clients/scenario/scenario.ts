import { CARDS } from './cards.ts'
import { AGADEZ } from './reports-agadez.ts'
import { CANARY } from './reports-canary.ts'
import { CONTROLS } from './reports-controls.ts'
import { DISMANTLED } from './reports-dismantled.ts'
import { GAO } from './reports-gao.ts'
import { GAO_LATER } from './reports-gao-later.ts'
import { RESURFACE } from './reports-resurface.ts'
import { SABRATHA } from './reports-sabratha.ts'
import { SEA } from './reports-sea.ts'
import { TEAM } from './reports-team.ts'
import { WAYS } from './reports-ways.ts'
import type { Step } from './steps.ts'

/** Everything that the offices do, in the order of the days. */
export const SCENARIO: readonly Step[] = withReferences(
  [WAYS, AGADEZ, DISMANTLED, GAO, GAO_LATER, SEA, SABRATHA, CANARY, RESURFACE, CONTROLS, TEAM, CARDS]
    .flat()
    .sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0)),
)

/** Who first speaks of a thing introduces it; every later report refers to it, under the same name. */
function withReferences(steps: Step[]): Step[] {
  const known = new Set<string>()
  return steps.map((step) => {
    if (step.act !== 'submit' && step.act !== 'correct') return step
    const entities = step.report.entities.map(({ local, kind }) =>
      known.has(local) ? { local, kind, ref: local } : { local, kind },
    )
    for (const { local } of entities) known.add(local)
    return step.act === 'submit'
      ? { ...step, report: { ...step.report, entities } }
      : { ...step, report: { ...step.report, entities } }
  })
}

/** The idempotency key of a step: fixed by its name, so that a second run of the loader is answered, not repeated. */
export const keyOf = (step: Step): string => `sahel.${step.name}`
