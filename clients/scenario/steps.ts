import type {
  Access,
  EraseReason,
  EvidenceUse,
  Handling,
  Kind,
  Language,
  MessageType,
  Necessity,
  Onward,
  Purpose,
  RefusalReason,
  Sensitivity,
  Urgency,
  WithdrawReason,
} from '../../schema/wire/codes.ts'
import type { Release } from '../../schema/wire/release.ts'
import type { CardFile } from '../cli/card-file.ts'
import { charted } from './chart.ts'
import { flat, type Part } from './claims.ts'
import { type Grade, gradeOf } from './grade.ts'
import { countryOf, officeOf } from './offices.ts'
import { type Audience, releaseOf } from './release.ts'

export type Text = Record<Language, string>

/** What is sent to `submitReport`, less its key and its sealed note. `ref` is the name of an entity already known. */
export type Draft = {
  reference: string
  purpose: Purpose
  legalBasis: string
  reviewDue: string
  release: Release
  defaults: Record<string, unknown>
  entities: { local: string; kind: Kind; ref?: string }[]
  claims: Record<string, unknown>[]
}

/** Who did something, on which day of the scenario, under which name that later steps use. */
type By = { name: string; day: string; person: string; office: string }
export type Submit = By & { act: 'submit'; report: Draft; note?: Text }
/** A correction has no release of its own: it goes wherever the report goes. */
export type Correct = By & { act: 'correct'; of: string; report: Omit<Draft, 'release'>; note?: Text }
export type Withdraw = By & { act: 'withdraw'; of: string; reason: WithdrawReason }
export type Erase = By & { act: 'erase'; of: string; reason: EraseReason }
export type Rerelease = By & { act: 'release'; of: string; release: Release }
export type Message = By & {
  act: 'message'
  type: MessageType
  recipients: string[]
  inReplyTo?: string
  urgency: Urgency
  access?: Access
  handling: Handling[]
  sensitivity?: Sensitivity
  evidenceUse: EvidenceUse
  onward?: Onward
  purpose: Purpose
  case: string
  /** For a request: why it cannot do without, as a code and in words. */
  necessity?: { code: Necessity; text: Text }
  /** For a refusal. */
  refusal?: RefusalReason
  text: Text
}
/** A sealed identity card: who somebody is whom the chart knows by a code name. It has a release of its own. */
export type Seal = By & {
  act: 'card'
  entity: string
  release: Release
  card: Omit<CardFile, 'language' | 'text'>
  text: Text
}
export type Step = Submit | Correct | Withdraw | Erase | Rerelease | Message | Seal

type More = {
  /** When it was true, where that is not the day of the report: from, to. */
  seen?: [string, string?]
  fact?: boolean
  handling?: Handling[]
  sensitivity?: string
  evidence?: EvidenceUse
  onward?: string
  purpose?: Purpose
  basis?: string
  /** The sealed narrative, in both languages of the training. */
  note?: Text
}
/** As an officer writes it, in both languages of the training. */
export type Card = Seal['card'] & { text: Text }
type Writing = [grade: Grade, parts: Part[], more?: More]

/** One person's desk: what he or she does, one line for each act, as the chart of a year reads. */
export function desk(person: string) {
  const office = officeOf(person)
  const by = (name: string, day: string): By => ({ name, day, person, office })
  const said = (name: string, day: string, [grade, parts, more = {}]: Writing) => ({
    ...by(name, day),
    report: draft({ name, day, office, grade, parts, more }),
    ...(more.note && { note: more.note }),
  })
  return {
    submit(
      day: string,
      name: string,
      grade: Grade,
      audience: Audience,
      parts: Part[],
      more: More = {},
    ): Submit {
      const { report, ...rest } = said(name, day, [grade, parts, more])
      return { act: 'submit', ...rest, report: { ...report, release: releaseOf(office, audience) } }
    },
    correct: (day: string, of: string, ...writing: Writing): Correct => ({
      act: 'correct',
      of,
      ...said(`${of}-corrected`, day, writing),
    }),
    withdraw: (day: string, of: string, reason: WithdrawReason): Withdraw => ({
      act: 'withdraw',
      of,
      reason,
      ...by(`${of}-withdrawn`, day),
    }),
    erase: (day: string, of: string, reason: EraseReason): Erase => ({
      act: 'erase',
      of,
      reason,
      ...by(`${of}-erased`, day),
    }),
    release: (day: string, of: string, audience: Audience): Rerelease => ({
      act: 'release',
      of,
      release: releaseOf(office, audience),
      ...by(`${of}-released`, day),
    }),
    seal: (day: string, name: string, entity: string, audience: Audience, { text, ...card }: Card): Seal => ({
      act: 'card',
      ...{ entity, card, text },
      release: releaseOf(office, audience),
      ...by(name, day),
    }),
    send: (day: string, name: string, message: Omit<Message, 'act' | keyof By>): Message => ({
      act: 'message',
      ...message,
      ...by(name, day),
    }),
  }
}

type Writ = {
  name: string
  day: string
  office: string
  grade: Grade
  parts: Part[]
  more: More
}

function draft({ name, day, office, grade, parts, more }: Writ): Omit<Draft, 'release'> {
  const claims = flat(parts)
  const [observedFrom, observedTo] = more.seen ?? [day]
  const mentions = [...new Set(claims.flatMap((claim) => claim.mentions))]
  return {
    reference: name,
    purpose: more.purpose ?? 'OPERATIONAL',
    legalBasis: more.basis ?? legalBasis(office, day),
    reviewDue: `${2029 + (Number(day.slice(0, 4)) % 3)}-12-31`,
    defaults: {
      ...gradeOf(grade),
      basis: more.fact === false ? 'ASSESSMENT' : 'FACT',
      observedFrom,
      ...(observedTo && { observedTo }),
      handling: more.handling ?? ['H0'],
      sensitivity: more.sensitivity ?? 'S1_ROUTINE',
      evidenceUse: more.evidence ?? 'NOT_CONSENTED',
      onward: more.onward ?? 'WITH_CONSENT',
    },
    entities: mentions.map((local) => ({ local, kind: charted(local).kind })),
    claims: claims.map((claim) => claim.input),
  }
}

/** Niger's law 2015-36 stands for nothing before it was enforced, in the middle of 2016. */
function legalBasis(office: string, day: string): string {
  const country = countryOf(office)
  if (country === 'NE' && day >= '2016-07-01') return 'NE-loi-2015-36'
  return { ES: 'ES-CP-318bis', IT: 'IT-TUI-12' }[country] ?? `${country}-police-cooperation`
}
