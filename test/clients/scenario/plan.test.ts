import { describe, expect, it } from 'vitest'
import { charts } from '../../../clients/scenario/claims.ts'
import { ASSIGNMENTS } from '../../../clients/scenario/offices.ts'
import { plan } from '../../../clients/scenario/plan.ts'
import { everyone, ownOffice, to, withoutSalif } from '../../../clients/scenario/release.ts'
import { SCENARIO } from '../../../clients/scenario/scenario.ts'
import { desk, type Step } from '../../../clients/scenario/steps.ts'

const now = Date.parse('2026-11-22')
const niamey = desk('ne-dst.aicha')
const salif = desk('ne-dst.salif')
const rome = desk('it-sco.paola')
const sabha = [charts('Sabha')]

/** As if an earlier step had introduced it. */
const referring = (step: Step): Step =>
  'report' in step
    ? ({
        ...step,
        report: { ...step.report, entities: step.report.entities.map((one) => ({ ...one, ref: one.local })) },
      } as Step)
    : step
const blindOf = (...steps: Step[]) => plan([steps[0]!, ...steps.slice(1).map(referring)], now).blind

describe('who may refer to what', () => {
  it('holds for every step of the scenario: nobody refers to what he cannot see', () => {
    expect(plan(SCENARIO, now).blind).toEqual([])
  })

  it('holds for every author: assigned on the day of the report, and today', () => {
    for (const { person, day } of SCENARIO) {
      const { from, to } = ASSIGNMENTS.find((assignment) => assignment.person === person)!
      expect(from <= day && to === null, `${person} on ${day}`).toBe(true)
    }
  })

  it('is found out where a report was kept in its own office', () => {
    const kept = niamey.submit('2013-01-01', 'kept', 'A1', ownOffice, sabha)
    expect(blindOf(kept, rome.submit('2013-01-02', 'blind', 'A1', everyone, sabha))).toEqual([
      { step: 'blind', person: 'it-sco.paola', entity: 'Sabha' },
    ])
  })

  it('is found out where the writer is excluded in his own office', () => {
    const secret = niamey.submit('2013-01-01', 'secret', 'A1', withoutSalif(to('office:ne-dst')), sabha)
    expect(blindOf(secret, salif.submit('2013-01-02', 'blind', 'A1', everyone, sabha))).toHaveLength(1)
  })

  it('is found out where the report was withdrawn, erased or narrowed before', () => {
    const open = niamey.submit('2013-01-01', 'open', 'A1', everyone, sabha)
    const late = rome.submit('2013-01-03', 'late', 'A1', everyone, sabha)
    for (const change of [
      niamey.withdraw('2013-01-02', 'open', 'ERROR'),
      niamey.erase('2013-01-02', 'open', 'COURT_ORDER'),
      niamey.release('2013-01-02', 'open', to('country:ML')),
    ])
      expect(blindOf(open, change, late)).toHaveLength(1)
  })
})

describe('the order of the load', () => {
  const { planned } = plan(SCENARIO, now)

  it('never needs a later step', () => {
    planned.forEach(({ needs }, i) => {
      for (const need of needs) expect(need).toBeLessThan(i)
    })
  })

  it('lets most steps run side by side', () => {
    const depth: number[] = []
    planned.forEach(({ needs }, i) => {
      depth[i] = 1 + Math.max(0, ...needs.map((need) => depth[need]!))
    })
    expect(Math.max(...depth)).toBeLessThan(25)
  })

  it('makes a withdrawal wait for those who leaned on the report', () => {
    const open = niamey.submit('2013-01-01', 'open', 'A1', everyone, sabha)
    const leaning = rome.submit('2013-01-02', 'leaning', 'A1', everyone, sabha)
    const steps = [open, referring(leaning), niamey.withdraw('2013-01-03', 'open', 'ERROR')]
    expect(plan(steps, now).planned[2]!.needs).toEqual([0, 1])
  })
})
