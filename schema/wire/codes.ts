// biome-ignore-all format: lists of codes are set in rows
/**
 * Every coded list of the platform. GraphQL enums, zod shapes and the labels in `schema/words` are all made from
 * `CODES`, so a code that is not here exists nowhere. Meanings stand in `schema/words`; comments here say only what
 * the label cannot.
 *
 * Smuggling of migrants (SOM) and trafficking in persons (TIP) are different offences (two UNTOC protocols). No code
 * stands for both, and no list holds elements of both: see `OFFENCE_OF`.
 */

// --- The graph -------------------------------------------------------------------------------------------------

export const KINDS = [
  'ACTOR', 'NETWORK', 'PLACE', 'ROUTE', 'LEG', 'MODUS_OPERANDI', 'VEHICLE', 'INCIDENT', 'CRIME',
] as const
export type Kind = (typeof KINDS)[number]

/** Always an assessment, of an actor in a network in a period; independent of the role. */
export const LEVELS = ['L1', 'L2', 'L3', 'LX'] as const
export type Level = (typeof LEVELS)[number]

/** The tens digit groups roles by where they are usually met; it is no level. */
export const ROLES = [
  'R01', 'R02', 'R03', 'R04', 'R05', 'R06', 'R07', 'R08', 'R09',
  'R20', 'R21', 'R22', 'R23', 'R24', 'R25', 'R26', 'R27', 'R28', 'R29', 'R30',
  'R40', 'R41', 'R42', 'R43', 'R50', 'R51', 'R52',
  'COXEUR', 'GHETTO_BOSS', 'VEHICLE_OWNER', 'FIXER',
] as const
export type Role = (typeof ROLES)[number]

/** Facets of a modus operandi by group. */
export const FACETS_OF = {
  REC: ['REC_01', 'REC_02', 'REC_03', 'REC_04', 'REC_05', 'REC_06', 'REC_07'],
  SVC: ['SVC_01', 'SVC_02', 'SVC_03', 'SVC_04'],
  TRN: [
    'TRN_01', 'TRN_02', 'TRN_03', 'TRN_04', 'TRN_05', 'TRN_06',
    'TRN_07', 'TRN_08', 'TRN_09', 'TRN_10', 'TRN_11',
  ],
  CON: ['CON_01', 'CON_02', 'CON_03', 'CON_04', 'CON_05', 'CON_06'],
  DOC: ['DOC_01', 'DOC_02', 'DOC_03', 'DOC_04', 'DOC_05', 'DOC_06', 'DOC_07', 'DOC_08', 'DOC_09'],
  ACC: ['ACC_01', 'ACC_02', 'ACC_03', 'ACC_04', 'ACC_05'],
  PAY: ['PAY_01', 'PAY_02', 'PAY_03', 'PAY_04', 'PAY_05', 'PAY_06', 'PAY_07', 'PAY_08'],
  MON: ['MON_01', 'MON_02', 'MON_03', 'MON_04', 'MON_05', 'MON_06', 'MON_07'],
  COM: ['COM_01', 'COM_02', 'COM_03', 'COM_04', 'COM_05', 'COM_06'],
  CSR: ['CSR_01', 'CSR_02', 'CSR_03', 'CSR_04', 'CSR_05', 'CSR_06', 'CSR_07'],
  COR: ['COR_01', 'COR_02', 'COR_03', 'COR_04', 'COR_05'],
  HRM: ['HRM_01', 'HRM_02', 'HRM_03', 'HRM_04', 'HRM_05', 'HRM_06', 'HRM_07', 'HRM_08', 'HRM_09'],
} as const

export const FACET_GROUPS = [
  'REC', 'SVC', 'TRN', 'CON', 'DOC', 'ACC', 'PAY', 'MON', 'COM', 'CSR', 'COR', 'HRM',
] as const
export type FacetGroup = (typeof FACET_GROUPS)[number]

export const FACETS = [
  ...FACETS_OF.REC,
  ...FACETS_OF.SVC,
  ...FACETS_OF.TRN,
  ...FACETS_OF.CON,
  ...FACETS_OF.DOC,
  ...FACETS_OF.ACC,
  ...FACETS_OF.PAY,
  ...FACETS_OF.MON,
  ...FACETS_OF.COM,
  ...FACETS_OF.CSR,
  ...FACETS_OF.COR,
  ...FACETS_OF.HRM,
] as const
export type Facet = (typeof FACETS)[number]

