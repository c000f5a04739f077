import type { z } from 'zod'
import type { HeldObject, PacketUse } from '../cypher/packets/packets.ts'
import type { Statement } from '../cypher/statement.ts'
import type { Result, ShownAnalysis } from './analysis.ts'
import type { Question } from './wire/analysis/analysis.ts'
import type { AuditPage, AuditPeriod, AuditQuestion } from './wire/audit.ts'
import type { EraseOrder } from './wire/audit-erasure.ts'
import type { Caller } from './wire/caller.ts'
import type {
  EventKind,
  HitType,
  MatchChoice,
  MatchState,
  PacketState,
  RefusalReason,
  ResealCause,
  SealedKind,
} from './wire/codes.ts'
import type { MonthOfConsultations } from './wire/consultation.ts'
import type { Line, SignedBody, TeamBody } from './wire/directory.ts'
import type { KeyWarning } from './wire/key-warnings.ts'

/** `asOf` is a version; without one, the version that the whole request reads at. */
export type Ask = <S extends Statement>(
  statement: S,
  params: z.input<S['params']>,
  asOf?: number,
) => Promise<z.infer<S['row']>[]>

export type Submitted = {
  /** Null where the act left no report to see: it was erased, or today's scope hides it. */
  report: string | null
  ids: { local: string; id: string }[]
  replayed: boolean
}

export type ReportDesk = {
  submit(input: unknown): Promise<Submitted>
  correct(report: string, input: unknown): Promise<Submitted>
  withdraw(report: string, key: string, reason: string): Promise<Submitted>
  erase(report: string, key: string, reason: string): Promise<Submitted>
  release(report: string, key: string, release: unknown): Promise<Submitted>
  /** Takes note of a notice for the caller's office; `time` is when it first did, ms. */
  acknowledge(notice: string): Promise<{ notice: string; time: number }>
}

export type SealedObject = { id: string; facts: string; ciphertext: string; signature: string }

export type MessageDesk = {
  send(input: { envelope: string; ciphertext: string; signature: string }): Promise<string>
  /** Every office that has a message of your own, or that you let it be passed to; null for another's message. */
  reached(message: string): Promise<string[] | null>
  /** The ciphertext of an object, base64; null where it is gone. */
  ciphertext(object: string): Promise<string | null>
  /** The sealed note of a report of `office`, base64, with no session key but the caller's own office's. */
  note(object: string, office: string): Promise<string | null>
}

/** What was changed of a card, and the offices that had it and are not to have it any more. */
export type CardChanged = { card: string; lost: string[]; replayed: boolean }

/** Something to be sealed again by the office that sealed it. `wanted` is to whom it should be sealed now. */
export type ResealTask = {
  sealed: SealedKind
  id: string
  object: string
  causes: ResealCause[]
  wanted: string[]
  /** Those of them that cannot open it yet. */
  missing: string[]
  lost: string[]
  /** Offices that it is released to and cannot be sealed to, for the directory has no good key of theirs. */
  keyless: string[]
}

export type CardDesk = {
  seal(input: { facts: unknown; release?: unknown; sealed: unknown }): Promise<CardChanged>
  release(card: string, key: string, release: unknown): Promise<CardChanged>
  erase(card: string, key: string, reason: string): Promise<CardChanged>
  tasks(): Promise<ResealTask[]>
  /** Puts a new sealed object in the place of the one that a card or a report's note has. */
  reseal(input: { kind: SealedKind; id: string; sealed: unknown }): Promise<{ id: string; lost: string[] }>
}

/** What an office has uploaded of an attachment. `message` names it, where one has been sent. */
export type HeldAttachment = { object: string; chunks: number[]; closed: boolean; message: string | null }

export type AttachmentDesk = {
  /** Null for what is not the caller's own office's, as for what does not exist. */
  held(object: string): Promise<HeldAttachment | null>
  close(object: string, signature: string): Promise<void>
}

