import { z } from 'zod'
import { statement } from '../statement.ts'

const texts = z.array(z.string())
const reach = { key: z.string(), to: texts, except: texts, countries: texts }

export const compartmentLoad = statement({
  name: 'compartment/load',
  params: z.object({}),
  row: z.object({ number: z.number(), ...reach }),
})

export const compartmentIntern = statement({
  name: 'compartment/intern',
  access: 'write',
  params: z.object({ number: z.int(), ...reach }),
  row: z.object({ number: z.number() }),
})
