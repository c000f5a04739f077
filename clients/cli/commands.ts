import { actorShow } from './actor-show.ts'
import { analysisCancel, analysisList, analysisShow } from './analysis-list.ts'
import { auditCounts } from './audit-counts.ts'
import { auditErase } from './audit-erase.ts'
import { auditMatchCheck } from './audit-match-check.ts'
import { auditMatchSample } from './audit-match-sample.ts'
import { auditProve } from './audit-prove.ts'
import { auditReceipts } from './audit-receipts.ts'
import { auditReconcile } from './audit-reconcile.ts'
import { auditReport } from './audit-report.ts'
import { auditSearch } from './audit-search.ts'
import { auditVerify } from './audit-verify.ts'
import { budgetApprove } from './budget-approve.ts'
import { cardErase } from './card-erase.ts'
import { cardMerge } from './card-merge.ts'
import { cardOpen } from './card-open.ts'
import { cardRelease } from './card-release.ts'
import { cardSeal } from './card-seal.ts'
import { cardShow } from './card-show.ts'
import type { Command } from './command.ts'
import { connection } from './connection.ts'
import { crimeList } from './crime-list.ts'
import { crimeMatrix } from './crime-matrix.ts'
import { directoryEnter } from './directory-enter.ts'
import { directoryHistory } from './directory-history.ts'
import { directoryShow } from './directory-show.ts'
import { directorySign } from './directory-sign.ts'
import { directoryWkd } from './directory-wkd.ts'
import { displacementFind } from './displacement-find.ts'
import { disruptionSimulate } from './disruption-simulate.ts'
import { evaluatorDeal, evaluatorFinish, evaluatorReveal } from './evaluator-ceremony.ts'
import { evaluatorJoin } from './evaluator-join.ts'
import { evaluatorReport } from './evaluator-report.ts'
import { evaluatorServe } from './evaluator-serve.ts'
import { evaluatorDestroy, evaluatorShow } from './evaluator-show.ts'
import { gateway } from './gateway.ts'
import { handoverConfirm } from './handover-confirm.ts'
import { handoverStart } from './handover-start.ts'
import { handoverStatus } from './handover-status.ts'
import { handoverSummary } from './handover-summary.ts'
import { history } from './history.ts'
import { incidentList } from './incident-list.ts'
import { keyList } from './key-list.ts'
import { keyNew } from './key-new.ts'
import { keyPlayerFind } from './key-player-find.ts'
import { keyRotate } from './key-rotate.ts'
import { keyShow } from './key-show.ts'
import { login } from './login.ts'
import { matchAnswers } from './match-answers.ts'
import { matchAsk, matchResume } from './match-ask.ts'
import { matchChoose } from './match-choose.ts'
import { matchHitAnnounce, matchHitRefuse, matchHits } from './match-hits.ts'
import { matchKeyAdd } from './match-key.ts'
import { matchHitNotice } from './match-notice.ts'
import { matchOpenSample } from './match-open-sample.ts'
import { matchRenew } from './match-renew.ts'
import { matchHitSame } from './match-same.ts'
import { matchResult, matchStructure } from './match-structure.ts'
import { matchWatch } from './match-watch.ts'
import { messageConsent, messageForward } from './message-forward.ts'
import { messageInbox } from './message-inbox.ts'
import { messageOpen } from './message-open.ts'
import { messageAck, messageAnswer, messageRefuse } from './message-reply.ts'
import { messageCorrect, messageErase } from './message-revise.ts'
import { messageSend } from './message-send.ts'
import { messageShow } from './message-show.ts'
import { messageOverdue, messageThread, messageThreads } from './message-thread.ts'
import { messageWatch } from './message-watch.ts'
import { neighbourhood } from './neighbourhood.ts'
import { networkList } from './network-list.ts'
import { networkShow } from './network-show.ts'
import { noticeAck, noticeAcknowledged } from './notice-ack.ts'
import { noticeList } from './notice-list.ts'
import { officeList } from './office-list.ts'
import { operatorPrune } from './operator-prune.ts'
import { operatorReplay } from './operator-replay.ts'
import { operatorSweep } from './operator-sweep.ts'
import { outboxDrop } from './outbox-drop.ts'
import { outboxList } from './outbox-list.ts'
import { outboxRetry } from './outbox-retry.ts'
import { pathBetween } from './path-between.ts'
import { pathFind } from './path-find.ts'
import { pathInTime } from './path-in-time.ts'
import { pictureActivity } from './picture-activity.ts'
import { pictureMap } from './picture-map.ts'
import { pictureNetwork } from './picture-network.ts'
import { placeShow } from './place-show.ts'
import { recoveryCombine } from './recovery-combine.ts'
import { recoveryPass } from './recovery-pass.ts'
import { recoverySplit } from './recovery-split.ts'
import { reportCorrect } from './report-correct.ts'
import { reportErase } from './report-erase.ts'
import { reportList } from './report-list.ts'
import { reportRelease } from './report-release.ts'
import { reportShow } from './report-show.ts'
import { reportSubmit } from './report-submit.ts'
import { reportWithdraw } from './report-withdraw.ts'
import { reseal } from './reseal.ts'
import { resurgenceShow } from './resurgence-show.ts'
import { routeActivity } from './route-activity.ts'
import { routeBypass } from './route-bypass.ts'
import { routeFlow } from './route-flow.ts'
import { routeList } from './route-list.ts'
import { routeShow } from './route-show.ts'
import { routeTrend } from './route-trend.ts'
import { similaritySearch, similarityShow } from './similarity-show.ts'
import { structureShow } from './structure-show.ts'
import { threatReport } from './threat-report.ts'
import { threatShow } from './threat-show.ts'
import { tour } from './tour.ts'
import { whoami } from './whoami.ts'
import { witness } from './witness.ts'

