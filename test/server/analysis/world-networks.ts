import type { Truth, World } from '../../../clients/scenario/world/world.ts'
import { profilesOf } from '../../../server/analysis/profiles.ts'
import { alarmsOf, type Candidate, type Networks, successorsOf } from '../../../server/analysis/resurgence.ts'
import { describedAs, isReadBy, ofWord, type Said, said } from '../../clients/scenario/world/read.ts'

// A generated world as the analyses take it, made from its reports alone.

export type Read = {
  truth: Truth
  names: string[]
  networks: Networks
}

const DAY = 86_400_000
const dayOf = (date: string) => Date.parse(date) / DAY

/** As all offices know it together, or as one does by what is released to it. */
export function readWorld(world: World, office?: string): Read {
  const all = said({ reports: world.reports.filter((report) => !office || isReadBy(office, report)) })
  const names = [...describedAs(all, 'network').keys()].sort()
  const at = new Map(names.map((name, i) => [name, i]))
  const pairs = (list: [network: string, thing: string][]) => {
    const things = new Map<string, number>()
    for (const [, thing] of list) if (!things.has(thing)) things.set(thing, things.size)
    const of = list.map(([network]) => at.get(network)!)
    const thing = list.map(([, one]) => things.get(one)!)
    return profilesOf(names.length, things.size, of, thing)
  }
  const from = (word: string, fits: (own: Said['own']) => boolean): [string, string][] =>
    ofWord(all, word).flatMap(({ own }) =>
      at.has(own.from) && fits(own) ? [[own.from, own.to] as [string, string]] : [],
    )
  const modi = describedAs(all, 'modusOperandi')
  const begun = new Int32Array(names.length).fill(2 ** 31 - 1)
  for (const { own, from } of ofWord(all, 'memberOf')) {
    const network = at.get(own.to)!
    begun[network] = Math.min(begun[network]!, dayOf(from))
  }
  return {
    truth: world.truth,
    names,
    networks: {
      begun,
      members: pairs(ofWord(all, 'memberOf').map(({ own }) => [own.to, own.from])),
      selectors: pairs(from('uses', ({ to }) => !modi.has(to))),
      places: pairs(from('locatedAt', () => true)),
      facets: pairs(
        from('uses', ({ to }) => modi.has(to)).flatMap(([network, mo]) =>
          (modi.get(mo).facets as string[]).map((facet) => [network, facet] as [string, string]),
        ),
      ),
    },
  }
}

export type Measured = {
  asked: number
  planted: number
  inThree: number
  alarmed: number
  falseAlarms: number
}

/** How the planted successors are found, and what else is taken for one; every dismantled network is asked about. */
export function measure({ truth, names, networks }: Read): Measured {
  const ended = [
    ...truth.successors.map(({ former, successor, dismantled }) => ({ former, successor, dismantled })),
    ...truth.unsucceeded.map(({ network, dismantled }) => ({ former: network, successor: null, dismantled })),
  ]
  const measured = { asked: ended.length, planted: 0, inThree: 0, alarmed: 0, falseAlarms: 0 }
  for (const { former, successor, dismantled } of ended) {
    const candidates = successorsOf(networks, { network: names.indexOf(former), ended: dayOf(dismantled) })
    const isPlanted = (one: Candidate) => names[one.network] === successor
    const alarms = alarmsOf(candidates)
    measured.planted += successor ? 1 : 0
    measured.inThree += candidates.slice(0, 3).some(isPlanted) ? 1 : 0
    measured.alarmed += alarms.some(isPlanted) ? 1 : 0
    measured.falseAlarms += alarms.filter((one) => !isPlanted(one)).length
  }
  return measured
}
