import type { Language } from '../../schema/wire/codes.ts'
import { list, money, number, say } from '../../schema/words/index.ts'
import { ANALYSIS_OPTIONS, type Analysed, analyse, count } from './analysis.ts'
import { called, coded, fieldName, NODE, type Node, RELATION, type Relation } from './claims.ts'
import type { Command } from './command.ts'
import { EVIDENCE, type EvidenceCount, evidence, openedClaims } from './evidence.ts'
import { MONTHS, monthsOf, monthText } from './months.ts'
import { named } from './names.ts'
import type { Shell } from './shell.ts'
import { table } from './table.ts'

type Month = {
  month: string
  incidents: number
  personsLeast: number
  personsMost: number
  uncounted: number
  means: string[]
  fees: { currency: string; perPerson: boolean | null; least: number; most: number }[]
}
type Leg = { at: Node; months: Month[]; evidence: EvidenceCount; claims: Relation[] }
type Flow = {
  from: string | null
  to: string | null
  legs: Leg[]
  unlisted: number
  undated: number
  nowhere: number | null
}

export const flowAnalysed: Analysed<Flow> = {
  kind: 'flow',
  fields: `{ from to unlisted undated nowhere legs { at ${NODE} evidence ${EVIDENCE} claims ${RELATION}
    months { month incidents personsLeast personsMost uncounted means fees { currency perPerson least most } } } }`,
  people(shell, flow) {
    const { language } = shell
    const { from, to, legs, unlisted, undated, nowhere } = flow
    const span = from && to && { from: monthText(language, from), to: monthText(language, to) }
    shell.line(
      span
        ? say(language, 'cli.flowIs', { legs: legs.length + unlisted, ...span })
        : say(language, 'cli.flowIsNone'),
    )
    showMonths(shell, legs)
    if (unlisted > 0) shell.line(say(language, 'cli.flowUnlisted', { count: unlisted }))
    if (undated > 0) shell.line(say(language, 'cli.flowUndated', { count: undated }))
    if (nowhere) shell.line(say(language, 'cli.flowNowhere', { count: nowhere }))
    if (legs.length > 0) shell.line(say(language, 'cli.flowIsTold'))
    for (const { at, claims } of legs) openedClaims(shell, called(at), claims)
  },
}

function showMonths(shell: Shell, legs: Leg[]): void {
  if (legs.length === 0) return
  const { language } = shell
  const head = [
    fieldName(language, 'leg'),
    say(language, 'cli.headMonth'),
    say(language, 'cli.headIncidents'),
    fieldName(language, 'persons'),
    fieldName(language, 'means'),
    fieldName(language, 'fee'),
    say(language, 'cli.headEvidence'),
  ]
  const rows = legs.flatMap(({ at, months, evidence: of }) =>
    months.map((one, nth) => [
      nth === 0 ? called(at) : '',
      monthText(language, one.month),
      one.incidents,
      persons(language, one),
      list(
        language,
        one.means.map((mean) => coded(language, 'Means', mean)),
      ),
      fees(language, one),
      nth === 0 ? evidence(language, of) : '',
    ]),
  )
  table(shell, head, rows)
}

/** From the lowest claims to the highest, and of how many incidents nobody gives a number. */
function persons(language: Language, { incidents, personsLeast, personsMost, uncounted }: Month): string {
  const known = [...new Set([personsLeast, personsMost])].map((one) => number(language, one)).join('–')
  return [
    ...(uncounted < incidents ? [known] : []),
    ...(uncounted > 0 ? [say(language, 'cli.notCounted', { count: uncounted })] : []),
  ].join('\n')
}

const fees = (language: Language, { fees: of }: Month): string =>
  of
    .map(({ currency, perPerson, least, most }) => {
      const range = [...new Set([least, most])].map((one) => money(language, one, currency)).join(' – ')
      return perPerson ? `${range} ${fieldName(language, 'perPerson')}` : range
    })
    .join('\n')

export const routeFlow: Command = {
  name: 'route flow',
  about: 'cli.aboutRouteFlow',
  args: ['[routes...]'],
  options: [
    ...MONTHS,
    { flags: '--most <count>', about: 'cli.optMostLegs' },
    { flags: '--claims <count>', about: 'cli.optClaims' },
    ...ANALYSIS_OPTIONS,
  ],
  examples: [
    { line: 'route flow', about: 'cli.tryRouteFlow' },
    { line: 'route flow Agadez-Sabha --from 2015-01 --to 2016-12', about: 'cli.tryRouteFlowOf' },
  ],
  async run(shell, names, options) {
    const routes = []
    for (const name of names.flat()) routes.push((await named(shell, name, ['ROUTE'])).id)
    const question = {
      ...{ routes, ...monthsOf(shell, options) },
      most: count(shell, options, 'most', 1, 100),
      claims: count(shell, options, 'claims', 0, 100) ?? 0,
    }
    await analyse(shell, flowAnalysed, question, options)
  },
}
