import { generateWorld } from '../../clients/scenario/world/world.ts'
import { type Measured, measure, readWorld } from '../server/analysis/world-networks.ts'
import type { Figure } from './bench.ts'
import { say } from './store.ts'

/** Others than those by which the defaults were chosen. */
const SEEDS = [101, 102, 103, 104, 105]
const WORLD = { networks: 200, retold: 0.1, incidentsPerLegMonth: 0.01 }

/**
 * How resurgence finds what was planted: each of the twelve offices of five worlds asks about every dismantled network, knowing
 * what is released to it; and once somebody who reads every report. A false alarm is one about a network that was not planted
 * as the successor, for each question.
 */
export async function resurgence(): Promise<Figure[]> {
  const worlds = SEEDS.map((seed) => generateWorld({ ...WORLD, seed }))
  const all = summed(worlds.map((world) => measure(readWorld(world))))
  const views = summed(
    worlds.flatMap((world) => world.offices.map((office) => measure(readWorld(world, office)))),
  )
  say(`resurgence: every report ${JSON.stringify(all)}, as the offices see them ${JSON.stringify(views)}`)
  return [
    { name: 'resurgence.recall-at-3', value: views.inThree / views.planted, unit: 'ratio' },
    { name: 'resurgence.recall-at-3-of-all-reports', value: all.inThree / all.planted, unit: 'ratio' },
    { name: 'resurgence.alarmed', value: views.alarmed / views.planted, unit: 'ratio' },
    { name: 'resurgence.false-alarms', value: views.falseAlarms / views.asked, unit: 'ratio' },
  ]
}

function summed(list: Measured[]): Measured {
  const sum = (of: keyof Measured) => list.reduce((all, one) => all + one[of], 0)
  return {
    ...{ asked: sum('asked'), planted: sum('planted'), inThree: sum('inThree') },
    ...{ alarmed: sum('alarmed'), falseAlarms: sum('falseAlarms') },
  }
}
