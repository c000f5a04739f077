import type { Kind } from '../../schema/wire/codes.ts'
import type { Bench, Figure, Ground } from './bench.ts'
import { sideBySide } from './load-client.ts'
import { type Found, thingsSeen } from './portolan.ts'
import { bodiesFor, NEIGHBOURHOOD } from './questions.ts'
import { say } from './store.ts'

const MOST = 200
const ROUNDS = 3

/** Neighbourhood among 500,000 claims against 5,000, for answers of the same size: ratio of the median latencies, one caller. */
export async function neighbourhoodGrowth(bench: Bench): Promise<Figure[]> {
  const [big, small] = [await bench.big(), await bench.small()]
  const [many, few] = sameSizes(big.actors, small.actors)
  define(bench, 'big', big, NEIGHBOURHOOD, many)
  define(bench, 'small', small, NEIGHBOURHOOD, few)
  const { latency } = await sideBySide(bench.client, ['big', 'small'], 1)
  say(
    `growth: ${latency.map((ms) => ms.toFixed(2)).join(' against ')} ms, ${many.length} pairs of equal answers`,
  )
  return [{ name: 'neighbourhood.growth', value: latency[0] / latency[1], unit: 'ratio' }]
}

const RELATION =
  'id type from { id label } to { id label } report office source information observedFrom level role tie'
const by = (field: string, more = '') =>
  `query Growth($id: ID!) { ${field}(id: $id) { id label ${more} relations { ${RELATION} } } }`
const HISTORY = `query Growth($id: ID!) { history(id: $id) { descriptions { id office recorded } relations { ${RELATION} } } }`

/** Every question about one thing, of the kind whose answers it has most of. */
const SINGLE: Record<string, { of: Kind; query: string }> = {
  actor: { of: 'ACTOR', query: by('actor') },
  network: { of: 'NETWORK', query: by('network', 'said { field values { value offices } }') },
  route: { of: 'ROUTE', query: by('route') },
  leg: { of: 'LEG', query: by('leg') },
  place: { of: 'PLACE', query: by('place') },
  incident: { of: 'INCIDENT', query: by('incident') },
  history: { of: 'ACTOR', query: HISTORY },
  neighbourhood: { of: 'ACTOR', query: NEIGHBOURHOOD },
}

/** Each question about one thing in a world a hundred times as large, for answers of the same size; the worst ratio is the headline. */
export async function growthWorst(bench: Bench): Promise<Figure[]> {
  const grounds = [await bench.big(), await bench.small()] as const
  const figures: Figure[] = []
  for (const [name, { of, query }] of Object.entries(SINGLE)) {
    const answers = []
    for (const ground of grounds) answers.push(await answered(bench, ground, of, query))
    const [many, few] = sameLengths(answers[0]!, answers[1]!)
    if (many.length === 0) throw new Error(`expected answers of the same size about ${name}, got none`)
    define(bench, 'big', grounds[0], query, many)
    define(bench, 'small', grounds[1], query, few)
    const { latency } = await sideBySide(bench.client, ['big', 'small'], 1, ROUNDS)
    say(`${name}: ${latency.map((ms) => ms.toFixed(2)).join(' against ')} ms, ${many.length} pairs`)
    figures.push({ name: `growth.${name}`, value: latency[0] / latency[1], unit: 'ratio' })
  }
  return [
    { name: 'growth.worst', value: Math.max(...figures.map(({ value }) => value)), unit: 'ratio' },
    ...figures,
  ]
}

type Answer = { id: string; length: number }

/** What is answered about things of one kind, and how long each answer is. */
async function answered(bench: Bench, ground: Ground, of: Kind, query: string): Promise<Answer[]> {
  const things = await thingsSeen(ground.running, ground.world, of, MOST)
  define(bench, 'sizes', ground, query, things)
  const { bodies } = await bench.client.run('sizes', { callers: 1, most: things.length, keep: true })
  return things.map(({ id }, nth) => ({ id, length: bodies[nth]!.length }))
}

/** Pairs whose answers differ by a twentieth at most. */
function sameLengths(many: Answer[], few: Answer[]): [Answer[], Answer[]] {
  const [left, right] = [many, few].map((list) => list.toSorted((a, b) => a.length - b.length))
  const pairs: [Answer, Answer][] = []
  for (let i = 0, j = 0; i < left!.length && j < right!.length; ) {
    const [one, other] = [left![i]!, right![j]!]
    if (Math.abs(one.length - other.length) * 20 <= one.length) {
      pairs.push([one, other])
      i++
      j++
    } else if (one.length < other.length) i++
    else j++
  }
  return [pairs.map(([one]) => one), pairs.map(([, other]) => other)]
}

function define({ client }: Bench, name: string, { running }: Ground, query: string, of: { id: string }[]) {
  const { port, sessions } = running
  client.define(name, {
    ...{ over: 'http', port, sessions },
    bodies: bodiesFor(
      query,
      of.map(({ id }) => id),
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
  const taken = pairs.slice(0, MOST)
  return [taken.map(([twin]) => twin), taken.map(([, found]) => found)]
}
