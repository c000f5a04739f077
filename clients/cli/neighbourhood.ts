import { Fault } from '../../schema/wire/fault.ts'
import { say } from '../../schema/words/index.ts'
import { coded, fieldName, NODE, type Node, RELATION, type Relation, relationsByType } from './claims.ts'
import { type Command, text } from './command.ts'
import { named } from './names.ts'
import { AS_OF, moment } from './page.ts'
import { table } from './table.ts'
import { Usage } from './terminal.ts'

type Around = { more: boolean; nodes: Node[]; claims: Relation[] }

const QUERY = `query neighbourhood($id: ID!, $depth: Int, $asOf: Time) {
  neighbourhood(id: $id, depth: $depth, asOf: $asOf) { more nodes ${NODE} claims ${RELATION} } }`

export const neighbourhood: Command = {
  name: 'neighbourhood',
  about: 'cli.aboutNeighbourhood',
  args: ['<name-or-id>'],
  options: [{ flags: '--depth <hops>', about: 'cli.optDepth' }, AS_OF],
  examples: [{ line: 'neighbourhood Desert-deaths-2013 --depth 1', about: 'cli.tryNeighbourhood' }],
  async run(shell, [name], options) {
    const depth = text(options, 'depth') ?? '2'
    if (!/^[123]$/.test(depth)) throw new Usage(say(shell.language, 'cli.badCount', { option: '--depth' }))
    const { id } = await named(shell, name!)
    const variables = { id, depth: Number(depth), ...moment(shell, options) }
    const answer = await shell.ask<{ neighbourhood: Around | null }>(QUERY, variables)
    const around = answer.neighbourhood
    if (!around) throw new Fault('NOT_FOUND', `expected a code name or an id that you may see, got ${name}`)
    shell.show(around, () => {
      const head = ['kind', 'codeName', 'id'].map((field) => fieldName(shell.language, field))
      const rows = around.nodes.map((node) => [coded(shell.language, 'Kind', node.kind), node.label, node.id])
      table(shell, head, rows)
      relationsByType(shell, around.claims)
      if (around.more)
        shell.line(say(shell.language, 'cli.tooManyRelations', { count: around.claims.length }))
    })
  },
}
