import { STATEMENTS } from '../cypher/index.ts'
import type { Statement } from '../cypher/statement.ts'
import { HUB } from './ask.ts'
import type { Instance } from './instance.ts'

/** A value of the right type for each parameter: Neo4j keeps one plan for each combination of types. */
const SAMPLE: Record<string, unknown> = {
  mask: Int8Array.of(0),
  compartments: [0],
  ids: [''],
  codes: [''],
  offices: [''],
  depth: 2,
  hub: HUB,
  said: true,
  labels: true,
  content: true,
  first: 1,
  most: 1,
  asOf: 0,
  since: 0,
}
/** How much longer than usual a question may take while Java is cold. */
const COLD = 6

/**
 * Lets Neo4j plan every read behind the first callers: on a cold Java that takes seconds for each, and a question has
 * five. Until all are planned the deadline is longer. Nothing is seen, for no compartment is.
 */
export async function warm(instance: Pick<Instance, 'graph' | 'deadline'>): Promise<void> {
  const usual = instance.deadline
  instance.deadline = usual * COLD
  try {
    for (const statement of Object.values(STATEMENTS) as Statement[])
      if (statement.access === 'read') await instance.graph.read(statement, sampleFor(statement), 60_000)
  } finally {
    instance.deadline = usual
  }
}

function sampleFor(statement: Statement): Record<string, unknown> {
  const names = [...statement.text.matchAll(/\$(\w+)/g)].map(([, name]) => name!)
  return Object.fromEntries(
    names.map((name) => [name, name === 'after' ? afterOf(statement) : (SAMPLE[name] ?? '')]),
  )
}

/** Where a page goes on: by label and id, by time and id, or by version. */
function afterOf({ name }: Statement): unknown {
  if (name === 'message/inbox') return [0, '']
  return name.startsWith('report/') ? 0 : ['', '']
}
