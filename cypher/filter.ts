import { z } from 'zod'
import { NEVER } from './report/write.ts'

// Neo4j plans a statement anew for each combination of the types of its parameters, and null is a type of its own: a
// filter that is left open therefore goes out as a text that filters nothing.

/** A filter that may be left open: then it is the empty text. */
export const open = z
  .string()
  .nullable()
  .transform((value) => value ?? '')

/** The last day of a period; left open, it is after every day. */
export const openEnd = z
  .string()
  .nullable()
  .transform((value) => value ?? '9999')

/** The version that a page goes on below; left open, it is above every version. */
export const belowVersion = z
  .number()
  .nullable()
  .transform((value) => value ?? NEVER)
