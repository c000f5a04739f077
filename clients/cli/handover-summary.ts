import { PACKET_STATES } from '../../schema/wire/codes.ts'
import { moment, say } from '../../schema/words/index.ts'
import { coded, fieldName } from './claims.ts'
import type { Command } from './command.ts'
import { deskStates } from './desk.ts'
import {
  casesIn,
  type Debt,
  debtsOf,
  keysEnding,
  type Mail,
  type Notice,
  type Summary,
  unansweredBy,
} from './desk-summary.ts'
import { openThreads } from './desk-threads.ts'
import type { Shell } from './shell.ts'
import { type Cell, heading, table } from './table.ts'

const MAIL = `query deskMail($after: String) { inbox(first: 100, after: $after) {
  hasNextPage endCursor nodes { id envelope received } } }`
const NOTICES = 'query deskNotices { notices(first: 50) { id kind office report time } }'

export const handoverSummary: Command = {
  name: 'handover summary',
  about: 'cli.aboutHandoverSummary',
  examples: [{ line: 'handover summary', about: 'cli.tryHandoverSummary' }],
  async run(shell) {
    const { caller, now } = await shell.link()
    const { office, person } = caller
    const threads = await openThreads(shell)
    const mail = await everyMail(shell)
    const { notices } = await shell.ask<{ notices: Notice[] }>(NOTICES)
    const summary: Summary = {
      office,
      time: new Date(now()).toISOString(),
      owes: debtsOf(threads, office, 'office'),
      owed: debtsOf(threads, office, 'to'),
      unanswered: unansweredBy(mail, office),
      cases: casesIn(mail),
      notices,
      keys: keysEnding(await shell.directory(), { office, person, now: now() }),
      sealed: await deskStates(shell),
    }
    shell.show(summary, () => showSummary(shell, summary))
  },
}

type MailPage = { nodes: Mail[]; hasNextPage: boolean; endCursor: string | null }

async function everyMail(shell: Shell): Promise<Mail[]> {
  const found: Mail[] = []
  let after: string | null = null
  do {
    const { inbox }: { inbox: MailPage } = await shell.ask(MAIL, { after })
    found.push(...inbox.nodes)
    after = inbox.hasNextPage ? inbox.endCursor : null
  } while (after)
  return found
}

/** For people, what presses most at the top. */
function showSummary(shell: Shell, summary: Summary): void {
  const { language } = shell
  const time = (iso: string) => moment(language, new Date(iso))
  const name = (...fields: string[]) => fields.map((field) => fieldName(language, field))
  const part = (title: string, head: string[], rows: Cell[][]) => {
    heading(shell, title)
    table(shell, head, rows)
  }
  const debt = ({ state, due, office, to, case: reference, message }: Debt, who: 'office' | 'to') => [
    time(due),
    coded(language, 'ThreadState', state),
    who === 'to' ? to : office,
    reference,
    message,
  ]
  const [when, office, reference] = name('time', 'office', 'case') as [string, string, string]
  const due = say(language, 'cli.headDue')
  const message = say(language, 'cli.headMessage')
  const state = say(language, 'cli.headState')

  shell.line(say(language, 'cli.summaryOf', { office: summary.office, time: new Date(summary.time) }))
  const head = [due, state, office, reference, message]
  const owes = summary.owes.map((one) => debt(one, 'to'))
  part(say(language, 'cli.headOwes'), head, owes)
  const owed = summary.owed.map((one) => debt(one, 'office'))
  part(say(language, 'cli.headOwed'), head, owed)
  const unanswered = summary.unanswered.map((one) => [
    ...[time(one.received), coded(language, 'MessageType', one.type), one.sender, one.case, one.id],
  ])
  part(say(language, 'cli.headUnanswered'), [when, ...name('type'), office, reference, message], unanswered)
  const notices = summary.notices.map((one) => [
    ...[time(one.time), coded(language, 'NoticeKind', one.kind), one.office, one.report],
  ])
  part(
    say(language, 'cli.headNotices'),
    [when, say(language, 'cli.headNotice'), office, ...name('report')],
    notices,
  )
  const cases = summary.cases.map((one) => [one.case, one.messages, time(one.last)])
  part(say(language, 'cli.headCases'), [reference, say(language, 'cli.headCount'), when], cases)
  const keys = summary.keys.map(({ holder, until }) => [holder, time(until)])
  part(
    say(language, 'cli.headKeysEnding'),
    [say(language, 'cli.headHolder'), say(language, 'cli.headUntil')],
    keys,
  )
  const sealed = PACKET_STATES.map((one) => [coded(language, 'PacketState', one), summary.sealed[one]])
  part(say(language, 'cli.headSealedFor'), [state, say(language, 'cli.headCount')], sealed)
}
