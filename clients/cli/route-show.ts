import { say } from '../../schema/words/index.ts'
import {
  called,
  type Description,
  descriptionFields,
  descriptionTable,
  type Node,
  relationsByType,
  titleOf,
} from './claims.ts'
import type { Command } from './command.ts'
import { showDescriptions, type Thing, thing } from './entity-show.ts'
import { AS_OF } from './page.ts'
import { heading } from './table.ts'

type Leg = Node & { from: Node[]; to: Node[]; descriptions: Description[] }
type Route = Thing & { legs: { position: number | null; leg: Leg }[] }

const LEGS = `legs { position leg { id kind label from { id kind label } to { id kind label } descriptions ${descriptionFields('LEG')} } }`

export const routeShow: Command = {
  name: 'route show',
  about: 'cli.aboutRouteShow',
  args: ['<name-or-id>'],
  options: [AS_OF],
  examples: [{ line: 'route show Agadez-Sabha', about: 'cli.tryRouteShow' }],
  async run(shell, [name], options) {
    const route = await thing<Route>(shell, name!, { kind: 'ROUTE', field: 'route', more: LEGS }, options)
    shell.show(route, () => {
      titleOf(shell, route)
      showDescriptions(shell, route)
      for (const { position, leg } of route.legs) {
        const ends = [leg.from, leg.to].map((places) => places.map(called).join(' / ')).join(' → ')
        const leading = say(shell.language, 'cli.headLeg', {
          position: position ?? '–',
          name: called(leg),
          ends,
        })
        heading(shell, leading)
        descriptionTable(shell, 'LEG', byBeginning(leg.descriptions))
      }
      relationsByType(
        shell,
        route.relations.filter(({ type }) => type !== 'HAS_LEG'),
      )
    })
  },
}

/** A leg is never overwritten: its states stand one after the other. */
const byBeginning = (descriptions: Description[]): Description[] =>
  [...descriptions].sort((a, b) => ((a.observedFrom ?? '') < (b.observedFrom ?? '') ? -1 : 1))
