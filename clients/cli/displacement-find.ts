import { CORRIDOR_KINDS } from '../../schema/wire/codes.ts'
import { country, say } from '../../schema/words/index.ts'
import { ANALYSIS_OPTIONS, type Analysed, analyse, count } from './analysis.ts'
import { called, coded, NODE, type Node, RELATION, type Relation } from './claims.ts'
import { type Command, text } from './command.ts'
import { EVIDENCE, type EvidenceCount, evidence, openedClaims } from './evidence.ts'
import { bound, chance, figure, percent } from './figures.ts'
import { MONTHS, monthsOf, monthText } from './months.ts'
import { named } from './names.ts'
import type { Shell } from './shell.ts'
import { heading, table } from './table.ts'
import { Usage } from './terminal.ts'

type Share = { value: number | null; low: number; high: number }
type Fit = { common: Share; ofRise: Share; ofFall: Share; known: number; unknown: number }
type Side = {
  corridor: { thing: Node | null; country: string | null; legs: number }
  month: string
  earliest: string
  latest: string
  before: number
  after: number
  ratio: number | null
  low: number | null
  high: number | null
  chance: number
  evidence: EvidenceCount
  claims: Relation[]
}
type Shift = { fell: Side; rose: Side; nationalities: Fit; facets: Fit; reading: string }
type Displacement = {
  from: string | null
  to: string | null
  isEnough: boolean
  falseAlarms: number
  corridors: number
  incidents: number
  undated: number
  shifts: Shift[]
  unlisted: number
}

const SIDE = `{ corridor { thing ${NODE} country legs } month earliest latest from to before after
  ratio low high chance evidence ${EVIDENCE} claims ${RELATION} }`
const SHARE = '{ value low high }'
const FIT = `{ common ${SHARE} ofRise ${SHARE} ofFall ${SHARE} known unknown }`

export const displacementAnalysed: Analysed<Displacement> = {
  kind: 'displacement',
  fields: `{ from to isEnough falseAlarms corridors incidents undated unlisted
    shifts { fell ${SIDE} rose ${SIDE} nationalities ${FIT} facets ${FIT} reading } }`,
  people(shell, result) {
    const { language } = shell
    const { from, to, isEnough, falseAlarms, corridors, incidents, undated, shifts, unlisted } = result
    const share = percent(language, falseAlarms)
    if (!from || !to || !isEnough) shell.line(say(language, 'cli.displacementTooShort'))
    else {
      const span = { from: monthText(language, from), to: monthText(language, to) }
      shell.line(say(language, 'cli.displacementIs', { corridors, incidents, ...span }))
      shell.line(say(language, 'cli.displacementAlarms', { share }))
      if (shifts.length === 0) shell.line(say(language, 'cli.displacementNone'))
    }
    if (undated > 0) shell.line(say(language, 'cli.flowUndated', { count: undated }))
    for (const shift of shifts) showShift(shell, shift)
    if (unlisted > 0) shell.line(say(language, 'cli.unlisted', { count: unlisted }))
    if (shifts.length > 0) {
      shell.line()
      shell.line(say(language, 'cli.displacementNoVerdict'))
    }
  },
}

function showShift(shell: Shell, { fell, rose, nationalities, facets, reading }: Shift): void {
  const { language } = shell
  heading(
    shell,
    `${nameOf(shell, fell)} → ${nameOf(shell, rose)}: ${coded(language, 'ShiftReading', reading)}`,
  )
  const head = [
    '',
    say(language, 'cli.headSince'),
    say(language, 'cli.headBeforeAfter'),
    say(language, 'cli.headRatio'),
    say(language, 'cli.headChance'),
    say(language, 'cli.headEvidence'),
  ]
  table(shell, head, [sideRow(shell, fell), sideRow(shell, rose)])
  const fits = [
    say(language, 'cli.headMix'),
    say(language, 'cli.headInCommon'),
    say(language, 'cli.headOfRise'),
    say(language, 'cli.headOfFall'),
    say(language, 'cli.headKnown'),
  ]
  table(shell, fits, [
    fitRow(shell, say(language, 'cli.profileNationalities'), nationalities),
    fitRow(shell, say(language, 'cli.profileFacets'), facets),
  ])
  openedClaims(shell, nameOf(shell, fell), fell.claims)
  openedClaims(shell, nameOf(shell, rose), rose.claims)
}

const nameOf = ({ language }: Shell, { corridor: { thing, country: to } }: Side): string =>
  thing ? called(thing) : country(language, to!)

function sideRow(shell: Shell, side: Side) {
  const { language } = shell
  const { month, earliest, latest, before, after, ratio, low, high } = side
  const between = `${monthText(language, earliest)} – ${monthText(language, latest)}`
  return [
    nameOf(shell, side),
    earliest === latest ? monthText(language, month) : `${monthText(language, month)}\n(${between})`,
    `${before} → ${after}`,
    `${ratio === null ? '–' : `× ${figure(language, ratio)}`}\n(${bound(language, low)} – ${bound(language, high)})`,
    chance(language, side.chance),
    evidence(language, side.evidence),
  ]
}

function fitRow({ language }: Shell, name: string, { common, ofRise, ofFall, known, unknown }: Fit) {
  const share = ({ value, low, high }: Share) =>
    value === null
      ? say(language, 'cli.notKnown')
      : `${percent(language, value)} (${percent(language, low)} – ${percent(language, high)})`
  return [name, share(common), share(ofRise), share(ofFall), `${known} / ${known + unknown}`]
}

export const displacementFind: Command = {
  name: 'displacement find',
  about: 'cli.aboutDisplacementFind',
  args: ['[routes...]'],
  options: [
    { flags: '--by <kind>', about: 'cli.optCorridorKind' },
    ...MONTHS,
    { flags: '--within <months>', about: 'cli.optMonthsWithin' },
    { flags: '--most <count>', about: 'cli.optMost' },
    { flags: '--claims <count>', about: 'cli.optClaims' },
    ...ANALYSIS_OPTIONS,
  ],
  examples: [
    { line: 'displacement find', about: 'cli.tryDisplacementFind' },
    { line: 'displacement find --by DESTINATION --from 2014-01', about: 'cli.tryDisplacementBy' },
  ],
  async run(shell, names, options) {
    const by = text(options, 'by')?.toUpperCase()
    if (by !== undefined && !(CORRIDOR_KINDS as readonly string[]).includes(by))
      throw new Usage(say(shell.language, 'cli.badChoice', { option: '--by', choices: [...CORRIDOR_KINDS] }))
    const routes = []
    for (const name of names.flat()) routes.push((await named(shell, name, ['ROUTE'])).id)
    const question = {
      ...{ routes, by, ...monthsOf(shell, options) },
      within: count(shell, options, 'within', 0, 24),
      most: count(shell, options, 'most', 1, 100),
      claims: count(shell, options, 'claims', 0, 50) ?? 0,
    }
    await analyse(shell, displacementAnalysed, question, options)
  },
}
