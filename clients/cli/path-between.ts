import { say } from '../../schema/words/index.ts'
import { ANALYSIS_OPTIONS, type Analysed, analyse, count } from './analysis.ts'
import { called, NODE, type Node, RELATION, type Relation, relationTable } from './claims.ts'
import type { Command } from './command.ts'
import { named } from './names.ts'
import { FOUND_PATH, type FoundPath, showPaths, WEIGHING_OPTIONS, weighingOf } from './paths.ts'
import type { Shell } from './shell.ts'
import { heading } from './table.ts'

type Found = {
  one: Node[]
  other: Node[]
  sizeOne: number
  sizeOther: number
  shared: Node[]
  allShared: number
  nodes: Node[]
  paths: FoundPath[]
  memberships: Relation[]
  leftNodes: number
  leftPaths: number
  claims: number
}

export const betweenAnalysed: Analysed<Found> = {
  kind: 'between',
  fields: `{ one ${NODE} other ${NODE} sizeOne sizeOther shared ${NODE} allShared nodes ${NODE}
    paths ${FOUND_PATH} memberships ${RELATION} leftNodes leftPaths claims }`,
  people(shell, result) {
    const { language } = shell
    const { sizeOne, sizeOther, leftNodes, leftPaths } = result
    const names = (nodes: Node[]) => nodes.map(called)
    const sets = { one: names(result.one), other: names(result.other), sizeOne, sizeOther }
    shell.line(say(language, 'cli.betweenIs', sets))
    if (result.allShared > 0)
      shell.line(
        say(language, 'cli.betweenShared', { count: result.allShared, shared: names(result.shared) }),
      )
    showPaths(shell, result.paths)
    shell.line(say(language, 'cli.betweenLeft', { leftNodes, leftPaths }))
    if (result.memberships.length === 0) return
    heading(shell, say(language, 'cli.headBelonging'))
    relationTable(shell, result.memberships)
  },
}

export const pathBetween: Command = {
  name: 'path between',
  about: 'cli.aboutPathBetween',
  args: ['<one>', '<other>'],
  options: [
    { flags: '--paths <count>', about: 'cli.optBetweenPaths' },
    { flags: '--nodes <count>', about: 'cli.optBetweenNodes' },
    ...WEIGHING_OPTIONS,
    ...ANALYSIS_OPTIONS,
  ],
  examples: [
    { line: 'path between Agadez-transport Sabha-boats', about: 'cli.tryPathBetween' },
    { line: 'path between Addax,Mousse Sabha-boats --paths 10', about: 'cli.tryPathBetweenSets' },
  ],
  async run(shell, [one, other], options) {
    const question = {
      one: await idsOf(shell, one!),
      other: await idsOf(shell, other!),
      paths: count(shell, options, 'paths', 1, 20),
      nodes: count(shell, options, 'nodes', 2, 100),
      ...weighingOf(shell, options),
    }
    await analyse(shell, betweenAnalysed, question, options)
  },
}

/** Names or ids with commas between: code names have none. */
async function idsOf(shell: Shell, names: string): Promise<string[]> {
  const ids = []
  for (const name of names.split(',').filter(Boolean)) ids.push((await named(shell, name)).id)
  return ids
}
