import {
  cardErase,
  cardList,
  cardOpen,
  cardOwn,
  cardRelease,
  cardReseal,
  cardSeal,
  cardSealed,
} from './card/card.ts'
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
import { incidentList } from './incident/incident.ts'
import { messageInbox, messageOpen, messageOwned, messageSend } from './message/message.ts'
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
  reportSealed,
  reportVersions,
} from './report/report.ts'
import { reportCorrect, reportErase, reportRelease, reportReseal, reportSubmit } from './report/write.ts'

/** The closed set of statements. A statement without a row in `server/policy.ts` does not compile. */
export const STATEMENTS = {
  cardErase,
  cardList,
  cardOpen,
  cardOwn,
  cardRelease,
  cardReseal,
  cardSeal,
  cardSealed,
  compartmentIntern,
  compartmentLoad,
  crimeList,
  entityConnection,
  entityHistory,
  entityList,
  entityNeighbourhood,
  entityOpen,
  entityVisible,
  incidentList,
  messageInbox,
  messageOpen,
  messageOwned,
  messageSend,
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
  reportReseal,
  reportSealed,
  reportSubmit,
  reportVersions,
}
export type StatementName = keyof typeof STATEMENTS
