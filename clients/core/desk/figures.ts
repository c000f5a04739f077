import { AUDIT_OPERATIONS, type AuditOperation } from '../../../schema/wire/codes.ts'
import { type Deed, dayOf } from './deeds.ts'
import { type Leads, leadsOf, provided, type Volumes } from './volumes.ts'

// The figures of one office and one month that Directive (EU) 2016/680, Art. 25, asks for.

/** A text that was given as the reason in at least so many sessions, or by two persons, is listed. */
const LEAST_SESSIONS = 3
const MOST_LISTED = 25

/** OTHER is what Art. 25 does not speak of: signing in, the directory, and what failed before anything ran. */
export type KindRow = { kind: AuditOperation | 'OTHER'; purposes: Record<string, number>; count: number }
export type PersonRow = {
  person: string
  requests: number
  kinds: Partial<Record<AuditOperation, number>>
} & {
  entities: number
  refused: number
  exports: number
}
export type Repeated = { text: string; times: number; sessions: number; days: number; persons: string[] }

export type Figures = {
  office: string
  month: string
  /** The records that the figures rest on, and the first and the last of them in the log; null where there is none. */
  records: { count: number; first: number; last: number } | null
  /** Answers, interruptions and questions without an answer: each request once, each event of a stream once. */
  requests: number
  kinds: KindRow[]
  persons: PersonRow[]
  /** Whatever did not come to OK, by its code. */
  refusals: { outcome: string; count: number; persons: string[] }[]
  exports: { operation: string; person: string; count: number }[]
  /** Offices that were let see something, or that something was sent to. */
  recipients: { office: string; count: number }[]
  entities: { id: string; count: number; persons: string[] }[]
  entitiesInAll: number
  justifications: Repeated[]
  volumes: Leads
}

export type Tally = { add(deed: Deed): void; offices(): string[]; figures(office: string): Figures }

/** Counts the deeds of a month, office by office. `volumes` also knows the days before. */
export function openTally(month: string, volumes: Volumes): Tally {
  const offices = new Map<string, OfficeTally>()
  return {
    add(deed) {
      provided(offices, deed.office, () => new OfficeTally()).add(deed)
    },
    offices: () => [...offices.keys()].sort(),
    figures: (office) => ({
      office,
      month,
      ...(offices.get(office) ?? new OfficeTally()).rows(),
      volumes: leadsOf(volumes.days(office), month),
    }),
  }
}

type Person = { requests: number; kinds: Counts<AuditOperation>; entities: Set<string> } & {
  refused: number
  exports: number
}
type Reason = { text: string; times: number; sessions: Set<string>; days: Set<string>; persons: Set<string> }
type Seen = { count: number; persons: Set<string> }

class Counts<K extends string> extends Map<K, number> {
  add(key: K): void {
    this.set(key, (this.get(key) ?? 0) + 1)
  }
}

class OfficeTally {
  #records = { count: 0, first: Number.MAX_SAFE_INTEGER, last: 0 }
  #requests = 0
  #kinds = new Map<AuditOperation | 'OTHER', Counts<string>>()
  #persons = new Map<string, Person>()
  #refusals = new Map<string, Seen>()
  #exports = new Counts<string>()
  #exported = new Set<string>()
  #recipients = new Counts<string>()
  #entities = new Map<string, Seen>()
  #reasons = new Map<string, Reason>()

