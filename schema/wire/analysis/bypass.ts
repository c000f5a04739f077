import { z } from 'zod'
import { BYPASS_COSTS } from '../codes.ts'
import { isCurrency, isDate } from '../identifiers.ts'

/** Ways round legs or places that are controlled, and what they cost more. */
export const BypassQuestion = z
  .object({
    /** From which place to which people go. */
    from: z.string(),
    to: z.string(),
    /** The legs and places that are controlled. */
    closed: z.array(z.string()).min(1).max(20),
    /** By what a way is the cheaper: fewest legs, hours, or the fee in one currency. */
    by: z.enum(BYPASS_COSTS).default('LEGS'),
    currency: z
      .string()
      .refine((value) => isCurrency(value) === null, 'expected an ISO 4217 currency')
      .optional(),
    /** The day of the control; without it the first on which a claim says that it stood. */
    since: z
      .string()
      .refine((value) => isDate(value) === null, 'expected a date YYYY-MM-DD')
      .optional(),
    most: z.int().min(1).max(20).default(5),
    claims: z.int().min(0).max(20).default(3),
  })
  .refine(({ by, currency }) => by !== 'FEE' || currency !== undefined, {
    error: 'expected the currency of the fee',
    path: ['currency'],
  })
  .refine(({ from, to }) => from !== to, { error: 'expected another place than `from`', path: ['to'] })
export type BypassQuestion = z.infer<typeof BypassQuestion>
