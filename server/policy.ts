import { STATEMENTS, type StatementName } from '../cypher/index.ts'
import type { Statement } from '../cypher/statement.ts'
import type { Caller } from '../schema/wire/caller.ts'
import type { OfficeRole } from '../schema/wire/codes.ts'
import { Fault } from '../schema/wire/fault.ts'
import type { Compartments, Sight } from './compartments.ts'

/** What one statement may see in one request. */
export type Scope = Sight & { asOf: number }

type Rule = { roles: readonly OfficeRole[] }

const INTELLIGENCE: Rule = { roles: ['FOCAL_POINT', 'ANALYST', 'PROSECUTOR', 'LIAISON'] }
const REPORTING: Rule = { roles: ['FOCAL_POINT', 'ANALYST', 'PROSECUTOR', 'LIAISON'] }
/** Sealed messages are for every office but the observatory; partners and auditors are written to as well. */
const EXCHANGE: Rule = { roles: ['FOCAL_POINT', 'ANALYST', 'PROSECUTOR', 'LIAISON', 'PARTNER', 'AUDITOR'] }
/** Run by the server for itself while it starts or writes; no caller may ask it. */
const INTERNAL: Rule = { roles: [] }

/** One row per statement: who may ask it. A statement without a row does not compile. */
const POLICY: Record<StatementName, Rule> = {
  cardBehind: INTERNAL,
  cardErase: REPORTING,
  cardList: INTELLIGENCE,
  cardOpen: INTELLIGENCE,
  cardOwn: REPORTING,
  cardRelease: REPORTING,
  cardReseal: REPORTING,
  cardSeal: REPORTING,
  cardSealed: REPORTING,
  compartmentIntern: INTERNAL,
  compartmentLoad: INTERNAL,
  crimeList: INTELLIGENCE,
  entityConnection: INTELLIGENCE,
  entityHistory: INTELLIGENCE,
  entityList: INTELLIGENCE,
  entityNeighbourhood: INTELLIGENCE,
  entityOpen: INTELLIGENCE,
  entityVisible: INTELLIGENCE,
  erasureKnown: INTERNAL,
  erasureStanding: INTERNAL,
  eventAdd: INTERNAL,
  eventMessages: EXCHANGE,
  eventNotices: INTELLIGENCE,
  eventStored: EXCHANGE,
  incidentList: INTELLIGENCE,
  matchAnnounce: REPORTING,
  matchAnswer: REPORTING,
  matchAsk: REPORTING,
  matchAsked: INTERNAL,
  matchChoose: REPORTING,
  matchForget: INTERNAL,
  matchFound: INTERNAL,
  matchFresh: INTERNAL,
  matchHit: REPORTING,
  matchHits: REPORTING,
  matchLapsed: REPORTING,
  matchJoined: REPORTING,
  matchPlace: REPORTING,
  matchProposals: INTERNAL,
  matchPropose: REPORTING,
  matchProtected: INTERNAL,
  matchRefuse: REPORTING,
  matchRemind: INTERNAL,
  matchRenewable: INTERNAL,
  matchSeen: INTERNAL,
  matchStructure: REPORTING,
  matchStructures: INTERNAL,
  matchTold: INTERNAL,
  matchTraits: REPORTING,
  matchUndecided: INTERNAL,
  matchUntold: INTERNAL,
  matchUnwatch: REPORTING,
  matchWatch: REPORTING,
  messageAlarms: INTERNAL,
  messageDue: EXCHANGE,
  messageErase: INTERNAL,
  messageFalling: INTERNAL,
  messageInbox: EXCHANGE,
  messageOpen: EXCHANGE,
  messageOwned: INTERNAL,
  messageSend: EXCHANGE,
  messageThread: EXCHANGE,
  messageThreads: EXCHANGE,
  networkList: INTELLIGENCE,
  outboxAdd: INTERNAL,
  outboxClear: INTERNAL,
  outboxLeft: INTERNAL,
  outboxRestore: INTERNAL,
  reportAcknowledge: REPORTING,
  reportAcknowledgements: REPORTING,
  packetsConfirm: EXCHANGE,
  packetsCount: EXCHANGE,
  packetsHeld: EXCHANGE,
  packetsObjects: EXCHANGE,
  packetsRewrap: EXCHANGE,
  packetsSets: INTERNAL,
  packetsUses: EXCHANGE,
  projectionChanged: INTERNAL,
  projectionDescriptions: INTELLIGENCE,
  projectionRelations: INTELLIGENCE,
  projectionReports: INTELLIGENCE,
  projectionStanding: INTELLIGENCE,
  reportAct: REPORTING,
  reportActs: INTELLIGENCE,
  reportCorrect: REPORTING,
  reportErase: REPORTING,
  reportList: INTELLIGENCE,
  reportNote: INTELLIGENCE,
  reportNotice: INTELLIGENCE,
  reportNotices: INTELLIGENCE,
  reportOpen: INTELLIGENCE,
  reportOwn: REPORTING,
  reportRelease: REPORTING,
  reportReseal: REPORTING,
  reportSealed: REPORTING,
  reportSubmit: REPORTING,
  reportTaken: INTERNAL,
  reportVersions: INTERNAL,
}

