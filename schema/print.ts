import { writeFileSync } from 'node:fs'
import { lexicographicSortSchema, printSchema } from 'graphql'
import { schema } from './index.ts'

/** The API as text. It is checked in, so that every change of it is seen in review. */
export const sdl = (): string => `${printSchema(lexicographicSortSchema(schema))}\n`

if (import.meta.main) writeFileSync(new URL('./schema.graphql', import.meta.url), sdl())
