import { generateWorld } from '../../clients/scenario/world/world.ts'
import { type MeasuredShifts, measureShifts, readIncidents } from '../server/analysis/world-incidents.ts'
import type { Figure } from './bench.ts'
import { say } from './store.ts'

/** Others than those by which the defaults were chosen. */
const SEEDS = [101, 102, 103, 104, 105]
/** Each leg a corridor of its own: eighty of them, in which three displacements are planted, and three pairs that look like one and are none. */
const WORLD = { members: 6, retold: 0, decoys: 3, incidentsPerLegMonth: 4 }
/** So many offices of each world ask. */
const OFFICES = 4

/**
 * How displacement finds what was planted, when four offices of five worlds ask about all legs at once, knowing what is released to
 * them; and once somebody who reads every report. A false alarm is a claim (a rise that fits a fall) of a pair that was not planted, for each
 * question; a decoy claimed is one of those planted as coincidences.
 */
export async function displacement(): Promise<Figure[]> {
  const [all, views]: MeasuredShifts[][] = [[], []]
  for (const seed of SEEDS) {
    const world = generateWorld({ ...WORLD, seed })
    all!.push(await measureShifts(readIncidents(world)))
    for (const office of world.offices.slice(0, OFFICES))
      views!.push(await measureShifts(readIncidents(world, office)))
  }
  const [whole, seen] = [summed(all!), summed(views!)]
  say(`displacement: every report ${JSON.stringify(whole)}, as offices see them ${JSON.stringify(seen)}`)
  return [
    { name: 'displacement.recall', value: seen.found / seen.planted, unit: 'ratio' },
    { name: 'displacement.recall-of-all-reports', value: whole.found / whole.planted, unit: 'ratio' },
    { name: 'displacement.false-alarms', value: seen.falseAlarms / seen.asked, unit: 'ratio' },
    {
      name: 'displacement.false-alarms-of-all-reports',
      value: whole.falseAlarms / whole.asked,
      unit: 'ratio',
    },
    {
      name: 'displacement.decoys-claimed',
      value: (seen.decoysClaimed + whole.decoysClaimed) / (seen.decoys + whole.decoys),
      unit: 'ratio',
    },
  ]
}

function summed(list: MeasuredShifts[]): MeasuredShifts {
  const sum = (of: keyof MeasuredShifts) => list.reduce((total, one) => total + one[of], 0)
  return {
    ...{ asked: sum('asked'), planted: sum('planted'), found: sum('found'), claimed: sum('claimed') },
    ...{ falseAlarms: sum('falseAlarms'), decoys: sum('decoys'), decoysClaimed: sum('decoysClaimed') },
  }
}
