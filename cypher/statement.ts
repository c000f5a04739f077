import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { z } from 'zod'

/**
 * One question or change that the platform can put to Neo4j. The set is closed: `cypher/index.ts` lists it, and an
 * auditor is told name and digest, which say exactly what ran.
 */
export type Statement<P extends z.ZodType = z.ZodType, R extends z.ZodType = z.ZodType> = {
  name: string
  access: 'read' | 'write'
  text: string
  /** SHA-256 of the text, hex. */
  digest: string
  params: P
  row: R
  /** The ids of reports, entities and messages that a row shows: what the audit record will say was consulted. */
  shows: (row: z.infer<R>) => string[]
  /** The offices whose reports and cards a row shows: each counts the consultations of what it owns. */
  owners: (row: z.infer<R>) => string[]
}

type Twin<P extends z.ZodType, R extends z.ZodType> = {
  name: string
  access?: 'read' | 'write'
  params: P
  row: R
  shows?: (row: z.infer<R>) => string[]
  owners?: (row: z.infer<R>) => string[]
}

/** Of a statement whose rows show nothing that offices reported. */
export const NOBODYS = (): string[] => []

/** Binds a `.cypher` file to the shapes of its parameters and rows. `name` is the file's path below `cypher/`. */
export function statement<P extends z.ZodType, R extends z.ZodType>(twin: Twin<P, R>): Statement<P, R> {
  const text = readFileSync(new URL(`./${twin.name}.cypher`, import.meta.url), 'utf8')
  const digest = createHash('sha256').update(text).digest('hex')
  return { access: 'read', shows: () => [], owners: NOBODYS, ...twin, text, digest }
}
