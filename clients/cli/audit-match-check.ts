import { Fault } from '../../schema/wire/fault.ts'
import { plain, say } from '../../schema/words/index.ts'
import { type Checked, checkSample, countsOf, type OfficerCount } from '../core/match/check.ts'
import { type MatchLead, matchLeads } from '../core/match/leads.ts'
import { type Openings, readOpenings } from '../core/match/openings.ts'
import { isDrawn, type Sample } from '../core/match/sample.ts'
import { ready } from '../core/oprf/voprf.ts'
import { readMatching, readSample } from './audit-match-read.ts'
import { auditorKeys } from './audit-read.ts'
import { monthIn } from './audit-report.ts'
import { coded, fieldName } from './claims.ts'
import { type Command, type Options, text, texts } from './command.ts'
import { readGiven } from './log-trust.ts'
import { signersIn } from './recipients.ts'
import type { Shell } from './shell.ts'
import { heading, table } from './table.ts'
import { Usage } from './terminal.ts'

/** `isDrawn`: the records and the seed give this very sample again. */
export type MatchCheck = {
  month: string
  isDrawn: boolean
  unread: number
  erased: number
  zone: string
  entries: Checked[]
  officers: OfficerCount[]
  leads: MatchLead[]
}

export const auditMatchCheck: Command = {
  name: 'audit match-check',
  about: 'cli.aboutAuditMatchCheck',
  args: ['<file>'],
  options: [
    { flags: '--openings <files>', about: 'cli.optMatchOpenings', many: true },
    { flags: '--zone <name>', about: 'cli.optMatchZone' },
  ],
  examples: [
    {
      line: 'audit match-check november.json --openings match-openings-ne-dst.aicha-2026-11.pgp --zone Africa/Niamey',
      about: 'cli.tryAuditMatchCheck',
    },
    { line: 'audit match-check november.json', about: 'cli.tryAuditMatchAgain' },
  ],
  async run(shell, [file], options) {
    const sample = await readSample(shell, file!)
    const zone = zoneIn(shell, options)
    const { caller } = await shell.link()
    const { auditor, country } = sample
    if (auditor !== caller.office || country !== caller.country)
      throw new Fault('NOT_ALLOWED', `expected a sample of ${caller.office}, got one of ${auditor}`)
    await ready()
    const openings: Openings[] = []
    for (const one of texts(options, 'openings')) openings.push(await openedIn(shell, one, sample))
    const { span } = monthIn(shell, { month: sample.month })
    const { unread, erased, ...known } = await readMatching(shell, span, true)
    const entries = checkSample(sample, known.orders, openings)
    const check: MatchCheck = {
      ...{ month: sample.month, isDrawn: isDrawn(sample, known.orders), unread, erased, zone, entries },
      officers: countsOf(known.orders, entries),
      leads: matchLeads(known, entries, zone),
    }
    shell.show(check, () => tell(shell, check))
  },
}

function zoneIn(shell: Shell, options: Options): string {
  const zone = text(options, 'zone') ?? 'UTC'
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone
  } catch {
    throw new Usage(say(shell.language, 'cli.badZone', { zone: plain(zone) }))
  }
}

async function openedIn(shell: Shell, file: string, { month, instance }: Sample): Promise<Openings> {
  const { caller, now } = await shell.link()
  const openings = await readOpenings({
    ciphertext: await readGiven(shell, file, 16 * 2 ** 20),
    decryptWith: await auditorKeys(shell),
    verifyWith: signersIn(await shell.directory()),
    at: new Date(now()),
    auditor: caller.office,
  })
  if (openings.month === month && openings.instance === instance) return openings
  throw new Fault('BAD_INPUT', `expected openings of ${month}, got some of ${openings.month}`)
}

function tell(shell: Shell, check: MatchCheck): void {
  const { language } = shell
  table(
    shell,
    [
      fieldName(language, 'person'),
      fieldName(language, 'case'),
      say(language, 'cli.headIdentifier'),
      say(language, 'cli.headNormal'),
      say(language, 'cli.headState'),
    ],
    check.entries.map(({ person, case: reference, selector, verdict, flaws }) => [
      ...[person, reference],
      selector && coded(language, 'SelectorType', selector.type),
      selector?.normal,
      [
        say(language, `cli.matchVerdict${verdict}` as 'cli.matchVerdictAGREES'),
        ...flaws.map((flaw) => say(language, `cli.matchFlaw_${flaw}` as 'cli.matchFlaw_record')),
      ].join('\n'),
    ]),
  )
  shell.line(say(language, check.isDrawn ? 'cli.matchIsDrawn' : 'cli.matchNotDrawn'))
  heading(shell, say(language, 'cli.matchByOfficer'))
  tellOfficers(shell, check.officers)
  heading(shell, say(language, 'cli.matchLeads'))
  table(
    shell,
    [fieldName(language, 'person'), say(language, 'cli.headWhat')],
    check.leads.map((lead) => [lead.person, leadText(shell, lead)]),
  )
  shell.line(say(language, 'cli.matchLeadsNote', { zone: check.zone }))
}

function tellOfficers(shell: Shell, officers: OfficerCount[]): void {
  const { language } = shell
  table(
    shell,
    [
      fieldName(language, 'person'),
      say(language, 'cli.headAsked'),
      say(language, 'cli.headDrawn'),
      ...(['AGREES', 'WRONG', 'MISSING', 'UNSENT'] as const).map((verdict) =>
        say(language, `cli.matchVerdict${verdict}`),
      ),
    ],
    officers.map((one) => [
      one.person,
      ...[one.asked, one.drawn, one.AGREES, one.WRONG, one.MISSING, one.UNSENT],
    ]),
  )
}

const leadText = ({ language }: Shell, { lead, count, of, examples }: MatchLead): string =>
  say(language, `cli.matchLead${lead}` as 'cli.matchLeadMISSING', { count, of, examples })
