import { compartmentIntern, compartmentLoad } from './compartment/compartment.ts'
import { crimeList } from './crime/crime.ts'
import {
  entityConnection,
  entityHistory,
  entityList,
  entityNeighbourhood,
  entityOpen,
  entityVisible,
} from './entity/entity.ts'
import { eventAdd, eventMessages, eventNotices, eventStored } from './event/event.ts'
import { incidentList } from './incident/incident.ts'
import {
  messageAlarms,
  messageDue,
  messageFalling,
  messageInbox,
  messageOpen,
  messageOwned,
  messageSend,
  messageThread,
  messageThreads,
} from './message/message.ts'
import { networkList } from './network/network.ts'
import {
  reportAcknowledgements,
  reportAct,
  reportActs,
  reportList,
  reportNote,
  reportNotice,
  reportNotices,
  reportOpen,
  reportOwn,
  reportVersions,
} from './report/report.ts'
import { reportAcknowledge, reportCorrect, reportErase, reportRelease, reportSubmit } from './report/write.ts'

/** The closed set of statements. A statement without a row in `server/policy.ts` does not compile. */
export const STATEMENTS = {
  compartmentIntern,
  compartmentLoad,
  crimeList,
  entityConnection,
  entityHistory,
  entityList,
  entityNeighbourhood,
  entityOpen,
  entityVisible,
  eventAdd,
  eventMessages,
  eventNotices,
  eventStored,
  incidentList,
  messageAlarms,
  messageDue,
  messageFalling,
  messageInbox,
  messageOpen,
  messageOwned,
  messageSend,
  messageThread,
  messageThreads,
  networkList,
  reportAcknowledge,
  reportAcknowledgements,
  reportAct,
  reportActs,
  reportCorrect,
  reportErase,
  reportList,
  reportNote,
  reportNotice,
  reportNotices,
  reportOpen,
  reportOwn,
  reportRelease,
  reportSubmit,
  reportVersions,
}
export type StatementName = keyof typeof STATEMENTS