/** How a leg is travelled: the transport facets on their own. */
export const MEANS = FACETS_OF.TRN
export type Means = (typeof MEANS)[number]

/** What endangers the people on a leg: the harm facets on their own. */
export const HARMS = FACETS_OF.HRM
export type Harm = (typeof HARMS)[number]

/** A link to another crime needs its own evidence; sharing a route is none. */
export const LINKED_CRIMES = [
  'LNK_01', 'LNK_02', 'LNK_03', 'LNK_04', 'LNK_05', 'LNK_06', 'LNK_07', 'LNK_08', 'LNK_09', 'LNK_10',
  'LNK_11', 'LNK_12', 'LNK_13', 'LNK_14', 'LNK_15',
] as const
export type LinkedCrime = (typeof LINKED_CRIMES)[number]

export const LINK_TYPES = [
  'SAME_ROUTE', 'SAME_VEHICLE', 'SAME_ACTOR', 'SAME_FINANCE', 'TAX_PAID_TO', 'EVOLVED_INTO',
] as const
export type LinkType = (typeof LINK_TYPES)[number]

export const NETWORK_STATUSES = ['ACTIVE', 'DORMANT', 'DISMANTLED', 'UNKNOWN'] as const
export type NetworkStatus = (typeof NETWORK_STATUSES)[number]

export const LEG_STATUSES = ['OPEN', 'CONTROLLED', 'BYPASSED', 'CLOSED', 'RESIDUAL'] as const
export type LegStatus = (typeof LEG_STATUSES)[number]

export const PLACE_TYPES = [
  'CITY', 'TOWN', 'BORDER_POST', 'CHECKPOINT', 'WELL', 'PORT', 'BEACH', 'ISLAND', 'CAMP', 'OTHER',
] as const
export type PlaceType = (typeof PLACE_TYPES)[number]

export const VEHICLE_TYPES = [
  'PICKUP', 'TRUCK', 'VAN', 'BUS', 'CAR', 'INFLATABLE', 'FISHING_BOAT', 'YACHT', 'MERCHANT_SHIP',
  'AIRCRAFT', 'OTHER',
] as const
export type VehicleType = (typeof VEHICLE_TYPES)[number]

export const INCIDENT_TYPES = [
  'INTERCEPTION', 'RESCUE', 'SHIPWRECK', 'STRANDING', 'DEATHS', 'RAID', 'ARREST', 'CONVICTION', 'DEPARTURE',
  'ARRIVAL', 'CLASH',
] as const
export type IncidentType = (typeof INCIDENT_TYPES)[number]

export const TIES = [
  'KINSHIP', 'BUSINESS', 'COMMAND', 'FINANCE', 'COMMUNICATION', 'SUPPLY', 'PROTECTION',
] as const
export type Tie = (typeof TIES)[number]

/** Age not proven is UNDER_18_CLAIMED or UNKNOWN, and is then treated as a child's. */
export const AGE_BANDS = ['CHILD', 'UNDER_18_CLAIMED', 'ADULT', 'UNKNOWN'] as const
export type AgeBand = (typeof AGE_BANDS)[number]

export const SEXES = ['FEMALE', 'MALE', 'OTHER', 'UNKNOWN'] as const
export type Sex = (typeof SEXES)[number]

/** A set per actor, empty for most. Any member keeps the actor out of every export. */
export const PROTECTED_STATES = ['MIGRANT', 'COERCED', 'MINOR'] as const
export type ProtectedState = (typeof PROTECTED_STATES)[number]

/** Humanitarian help is a separate field beside it; what either means for an offence is the law's question. */
export const BENEFITS = ['SHOWN', 'UNKNOWN', 'NONE'] as const
export type Benefit = (typeof BENEFITS)[number]

// --- Grading, handling, lawfulness -----------------------------------------------------------------------------

/** 4×4, source: A no doubt, B mostly reliable, C mostly unreliable, X cannot be assessed. */
export const SOURCES = ['A', 'B', 'C', 'X'] as const
export type Source = (typeof SOURCES)[number]

/** 4×4, information 1–4; the N is there because a GraphQL enum value cannot start with a digit. */
export const INFORMATIONS = ['N1', 'N2', 'N3', 'N4'] as const
export type Information = (typeof INFORMATIONS)[number]

