import { cardErase, cardList, cardOpen, cardOwn, cardRelease, cardSeal } from './card/card.ts'
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
import { partNote, partReplace, partSealed } from './part/part.ts'
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
  cardErase,
  cardList,
  cardOpen,
  cardOwn,
  cardRelease,
  cardSeal,
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
  partNote,
  partReplace,
  partSealed,
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
