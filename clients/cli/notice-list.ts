import { moment as moments, say } from '../../schema/words/index.ts'
import { coded, fieldName } from './claims.ts'
import { type Command, text } from './command.ts'
import { PAGE, pageOf, timeOf } from './page.ts'
import { table } from './table.ts'

type Notice = { id: string; kind: string; office: string; report: string; time: string }

export const noticeList: Command = {
  name: 'notice list',
  about: 'cli.aboutNoticeList',
  options: [PAGE[0]!, { flags: '--before <time>', about: 'cli.optBefore' }],
  examples: [{ line: 'notice list', about: 'cli.tryNoticeList' }],
  async run(shell, _, options) {
    const before = text(options, 'before')
    const { notices } = await shell.ask<{ notices: Notice[] }>(
      'query noticeList($first: Int, $before: Time) { notices(first: $first, before: $before) { id kind office report time } }',
      { first: pageOf(shell, options).first, before: before ? timeOf(shell, before, '--before') : null },
    )
    const { language } = shell
    shell.show(notices, () => {
      const head = [
        fieldName(language, 'time'),
        say(language, 'cli.headNotice'),
        fieldName(language, 'office'),
        fieldName(language, 'report'),
        say(language, 'cli.headNoticeId'),
      ]
      const rows = notices.map(({ id, time, kind, office, report }) => [
        moments(language, new Date(time)),
        coded(language, 'NoticeKind', kind),
        office,
        report,
        id,
      ])
      table(shell, head, rows)
    })
  },
}