export const BASES = ['FACT', 'ASSESSMENT'] as const
export type Basis = (typeof BASES)[number]

/** A set per claim, without order. Only the originator may take a code away. */
export const HANDLINGS = ['H0', 'H1', 'H2', 'H3'] as const
export type Handling = (typeof HANDLINGS)[number]

/** An order, least first: compare by index in this list. */
export const SENSITIVITIES = ['S1_ROUTINE', 'S2_SENSITIVE', 'S3_HIGH', 'S4_LIFE'] as const
export type Sensitivity = (typeof SENSITIVITIES)[number]

/** Directive (EU) 2023/977: information exchanged is no evidence until the provider consents. */
export const EVIDENCE_USES = ['NOT_CONSENTED', 'CONSENTED', 'ON_REQUEST'] as const
export type EvidenceUse = (typeof EVIDENCE_USES)[number]

/** To whom a recipient may pass a thing on: nobody, whom the originator agrees to, others of its release. */
export const ONWARDS = ['NONE', 'WITH_CONSENT', 'WITHIN_RELEASE'] as const
export type Onward = (typeof ONWARDS)[number]

/** Europol Regulation art. 18(2), and what auditors and handovers need. */
export const PURPOSES = [
  'CROSS_CHECK', 'STRATEGIC', 'OPERATIONAL', 'EXCHANGE', 'OVERSIGHT', 'ADMINISTRATION',
] as const
export type Purpose = (typeof PURPOSES)[number]

/** LED art. 6 and Europol Regulation annex II. Unknown is OTHER, never SUSPECT by default. */
export const SUBJECT_CATEGORIES = [
  'SUSPECT', 'CONVICTED', 'POTENTIAL_OFFENDER', 'CONTACT', 'INFORMANT', 'WITNESS', 'VICTIM', 'OTHER',
] as const
export type SubjectCategory = (typeof SUBJECT_CATEGORIES)[number]

/** LED arts. 35–38; EU_MEMBER only where both states are in `EU_MEMBERS`. */
export const TRANSFER_BASES = ['ADEQUACY', 'SAFEGUARDS', 'SPECIAL_CIRCUMSTANCES', 'EU_MEMBER'] as const
export type TransferBasis = (typeof TRANSFER_BASES)[number]

/** Member States of the European Union by ISO 3166-1 code, as of 1 February 2020 (27; Greece is GR, not EL). */
export const EU_MEMBERS = [
  'AT', 'BE', 'BG', 'CY', 'CZ', 'DE', 'DK', 'EE', 'ES', 'FI', 'FR', 'GR', 'HR', 'HU', 'IE', 'IT', 'LT',
  'LU', 'LV', 'MT', 'NL', 'PL', 'PT', 'RO', 'SE', 'SI', 'SK',
] as const
export type EuMember = (typeof EU_MEMBERS)[number]

// --- Offices ---------------------------------------------------------------------------------------------------

export const OFFICE_KINDS = [
  'POLICE', 'PROSECUTION', 'LIAISON', 'AUDITOR', 'PARTNER', 'OBSERVATORY',
] as const
export type OfficeKind = (typeof OFFICE_KINDS)[number]

export const OFFICE_ROLES = [
  'FOCAL_POINT', 'ANALYST', 'PROSECUTOR', 'LIAISON', 'AUDITOR', 'PARTNER', 'OBSERVER', 'OPERATOR',
] as const
export type OfficeRole = (typeof OFFICE_ROLES)[number]

export const TEAM_KINDS = ['POLICE', 'JUDICIAL'] as const
export type TeamKind = (typeof TEAM_KINDS)[number]

export const REVOCATION_REASONS = ['KEY_COMPROMISED', 'SUPERSEDED', 'LEFT_OFFICE'] as const
export type RevocationReason = (typeof REVOCATION_REASONS)[number]

export const LANGUAGES = ['en', 'fr'] as const
export type Language = (typeof LANGUAGES)[number]

// --- Offence elements ------------------------------------------------------------------------------------------

