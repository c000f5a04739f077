import type { Bench, Figure, Ground } from './bench.ts'
import { sideBySide } from './load-client.ts'
import type { Found } from './portolan.ts'
import { bodiesFor, NEIGHBOURHOOD } from './questions.ts'
import { say } from './store.ts'

const ACTORS = 200

/** Neighbourhood among 500,000 claims against 5,000, for answers of the same size: ratio of the median latencies, one caller. */
export async function neighbourhoodGrowth(bench: Bench): Promise<Figure[]> {
  const [big, small] = [await bench.big(), await bench.small()]
  const [many, few] = sameSizes(big.actors, small.actors)
  define(bench, 'big', big, many)
  define(bench, 'small', small, few)
  const { latency } = await sideBySide(bench.client, ['big', 'small'], 1)
  say(
    `growth: ${latency.map((ms) => ms.toFixed(2)).join(' against ')} ms, ${many.length} pairs of equal answers`,
  )
  return [{ name: 'neighbourhood.growth', value: latency[0] / latency[1], unit: 'ratio' }]
}

function define({ client }: Bench, name: string, { running }: Ground, actors: Found[]): void {
  const { port, sessions } = running
  client.define(name, {
    over: 'http',
    port,
    sessions,
    bodies: bodiesFor(
      NEIGHBOURHOOD,
      actors.map(({ id }) => id),
    ),
  })
}

/** Pairs of actors, one of each world, whose answers hold equally many claims. */
function sameSizes(many: Found[], few: Found[]): [Found[], Found[]] {
  const bySize = new Map<number, Found[]>()
  for (const found of many) bySize.set(found.claims, [...(bySize.get(found.claims) ?? []), found])
  const pairs = few.flatMap((found): [Found, Found][] => {
    const twin = bySize.get(found.claims)?.pop()
    return twin ? [[twin, found]] : []
  })
  const taken = pairs.slice(0, ACTORS)
  return [taken.map(([twin]) => twin), taken.map(([, found]) => found)]
}
