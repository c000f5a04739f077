import type { z } from 'zod'
import { faultOf } from '../schema/wire/fault.ts'
import { faultsOf } from '../schema/wire/report.ts'

/** What came, in its shape. Throws every fault of it at once, placed below `path`. */
export function parsed<T extends z.ZodType>(
  shape: T,
  value: unknown,
  path: (string | number)[],
): z.output<T> {
  const result = shape.safeParse(value)
  if (!result.success) throw faultOf(faultsOf(result.error, path))
  return result.data
}
