import { expectIncidents, expectMonths, type Incidents, NOT_COUNTED } from './incidents.ts'
import { monthOf } from './months.ts'
import { type Profiles, thingsOf } from './profiles.ts'

/** What descriptions say of legs, a column each. */
export type LegSays = {
  count: number
  leg: ArrayLike<number>
  /** Days from and to which it was so, both included; NaN or infinite where that is open. */
  from: ArrayLike<number>
  to: ArrayLike<number>
  /** The means that each names. */
  means: Profiles
  /** In what the fee is counted: a currency, per person or for all, as one number; −1 without a fee. */
  unit: ArrayLike<number>
  /** NaN where only the other is told. */
  feeMin: ArrayLike<number>
  feeMax: ArrayLike<number>
}

export type FeeRange = { unit: number; least: number; most: number }

/** A leg in a month in which something happened there. */
export type Flow = {
  leg: number
  month: number
  incidents: number
  /** The sum of those that were counted: at least so many. */
  persons: number
  /** Incidents that nobody gave a number for. */
  uncounted: number
  /** What is said to have been so in this month: the union, and the range per unit. Units are never turned into one another. */
  means: number[]
  fees: FeeRange[]
}

export type FlowAnswer = {
  flows: Flow[]
  /** Incidents that stand nowhere in it, since nobody says the day, or the leg. */
  undated: number
  nowhere: number
}

/**
 * Flow over legs and time, by leg and then by month; months without an incident have no row, which says only that none is
 * known. Persons of two incidents may be the same people: a sum is of crossings told of, never of people, and never an estimate of what
 * was not seen. O(incidents + descriptions · months of each). Throws RangeError on columns or months that are none.
 */
export function flowOf(
  incidents: Incidents,
  says: LegSays,
  { from, to }: { from: number; to: number },
): FlowAnswer {
  expectIncidents(incidents)
  expectMonths(from, to)
  const cells = new Map<number, Flow>()
  const months = to - from
  let [undated, nowhere] = [0, 0]
  for (let one = 0; one < incidents.count; one++) {
    const [day, leg, persons] = [incidents.day[one]!, incidents.leg[one]!, incidents.persons[one]!]
    if (Number.isNaN(day)) undated++
    if (leg < 0) nowhere++
    if (Number.isNaN(day) || leg < 0) continue
    const month = monthOf(day)
    if (month < from || month >= to) continue
    const cell = cellAt(cells, leg * months + month - from, leg, month)
    cell.incidents += 1
    if (persons === NOT_COUNTED) cell.uncounted += 1
    else cell.persons += persons
  }
  for (let one = 0; one < says.count; one++) addSaid(cells, says, one, { from, to })
  const flows = [...cells.values()].sort((a, b) => a.leg - b.leg || a.month - b.month)
  for (const flow of flows) {
    flow.means.sort((a, b) => a - b)
    flow.fees.sort((a, b) => a.unit - b.unit)
  }
  return { flows, undated, nowhere }
}

function cellAt(cells: Map<number, Flow>, key: number, leg: number, month: number): Flow {
  const fresh = { leg, month, incidents: 0, persons: 0, uncounted: 0, means: [], fees: [] }
  const cell = cells.get(key) ?? fresh
  cells.set(key, cell)
  return cell
}

function addSaid(
  cells: Map<number, Flow>,
  says: LegSays,
  one: number,
  { from, to }: { from: number; to: number },
): void {
  const [since, until, leg] = [says.from[one]!, says.to[one]!, says.leg[one]!]
  const first = Number.isFinite(since) ? Math.max(from, monthOf(since)) : from
  const last = Number.isFinite(until) ? Math.min(to - 1, monthOf(until)) : to - 1
  const means = thingsOf(says.means, one)
  for (let month = first; month <= last; month++) {
    const cell = cells.get(leg * (to - from) + month - from)
    if (!cell) continue
    for (const mean of means) if (!cell.means.includes(mean)) cell.means.push(mean)
    addFee(cell.fees, says.unit[one]!, says.feeMin[one]!, says.feeMax[one]!)
  }
}

function addFee(fees: FeeRange[], unit: number, feeMin: number, feeMax: number): void {
  const known = [feeMin, feeMax].filter((fee) => !Number.isNaN(fee))
  if (unit < 0 || known.length === 0) return
  const range = fees.find((fee) => fee.unit === unit)
  if (!range) fees.push({ unit, least: Math.min(...known), most: Math.max(...known) })
  else {
    range.least = Math.min(range.least, ...known)
    range.most = Math.max(range.most, ...known)
  }
}
