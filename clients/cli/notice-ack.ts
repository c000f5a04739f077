import { moment, say } from '../../schema/words/index.ts'
import { coded, fieldName } from './claims.ts'
import type { Command } from './command.ts'
import type { Shell } from './shell.ts'
import { heading, table } from './table.ts'

const ACKNOWLEDGED = 'query noticeAcknowledged($id: ID!) { acknowledgements(report: $id) { office kind at } }'
const ACK = 'mutation noticeAck($id: ID!) { acknowledgeNotice(id: $id) { notice at } }'

export const noticeAck: Command = {
  name: 'notice ack',
  about: 'cli.aboutNoticeAck',
  args: ['<notice>'],
  examples: [{ line: 'notice ack 7hq0…', about: 'cli.tryNoticeAck' }],
  async run(shell, [id]) {
    const done = await shell.change<{ acknowledgeNotice: { notice: string; at: string } }>(ACK, { id })
    const { language } = shell
    if (done === null) return shell.show({ queued: true }, () => shell.line(say(language, 'cli.queued')))
    const { at } = done.acknowledgeNotice
    shell.show(done.acknowledgeNotice, () =>
      shell.line(say(language, 'cli.noticeTaken', { time: moment(language, new Date(at)) })),
    )
  },
}

export type Acknowledged = { office: string; kind: string; at: string }

/** Also of a report that is erased and can be shown no more. */
export const noticeAcknowledged: Command = {
  name: 'notice acknowledged',
  about: 'cli.aboutNoticeAcknowledged',
  args: ['<report>'],
  examples: [{ line: 'notice acknowledged 4t2m…', about: 'cli.tryNoticeAcknowledged' }],
  async run(shell, [id]) {
    const { acknowledgements } = await shell.ask<{ acknowledgements: Acknowledged[] }>(ACKNOWLEDGED, { id })
    shell.show(acknowledgements, () => acknowledgedTable(shell, acknowledgements))
  },
}

/** Who has taken note of what, and when. */
function acknowledgedTable(shell: Shell, acknowledged: Acknowledged[]): void {
  const { language } = shell
  const head = [fieldName(language, 'time'), fieldName(language, 'office'), say(language, 'cli.headNotice')]
  const rows = acknowledged.map(({ office, kind, at }) => [
    moment(language, new Date(at)),
    office,
    coded(language, 'NoticeKind', kind),
  ])
  table(shell, head, rows)
}

export function showAcknowledged(shell: Shell, acknowledged: Acknowledged[]): void {
  if (acknowledged.length === 0) return
  heading(shell, say(shell.language, 'cli.headAcknowledged'))
  acknowledgedTable(shell, acknowledged)
}
