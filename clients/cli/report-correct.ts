import { Fault } from '../../schema/wire/fault.ts'
import { say } from '../../schema/words/index.ts'
import type { Command } from './command.ts'
import { PROFILE, profileIn } from './key-new.ts'
import type { Release } from './recipients.ts'
import { noteText, readyReport, reportIn } from './report-file.ts'
import { NOTE } from './report-submit.ts'
import { SUBMITTED, type Submitted, showSubmitted } from './submitted.ts'

const QUERY = `mutation reportCorrect($report: ID!, $input: CorrectionInput!) {
  correctReport(report: $report, input: $input) ${SUBMITTED} }`
const RELEASE = 'query releaseOf($id: ID!) { report(id: $id) { id release { to except countries } } }'

export const reportCorrect: Command = {
  name: 'report correct',
  about: 'cli.aboutReportCorrect',
  args: ['<report>', '<file>'],
  options: [...NOTE, PROFILE],
  examples: [{ line: 'report correct 4t2m… desert-2.json', about: 'cli.tryReportCorrect' }],
  async run(shell, [report, file], options) {
    const { release: _, ...draft } = await reportIn(shell, file!)
    const note = await noteText(shell, options)
    const profile = profileIn(shell, options)
    // A correction goes wherever the report goes, and so does its note.
    const release = note === null ? { to: [] } : await releaseOf(report!)
    const input = await readyReport(shell, file!, draft, { note, release, profile })
    shell.note(say(shell.language, 'cli.sending'))
    const done = await shell.change<{ correctReport: Submitted }>(QUERY, { report, input })
    showSubmitted(shell, done?.correctReport ?? null, 'cli.reportCorrected')

    async function releaseOf(id: string): Promise<Release> {
      const answer = await shell.ask<{ report: { release: Release | null } | null }>(RELEASE, { id })
      if (answer.report?.release) return answer.report.release
      throw new Fault('NOT_FOUND', `expected a report of your office, got ${id}`)
    }
  },
}
