import type { EntryNumbers } from '../../schema/wire/audit.ts'
import { HANDLINGS, type Language, SENSITIVITIES } from '../../schema/wire/codes.ts'
import { label, moment, say } from '../../schema/words/index.ts'

/** What every picture and every printed page says of itself. */
export type Stamp = {
  /** Of all claims that are shown. */
  handling: readonly string[]
  /** The highest of all claims that are shown; null where none is. */
  sensitivity: string | null
  person: string
  office: string
  /** ISO, the server's time. */
  at: string
  /** What is shown was known then, ISO. */
  asOf?: string | null | undefined
  entries: readonly EntryNumbers[]
  /** ISO; where an answer was kept from a day with a link. */
  keptSince?: string | null | undefined
}

type Restricted = { handling: readonly string[]; sensitivity: string | null }

/** What restricts a picture of all these claims: every code of any of them, and the highest sensitivity. */
export function restrictions(claims: Iterable<Restricted>): Pick<Stamp, 'handling' | 'sensitivity'> {
  const codes = new Set<string>()
  let highest = -1
  for (const { handling, sensitivity } of claims) {
    for (const code of handling) codes.add(code)
    highest = Math.max(highest, (SENSITIVITIES as readonly string[]).indexOf(sensitivity ?? ''))
  }
  return { handling: [...codes].sort(), sensitivity: SENSITIVITIES[highest] ?? null }
}

/** The handling codes in words, and the sensitivity: what stands at the head and at the foot. */
export function handlingLine(language: Language, { handling, sensitivity }: Stamp): string {
  const codes = [...new Set(handling)].sort().map((code) => {
    const known = HANDLINGS.find((one) => one === code)
    return known ? label(language, 'Handling', known) : code
  })
  const restricts =
    codes.length === 0
      ? say(language, 'picture.noHandling')
      : say(language, 'picture.handling', { codes: codes.join(' · ') })
  const level = SENSITIVITIES.find((one) => one === sensitivity)
  if (!level) return restricts
  return `${restricts} · ${say(language, 'picture.sensitivity', { level: label(language, 'Sensitivity', level) })}`
}

/** Who asked, when, and where the log has it: `… · 2 audit entries: 1204–1207`. */
export function askedLine(language: Language, stamp: Stamp): string {
  const { person, office, at, asOf, entries, keptSince } = stamp
  const time = (iso: string) => moment(language, new Date(iso))
  const parts = [say(language, 'picture.askedBy', { person, office, time: time(at) })]
  if (asOf) parts.push(say(language, 'picture.asOf', { time: time(asOf) }))
  if (entries.length > 0) parts.push(entriesText(language, entries))
  if (keptSince) parts.push(say(language, 'picture.kept', { since: time(keptSince) }))
  return parts.join(' · ')
}

/** Numbers of the log that follow each other are written as a span. */
function entriesText(language: Language, entries: readonly EntryNumbers[]): string {
  const all = [...new Set(entries.flatMap(({ asked, answered }) => [asked, answered]))].sort((a, b) => a - b)
  const spans: [number, number][] = []
  for (const one of all) {
    const last = spans.at(-1)
    if (last && one === last[1] + 1) last[1] = one
    else spans.push([one, one])
  }
  const written = spans.map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`)).join(', ')
  return say(language, 'picture.entry', { count: all.length, entries: written })
}
