import { Fault } from '../../schema/wire/fault.ts'
import type { MatchKey } from '../../schema/wire/match.ts'
import { MOST_EVALUATED } from '../../schema/wire/match.ts'
import { moment, say } from '../../schema/words/index.ts'
import { selectorsOf } from '../core/match/selectors.ts'
import { goesOn } from '../core/match/tokens.ts'
import type { Watched } from '../core/match/watched.ts'
import { type ToWatch, watchCards } from './card-tokens.ts'
import { CARD, type Card, opener, versionOf } from './cards.ts'
import type { Command } from './command.ts'
import { caseOf, matchFiles, usedKeys } from './matching.ts'
import { outboxOf } from './outbox.ts'
import { progress } from './progress.ts'
import type { Shell } from './shell.ts'

const PAGE = 100
const LAPSED = `query matchLapsed($epoch: Int!, $first: Int, $after: String) {
  cardsToRenew(epoch: $epoch, first: $first, after: $after) { id epochs choice } }`
const QUERY = `query matchRenewCard($id: ID!) { card(id: $id) ${CARD} }`

/** Cards that are put on watch for the first time are counted as those that are sealed: only the others are renewed. */
type Due = { key: MatchKey; aim: 'SEAL' | 'RENEW'; cards: string[] }

export const matchRenew: Command = {
  name: 'match renew',
  about: 'cli.aboutMatchRenew',
  args: ['[cards...]'],
  examples: [{ line: 'match renew --case NE-2027/0001', about: 'cli.tryMatchRenew' }],
  async run(shell, cards) {
    const reference = await caseOf(shell)
    await note(shell, cards)
    const lapsed = await lapsedIn(shell)
    let renewed = 0
    let on: number | null = null
    const dues = await dueIn(shell, lapsed)
    const total = dues.reduce((sum, { cards: some }) => sum + some.length, 0)
    const bar = progress(shell, say(shell.language, 'cli.matchRenewing'), total)
    try {
      for (const { key, aim, cards: due } of dues)
        for (const group of await groupsOf(shell, due)) {
          await watchCards(shell, { key, aim, case: reference }, group)
          renewed += group.length
          bar.step(renewed)
        }
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'BUDGET_EXHAUSTED') throw error
      on = goesOn(error)
    } finally {
      bar.stop()
    }
    const left = (await dueIn(shell, lapsed)).reduce((sum, { cards: some }) => sum + some.length, 0)
    shell.show({ renewed, left }, () => {
      shell.line(say(shell.language, 'cli.matchRenewed', { count: renewed }))
      if (left > 0 && on !== null)
        shell.line(
          say(shell.language, 'cli.matchLeft', { count: left, time: moment(shell.language, new Date(on)) }),
        )
    })
  },
}

/** Cards that are named here and that this machine has not put on watch itself: a colleague's, or those of a former desk. */
async function note(shell: Shell, cards: string[]): Promise<void> {
  const { watched } = await matchFiles(shell)
  for (const card of cards)
    if ((await watched.get(card)) === null)
      await watched.put(card, { version: 0, choice: 'ANNOUNCE_TO_ME_FIRST', epochs: [] })
}

type Lapsed = Pick<Watched, 'epochs' | 'choice'> & { id: string }

/**
 * By year of the keys in use, the cards that the office has on watch by other years' keys alone, whoever sealed them and on which
 * machine. What was chosen last the office knows, not this machine.
 */
async function lapsedIn(shell: Shell): Promise<Map<number, Set<string>>> {
  const { watched } = await matchFiles(shell)
  const keys = await usedKeys(shell)
  const lapsed = new Map<number, Set<string>>()
  for (const { epoch } of keys) {
    const cards = await lapsedBy(shell, epoch)
    lapsed.set(epoch, new Set(cards.map(({ id }) => id)))
    for (const { id, epochs, choice } of cards) {
      const { version } = (await watched.get(id)) ?? { version: 0 }
      await watched.put(id, { version, choice, epochs })
    }
  }
  return lapsed
}

async function lapsedBy(shell: Shell, epoch: number): Promise<Lapsed[]> {
  const all: Lapsed[] = []
  for (;;) {
    const page = { epoch, first: PAGE, after: all.at(-1)?.id ?? null }
    const { cardsToRenew } = await shell.ask<{ cardsToRenew: Lapsed[] }>(LAPSED, page)
    all.push(...cardsToRenew)
    if (cardsToRenew.length < PAGE) return all
  }
}

/** By each key in use, the cards that this machine was to put on watch and has not, and those that lapse and are not renewed yet. */
async function dueIn(shell: Shell, lapsed: Map<number, Set<string>>): Promise<Due[]> {
  const { watched } = await matchFiles(shell)
  const all = await Promise.all(
    (await watched.names()).map(async (card) => ({ card, ...((await watched.get(card)) as Watched) })),
  )
  const keys = await usedKeys(shell)
  return keys.flatMap((key) => {
    const due = all.filter(
      ({ card, epochs }) =>
        epochs.length === 0 || (!epochs.includes(key.epoch) && lapsed.get(key.epoch)?.has(card)),
    )
    const aimed = Map.groupBy(due, ({ epochs }) =>
      epochs.length === 0 ? ('SEAL' as const) : ('RENEW' as const),
    )
    return [...aimed].map(([aim, some]) => ({ key, aim, cards: some.map(({ card }) => card) }))
  })
}

/** Opened, in groups of which each is one order: cut off, a group is done again and no more. */
async function groupsOf(shell: Shell, cards: string[]): Promise<ToWatch[][]> {
  const open = await opener(shell)
  const { watched } = await matchFiles(shell)
  // What is not there may still wait to be sent.
  const isSending = (await (await outboxOf(shell)).waiting()) > 0
  const groups: ToWatch[][] = [[]]
  for (const id of cards) {
    const { card } = await shell.ask<{ card: Card | null }>(QUERY, { id })
    if (card === null && isSending) continue
    const opened = card && (await open(card))
    // Erased, of another office, or about somebody who is protected now: it is on watch no more.
    if (!opened || selectorsOf(opened.content).length === 0) {
      await watched.drop(id)
      continue
    }
    const { choice } = (await watched.get(id))!
    const next = { card: id, version: versionOf(card), choice, selectors: selectorsOf(opened.content) }
    const last = groups.at(-1)!
    const size = last.reduce((sum, { selectors }) => sum + selectors.length, next.selectors.length)
    if (size <= MOST_EVALUATED) last.push(next)
    else groups.push([next])
  }
  return groups.filter((group) => group.length > 0)
}
