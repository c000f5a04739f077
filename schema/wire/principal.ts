import { z } from 'zod'

const OFFICE = '[a-z]{2}-[a-z0-9]+(?:-[a-z0-9]+)*'
export const OfficeCode = z
  .string()
  .max(60)
  .regex(new RegExp(`^${OFFICE}$`), 'expected an office code such as ne-dst')
export const PersonId = z
  .string()
  .max(80)
  .regex(new RegExp(`^${OFFICE}\\.[a-z0-9]+(?:-[a-z0-9]+)*$`), 'expected a person such as ne-dst.aicha')

/** Whom something can be released to (`DESIGN.md` §3). */
export const Principal = z
  .string()
  .max(90)
  .regex(
    new RegExp(
      `^(?:all|country:[A-Z]{2}|office:${OFFICE}|person:${OFFICE}\\.[a-z0-9-]+|team:[a-z0-9-]{3,60})$`,
    ),
    'expected all, country:XX, office:…, team:… or person:…',
  )
export type Principal = z.infer<typeof Principal>
