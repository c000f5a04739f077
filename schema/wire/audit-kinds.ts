import type { AnsweredDetail } from './audit.ts'
import type { AuditOperation } from './codes.ts'

/**
 * What each statement does, in the words of Directive (EU) 2016/680, Art. 25. Null is what is no processing of its own:
 * what the server asks for itself, and what a change looks up to be judged by. A statement without a row fails a test.
 */
export const STATEMENT_KINDS: Readonly<Record<string, AuditOperation | null>> = {
  'card/behind': null,
  'card/erase': 'ERASURE',
  'card/list': 'CONSULTATION',
  'card/open': 'CONSULTATION',
  'card/own': null,
  'card/release': 'ALTERATION',
  'card/reseal': 'ALTERATION',
  'card/seal': 'COLLECTION',
  'card/sealed': 'CONSULTATION',
  'compartment/intern': null,
  'compartment/load': null,
  'crime/list': 'CONSULTATION',
  'entity/connection': 'COMBINATION',
  'entity/history': 'CONSULTATION',
  'entity/list': 'CONSULTATION',
  'entity/neighbourhood': 'COMBINATION',
  'entity/open': 'CONSULTATION',
  'entity/visible': null,
  'erasure/known': null,
  'erasure/standing': null,
  'event/add': null,
  'event/messages': 'CONSULTATION',
  'event/notices': 'CONSULTATION',
  'event/stored': 'CONSULTATION',
  'incident/list': 'CONSULTATION',
  'match/announce': 'DISCLOSURE',
  'match/answer': 'CONSULTATION',
  'match/ask': 'COMBINATION',
  'match/asked': null,
  'match/choose': 'ALTERATION',
  'match/forget': null,
  'match/found': null,
  'match/fresh': null,
  'match/hit': 'CONSULTATION',
  'match/hits': 'CONSULTATION',
  'match/lapsed': 'CONSULTATION',
  'match/joined': 'ALTERATION',
  'match/place': 'COLLECTION',
  'match/proposals': null,
  'match/propose': 'ALTERATION',
  'match/protected': null,
  'match/refuse': 'ALTERATION',
  'match/remind': null,
  'match/renewable': null,
  'match/seen': null,
  'match/structure': 'CONSULTATION',
  'match/structures': null,
  'match/told': null,
  'match/traits': 'COMBINATION',
  'match/undecided': null,
  'match/untold': null,
  'match/unwatch': 'ALTERATION',
  'match/watch': 'COLLECTION',
  'message/alarms': null,
  'message/due': 'CONSULTATION',
  'message/erase': 'ERASURE',
  'message/falling': null,
  'message/inbox': 'CONSULTATION',
  'message/open': 'CONSULTATION',
  'message/owned': null,
  'message/send': 'DISCLOSURE',
  'message/thread': 'CONSULTATION',
  'message/threads': 'CONSULTATION',
  'network/list': 'CONSULTATION',
  'outbox/add': null,
  'outbox/clear': null,
  'outbox/left': null,
  'outbox/restore': null,
  'packets/confirm': 'ALTERATION',
  'packets/count': 'CONSULTATION',
  'packets/held': 'CONSULTATION',
  'packets/objects': null,
  'packets/rewrap': 'ALTERATION',
  'packets/sets': null,
  'packets/uses': 'CONSULTATION',
  'projection/changed': null,
  'projection/descriptions': 'COMBINATION',
  'projection/relations': 'COMBINATION',
  'projection/reports': 'COMBINATION',
  'projection/standing': null,
  'report/acknowledge': null,
  'report/acknowledgements': 'CONSULTATION',
  'report/act': null,
  'report/acts': 'CONSULTATION',
  'report/correct': 'ALTERATION',
  'report/erase': 'ERASURE',
  'report/list': 'CONSULTATION',
  'report/note': 'CONSULTATION',
  'report/notice': null,
  'report/notices': 'CONSULTATION',
  'report/open': 'CONSULTATION',
  'report/own': null,
  'report/release': 'ALTERATION',
  'report/reseal': 'ALTERATION',
  'report/sealed': 'CONSULTATION',
  'report/submit': 'COLLECTION',
  'report/taken': null,
  'report/versions': null,
}

const READING: ReadonlySet<AuditOperation> = new Set(['CONSULTATION', 'COMBINATION'])

/**
 * The kinds of what one request did, by the statements that ran: a caller names his operation as he likes. What a change
 * read on its way is no consultation of its own. Whatever reached another office is a disclosure too. None: a request
 * that was refused before anything ran, and what Art. 25 does not speak of, such as signing in.
 */
export function kindsOf(
  detail: Pick<AnsweredDetail, 'statements' | 'disclosedTo' | 'query' | 'outcome'>,
): AuditOperation[] {
  const kinds = new Set(detail.statements.flatMap(({ name }) => STATEMENT_KINDS[name] ?? []))
  if ((detail.disclosedTo ?? []).length > 0) kinds.add('DISCLOSURE')
  // An auditor reads the log, which no statement does.
  if (detail.outcome === 'OK' && /\bauditEntries\b/.test(detail.query ?? '')) kinds.add('CONSULTATION')
  if (detail.outcome === 'OK' && /\beraseRecords\b/.test(detail.query ?? '')) kinds.add('ERASURE')
  const changes = [...kinds].filter((kind) => !READING.has(kind))
  return changes.length > 0 ? changes : [...kinds]
}

/** Cards that a desk joined into one package, as its client calls it, and a piece of an attachment, which the server names. */
const EXPORTING: ReadonlySet<string> = new Set(['cardMerge', 'chunk'])

/** Whether whole sealed content left for a file: a package of cards, an attachment, the objects of a desk. */
export function isExport({ operation, statements, outcome }: AnsweredDetail): boolean {
  if (outcome !== 'OK') return false
  return EXPORTING.has(operation ?? '') || statements.some(({ name }) => name === 'packets/held')
}
