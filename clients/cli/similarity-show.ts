import { FACETS, type FacetSide, type User } from '../../schema/wire/codes.ts'
import { list, say } from '../../schema/words/index.ts'
import { ANALYSIS_OPTIONS, type Analysed, analyse, count } from './analysis.ts'
import { chosen } from './choices.ts'
import {
  called,
  coded,
  type Description,
  NODE,
  type Node,
  RELATION,
  type Relation,
  saidBy,
} from './claims.ts'
import type { Command, Option } from './command.ts'
import { figure } from './figures.ts'
import { named } from './names.ts'
import type { Shell } from './shell.ts'
import { heading, table } from './table.ts'

type Ground = { by: User[]; claims: string[] }
type Row = { facet: string; side: FacetSide; bits: number; share: number; own: Ground; theirs: Ground }
type Evidence = { relations: Relation[]; descriptions: Description[] }
type Alike = Evidence & {
  network: Node
  alike: number
  low: number
  high: number
  shared: number
  whole: number
  place: number
  facets: Row[]
}
type Compared = { networks: number; unknown: number; leftOut: number; found: Alike[] }
type Similar = Compared & Evidence & { network: Node }
type Searched = Compared & { facets: string[] }

const DESCRIPTION = `{ id report office source information basis observedFrom observedTo handling recorded retracted
  entity ${NODE} ... on ModusOperandiDescription { facets } }`
const EVIDENCE = `relations ${RELATION} descriptions ${DESCRIPTION}`
const FOUND = `networks unknown leftOut found { network ${NODE} alike low high shared whole place
  facets { facet side bits share own { by claims } theirs { by claims } } ${EVIDENCE} }`

export const similarAnalysed: Analysed<Similar> = {
  kind: 'similar',
  fields: `{ network ${NODE} ${EVIDENCE} ${FOUND} }`,
  people(shell, result) {
    shell.line(say(shell.language, 'cli.similarIs', { name: called(result.network), ...countsOf(result) }))
    for (const one of result.found) showAlike(shell, one, result)
    endWith(shell, result)
  },
}

export const facetSearchAnalysed: Analysed<Searched> = {
  kind: 'facetSearch',
  fields: `{ facets ${FOUND} }`,
  people(shell, result) {
    const { language } = shell
    const facets = list(
      language,
      result.facets.map((facet) => coded(language, 'Facet', facet)),
    )
    shell.line(say(language, 'cli.searchIs', { facets, ...countsOf(result) }))
    for (const one of result.found) showAlike(shell, one)
    endWith(shell, result)
  },
}

const countsOf = ({ found, networks, unknown }: Compared) => ({ found: found.length, networks, unknown })

function endWith(shell: Shell, { leftOut }: Compared): void {
  shell.line()
  shell.line(say(shell.language, 'cli.alikeIsNoLink'))
  if (leftOut > 0) shell.line(say(shell.language, 'cli.leftUncounted', { count: leftOut }))
}

/** One network that works alike; `own` has the claims about the one that was asked about. */
function showAlike(shell: Shell, one: Alike, own?: Evidence): void {
  const { language } = shell
  const percent = (value: number) => figure(language, 100 * value)
  heading(shell, `${called(one.network)} (${one.network.id})`)
  shell.line(
    say(language, 'cli.alikeIs', {
      ...{ alike: percent(one.alike), low: percent(one.low), high: percent(one.high) },
      ...{
        shared: figure(language, one.shared),
        whole: figure(language, one.whole),
        place: percent(one.place),
      },
    }),
  )
  const head = [
    ...[coded(language, 'Trace', 'FACETS'), '', say(language, 'cli.headBits')],
    ...(own ? [say(language, 'cli.headOwnClaims')] : []),
    say(language, 'cli.headTheirClaims'),
  ]
  const rows = one.facets.map((row) => [
    coded(language, 'Facet', row.facet),
    coded(language, 'FacetSide', row.side),
    figure(language, row.bits),
    ...(own ? [groundCell(shell, row.own, own)] : []),
    groundCell(shell, row.theirs, one),
  ])
  table(shell, head, rows)
}

/** Who works so, and who says it. */
function groundCell({ language }: Shell, { by, claims }: Ground, evidence: Evidence): string {
  const known = new Map([...evidence.relations, ...evidence.descriptions].map((claim) => [claim.id, claim]))
  const users = by.map((user) => coded(language, 'User', user)).join(', ')
  return [
    users,
    saidBy(
      language,
      claims.map((id) => known.get(id)!),
    ),
  ]
    .filter(Boolean)
    .join('\n')
}

const MOST: Option = { flags: '--most <count>', about: 'cli.optMostNetworks' }

export const similarityShow: Command = {
  name: 'similarity show',
  about: 'cli.aboutSimilarityShow',
  args: ['<network>'],
  options: [MOST, ...ANALYSIS_OPTIONS],
  examples: [{ line: 'similarity show Agadez-transport', about: 'cli.trySimilarityShow' }],
  async run(shell, [network], options) {
    const { id } = await named(shell, network!, ['NETWORK'])
    const question = { network: id, most: count(shell, options, 'most', 1, 100) }
    await analyse(shell, similarAnalysed, question, options)
  },
}

export const similaritySearch: Command = {
  name: 'similarity search',
  about: 'cli.aboutSimilaritySearch',
  args: ['<facets...>'],
  options: [MOST, ...ANALYSIS_OPTIONS],
  examples: [{ line: 'similarity search TRN_02 PAY_03', about: 'cli.trySimilaritySearch' }],
  async run(shell, words, options) {
    const facets = chosen(shell, { facets: words.flat() }, 'facets', FACETS, 'FACETS')
    const question = { facets, most: count(shell, options, 'most', 1, 100) }
    await analyse(shell, facetSearchAnalysed, question, options)
  },
}
