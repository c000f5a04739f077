import type { z } from 'zod'
import { faultOf } from '../../schema/wire/fault.ts'
import { faultsOf } from '../../schema/wire/report.ts'

/** Reads `input` as `shape`, or throws every fault of it, each with its path below `path`. */
export function parse<T extends z.ZodType>(
  shape: T,
  input: unknown,
  path: (string | number)[] = [],
): z.output<T> {
  const result = shape.safeParse(input)
  if (result.success) return result.data
  throw faultOf(faultsOf(result.error, path))
}
