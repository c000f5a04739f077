import { STATEMENTS } from '../../cypher/index.ts'
import type { Statement } from '../../cypher/statement.ts'

// Statements that lack one of their tests, or count or order otherwise.

export type TextMutant = [title: string, statement: Statement, text: string]

const MASK = /\$mask\[\w+\.compartment\] = 1|\w+\.compartment IN \$compartments/g
const RECORDED = /\w+\.recordedAt <= \$asOf/g
const RETRACTED = /\w+\.retractedAt > \$asOf/g
/** How claims at a hub are sought: the report, what it mentions and the claim stand in one compartment, and each is tested. */
const SOUGHT = /CALL \(x\) \{[\s\S]*?\n(?: {4}RETURN r| {2}RETURN r, b)\n/g

/** What an index seeks must be named, or the statement does not run: then every compartment is. */
const untested = (was: string) => was.replace(/ IN \$compartments$/, ' >= 0').replace(/^.*\$.*$/, 'true')

/** One mutant for each place; where three tests say the same, one for all three. */
function each(title: string, statement: Statement, from: RegExp, to?: string): TextMutant[] {
  const { name, text } = statement
  const blocks = [...text.matchAll(SOUGHT)].map(
    ({ index, 0: block }) => [index, index + block.length] as const,
  )
  const places = [...text.matchAll(from)].map(({ index, 0: was }) => [index, index + was.length] as const)
  const alone = places.filter(([at]) => !blocks.some(([start, end]) => at > start && at < end))
  const spots = [...alone, ...blocks.filter(([start, end]) => places.some(([at]) => at > start && at < end))]
  return spots.map(([start, end], nth) => [
    `${title}, place ${nth + 1} of ${spots.length}, in ${name}`,
    statement,
    text.slice(0, start) +
      text.slice(start, end).replace(from, (was) => to ?? untested(was)) +
      text.slice(end),
  ])
}

/**
 * One mutant without any test of a kind, where each says the same as the others: a report, what it mentions and its claims stand
 * in one compartment and came at once.
 */
function every(title: string, statement: Statement, from: RegExp): TextMutant[] {
  const { name, text } = statement
  return [[`${title} anywhere, in ${name}`, statement, text.replace(from, untested)]]
}

const {
  cardList,
  cardOpen,
  cardOwn,
  crimeList,
  entityConnection,
  entityHistory,
  entityList,
  entityNeighbourhood,
  entityOpen,
  incidentList,
  networkList,
  projectionDescriptions,
  projectionRelations,
  projectionReports,
  reportList,
  reportOpen,
  reportOwn,
} = STATEMENTS

/** The claims of a report stand in its own compartment: what tests the report has tested them, and they are tested again. */
const EQUIVALENT = [2, 3].map((place) => `the compartment is not tested, place ${place} of 4, in report/open`)

export const TEXT_MUTANTS: TextMutant[] = [
  ...[
    entityOpen,
    entityNeighbourhood,
    entityHistory,
    entityConnection,
    entityList,
    reportList,
    reportOpen,
    crimeList,
    cardList,
    cardOpen,
  ].flatMap((one) => each('the compartment is not tested', one as Statement, MASK)),
  ...[entityOpen, entityHistory, entityList, reportList, cardList, cardOpen].flatMap((one) =>
    each('what was recorded later is shown', one as Statement, RECORDED),
  ),
  ...[entityOpen, entityNeighbourhood, entityList, cardList, cardOpen].flatMap((one) =>
    each('what was retracted is shown', one as Statement, RETRACTED),
  ),
  ...each('the compartment is not tested', networkList, MASK).slice(0, 3),
  ...each('the compartment is not tested', incidentList, MASK).slice(0, 2),
  ...each(
    'the total counts what is hidden',
    reportList,
    /size\(rs\) AS total/g,
    'COUNT { MATCH (h:Report) } AS total',
  ),
  ...each(
    'the total counts what is hidden',
    entityList,
    /size\(xs\) AS total/g,
    'COUNT { MATCH (h:Entity) } AS total',
  ),
  ...each('the order is not by label', entityList, /ORDER BY label, id/g, 'ORDER BY id DESC'),
  ...each(
    'the newest is not first',
    reportList,
    /ORDER BY r\.recordedAt DESC LIMIT/g,
    'ORDER BY r.recordedAt LIMIT',
  ),
  ...each('a hop is forgotten', entityNeighbourhood, /first \+ second \+ third/g, 'first'),
  ...each(
    'the first way that the store finds is taken',
    entityConnection,
    /key ORDER BY key LIMIT 1/g,
    'key ORDER BY key DESC LIMIT 1',
  ),
  ...each(
    'any office changes any report',
    reportOwn,
    /\$mask\[\w+\.compartment\] = 1 AND r\.office = \$office/g,
  ),
  // Entities are found by their visible descriptions: a relation that may be seen has both, so the first place tests nothing more.
  ...[
    ['the compartment is not tested', MASK],
    ['what was recorded later is shown', RECORDED],
    ['what was retracted is shown', RETRACTED],
  ].flatMap(([title, from]) => [
    ...each(title as string, projectionDescriptions, from as RegExp),
    ...each(title as string, projectionRelations, from as RegExp).slice(1),
    ...every(title as string, projectionReports, from as RegExp),
  ]),
  ...each('any office changes any card', cardOwn, /\$mask\[\w+\.compartment\] = 1 AND c\.office = \$office/g),
].filter(([title]) => !EQUIVALENT.includes(title))