/** Smuggling Protocol arts. 3(a) and 6(1). FOMB: financial or other material benefit; not an element everywhere. */
export const SOM_ELEMENTS = [
  'ACT_PROCURE_ENTRY', 'ACT_FALSE_DOCUMENT', 'ACT_ENABLE_STAY', 'OBJECT_NON_NATIONAL', 'ILLEGAL_ENTRY',
  'INTENT', 'FOMB',
] as const
export type SomElement = (typeof SOM_ELEMENTS)[number]

/** Smuggling Protocol art. 6(2). */
export const PARTICIPATIONS = ['PRINCIPAL', 'ATTEMPT', 'ACCOMPLICE', 'ORGANISE_DIRECT'] as const
export type Participation = (typeof PARTICIPATIONS)[number]

/** Of smuggling: Protocol art. 6(3) and national laws. */
export const AGGRAVATIONS = [
  'LIFE_ENDANGERED', 'INHUMAN_TREATMENT', 'EXPLOITATION', 'DEATH', 'MINOR_SMUGGLED', 'CRIMINAL_GROUP',
  'PUBLIC_OFFICIAL',
] as const
export type Aggravation = (typeof AGGRAVATIONS)[number]

/** Every one must be answered before anybody is a suspect of smuggling. CARE_OF_MINOR: CJEU C-460/23 *Kinsa*. */
export const EXCLUSIONS = [
  'SELF_SMUGGLED', 'NO_BENEFIT_HUMANITARIAN', 'FAMILY', 'CARE_OF_MINOR', 'SEA_RESCUE',
  'NECESSITY_OR_DURESS', 'COERCED_TO_STEER',
] as const
export type Exclusion = (typeof EXCLUSIONS)[number]

/** Trafficking Protocol art. 3(a). */
export const TIP_ACTS = ['RECRUIT', 'TRANSPORT', 'TRANSFER', 'HARBOUR', 'RECEIVE'] as const
export type TipAct = (typeof TIP_ACTS)[number]

/** Trafficking Protocol art. 3(a); not needed where the victim is a child (art. 3(c)). */
export const TIP_MEANS = [
  'FORCE_OR_THREAT', 'COERCION', 'ABDUCTION', 'FRAUD', 'DECEPTION', 'ABUSE_OF_POWER',
  'ABUSE_OF_VULNERABILITY', 'PAYMENT_TO_CONTROLLER',
] as const
export type TipMeans = (typeof TIP_MEANS)[number]

/** Trafficking Protocol art. 3(a), Directive 2011/36/EU as amended by (EU) 2024/1712. */
export const EXPLOITATION_PURPOSES = [
  'SEXUAL', 'FORCED_LABOUR', 'SLAVERY_LIKE', 'SERVITUDE', 'ORGAN_REMOVAL', 'BEGGING', 'CRIMINAL_ACTIVITIES',
  'FORCED_MARRIAGE', 'ILLEGAL_ADOPTION', 'SURROGACY', 'CHILD_SOLDIERS', 'OTHER_EXPLOITATION',
] as const
export type ExploitationPurpose = (typeof EXPLOITATION_PURPOSES)[number]

/** Which offence a list of elements belongs to. Never merged, never summed. */
export const OFFENCE_OF = {
  SomElement: 'SOM',
  Participation: 'SOM',
  Aggravation: 'SOM',
  Exclusion: 'SOM',
  TipAct: 'TIP',
  TipMeans: 'TIP',
  ExploitationPurpose: 'TIP',
} as const

// --- Messages, reports, audit ----------------------------------------------------------------------------------

/** Due: urgent and direct 8 h, urgent and indirect 3 days, normal 7 days (Directive (EU) 2023/977). */
export const URGENCIES = ['URGENT', 'NORMAL'] as const
export type Urgency = (typeof URGENCIES)[number]

/** Directive (EU) 2023/977: what alone makes a request urgent. */
export const URGENCY_REASONS = ['PUBLIC_SECURITY', 'LIFE', 'LIBERTY', 'LOSING_RELEVANCE'] as const
export type UrgencyReason = (typeof URGENCY_REASONS)[number]

/** Why a request cannot do without: Directive (EU) 2023/977 art. 4. A code, because the words may name and stay sealed. */
export const NECESSITIES = [
  'IDENTIFY_PERSON', 'LOCATE_PERSON', 'ATTRIBUTE_ACT', 'LINK_CASES', 'TRACE_PROCEEDS', 'PREVENT_OFFENCE',
  'SECURE_EVIDENCE', 'PROTECT_LIFE', 'PASS_ON',
] as const
export type Necessity = (typeof NECESSITIES)[number]

