import { canonical, type Json } from '../../schema/wire/canonical.ts'
import { Fault } from '../../schema/wire/fault.ts'
import type { MatchKey } from '../../schema/wire/match.ts'
import { moment, plain, say } from '../../schema/words/index.ts'
import { askedFiles } from '../core/match/asked.ts'
import { commitmentLog } from '../core/match/commitments.ts'
import { postEvaluation } from '../core/match/post.ts'
import type { TokenRoad } from '../core/match/tokens.ts'
import { watchedFiles } from '../core/match/watched.ts'
import { keyInUse, keysInUse, matchKeys } from '../gateway/match-keys.ts'
import { openVault } from '../gateway/vault.ts'
import type { Shell } from './shell.ts'
import { Usage } from './terminal.ts'

const PERMIT = 'mutation matchPermit($order: String!) { permitEvaluation(order: $order) }'

/** What of an officer's matching stays on this machine, sealed to him. */
export async function matchFiles(shell: Shell) {
  const [home, link] = [await shell.home(), await shell.link()]
  const key = await shell.key(link.caller.person)
  const vault = openVault(key, link.now)
  const folder = (name: string) => home.path('match', key.name, name)
  return {
    commitments: commitmentLog(folder('commitments'), vault),
    asked: askedFiles(folder('asked'), vault),
    watched: watchedFiles(folder('watched'), vault),
  }
}

/** The officer's way to tokens: his log, the platform's leave, and evaluators over HTTP. */
export async function tokenRoadOf(shell: Shell): Promise<TokenRoad> {
  const { language } = shell
  const [{ commitments }, link] = [await matchFiles(shell), await shell.link()]
  return {
    caller: link.caller,
    now: link.now,
    keep: commitments.put,
    async permit(order) {
      const text = canonical(order as Json)
      return (await shell.ask<{ permitEvaluation: string }>(PERMIT, { order: text })).permitEvaluation
    },
    sign: link.order,
    ask: postEvaluation,
    onFailed({ index, country, fault: { message } }) {
      shell.note(say(language, 'cli.evaluatorFailed', { index, country, why: plain(message) }))
    },
    onWait: (until) =>
      shell.note(say(language, 'cli.matchWaits', { time: moment(language, new Date(until)) })),
  }
}

/** The key by which questions are asked now. @throws Fault NOT_FOUND where this home has none */
export async function usedKey(shell: Shell): Promise<MatchKey> {
  const [home, { now }] = [await shell.home(), await shell.link()]
  const key = keyInUse(await matchKeys(home), now())
  if (key) return key
  throw new Fault('NOT_FOUND', 'expected the match key of this year, got none: match key add FILE')
}

/** The keys that cards have tokens by now: two, while one year's takes over from another's. */
export const usedKeys = async (shell: Shell): Promise<MatchKey[]> =>
  keysInUse(await matchKeys(await shell.home()), (await shell.link()).now())

/** The case for which something is matched. @throws Usage where the purpose names none */
export async function caseOf(shell: Shell): Promise<string> {
  const { case: reference } = await shell.purpose()
  if (reference) return reference
  throw new Usage(say(shell.language, 'cli.missingOption', { option: '--case' }))
}
