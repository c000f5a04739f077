import { z } from 'zod'
import { Epoch, SELECTOR_TYPES, Token } from '../../../schema/wire/match.ts'
import type { Made } from './order.ts'
import { type SealedFiles, type Sealing, sealedFiles } from './sealed-files.ts'

const Item = z.strictObject({
  type: z.enum(SELECTOR_TYPES),
  normal: z.string(),
  /** Null until evaluators have answered. */
  token: Token.nullable(),
  /** The key by which its question is put, once and the same however often it is sent. */
  key: z.string().nullable(),
  /** Where the answer is. */
  question: z.string().nullable(),
})

/** What an officer asked about at one time, and how far that has come. */
export const Asked = z.strictObject({
  id: z.string(),
  case: z.string(),
  epoch: Epoch,
  created: z.iso.datetime(),
  /** What is written to whoever holds one of them, as soon as he is known; null where nothing is. */
  notice: z.string().min(1).nullable().default(null),
  /** Hits of which notice was given. */
  noticed: z.array(z.string()).default([]),
  items: z.array(Item),
})
export type Asked = z.infer<typeof Asked>

export const askedFiles = (folder: string, sealing: Sealing): SealedFiles<Asked> =>
  sealedFiles(folder, sealing, Asked)

/** With the tokens that were made. */
export function withTokens(asked: Asked, made: Made[]): Asked {
  const tokens = new Map(made.map(({ type, normal, token }) => [`${type}\n${normal}`, token]))
  return {
    ...asked,
    items: asked.items.map((item) => ({
      ...item,
      token: item.token ?? tokens.get(`${item.type}\n${item.normal}`) ?? null,
    })),
  }
}

/** With a key for the question of those that have a token and none was put for. */
export const withKey = (asked: Asked, key: string): Asked => ({
  ...asked,
  items: asked.items.map((item) => ({ ...item, key: item.key ?? (item.token === null ? null : key) })),
})

/** Questions that are to be put, or put again, by their keys. */
export const unasked = (asked: Asked): Map<string, Asked['items']> =>
  Map.groupBy(
    asked.items.filter(({ key, question }) => key !== null && question === null),
    ({ key }) => key!,
  )

export const withQuestion = (asked: Asked, key: string, question: string): Asked => ({
  ...asked,
  items: asked.items.map((item) => (item.key === key ? { ...item, question } : item)),
})

/** What waits for its token. */
export const waiting = (asked: Asked): Asked['items'] => asked.items.filter(({ token }) => token === null)
