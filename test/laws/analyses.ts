import { setTimeout } from 'node:timers/promises'
import type { Kind } from '../../schema/wire/codes.ts'
import { recordEnd } from '../../server/analyst/desk.ts'
import { type Job, openJobs } from '../../server/analyst/jobs.ts'
import type { Instance } from '../../server/instance.ts'
import type { TestPortolan } from '../instance.ts'
import { PATHS } from './analyses-paths.ts'
import { PLAYERS } from './analyses-players.ts'
import { ROUTE_ANALYSES } from './analyses-routes.ts'
import type { Chance } from './chance.ts'

// What the laws ask of an analyst: every kind of question, with every field of its result.

const CLAIM =
  'id report office recorded retracted source information basis observedFrom observedTo handling sensitivity evidenceUse onward'
const NODE = '{ id kind label }'
const RELATION = `{ ${CLAIM} type from ${NODE} to ${NODE} level role tie position crime link }`
const FIGURE = '{ value low high place placeLow placeHigh }'

/** Ids of a world by name: of each kind a few, such as `actor`, `actor2`, `actor3`. */
export type Named = Record<string, string>
/** What is asked, given the ids of a world, and all that its result can tell. */
export type Questioned = { analysis: (ids: Named) => object; fields: string }

const STRUCTURE = `... on StructureResult { actors pairs components largest modularity
  communities { number actors levels { level actors } }
  listed { actor ${NODE} figures { of figure ${FIGURE} } component community said { network ${NODE} level role claim } }
  ties { betweenness claims ${RELATION} } }`

/** One line for each way of asking; a kind of question has one at least. */
export const ANALYSES: Questioned[] = [
  { analysis: () => ({ structure: { rounds: 3 } }), fields: STRUCTURE },
  {
    analysis: ({ network, network2 }) => ({
      structure: { networks: [network, network2], by: 'DEGREE', rounds: 0 },
    }),
    fields: STRUCTURE,
  },
  ...PATHS,
  ...ROUTE_ANALYSES,
  ...PLAYERS,
]

const SHOWN = 'id kind question state progress askedAt asOf endedAt fault { code message }'
/** Which of two is under way when they are told of is chance: that is compared when they have ended. */
export const START_ANALYSIS = `mutation Start($key: ID!, $analysis: AnalysisInput!, $asOf: Time) {
  startAnalysis(key: $key, analysis: $analysis, asOf: $asOf) { id kind question askedAt asOf } }`
export const readAnalysis = (fields: string) =>
  `query Read($id: ID!) { analysis(id: $id) { ${SHOWN} result { __typename ${fields} } } }`
export const LIST_ANALYSES = `query List { analyses { ${SHOWN} } }`
export const ANALYSIS_DOCUMENTS = [...ANALYSES.map(({ fields }) => readAnalysis(fields)), LIST_ANALYSES]

/** Names three of each kind, and of those that are not there, something that is nowhere. */
export function named(
  entities: readonly { id: string; kind: Kind }[],
  chance: Chance,
  absent: string,
): Named {
  const names: Named = {}
  for (const kind of KINDS_NAMED) {
    const own = entities.filter((one) => one.kind === kind).map(({ id }) => id)
    for (const nth of [1, 2, 3])
      names[`${kind.toLowerCase()}${nth > 1 ? nth : ''}`] = own.length > 0 ? chance.one(own) : absent
  }
  return names
}
const KINDS_NAMED: Kind[] = [
  ...(['ACTOR', 'NETWORK', 'PLACE', 'ROUTE', 'LEG'] as const),
  ...(['MODUS_OPERANDI', 'VEHICLE', 'INCIDENT', 'CRIME'] as const),
]

/** Waits until an analysis is over; one that never is fails its test by the time that this has. */
export async function over({ instance }: TestPortolan, person: string, id: string): Promise<void> {
  const [office] = person.split('.')
  const asker = { person, office, role: 'ANALYST' } as Parameters<Instance['analyses']['open']>[0]
  while (instance.analyses.open({ ...asker, principals: [] }, id)?.endedAt === null) await setTimeout(5)
}

/** Analyses of an instance whose store is another now: nothing is known of those before, and no view is kept. */
export async function freshAnalyses(instance: Instance): Promise<void> {
  await instance.analyses.close()
  // Whatever of the instance is replaced later, they take as it is then.
  const parts = Object.assign(Object.create(instance) as Instance, {
    record: (job: Job) => recordEnd(instance, job),
  })
  instance.analyses = openJobs(parts)
}
