import { say } from '../../schema/words/index.ts'
import type { Command } from './command.ts'
import { PROFILE, profileIn } from './key-new.ts'
import type { Release } from './recipients.ts'
import { draftOf } from './report-draft.ts'
import { noteText, readyReport, reportIn } from './report-file.ts'
import { SUBMITTED, type Submitted, showSubmitted } from './submitted.ts'
import { Usage } from './terminal.ts'

const QUERY = `mutation reportSubmit($input: ReportInput!) { submitReport(input: $input) ${SUBMITTED} }`

export const NOTE = [
  { flags: '--note <file>', about: 'cli.optNote' as const },
  { flags: '--note-fd <number>', about: 'cli.optNoteFd' as const },
]

export const reportSubmit: Command = {
  name: 'report submit',
  about: 'cli.aboutReportSubmit',
  args: ['[file]'],
  options: [...NOTE, PROFILE, { flags: '--draft', about: 'cli.optDraft' }],
  examples: [
    { line: 'report submit --draft > desert.json', about: 'cli.tryReportDraft' },
    { line: 'report submit desert.json --note desert.txt', about: 'cli.tryReportSubmit' },
  ],
  async run(shell, [file], options) {
    if (options.draft === true) return void shell.terminal.stdout.write(draftOf(shell.language))
    if (!file) throw new Usage(say(shell.language, 'cli.missingArgument', { name: 'file' }))
    const draft = await reportIn(shell, file)
    const note = await noteText(shell, options)
    const profile = profileIn(shell, options)
    // Before anything is sealed: a report that lacks its release shows that among its faults.
    const release = (draft.release ?? { to: [] }) as Release
    const input = await readyReport(shell, file, draft, { note, release, profile })
    shell.note(say(shell.language, 'cli.sending'))
    const done = await shell.change<{ submitReport: Submitted }>(QUERY, { input })
    showSubmitted(shell, done?.submitReport ?? null, 'cli.reportAccepted')
  },
}
