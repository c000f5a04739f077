import { Fault } from '../../schema/wire/fault.ts'
import { called, NODE, type Node, RELATION, type Relation, relationTable } from './claims.ts'
import type { Command } from './command.ts'
import { named } from './names.ts'
import { AS_OF, moment } from './page.ts'

const QUERY = `query connection($from: ID!, $to: ID!, $asOf: Time) {
  connection(from: $from, to: $to, asOf: $asOf) { stops ${NODE} claims ${RELATION} } }`

export const connection: Command = {
  name: 'connection',
  about: 'cli.aboutConnection',
  args: ['<from>', '<to>'],
  options: [AS_OF],
  examples: [{ line: 'connection Addax Barracuda', about: 'cli.tryConnection' }],
  async run(shell, [from, to], options) {
    const ends = { from: (await named(shell, from!)).id, to: (await named(shell, to!)).id }
    const answer = await shell.ask<{ connection: { stops: Node[]; claims: Relation[] } | null }>(QUERY, {
      ...ends,
      ...moment(shell, options),
    })
    const way = answer.connection
    if (!way) throw new Fault('NOT_FOUND', `expected a connection that you may see between ${from} and ${to}`)
    shell.show(way, () => {
      shell.line(way.stops.map(called).join(' → '))
      relationTable(shell, way.claims)
    })
  },
}
