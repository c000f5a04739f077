import { type Commitment, isBlinded, opens } from './commitments.ts'
import type { Opening, Openings } from './openings.ts'
import type { Ordered } from './records.ts'
import type { Sample, SampleEntry } from './sample.ts'

/** MISSING: its officer says that his log has it no more. UNSENT: nothing came of it. */
export const VERDICTS = ['AGREES', 'WRONG', 'MISSING', 'UNSENT'] as const
export type Verdict = (typeof VERDICTS)[number]

/**
 * In what an opening, or the sample itself, is not what stands on record. `element`: what was evaluated is another selector
 * than the one that was committed to.
 */
export const FLAWS = ['record', 'person', 'case', 'about', 'commitment', 'element'] as const
export type Flaw = (typeof FLAWS)[number]

export type Checked = SampleEntry & {
  verdict: Verdict
  flaws: Flaw[]
  /** As its officer says. */
  selector: Pick<Commitment, 'type' | 'normal'> | null
}

/** Each entry of a sample against the order on record and what its officer opened. The group must be ready. */
export function checkSample(
  { entries }: Pick<Sample, 'entries'>,
  orders: readonly Ordered[],
  sent: readonly Openings[],
): Checked[] {
  const byId = new Map(orders.map((one) => [one.order.id, one]))
  const all = sent.flatMap(({ person, openings }) => openings.map((opening) => ({ opening, person })))
  const opened = new Map(all.map((one) => [nameOf(one.opening), one]))
  const own = new Map(all.map((one) => [`${one.person} ${nameOf(one.opening)}`, one]))
  const missing = new Set(
    sent.flatMap(({ person, missing: gone }) => gone.map((one) => `${person} ${nameOf(one)}`)),
  )
  return entries.map((entry): Checked => {
    const name = `${entry.person} ${nameOf(entry)}`
    // A colleague can put nothing in the place of what its officer opened.
    const found = own.get(name) ?? opened.get(nameOf(entry))
    const flaws = [...recordFlaws(entry, byId.get(entry.order)), ...openingFlaws(entry, found, byId)]
    const rest = found ? 'AGREES' : missing.has(name) ? 'MISSING' : 'UNSENT'
    const verdict = flaws.length > 0 ? 'WRONG' : rest
    const selector = found ? { type: found.opening.type, normal: found.opening.normal } : null
    return { ...entry, verdict, flaws: FLAWS.filter((flaw) => flaws.includes(flaw)), selector }
  })
}

const nameOf = ({ order, position, commitment }: Pick<SampleEntry, 'order' | 'position' | 'commitment'>) =>
  `${order} ${position} ${commitment}`

/** Somebody could hand an auditor a sample that no record gave. */
function recordFlaws(entry: SampleEntry, on: Ordered | undefined): Flaw[] {
  const isOnRecord =
    on !== undefined &&
    on.order.commitments[entry.position] === entry.commitment &&
    on.order.person === entry.person &&
    on.order.office === entry.office &&
    on.order.case === entry.case &&
    new Date(on.at).toISOString() === entry.time
  return isOnRecord ? [] : ['record']
}

function openingFlaws(
  entry: SampleEntry,
  found: { opening: Opening; person: string } | undefined,
  orders: ReadonlyMap<string, Ordered>,
): Flaw[] {
  if (!found) return []
  const { opening, person } = found
  const order = orders.get(entry.order)?.order
  const isAbout = order && opening.epoch === order.epoch && opening.aim === order.aim
  const isElement = order && isBlinded(opening, order.elements[entry.position] ?? '')
  const wrong = (isRight: boolean | undefined, flaw: Flaw): Flaw[] => (isRight ? [] : [flaw])
  return [
    ...wrong(person === entry.person, 'person'),
    ...wrong(opening.case === order?.case, 'case'),
    ...wrong(isAbout && opening.at === order.created, 'about'),
    ...wrong(opens(opening), 'commitment'),
    ...wrong(isElement, 'element'),
  ]
}

export type OfficerCount = { person: string; asked: number; drawn: number } & Record<Verdict, number>

/** How many selectors each officer had evaluated, how many were drawn, and what came of those. By name. */
export function countsOf(orders: readonly Ordered[], checked: readonly Checked[]): OfficerCount[] {
  const persons = new Set([...orders.map(({ order }) => order.person), ...checked.map((one) => one.person)])
  return [...persons].sort().map((person) => {
    const own = checked.filter((one) => one.person === person)
    const asked = orders.filter(({ order }) => order.person === person)
    const count = (verdict: Verdict) => own.filter((one) => one.verdict === verdict).length
    return {
      person,
      asked: asked.reduce((sum, { order }) => sum + order.elements.length, 0),
      drawn: own.length,
      ...{ AGREES: count('AGREES'), WRONG: count('WRONG') },
      ...{ MISSING: count('MISSING'), UNSENT: count('UNSENT') },
    }
  })
}
