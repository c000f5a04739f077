import { z } from 'zod'
import { STATEMENTS } from '../cypher/index.ts'
import type { Statement } from '../cypher/statement.ts'
import { HUB } from './ask.ts'
import type { Instance } from './instance.ts'

/** What a scope binds, as one that sees nothing. */
const SCOPE: Record<string, unknown> = {
  mask: Int8Array.of(0),
  compartments: [0],
  asOf: 0,
  hub: HUB,
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
  return { ...SCOPE, ...sampleOfEach((statement.params as z.ZodObject).shape) }
}

const sampleOfEach = (shape: Readonly<Record<string, z.core.$ZodType>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(shape).map(([name, type]) => [name, sampleOf(type)]))

/** A value of the right type, for Neo4j keeps one plan for each combination of types: what an option left open means, else the least. */
function sampleOf(type: z.core.$ZodType): unknown {
  const open = z.safeParse(type, null)
  if (open.success) return open.data
  const { def } = type._zod as unknown as {
    def: {
      type: string
      element: z.core.$ZodType
      innerType: z.core.$ZodType
      items: z.core.$ZodType[]
      shape: Record<string, z.core.$ZodType>
      valueType: z.core.$ZodType
    }
  }
  switch (def.type) {
    case 'array':
      return [sampleOf(def.element)]
    case 'tuple':
      return def.items.map(sampleOf)
    case 'object':
      return sampleOfEach(def.shape)
    case 'record':
      // Under the sample of a text, where a sample may look.
      return { '': sampleOf(def.valueType) }
    case 'readonly':
      return sampleOf(def.innerType)
    case 'number':
      return 1
    case 'boolean':
      return true
    default:
      return ''
  }
}
