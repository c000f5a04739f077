import type { Step } from './steps.ts'

/** The operation of each act, as the public API takes it. */
export const DOCUMENTS: Record<Step['act'], string> = {
  submit:
    'mutation ($input: ReportInput!) { submitReport(input: $input) { report { id } ids { local id } } }',
  correct:
    'mutation ($report: ID!, $input: CorrectionInput!) { correctReport(report: $report, input: $input) { report { id } ids { local id } } }',
  withdraw:
    'mutation ($report: ID!, $key: String!, $reason: WithdrawReason!) { withdrawReport(report: $report, key: $key, reason: $reason) { report { id } } }',
  erase:
    'mutation ($report: ID!, $key: String!, $reason: EraseReason!) { eraseReport(report: $report, key: $key, reason: $reason) { report { id } } }',
  release:
    'mutation ($report: ID!, $key: String!, $release: ReleaseInput!) { releaseReport(report: $report, key: $key, release: $release) { report { id } } }',
  message: 'mutation ($input: SendInput!) { sendMessage(input: $input) { id } }',
  card: 'mutation ($input: SealCardInput!) { sealCard(input: $input) { card } }',
}
