import { say } from '../../schema/words/index.ts'
import { type Node, RELATION, type Relation, relationTable } from './claims.ts'
import { type Command, text } from './command.ts'
import { AS_OF, more, PAGE, pageOf } from './page.ts'
import { heading } from './table.ts'

type Crime = Node & { links: Relation[] }
type Page = { totalCount: number; hasNextPage: boolean; endCursor: string | null; edges: { node: Crime }[] }

const QUERY = `query crimeList($code: LinkedCrime, $link: LinkType, $first: Int, $after: String, $asOf: Time) {
  crimes(code: $code, link: $link, first: $first, after: $after, asOf: $asOf) {
    totalCount hasNextPage endCursor edges { node { id kind label ... on Crime { links ${RELATION} } } } } }`

export const crimeList: Command = {
  name: 'crime list',
  about: 'cli.aboutCrimeList',
  options: [
    { flags: '--code <code>', about: 'cli.optCrime' },
    { flags: '--link <code>', about: 'cli.optLink' },
    ...PAGE,
    AS_OF,
  ],
  examples: [{ line: 'crime list --code LNK_01', about: 'cli.tryCrimeList' }],
  async run(shell, _, options) {
    const { crimes } = await shell.ask<{ crimes: Page }>(QUERY, {
      code: text(options, 'code') ?? null,
      link: text(options, 'link') ?? null,
      ...pageOf(shell, options),
    })
    shell.show(crimes, () => {
      shell.line(say(shell.language, 'cli.crimes', { count: crimes.totalCount }))
      for (const { node } of crimes.edges) {
        heading(shell, `${node.label ?? ''} (${node.id})`)
        relationTable(shell, node.links)
      }
      more(shell, crimes)
    })
  },
}