/** Where else the same matter is written about. */
export const CHANNELS = ['SIENA', 'I24_7', 'EJN', 'EUROJUST', 'SIRENE', 'OTHER_CHANNEL'] as const
export type Channel = (typeof CHANNELS)[number]

/** What became of a request at one of its recipients: derived from the messages, stored nowhere. */
export const THREAD_STATES = ['OPEN', 'ACKNOWLEDGED', 'ANSWERED', 'REFUSED', 'OVERDUE'] as const
export type ThreadState = (typeof THREAD_STATES)[number]

/** How the answering side reaches what was asked for. */
export const ACCESSES = ['DIRECT', 'INDIRECT'] as const
export type Access = (typeof ACCESSES)[number]

/** LIFE_AT_RISK is acknowledged within 15 minutes, rescue contacts first. */
export const MESSAGE_TYPES = [
  'REQUEST', 'ANSWER', 'SPONTANEOUS_INFO', 'CONTRIBUTION', 'HIT_NOTICE', 'ACK', 'REFUSAL', 'CORRECTION',
  'ERASURE_NOTICE', 'LIFE_AT_RISK',
] as const
export type MessageType = (typeof MESSAGE_TYPES)[number]

/** What an answer proposes beside its words: that something be released to whoever asked, or that both work as one team. */
export const OFFERS = ['RELEASE', 'JOINT_TEAM'] as const
export type Offer = (typeof OFFERS)[number]

/** In the spirit of Directive (EU) 2023/977 art. 6. */
export const REFUSAL_REASONS = [
  'NOT_HELD', 'REQUIREMENTS_NOT_MET', 'AUTHORISATION_REFUSED', 'INACCURATE_OR_OUTDATED',
  'NATIONAL_SECURITY', 'ONGOING_INVESTIGATION', 'SAFETY_OF_PERSON', 'LEGAL_PERSON_INTERESTS',
  'NOT_AN_OFFENCE', 'MINOR_OFFENCE', 'THIRD_STATE_CONSENT', 'DISPROPORTIONATE', 'FUNDAMENTAL_RIGHTS',
] as const
export type RefusalReason = (typeof REFUSAL_REASONS)[number]

export const WITHDRAW_REASONS = [
  'ERROR', 'SOURCE_DISCREDITED', 'CONSENT_WITHDRAWN', 'SUPERSEDED', 'LEGAL_BASIS_LOST',
  'ORIGINATOR_DECISION',
] as const
export type WithdrawReason = (typeof WITHDRAW_REASONS)[number]

export const ERASE_REASONS = [
  'RETENTION_EXPIRED', 'COURT_ORDER', 'SUBJECT_REQUEST', 'UNLAWFUL_PROCESSING', 'LAW_REPEALED',
  'WRONG_PERSON', 'ORIGIN_STATE_REQUEST',
] as const
export type EraseReason = (typeof ERASE_REASONS)[number]

export const REPORT_STATUSES = ['CURRENT', 'CORRECTED', 'WITHDRAWN', 'ERASED'] as const
export type ReportStatus = (typeof REPORT_STATUSES)[number]

export const NOTICE_KINDS = [
  'CORRECTED', 'NARROWED', 'WITHDRAWN', 'ERASED', 'CARD_CORRECTED', 'CARD_NARROWED', 'CARD_ERASED',
] as const
export type NoticeKind = (typeof NOTICE_KINDS)[number]

/** What an office is told while it listens. */
export const EVENT_KINDS = [
  'MESSAGE', 'NOTICE', 'DUE_SOON', 'OVERDUE', 'ESCALATION', 'KEY_EXPIRING', 'RESEAL_TASK', 'HANDOVER', 'RECOVERY_USED',
  'RESURGENCE', 'HIT', 'HIT_UNDECIDED',
] as const
export type EventKind = (typeof EVENT_KINDS)[number]

/** What an office can hold sealed under session key packets of its own. */
export const SEALED_KINDS = ['MESSAGE', 'NOTE', 'CARD', 'ATTACHMENT'] as const
export type SealedKind = (typeof SEALED_KINDS)[number]