/** Everything that can be typed, in the order in which help lists it. */
export const COMMANDS: readonly Command[] = [
  login,
  whoami,
  reportSubmit,
  reportCorrect,
  reportWithdraw,
  reportErase,
  reportRelease,
  reportShow,
  reportList,
  networkList,
  networkShow,
  actorShow,
  routeList,
  routeShow,
  routeFlow,
  routeActivity,
  routeBypass,
  routeTrend,
  displacementFind,
  placeShow,
  incidentList,
  crimeList,
  crimeMatrix,
  connection,
  neighbourhood,
  history,
  pathFind,
  pathInTime,
  pathBetween,
  similarityShow,
  similaritySearch,
  resurgenceShow,
  structureShow,
  keyPlayerFind,
  disruptionSimulate,
  threatShow,
  threatReport,
  analysisList,
  analysisShow,
  analysisCancel,
  pictureNetwork,
  pictureMap,
  pictureActivity,
  cardSeal,
  cardShow,
  cardOpen,
  cardRelease,
  cardErase,
  cardMerge,
  reseal,
  matchKeyAdd,
  matchAsk,
  matchResume,
  matchAnswers,
  matchHits,
  matchHitAnnounce,
  matchHitNotice,
  matchHitRefuse,
  matchHitSame,
  matchChoose,
  matchRenew,
  matchOpenSample,
  matchStructure,
  matchResult,
  matchWatch,
  messageSend,
  messageInbox,
  messageOpen,
  messageWatch,
  messageShow,
  messageThreads,
  messageThread,
  messageOverdue,
  messageAck,
  messageAnswer,
  messageRefuse,
  messageForward,
  messageConsent,
  messageCorrect,
  messageErase,
  noticeList,
  noticeAck,
  noticeAcknowledged,
  handoverSummary,
  handoverStart,
  handoverConfirm,
  handoverStatus,
  recoverySplit,
  recoveryPass,
  recoveryCombine,
  auditSearch,
  auditReport,
  auditCounts,
  auditMatchSample,
  auditMatchCheck,
  auditErase,
  auditVerify,
  auditProve,
  auditReconcile,
  auditReceipts,
  officeList,
  directoryShow,
  directoryHistory,
  directoryWkd,
  directorySign,
  directoryEnter,
  budgetApprove,
  keyNew,
  keyRotate,
  keyShow,
  keyList,
  outboxList,
  outboxRetry,
  outboxDrop,
  gateway,
  operatorPrune,
  operatorReplay,
  operatorSweep,
  witness,
  evaluatorJoin,
  evaluatorDeal,
  evaluatorReveal,
  evaluatorFinish,
  evaluatorServe,
  evaluatorShow,
  evaluatorDestroy,
  evaluatorReport,
  tour,
]
