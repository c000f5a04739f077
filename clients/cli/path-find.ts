import { say } from '../../schema/words/index.ts'
import { ANALYSIS_OPTIONS, type Analysed, analyse, count } from './analysis.ts'
import { called, NODE, type Node } from './claims.ts'
import type { Command } from './command.ts'
import { named } from './names.ts'
import { FOUND_PATH, type FoundPath, showPaths, WEIGHING_OPTIONS, weighingOf } from './paths.ts'

type Found = { from: Node; to: Node; claims: number; paths: FoundPath[] }

export const pathAnalysed: Analysed<Found> = {
  kind: 'path',
  fields: `{ from ${NODE} to ${NODE} claims paths ${FOUND_PATH} }`,
  people(shell, { from, to, claims, paths }) {
    const facts = { from: called(from), to: called(to), count: paths.length, claims }
    shell.line(say(shell.language, 'cli.pathsFound', facts))
    showPaths(shell, paths)
  },
}

export const pathFind: Command = {
  name: 'path find',
  about: 'cli.aboutPathFind',
  args: ['<from>', '<to>'],
  options: [{ flags: '--most <count>', about: 'cli.optMostPaths' }, ...WEIGHING_OPTIONS, ...ANALYSIS_OPTIONS],
  examples: [
    { line: 'path find Addax Barracuda', about: 'cli.tryPathFind' },
    { line: 'path find Addax Barracuda --weigh GRADING,RECENCY --most 1', about: 'cli.tryPathWeighed' },
  ],
  async run(shell, [from, to], options) {
    const question = {
      from: (await named(shell, from!)).id,
      to: (await named(shell, to!)).id,
      most: count(shell, options, 'most', 1, 10),
      ...weighingOf(shell, options),
    }
    await analyse(shell, pathAnalysed, question, options)
  },
}