/** How far an office's handover of a sealed object has come; PRESENT_KEY: it was sealed to the office's present key. */
export const PACKET_STATES = ['FORMER_KEY', 'PRESENT_KEY', 'WRAPPED', 'CONFIRMED'] as const
export type PacketState = (typeof PACKET_STATES)[number]

/** Why a custodian's or a country's key opened what an office's own could not. */
export const RESCUE_REASONS = [
  'OFFICER_LEFT', 'OFFICER_UNREACHABLE', 'KEY_LOST', 'KEY_COMPROMISED', 'OFFICE_DISSOLVED', 'COURT_ORDER',
] as const
export type RescueReason = (typeof RESCUE_REASONS)[number]

/** LED art. 25: what an audit record says was done. */
export const AUDIT_OPERATIONS = [
  'COLLECTION', 'ALTERATION', 'CONSULTATION', 'DISCLOSURE', 'COMBINATION', 'ERASURE',
] as const
export type AuditOperation = (typeof AUDIT_OPERATIONS)[number]

/** INTERRUPTED: asked, and no answer on record, because the server died in between. */
export const AUDIT_OUTCOMES = ['ANSWERED', 'REFUSED', 'FAILED', 'INTERRUPTED'] as const
export type AuditOutcome = (typeof AUDIT_OUTCOMES)[number]

// --- Sealed cards ------------------------------------------------------------------------------------------------

/** What a card is about: a person, a vehicle or vessel, or one selector that belongs to either or to a network. */
export const CARD_KINDS = ['PERSON', 'VEHICLE', 'SELECTOR'] as const
export type CardKind = (typeof CARD_KINDS)[number]

/** What a card may hold. They stand inside the seal only. */
export const IDENTIFIER_KINDS = [
  'NAME', 'ALIAS', 'BIRTH_DATE', 'BIRTH_PLACE', 'NATIONALITY', 'ADDRESS',
  'PHONE', 'EMAIL', 'HANDLE', 'IMEI', 'IMSI', 'DOCUMENT', 'PASSPORT_LINE', 'IBAN', 'BIC', 'WALLET',
  'PLATE', 'VIN', 'IMO', 'MMSI', 'CALL_SIGN', 'CONTAINER', 'AIRCRAFT_ADDRESS', 'AIRCRAFT_REGISTRATION',
] as const
export type IdentifierKind = (typeof IDENTIFIER_KINDS)[number]

/** Why something sealed is to be sealed again; ENTITY_GONE and PROTECTED ask the originator for a decision. */
export const RESEAL_CAUSES = ['WIDENED', 'NARROWED', 'KEY_CHANGED', 'PROTECTED', 'ENTITY_GONE'] as const
export type ResealCause = (typeof RESEAL_CAUSES)[number]

// --- Analyses ----------------------------------------------------------------------------------------------------

/** By what actors are listed. None of them is a rank in a network. */
export const CENTRALITIES = ['DEGREE', 'BETWEENNESS', 'EIGENVECTOR', 'CORE'] as const
export type Centrality = (typeof CENTRALITIES)[number]

/** What two rates of rare events say. TOO_FEW: not even all of them on one side would have told. */
export const RATE_READINGS = ['ROSE', 'FELL', 'NOT_SHOWN', 'TOO_FEW'] as const
export type RateReading = (typeof RATE_READINGS)[number]

/** What one corridor is: a route with its legs, a leg, or all legs that lead to one country. */
export const CORRIDOR_KINDS = ['ROUTE', 'LEG', 'DESTINATION'] as const
export type CorridorKind = (typeof CORRIDOR_KINDS)[number]

/** Whether what rose has the profile of what fell about the same time. */
export const SHIFT_READINGS = ['FITS', 'CANNOT_TELL', 'TOO_LITTLE', 'OTHER_PROFILE'] as const
export type ShiftReading = (typeof SHIFT_READINGS)[number]

/** By what a way round is the cheaper. */
export const BYPASS_COSTS = ['LEGS', 'HOURS', 'FEE'] as const
export type BypassCost = (typeof BYPASS_COSTS)[number]

