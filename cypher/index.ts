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
  messageInbox,
  messageOpen,
  messageOwned,
  messageSend,
  messageThread,
  messageThreads,
} from './message/message.ts'
import { networkList } from './network/network.ts'
import {
  packetsConfirm,
  packetsCount,
  packetsHeld,
  packetsObjects,
  packetsRewrap,
  packetsSets,
  packetsUses,
} from './packets/packets.ts'
import {
  reportAct,
  reportActs,
  reportList,
  reportNote,
  reportNotices,
  reportOpen,
  reportOwn,
  reportVersions,
} from './report/report.ts'
import { reportCorrect, reportErase, reportRelease, reportSubmit } from './report/write.ts'

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
  messageInbox,
  messageOpen,
  messageOwned,
  messageSend,
  messageThread,
  messageThreads,
  networkList,
  packetsConfirm,
  packetsCount,
  packetsHeld,
  packetsObjects,
  packetsRewrap,
  packetsSets,
  packetsUses,
  reportAct,
  reportActs,
  reportCorrect,
  reportErase,
  reportList,
  reportNote,
  reportNotices,
  reportOpen,
  reportOwn,
  reportRelease,
  reportSubmit,
  reportVersions,
}
export type StatementName = keyof typeof STATEMENTS