/** A sealed object as an office holds it: under its own session key packets alone. */
export type WrappedObject = HeldObject & { version: number; state: PacketState; ciphertext: Uint8Array }

export type RewrapInput = {
  object: string
  version: number
  /** Base64 of whole session key packets: one for each holder of `audience`. */
  packets: string
  /** The offices whose packets these are. */
  audience: string[]
  /** Detached, over `uploadStatement` of the data packet under these packets alone. */
  signature: string
  /** Why a custodian's or a country's key was used; null for any other. */
  reason: string | null
}

/** From when on: messages by time, what hangs on reports by version. */
export type Since = { sinceTime: number; sinceVersion: number }
export type HeldPlace = [kind: string, place: number, id: string]

export type HandoverDesk = {
  held(
    page: Since & { after: HeldPlace | null; first: number; states: readonly PacketState[] },
  ): Promise<{ nodes: WrappedObject[]; walked: number; last: HeldPlace | null; more: boolean }>
  count(since: Since): Promise<number>
  rewrap(inputs: RewrapInput[]): Promise<number>
  confirm(inputs: { object: string; version: number }[]): Promise<number>
  uses(first: number): Promise<PacketUse[]>
}

/** What an office is told: codes and ids. `cursor` is where a stream goes on after it. */
export type OfficeEvent = {
  kind: EventKind
  about: string
  thread: string | null
  type: string | null
  urgency: string | null
  due: string | null
  /** Milliseconds. */
  time: number
  cursor: string
}

/** A moment that a whole field reads at: the version for the graph, the time for cursors. */
export type Moment = { version: number; time: number }

export type AnalysisStart = { key: string; question: Question; asOf: string | null; moment: Moment }

export type AnalysisDesk = {
  /** Throws NOT_ALLOWED, TOO_MANY_ANALYSES, and IDEMPOTENCY_CONFLICT where the key was another question's. */
  start(asked: AnalysisStart): Promise<ShownAnalysis>
  /** Null for what is not the caller's own, as for what does not exist. */
  open(id: string): Promise<ShownAnalysis | null>
  list(): Promise<ShownAnalysis[]>
  cancel(id: string): Promise<ShownAnalysis | null>
  /** What came of it; null where it is not done, or may not be shown any more. Whoever is given it was shown it. */
  result(id: string): Promise<Result | null>
}

/** What was changed of a card's tokens. */
export type MatchChanged = { card: string; replayed: boolean }

/** A card that is on watch by the keys of these years: with the most careful choice, where they differ. */
export type LapsedCard = { id: string; epochs: number[]; choice: MatchChoice }

/** A hit as one of its two offices is shown it: what is its own, and of the other what that announced. */
export type ShownHit = {
  id: string
  type: HitType
  card: string | null
  network: string | null
  question: string | null
  /** When this office was told, ms. */
  at: number
  announced: boolean
  office: string | null
  refused: RefusalReason | null
  theirRefusal: RefusalReason | null
  /** Whether either office proposes that the two are the same. */
  proposed: boolean
  theirProposal: boolean
  /** The report by which this office says that they are. */
  same: string | null
  /** The newest hit notice that either wrote to the other. */
  notice: string | null
}

/** What an office says where it proposes that the entity of its card is the other's: the head of its report, and its grading. */
export type SameInput = {
  entity: string
  purpose: string
  legalBasis: string
  reviewDue: string
  grading: object
  transfers?: readonly object[] | null | undefined
}

export type ShownAnswer = {
  id: string
  state: MatchState
  /** Milliseconds. */
  due: number
  /** In the order of the question; empty while it waits. */
  answers: { type: HitType; hits: { id: string; office: string }[] }[]
}

/** The traits of a network by the reports of the caller's office. */
export type ShownTraits = {
  network: string
  traits: { trait: string; claims: number; reports: number; counts: boolean }[]
  /** As it is on watch for the caller's office, if it is. */
  watched: { choice: MatchChoice; traits: string[] } | null
}

