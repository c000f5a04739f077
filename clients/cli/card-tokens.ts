import { randomBytes } from 'node:crypto'
import { base32 } from '../../schema/wire/canonical.ts'
import type { CardContent } from '../../schema/wire/card.ts'
import { Fault } from '../../schema/wire/fault.ts'
import type { EvaluationAim, MatchChoice, MatchKey } from '../../schema/wire/match.ts'
import { plain, say } from '../../schema/words/index.ts'
import type { Made } from '../core/match/order.ts'
import { each, type Selector, selectorsAsked, selectorsOf } from '../core/match/selectors.ts'
import { makeTokens } from '../core/match/tokens.ts'
import { chosen } from './choices.ts'
import type { Option, Options } from './command.ts'
import { caseOf, matchFiles, tokenRoadOf, usedKeys } from './matching.ts'
import { progress } from './progress.ts'
import type { Shell } from './shell.ts'

const PLACE = `mutation matchPlace($key: String!, $input: TokensInput!) {
  placeTokens(key: $key, input: $input) { card replayed } }`

export const MATCH: Option = { flags: '--match <choice>', about: 'cli.optMatch' }

const CHOICES: Readonly<Record<string, MatchChoice>> = {
  ANNOUNCE: 'ANNOUNCE',
  FIRST: 'ANNOUNCE_TO_ME_FIRST',
  SILENT: 'SILENT',
}

/** A choice as it is typed. Throws Usage on another word. */
export const choiceOf = (shell: Shell, word: string): MatchChoice =>
  CHOICES[chosen(shell, { choice: word }, 'choice', Object.keys(CHOICES), '<choice>')?.[0] ?? 'SILENT']!

/** What is put on watch of a card that is sealed: for what case, by which keys, and with which choice where one is named. */
export type Watch = { choice: MatchChoice | null; case: string; keys: MatchKey[]; selectors: Selector[] }

/**
 * What `--match` asks for, before the card is sealed; null where nothing becomes a token.
 * @throws Fault PROTECTED_PERSON where it is asked for by hand and the subject is protected
 */
export async function watchIn(
  shell: Shell,
  options: Options,
  card: Pick<CardContent, 'subject' | 'identifiers'>,
): Promise<Watch | null> {
  const named = chosen(shell, options, 'match', [...Object.keys(CHOICES), 'NONE'])?.[0]
  if (named === 'NONE') return null
  const selectors = named === undefined ? selectorsOf(card) : selectorsAsked(card)
  if (selectors.length === 0) return null
  const keys = await usedKeys(shell)
  if (keys.length === 0) return null
  return { choice: CHOICES[named ?? ''] ?? null, keys, selectors, case: await caseOf(shell) }
}

/** A card of the own office that stands, and what of it is to be on watch. */
export type ToWatch = { card: string; version: number; choice: MatchChoice; selectors: Selector[] }

/**
 * Makes the tokens of cards by one key and places them card by card. What this machine has placed is kept: cut off anywhere,
 * the next run goes on with the cards that are left.
 */
export async function watchCards(
  shell: Shell,
  { key, aim, case: reference }: { key: MatchKey; aim: EvaluationAim; case: string },
  cards: ToWatch[],
): Promise<void> {
  const selectors = each(cards.flatMap((one) => one.selectors))
  const bar = progress(shell, say(shell.language, 'cli.matchMaking'), selectors.length)
  const made: Made[] = []
  await makeTokens(await tokenRoadOf(shell), { key, aim, case: reference }, selectors, async (some) => {
    made.push(...some)
    bar.step(made.length)
  }).finally(() => bar.stop())
  const tokens = new Map(made.map((one) => [nameOf(one), one]))
  for (const { selectors: own, ...card } of cards)
    await place(
      shell,
      key.epoch,
      card,
      own.map((one) => tokens.get(nameOf(one))!),
    )
}

/** A card whose entity is protected, as another report may say, is on watch no more: that is told, and stops no other card. */
async function place(
  shell: Shell,
  epoch: number,
  { card, version, choice }: Omit<ToWatch, 'selectors'>,
  made: Made[],
): Promise<void> {
  const { watched } = await matchFiles(shell)
  const tokens = made.map(({ type, token }) => ({ type, token }))
  const input = { card, version, epoch, choice, tokens }
  try {
    await shell.ask(PLACE, { key: `tokens.${base32(randomBytes(10))}`, input })
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'PROTECTED_PERSON') throw error
    await watched.drop(card)
    return tellUnwatched(shell, card, error)
  }
  const before = await watched.get(card)
  const epochs = before?.version === version ? before.epochs : []
  await watched.put(card, { version, choice, epochs: [...new Set([...epochs, epoch])].sort() })
}

const tellUnwatched = (shell: Shell, card: string, { message }: Fault) =>
  shell.note(say(shell.language, 'cli.cardNotOnWatch', { card, why: plain(message) }))

const nameOf = ({ type, normal }: Selector) => `${type}\n${normal}`

/**
 * Puts a card that was just sealed on watch, and tells how many of its identifiers are. It is kept before that it is to be: where
 * that fails, or the card still waits to be sent, `match renew` goes on with it.
 */
export async function watchFrom(
  shell: Shell,
  { choice: named, keys, selectors, case: reference }: Watch,
  { card, version }: { card: string; version: number },
  isSent: boolean,
): Promise<void> {
  const { watched } = await matchFiles(shell)
  const choice = named ?? (await watched.get(card))?.choice ?? 'ANNOUNCE_TO_ME_FIRST'
  await watched.put(card, { version, choice, epochs: [] })
  if (!isSent) return shell.note(say(shell.language, 'cli.cardWatchLater'))
  try {
    for (const key of keys)
      await watchCards(shell, { key, aim: 'SEAL', case: reference }, [{ card, version, choice, selectors }])
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return tellUnwatched(shell, card, error)
  }
  if ((await watched.get(card)) !== null)
    shell.note(say(shell.language, 'cli.cardOnWatch', { count: selectors.length }))
}