/** What a caller may do beside the graph. */
export type Deed =
  | 'AUDIT_READ'
  | 'AUDIT_ERASE'
  | 'DIRECTORY_READ'
  | 'DIRECTORY_WRITE'
  | 'BUDGET_APPROVE'
  | 'COUNT_READ'
  | 'EVALUATION_ORDER'
const DEEDS: Record<Deed, readonly OfficeRole[]> = {
  AUDIT_READ: ['AUDITOR'],
  AUDIT_ERASE: ['AUDITOR'],
  DIRECTORY_READ: ['FOCAL_POINT', 'ANALYST', 'PROSECUTOR', 'LIAISON', 'AUDITOR', 'PARTNER', 'OBSERVER'],
  DIRECTORY_WRITE: ['FOCAL_POINT', 'PROSECUTOR', 'LIAISON', 'AUDITOR'],
  BUDGET_APPROVE: ['FOCAL_POINT', 'PROSECUTOR', 'LIAISON'],
  COUNT_READ: ['FOCAL_POINT'],
  EVALUATION_ORDER: ['FOCAL_POINT', 'ANALYST', 'PROSECUTOR', 'LIAISON'],
}

/**
 * The closed list of what a caller may learn about things that he may not see (law 1). Each has a test of its own in
 * `test/laws/exceptions.test.ts`; nothing else may differ.
 */
export const EXCEPTIONS = [
  'RECEIPT_HEADER',
  'NOTICE_OF_WHAT_WAS_RELEASED_TO_YOU',
  'MONTHLY_COUNT_OF_CONSULTATIONS',
  'HIT_NOTICE',
] as const

const NAMES = new Map<Statement, StatementName>(
  Object.entries(STATEMENTS).map(([name, statement]) => [statement as Statement, name as StatementName]),
)

/** The scope of a statement for a caller, or the fault that refuses it. Nothing bypasses this: no flag, role or job. */
export function scopeFor(
  statement: Statement,
  caller: Caller,
  compartments: Compartments,
  asOf: number,
): Scope {
  if (!may(statement, caller)) throw refused()
  return { ...compartments.sightOf(caller), asOf }
}

/** Whether a caller may ask a statement: for what is put together of several, where a role gets only some. */
export function may(statement: Statement, caller: Caller): boolean {
  const name = NAMES.get(statement)
  return name !== undefined && POLICY[name].roles.includes(caller.role)
}

export function allow(deed: Deed, caller: Caller): void {
  if (!DEEDS[deed].includes(caller.role)) throw refused()
}

const refused = () => new Fault('NOT_ALLOWED', 'expected a role that may ask this, got yours')
