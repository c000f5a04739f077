import { BODIES } from './hostile-bodies.ts'
import { SESSION_KEYS } from './hostile-keys.ts'
import { LENGTHS } from './hostile-lengths.ts'
import { SHAPES } from './hostile-shapes.ts'

/** What smuggles plain text, hides a recipient, or lies about a length. Each with words of its refusal. */
export type Hostile = [name: string, bytes: Uint8Array, words: string]

/** The corpus that is made by hand; `test/peers/hostile.test.ts` has what real programs make. */
export const HOSTILE: Hostile[] = [...SHAPES, ...SESSION_KEYS, ...LENGTHS, ...BODIES]
