import { GraphQLError } from 'graphql'
import type { Caller } from '../../schema/wire/caller.ts'
import { Fault } from '../../schema/wire/fault.ts'
import type { Reach } from '../../schema/wire/release.ts'
import { field, type Mutant, swap, type Undo } from './broken.ts'
import { broken, graph, portolan } from './mutants-probes.ts'
import { TEAMS } from './stage.ts'

// Code around the statements that decides or tells otherwise: sight, cursors and resolvers.

/** Compartments whose sight is decided by another rule. */
function seeing(rule: (reach: Reach, caller: Caller) => boolean): Undo {
  const { instance } = portolan
  const honest = instance.compartments
  return swap(instance, 'compartments', {
    ...honest,
    sightOf(caller) {
      const numbers = [...honest.sightOf(caller).mask.keys()]
      const compartments = numbers.filter((number) => rule(honest.reachOf(number), caller))
      return {
        mask: Int8Array.from(numbers, (number) => (compartments.includes(number) ? 1 : 0)),
        compartments,
      }
    },
  })
}

const named = ({ to }: Reach, { principals }: Caller) => to.some((one) => principals.includes(one))
const excepted = ({ except }: Reach, { principals }: Caller) => except.some((one) => principals.includes(one))

export const CODE_MUTANTS: Mutant[] = [
  [
    'an exclusion is ignored',
    () => seeing((reach, caller) => named(reach, caller) && reach.countries.includes(caller.country)),
  ],
  [
    'the transfer gate is ignored',
    () => seeing((reach, caller) => named(reach, caller) && !excepted(reach, caller)),
  ],
  [
    'everybody is named',
    () => seeing((reach, caller) => !excepted(reach, caller) && reach.countries.includes(caller.country)),
  ],
  [
    'a country stands for its offices',
    () => seeing((reach, caller) => reach.countries.includes(caller.country)),
  ],
  ['a cursor serves anybody', () => swap(broken, 'cursors', true)],
  [
    'the release is shown to whoever sees the report',
    () =>
      swap(field('Report', 'release'), 'resolve', (report, _, context) =>
        context.directory.reach(report.compartment),
      ),
  ],
  [
    'the roster of every team is shown',
    () =>
      swap(field('Me', 'teams'), 'resolve', () =>
        portolan.instance.directory.teamsOf(TEAMS.flatMap(({ signatories }) => signatories)),
      ),
  ],
  [
    'a refusal says whose the thing is',
    () =>
      swap(field('Mutation', 'withdrawReport'), 'resolve', async (_, { report }) => {
        const [found] = await graph.setup('MATCH (r:Report {id: $report}) RETURN r.office AS office', {
          report,
        })
        const fault = new Fault('NOT_FOUND', `expected a report of your office, got one of ${found?.office}`)
        throw new GraphQLError(fault.message, { originalError: fault })
      }),
  ],
  [
    'an entity that is hidden has its kind',
    () =>
      swap(field('Query', 'network'), 'resolve', async (_, { id }, context) =>
        (await graph.setup('MATCH (n:Network {id: $id}) RETURN n.id AS id', { id })).length
          ? { id, kind: 'NETWORK', label: null, moment: context.time.moment(null) }
          : null,
      ),
  ],
]
