import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { checkEvaluation, combine, finalize } from '../../../clients/core/oprf/voprf.ts'
import { watchDirectory } from '../../../clients/evaluator/directory.ts'
import { listenEvaluator } from '../../../clients/evaluator/listen.ts'
import { openEvaluator } from '../../../clients/evaluator/open.ts'
import type { RosterLine } from '../../../clients/evaluator/roster.ts'
import { dealEpoch, finishEpoch, joinEpoch, revealEpoch } from '../../../clients/evaluator/state.ts'
import { openVault, type Vault } from '../../../clients/evaluator/vault.ts'
import { Evaluation, type EvaluationRequest, type MatchKey } from '../../../schema/wire/match.ts'
import { EPOCH, INSTANCE, post, type Selector, type World } from './world.ts'

// Evaluators of several states within one process, and tokens made with them.

export const PASSPHRASE = 'three boats left the bay'
/** What nobody would protect anything with: tests open many vaults. */
export const CHEAP = { passes: 1, memory: 8_192 }
export const COUNTRIES = ['ES', 'IT', 'NE']

export type Holder = { country: string; folder: string; vault: Vault }

/** A folder with a passphrase for each state, nothing joined yet. */
export async function openHolders(folder: string, countries = COUNTRIES): Promise<Holder[]> {
  const holders: Holder[] = []
  for (const country of countries) {
    const own = join(folder, `evaluator-${country}`)
    await mkdir(own, { recursive: true, mode: 0o700 })
    holders.push({ country, folder: own, vault: await openVault(own, PASSPHRASE, CHEAP) })
  }
  return holders
}

/** Of which instance they are, and where each will listen. */
type Place = { instance?: string; urls?: readonly string[] }

export const joined = (
  holders: readonly Holder[],
  epoch = EPOCH,
  { instance = INSTANCE, urls }: Place = {},
): Promise<RosterLine[]> =>
  Promise.all(
    holders.map(({ country, folder, vault }, at) =>
      joinEpoch(folder, vault, {
        ...{ instance, epoch, country, name: `eval.${country.toLowerCase()}.example` },
        url: urls?.[at] ?? `http://127.0.0.1:${4_400 + at}`,
      }),
    ),
  )

export const textOfRoster = (lines: readonly RosterLine[]): string =>
  lines.map((line) => `${JSON.stringify(line)}\n`).join('')

/** The whole ceremony, everybody honest. */
export async function holdCeremony(
  holders: readonly Holder[],
  { epoch = EPOCH, threshold = 2, ...place }: { epoch?: number; threshold?: number } & Place = {},
): Promise<MatchKey> {
  const text = textOfRoster(await joined(holders, epoch, place))
  const each = async <T>(step: (holder: Holder) => Promise<T>): Promise<T[]> => {
    const done: T[] = []
    for (const holder of holders) done.push(await step(holder))
    return done
  }
  const deals = await each(({ folder, vault }) => dealEpoch(folder, vault, { text, epoch, threshold }))
  const shown = deals.map(({ deal }) => deal)
  const reveals = await each(({ folder, vault }) => revealEpoch(folder, vault, { epoch, files: shown }))
  const files = reveals.map(({ reveal }) => reveal)
  const done = await each(({ folder, vault }) => finishEpoch(folder, vault, { epoch, files }))
  return done[0]!.matchKey
}

export type Up = { url: string; failures: unknown[]; close(): Promise<void> }

/** Serves the evaluator of a folder within this process, by the world's clock. */
export async function serveHere(world: World, { folder, vault }: Holder): Promise<Up> {
  const failures: unknown[] = []
  const complain = (error: unknown) => failures.push(error)
  const directory = await watchDirectory({
    ...{ folder: world.clientHome, state: folder, genesis: world.genesis },
    ...{ clock: world.clock, complain },
  })
  const opened = await openEvaluator(folder, vault, {
    platform: world.platform,
    directory,
    clock: world.clock,
  })
  const { url, close } = await listenEvaluator(opened.evaluator, { port: 0, complain })
  return { url, failures, close: () => close().then(opened.close) }
}

/** One evaluator's answer, its proof checked. */
export async function evaluated(
  url: string,
  matchKey: MatchKey,
  request: EvaluationRequest,
): Promise<Evaluation> {
  const { status, body } = await post(url, request)
  if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`)
  const answer = Evaluation.parse(body)
  const { key } = matchKey.evaluators.find(({ index }) => index === answer.evaluator)!
  const isProven = checkEvaluation(
    octets(key),
    request.order.elements.map(octets),
    answer.elements.map(octets),
    {
      c: octets(answer.proof.c),
      s: octets(answer.proof.s),
    },
  )
  if (!isProven) throw new Error('expected a proof, got another')
  return answer
}

/** Tokens of these selectors, from as many answers as there are. */
export const tokensOf = (wanted: readonly Selector[], answers: readonly Evaluation[]): string[] =>
  wanted.map(({ input, blind }, at) => {
    const parts = answers.map(({ evaluator, elements }) => ({
      index: evaluator,
      element: octets(elements[at]!),
    }))
    return Buffer.from(finalize(input, blind, combine(parts))).toString('base64url')
  })

export const octets = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'base64url'))

export const writeAll = async (folder: string, files: Record<string, unknown>): Promise<void> => {
  for (const [name, content] of Object.entries(files))
    await writeFile(join(folder, name), JSON.stringify(content))
}