export type StructureDesk = {
  /** Null for what the office has not reported of, as for what does not exist. */
  traits(network: string): Promise<ShownTraits | null>
  watch(key: string, input: unknown): Promise<{ network: string; replayed: boolean }>
  unwatch(key: string, network: string): Promise<{ network: string; replayed: boolean }>
  askStructure(key: string, input: unknown): Promise<{ id: string; due: number }>
}

export type MatchDesk = StructureDesk & {
  /** Throws BUDGET_EXHAUSTED, saying when it goes on. */
  permit(order: string): Promise<string>
  place(key: string, input: unknown): Promise<MatchChanged>
  choose(key: string, card: string, choice: MatchChoice): Promise<MatchChanged>
  /** Own cards that are on watch by keys of other years, and not by this one's. */
  lapsed(page: { epoch: number; after: string; first: number }): Promise<LapsedCard[]>
  ask(key: string, input: unknown): Promise<{ id: string; due: number }>
  /** Null for what is not the caller's own office's, as for what does not exist. */
  answer(id: string): Promise<ShownAnswer | null>
  hits(page: {
    until: number
    after: [number, string] | null
    first: number
  }): Promise<{ total: number; rows: ShownHit[] }>
  hit(id: string): Promise<ShownHit | null>
  announce(id: string): Promise<ShownHit>
  refuse(id: string, reason: RefusalReason): Promise<ShownHit>
  propose(id: string, input: SameInput): Promise<ShownHit>
}

export type Context = {
  caller: Caller
  ask: Ask
  analyses: AnalysisDesk
  /** Whether the document selects a field of one of these names anywhere. */
  asks(...fields: string[]): boolean
  cards: CardDesk
  reports: ReportDesk
  match: MatchDesk
  messages: MessageDesk
  attachments: AttachmentDesk
  handover: HandoverDesk
  events: {
    /** What the caller's offices are told from now on, or after a cursor; it ends when the stream does. */
    from(after: string | null | undefined): AsyncIterable<OfficeEvent>
  }
  time: {
    /** The moment of an `asOf` argument, or the request's own. Throws BAD_DATE. */
    moment(asOf: string | null | undefined): Moment
    /** The time of a version, ISO 8601 UTC. */
    of(version: number): string
    /** The version that was the last at a time in milliseconds. */
    at(time: number): number
  }
  cursors: {
    /** Binds a position to caller, field, arguments and moment. */
    seal(field: string, args: unknown, moment: Moment, position: unknown): string
    /** Throws BAD_CURSOR for one that was made for anything else. */
    open(field: string, args: unknown, cursor: string): { time: number; position: unknown }
  }
  directory: {
    offices(): {
      office: string
      country: string
      kind: string
      parent: string | null
      name: { en: string; fr: string }
    }[]
    teams(): TeamBody[]
    /** An office and those that it is a unit of, also those that have ended, itself first. */
    lineage(office: string): string[]
    keyWarnings(): KeyWarning[]
    entries(from: number): Line[]
    append(entry: SignedBody): Promise<{ index: number }>
    /** The release that a compartment stands for. */
    reach(compartment: number): { to: string[]; except: string[]; countries: string[] }
    /** Every office somebody of which sees or saw what stands or stood in one of these compartments, by code. */
    reached(compartments: number[]): string[]
  }
  audit: {
    search(question: AuditQuestion): AuditPage | Promise<AuditPage>
    periods(from: number, to: number): AuditPeriod[] | Promise<AuditPeriod[]>
    /** Throws NOT_FOUND. `by` is the record of the erasure. */
    erase(order: EraseOrder): Promise<{ index: number; by: number }[]>
  }
  budget: {
    status(): { shown: number; limit: number }
    approve(person: string, reason: string): Promise<void>
  }
  /** Throws BAD_DATE for what is no month, or one that is not over. */
  consultations(month: string): Promise<MonthOfConsultations>
}