  add(deed: Deed): void {
    this.#requests += 1
    for (const index of deed.records) this.#record(index)
    const isRefused = deed.outcome !== 'OK'
    const person = provided(this.#persons, deed.person, newPerson)
    person.requests += 1
    // What was refused did nothing; it is counted as refused.
    const done = isRefused && deed.shown.length === 0 ? [] : deed.kinds
    for (const kind of done.length > 0 ? done : (['OTHER'] as const))
      provided(this.#kinds, kind, () => new Counts<string>()).add(deed.purpose)
    for (const kind of done) person.kinds.add(kind)
    for (const id of deed.shown) {
      person.entities.add(id)
      note(this.#entities, id, deed.person)
    }
    for (const office of deed.disclosedTo) this.#recipients.add(office)
    if (isRefused) {
      person.refused += 1
      note(this.#refusals, deed.outcome, deed.person)
    }
    if (deed.isExport) this.#export(deed, person)
    if (deed.justification !== '') this.#reason(deed)
  }

  #record(index: number): void {
    const { count, first, last } = this.#records
    this.#records = { count: count + 1, first: Math.min(first, index), last: Math.max(last, index) }
  }

  /** The pieces of one attachment are one export of it a day. */
  #export({ operation, person: who, shown, at }: Deed, person: Person): void {
    const what = [operation, who, dayOf(at), ...(operation === 'chunk' ? shown : [String(at)])].join(' ')
    if (operation === 'chunk' && this.#exported.has(what)) return
    this.#exported.add(what)
    person.exports += 1
    this.#exports.add(`${operation} ${who}`)
  }

  /** A session states its reason once for all that it asks, so sessions tell of repetition and requests do not. */
  #reason({ justification, session, person, at }: Deed): void {
    const reason = provided(this.#reasons, normal(justification), () => ({
      text: justification,
      times: 0,
      sessions: new Set<string>(),
      days: new Set<string>(),
      persons: new Set<string>(),
    }))
    reason.times += 1
    reason.sessions.add(session)
    reason.days.add(dayOf(at))
    reason.persons.add(person)
  }

  rows(): Omit<Figures, 'office' | 'month' | 'volumes'> {
    return {
      records: this.#records.count > 0 ? this.#records : null,
      requests: this.#requests,
      kinds: [...AUDIT_OPERATIONS, 'OTHER' as const].map((kind) => kindRow(kind, this.#kinds.get(kind))),
      persons: byName(this.#persons).map(([person, { kinds, entities, ...one }]) => ({
        person,
        ...one,
        kinds: Object.fromEntries(kinds),
        entities: entities.size,
      })),
      refusals: byCount(this.#refusals).map(([outcome, one]) => ({ outcome, ...seenRow(one) })),
      exports: byName(this.#exports).map(([what, count]) => {
        const [operation, person] = what.split(' ') as [string, string]
        return { operation, person, count }
      }),
      recipients: byName(this.#recipients).map(([office, count]) => ({ office, count })),
      entities: byCount(this.#entities)
        .slice(0, MOST_LISTED)
        .map(([id, one]) => ({ id, ...seenRow(one) })),
      entitiesInAll: this.#entities.size,
      justifications: repeatedOf([...this.#reasons.values()]),
    }
  }
}

const newPerson = (): Person => ({
  ...{ requests: 0, kinds: new Counts<AuditOperation>(), entities: new Set<string>() },
  ...{ refused: 0, exports: 0 },
})

function kindRow(kind: KindRow['kind'], purposes: Counts<string> | undefined): KindRow {
  const rows = byName(purposes ?? new Map<string, number>())
  return {
    kind,
    purposes: Object.fromEntries(rows),
    count: rows.reduce((sum, [, count]) => sum + count, 0),
  }
}

function repeatedOf(reasons: Reason[]): Repeated[] {
  return reasons
    .filter(({ sessions, persons }) => sessions.size >= LEAST_SESSIONS || persons.size > 1)
    .map(({ text, times, sessions, days, persons }) => ({
      ...{ text, times, sessions: sessions.size, days: days.size, persons: [...persons].sort() },
    }))
    .sort((a, b) => b.sessions - a.sessions || b.times - a.times || (a.text < b.text ? -1 : 1))
    .slice(0, MOST_LISTED)
}

/** Case, blanks and accents typed in two ways make no other reason. */
const normal = (text: string) => text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim()

const seenRow = ({ count, persons }: Seen) => ({ count, persons: [...persons].sort() })

function note(seen: Map<string, Seen>, key: string, person: string): void {
  const one = provided(seen, key, () => ({ count: 0, persons: new Set<string>() }))
  one.count += 1
  one.persons.add(person)
}

const byName = <V>(map: ReadonlyMap<string, V>): [string, V][] =>
  [...map].sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0))

const byCount = (map: ReadonlyMap<string, Seen>): [string, Seen][] =>
  byName(map).sort(([, left], [, right]) => right.count - left.count)
