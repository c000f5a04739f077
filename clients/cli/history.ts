import type { Kind } from '../../schema/wire/codes.ts'
import { Fault } from '../../schema/wire/fault.ts'
import { say } from '../../schema/words/index.ts'
import {
  type Description,
  descriptionFields,
  descriptionTable,
  NODE,
  type Node,
  RELATION,
  type Relation,
  relationsByType,
} from './claims.ts'
import type { Command } from './command.ts'
import { named } from './names.ts'
import { AS_OF, moment } from './page.ts'
import type { Shell } from './shell.ts'
import { heading } from './table.ts'

type Past = { descriptions: Description[]; relations: Relation[] }

const query = (kind: Kind) => `query history($id: ID!, $asOf: Time) {
  history(id: $id, asOf: $asOf) { descriptions ${descriptionFields(kind)} relations ${RELATION} } }`

export const history: Command = {
  name: 'history',
  about: 'cli.aboutHistory',
  args: ['<name-or-id>'],
  options: [AS_OF],
  examples: [{ line: 'history Agadez-transport-1', about: 'cli.tryHistory' }],
  async run(shell, [name], options) {
    const { id, kind } = await named(shell, name!)
    const whole = kind ?? (await kindOf(shell, id))
    const answer = await shell.ask<{ history: Past | null }>(query(whole), { id, ...moment(shell, options) })
    const past = answer.history
    if (!past) throw hidden(name!)
    shell.show(past, () => {
      heading(shell, say(shell.language, 'cli.headDescriptions'))
      descriptionTable(shell, whole, past.descriptions)
      relationsByType(shell, past.relations)
    })
  },
}

/** An id alone does not tell its kind, and each kind's descriptions have fields of their own. */
async function kindOf(shell: Shell, id: string): Promise<Kind> {
  const asked = `query kindOf($id: ID!) { neighbourhood(id: $id, depth: 1) { nodes ${NODE} } }`
  const { neighbourhood } = await shell.ask<{ neighbourhood: { nodes: Node[] } | null }>(asked, { id })
  const node = neighbourhood?.nodes.find((one) => one.id === id)
  if (!node) throw hidden(id)
  return node.kind
}

const hidden = (name: string) =>
  new Fault('NOT_FOUND', `expected a code name or an id that you may see, got ${name}`)
