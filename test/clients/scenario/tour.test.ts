import { describe, expect, it } from 'vitest'
import { CHART } from '../../../clients/scenario/chart.ts'
import { ASSIGNMENTS } from '../../../clients/scenario/offices.ts'
import { SCENARIO } from '../../../clients/scenario/scenario.ts'
import { TOUR } from '../../../clients/scenario/tour.ts'

const steps = TOUR.flatMap((scene) => scene.steps)

describe('the guided tour', () => {
  it('speaks English and French throughout', () => {
    for (const { en, fr } of [...TOUR.map(({ title }) => title), ...steps.map(({ say }) => say)]) {
      expect(en.length).toBeGreaterThan(5)
      expect(fr.length).toBeGreaterThan(5)
      expect(fr).not.toBe(en)
    }
  })

  it('asks as persons who are assigned today', () => {
    for (const { as, command } of steps) {
      expect(ASSIGNMENTS.find(({ person }) => person === as)?.to, as).toBeNull()
      expect(command.slice(-2)).toEqual(['--as', as])
    }
  })

  it('names only what is charted or reported', () => {
    const names = new Set([...CHART.keys(), ...SCENARIO.map(({ name }) => name)])
    const named = steps.flatMap(({ command }) => {
      const [noun, verb, ...rest] = command
      if (noun === 'neighbourhood') return [verb]
      if (noun === 'connection') return [verb, rest[0]]
      if (verb === 'show') return [rest[0]]
      return command.includes('--reference') ? [command[command.indexOf('--reference') + 1]] : []
    })
    expect(named.length).toBeGreaterThan(8)
    for (const name of named) expect(names.has(name!), name).toBe(true)
  })
})
