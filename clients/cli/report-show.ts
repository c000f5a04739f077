import { KINDS, type Kind } from '../../schema/wire/codes.ts'
import { Fault } from '../../schema/wire/fault.ts'
import { DESCRIPTION_KINDS, DESCRIPTIONS } from '../../schema/wire/model.ts'
import { date, list, moment as moments, plain, say } from '../../schema/words/index.ts'
import { openNote } from '../core/open.ts'
import {
  coded,
  type Description,
  descriptionFields,
  descriptionTable,
  fieldName,
  type Node,
  RELATION,
  type Relation,
  relationsByType,
} from './claims.ts'
import type { Command } from './command.ts'
import { type Acknowledged, showAcknowledged } from './notice-ack.ts'
import { AS_OF, moment } from './page.ts'
import { signersIn } from './recipients.ts'
import type { Shell } from './shell.ts'
import { heading, table } from './table.ts'

type Note = { id: string; facts: string; ciphertext: string; signature: string }
type Opened = {
  text: string
  language: string
  identifiers: { entity: string; kind: string; value: string }[]
  signer: { person?: string; office: string }
}
type Report = {
  id: string
  office: string
  reference: string | null
  status: string
  purpose: string
  legalBasis: string
  recorded: string
  reviewDue: string
  corrects: string | null
  correctedBy: string | null
  release: { to: string[]; except: string[]; countries: string[] } | null
  acts: { time: string; kind: string; author: string; reason: string }[]
  reached: string[] | null
  acknowledgements: Acknowledged[]
  note: Note | null
  descriptions: (Description & { entity: Node })[]
  relations: Relation[]
}

const HEAD = `id office reference status purpose legalBasis recorded reviewDue corrects correctedBy
  release { to except countries } acts { time kind author reason release } reached acknowledgements { office kind at } note { id facts ciphertext signature }
  relations ${RELATION}`
const OUTLINE = `query reportShow($id: ID!, $asOf: Time) {
  report(id: $id, asOf: $asOf) { ${HEAD} descriptions { id entity { id kind label } } } }`
/** Kinds name fields alike that differ in type, so the descriptions of each kind are a question of their own. */
const details = (kind: Kind) =>
  `query reportClaims($id: ID!, $asOf: Time) { report(id: $id, asOf: $asOf) { descriptions ${descriptionFields(kind)} } }`

export const reportShow: Command = {
  name: 'report show',
  about: 'cli.aboutReportShow',
  args: ['<report>'],
  options: [AS_OF],
  examples: [{ line: 'report show 4t2m…', about: 'cli.tryReportShow' }],
  async run(shell, [id], options) {
    const variables = { id, ...moment(shell, options) }
    const { report } = await shell.ask<{ report: Report | null }>(OUTLINE, variables)
    if (!report) throw new Fault('NOT_FOUND', `expected a report that you may see, got ${id}`)
    const kinds = KINDS.filter((kind) => report.descriptions.some((one) => one.entity.kind === kind))
    const descriptions: Report['descriptions'] = []
    for (const kind of kinds) {
      const answer = await shell.ask<{ report: Report | null }>(details(kind), variables)
      descriptions.push(...(answer.report?.descriptions ?? []).filter((one) => one.entity.kind === kind))
    }
    const opened = report.note ? await openedNote(shell, report, report.note) : null
    const whole = { ...report, descriptions, ...(opened && { note: { ...report.note, opened } }) }
    shell.show(whole, () => showReport(shell, { ...report, descriptions }, opened))
  },
}

/** The note in clear, on this machine only; null where no key of it is here. */
async function openedNote(shell: Shell, report: Report, note: Note): Promise<Opened | null> {
  const { caller, now } = await shell.link()
  const keys = await shell.officeKeys([caller.office])
  if (keys.length === 0) return null
  const facts = { ...(JSON.parse(note.facts) as object), office: report.office }
  const { content, signer } = await openNote({
    ciphertext: Buffer.from(note.ciphertext, 'base64'),
    decryptWith: keys.map(({ key }) => key),
    verifyWith: signersIn(await shell.directory(), report.office),
    at: new Date(now()),
    facts,
  })
  return { text: content.text, language: content.language, identifiers: content.identifiers, signer }
}

function showReport(shell: Shell, report: Report, opened: Opened | null): void {
  const { language } = shell
  const name = (field: string) => fieldName(language, field)
  const versions = [
    report.corrects && say(language, 'cli.corrects', { report: report.corrects }),
    report.correctedBy && say(language, 'cli.correctedBy', { report: report.correctedBy }),
  ]
  const rows: [string, string][] = [
    [name('office'), report.office],
    [say(language, 'cli.headReference'), report.reference ?? ''],
    [
      name('status'),
      [coded(language, 'ReportStatus', report.status), ...versions].filter(Boolean).join('\n'),
    ],
    [name('purpose'), coded(language, 'Purpose', report.purpose)],
    [name('legalBasis'), report.legalBasis],
    [name('recordedAt'), moments(language, new Date(report.recorded))],
    [name('reviewDue'), date(language, report.reviewDue)],
  ]
  if (report.release) rows.push([name('releasedTo'), list(language, report.release.to)])
  if (report.release && report.release.except.length > 0)
    rows.push([name('except'), list(language, report.release.except)])
  if (report.reached && report.reached.length > 0)
    rows.push([say(language, 'cli.headReachedBy'), list(language, report.reached)])
  table(shell, [name('report'), report.id], rows)
  showNote(shell, report, opened)
  for (const kind of DESCRIPTION_KINDS.map((one) => DESCRIPTIONS[one].kind)) {
    const said = report.descriptions.filter((one) => one.entity.kind === kind)
    if (said.length === 0) continue
    heading(shell, coded(language, 'Kind', kind))
    descriptionTable(shell, kind, said)
  }
  relationsByType(shell, report.relations)
  showActs(shell, report)
  showAcknowledged(shell, report.acknowledgements)
}

function showNote(shell: Shell, { note }: Report, opened: Opened | null): void {
  const { language } = shell
  if (!note) return
  heading(shell, say(language, 'cli.headNote'))
  if (!opened) {
    shell.line(say(language, 'cli.noteClosed'))
    return
  }
  const { person, office } = opened.signer
  shell.line(say(language, 'cli.messageOpened', { person: person ?? office, office }))
  for (const line of opened.text.split('\n')) shell.line(`  ${plain(line)}`)
}

function showActs(shell: Shell, { acts }: Report): void {
  if (acts.length === 0) return
  const { language } = shell
  heading(shell, say(language, 'cli.headActs'))
  const head = [
    fieldName(language, 'time'),
    say(language, 'cli.headAct'),
    fieldName(language, 'person'),
    say(language, 'cli.headReason'),
  ]
  table(
    shell,
    head,
    acts.map(({ time, kind, author, reason }) => [moments(language, new Date(time)), kind, author, reason]),
  )
}