/** Of how many hops of a way something is told since the control: all, some, none. Not seen is not unused. */
export const BYPASS_ACTIVITIES = ['USED', 'PARTLY', 'UNSEEN'] as const
export type BypassActivity = (typeof BYPASS_ACTIVITIES)[number]
/** What makes a tie longer on a path; every tie is one hop at least. KIND: the order in which the caller names kinds. */
export const WEIGHTS = ['HOPS', 'GRADING', 'RECENCY', 'KIND'] as const
export type Weight = (typeof WEIGHTS)[number]

/** What a path in time is to be best in. */
export const TIME_AIMS = ['EARLIEST_ARRIVAL', 'LATEST_DEPARTURE', 'FASTEST', 'FEWEST_HOPS'] as const
export type TimeAim = (typeof TIME_AIMS)[number]

/** Who is said to use a way of working: the network itself, or one who is said to be its member. */
export const USERS = ['NETWORK', 'MEMBER'] as const
export type User = (typeof USERS)[number]

/** Of two networks, or a description and a network: who has a facet. */
export const FACET_SIDES = ['BOTH', 'ONE', 'OTHER'] as const
export type FacetSide = (typeof FACET_SIDES)[number]

/** What of a dismantled network may be met again. */
export const TRACES = ['MEMBERS', 'SELECTORS', 'PLACES', 'FACETS'] as const
export type Trace = (typeof TRACES)[number]

/**
 * What a set of actors is to do best together: without it as few as possible are connected (COMPONENTS), or all are as far apart as
 * possible (DISTANCES); or all are as near to it as possible (REACH), or as many as possible within some ties (WITHIN).
 */
export const KEY_GOALS = ['COMPONENTS', 'DISTANCES', 'REACH', 'WITHIN'] as const
export type KeyGoal = (typeof KEY_GOALS)[number]

/**
 * How a network that lost somebody ties itself anew: not at all; with anybody; with whom has many ties; with the nearest; or with the
 * nearest of the same role, who takes over all ties of whoever is gone.
 */
export const RECOVERIES = ['NONE', 'RANDOM', 'DEGREE', 'DISTANCE', 'ROLE'] as const
export type Recovery = (typeof RECOVERIES)[number]

/** What is removed: what was named, or, to hold it against, as many at random or each time the one with the most betweenness. */
export const REMOVAL_WAYS = ['NAMED', 'RANDOM', 'ADAPTIVE'] as const
export type RemovalWay = (typeof REMOVAL_WAYS)[number]

/** What a threat picture shows of a network side by side. None is added to another. */
export const THREAT_INDICATORS = [
  'REACH_ROUTES', 'REACH_LEGS', 'REACH_PLACES', 'REACH_COUNTRIES', 'MEMBERS', 'LEVELS', 'GROUPS', 'CUT_POINTS',
  'WORST_LOSS', 'HARMS', 'DEAD', 'MISSING', 'INJURED', 'CORRUPTION', 'CORRUPTION_LINKS', 'LINKED_CRIMES',
  'TRAFFICKING_LINKS', 'FEES', 'PAYMENT', 'NEW_MEMBERS', 'NEW_INCIDENTS',
] as const
export type ThreatIndicator = (typeof THREAT_INDICATORS)[number]

/** How far an analysis has come. OUTDATED: what it may be shown of has changed since, so it is not shown; ask again. */
export const ANALYSIS_STATES = ['WAITING', 'RUNNING', 'DONE', 'FAILED', 'CANCELLED', 'OUTDATED'] as const
export type AnalysisState = (typeof ANALYSIS_STATES)[number]

/** Identifiers that may become tokens. Names, dates and addresses never do: they are too few, and too many share them. */
export const SELECTOR_TYPES = [
  'PHONE', 'PLATE', 'VIN', 'IMO', 'MMSI', 'IBAN', 'WALLET', 'HANDLE', 'DOCUMENT', 'IMEI',
] as const
export type SelectorType = (typeof SELECTOR_TYPES)[number]

/** What a hit is of: a selector, or the structure of a network. */
export const HIT_TYPES = [...SELECTOR_TYPES, 'STRUCTURE'] as const
export type HitType = (typeof HIT_TYPES)[number]

/** What the owner of a card wants when somebody else holds or asks for one of its selectors. */
export const MATCH_CHOICES = ['ANNOUNCE', 'ANNOUNCE_TO_ME_FIRST', 'SILENT'] as const
export type MatchChoice = (typeof MATCH_CHOICES)[number]

