import { say } from '../../schema/words/index.ts'
import { fieldName } from './claims.ts'
import type { Text } from './command.ts'
import type { Shell } from './shell.ts'
import { table } from './table.ts'

export type Submitted = {
  replayed: boolean
  ids: { local: string; id: string }[]
  report: { id: string; status: string } | null
}
export const SUBMITTED = '{ replayed ids { local id } report { id status recorded } }'

/** What became of a change to a report. `done` is the sentence for it, with `{report}`. */
export function showSubmitted(shell: Shell, submitted: Submitted | null, done: Text): void {
  const { language } = shell
  if (submitted === null) {
    shell.show({ queued: true }, () => shell.line(say(language, 'cli.queued')))
    return
  }
  shell.show(submitted, () => {
    const report = submitted.report?.id ?? '–'
    const key = submitted.replayed ? 'cli.reportReplayed' : (done as 'cli.reportAccepted')
    shell.line(say(language, key, { report }))
    if (submitted.ids.length === 0) return
    const head = [say(language, 'cli.headLocal'), fieldName(language, 'id')]
    table(
      shell,
      head,
      submitted.ids.map(({ local, id }) => [local, id]),
    )
  })
}