/** How far a question of matching has come: it is answered with the batch of its minute. */
export const MATCH_STATES = ['PENDING', 'ANSWERED'] as const
export type MatchState = (typeof MATCH_STATES)[number]

/** What a question learns of one token. NO_HIT also where somebody holds it and has not announced himself. */
export const MATCH_OUTCOMES = ['HIT', 'NO_HIT'] as const
export type MatchOutcome = (typeof MATCH_OUTCOMES)[number]

/** The closed registry, by the name of the GraphQL enum. */
export const CODES = {
  Access: ACCESSES,
  AgeBand: AGE_BANDS,
  Aggravation: AGGRAVATIONS,
  AnalysisState: ANALYSIS_STATES,
  AuditOperation: AUDIT_OPERATIONS,
  AuditOutcome: AUDIT_OUTCOMES,
  Basis: BASES,
  Benefit: BENEFITS,
  BypassActivity: BYPASS_ACTIVITIES,
  BypassCost: BYPASS_COSTS,
  CardKind: CARD_KINDS,
  Centrality: CENTRALITIES,
  Channel: CHANNELS,
  CorridorKind: CORRIDOR_KINDS,
  EraseReason: ERASE_REASONS,
  EventKind: EVENT_KINDS,
  EvidenceUse: EVIDENCE_USES,
  Exclusion: EXCLUSIONS,
  ExploitationPurpose: EXPLOITATION_PURPOSES,
  Facet: FACETS,
  FacetGroup: FACET_GROUPS,
  FacetSide: FACET_SIDES,
  Handling: HANDLINGS,
  Harm: HARMS,
  HitType: HIT_TYPES,
  IdentifierKind: IDENTIFIER_KINDS,
  IncidentType: INCIDENT_TYPES,
  Information: INFORMATIONS,
  KeyGoal: KEY_GOALS,
  Kind: KINDS,
  Language: LANGUAGES,
  LegStatus: LEG_STATUSES,
  Level: LEVELS,
  LinkType: LINK_TYPES,
  LinkedCrime: LINKED_CRIMES,
  MatchChoice: MATCH_CHOICES,
  MatchOutcome: MATCH_OUTCOMES,
  MatchState: MATCH_STATES,
  Means: MEANS,
  MessageType: MESSAGE_TYPES,
  Necessity: NECESSITIES,
  NetworkStatus: NETWORK_STATUSES,
  NoticeKind: NOTICE_KINDS,
  Offer: OFFERS,
  OfficeKind: OFFICE_KINDS,
  OfficeRole: OFFICE_ROLES,
  Onward: ONWARDS,
  PacketState: PACKET_STATES,
  Participation: PARTICIPATIONS,
  PlaceType: PLACE_TYPES,
  ProtectedState: PROTECTED_STATES,
  Purpose: PURPOSES,
  RateReading: RATE_READINGS,
  Recovery: RECOVERIES,
  RefusalReason: REFUSAL_REASONS,
  RemovalWay: REMOVAL_WAYS,
  ReportStatus: REPORT_STATUSES,
  RescueReason: RESCUE_REASONS,
  ResealCause: RESEAL_CAUSES,
  RevocationReason: REVOCATION_REASONS,
  Role: ROLES,
  SealedKind: SEALED_KINDS,
  SelectorType: SELECTOR_TYPES,
  Sensitivity: SENSITIVITIES,
  Sex: SEXES,
  ShiftReading: SHIFT_READINGS,
  SomElement: SOM_ELEMENTS,
  Source: SOURCES,
  SubjectCategory: SUBJECT_CATEGORIES,
  TeamKind: TEAM_KINDS,
  ThreadState: THREAD_STATES,
  ThreatIndicator: THREAT_INDICATORS,
  Tie: TIES,
  TimeAim: TIME_AIMS,
  TipAct: TIP_ACTS,
  TipMeans: TIP_MEANS,
  Trace: TRACES,
  TransferBasis: TRANSFER_BASES,
  Urgency: URGENCIES,
  UrgencyReason: URGENCY_REASONS,
  User: USERS,
  VehicleType: VEHICLE_TYPES,
  Weight: WEIGHTS,
  WithdrawReason: WITHDRAW_REASONS,
} as const
export type CodeList = keyof typeof CODES
export type CodeOf<L extends CodeList> = (typeof CODES)[L][number]
