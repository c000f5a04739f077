import { mkdir } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import type { MatchKey } from '../../schema/wire/match.ts'
import { ready } from '../core/oprf/voprf.ts'
import type { Platform } from '../evaluator/check.ts'
import { watchDirectory } from '../evaluator/directory.ts'
import { listenEvaluator } from '../evaluator/listen.ts'
import { openEvaluator } from '../evaluator/open.ts'
import { dealEpoch, finishEpoch, joinEpoch, revealEpoch } from '../evaluator/state.ts'
import { openVault, type Vault } from '../evaluator/vault.ts'
import type { Home } from '../gateway/home.ts'
import { keepMatchKey, matchKeys } from '../gateway/match-keys.ts'

// The demonstration's three evaluators. In truth each is a program of another state, on its own machine, and the ceremony is
// held with files that are carried from one to the other; here one process plays them all.

const STATES = ['IT', 'ML', 'NE']
const THRESHOLD = 2
/** It guards nothing: whoever has this home has all three shares. */
const PASSPHRASE = 'demonstration'
const CHEAP = { passes: 1, memory: 8_192 }

type Holder = { country: string; folder: string; vault: Vault }

export type Serving = { key: MatchKey; close(): Promise<void> }

/** Serves the key of a year; where this home has none, its evaluators make one. `genesis` is the directory's. */
export async function serveEvaluators(
  home: Home,
  { platform, genesis, epoch }: { platform: Platform; genesis: string; epoch: number },
): Promise<Serving> {
  await ready()
  const holders = await Promise.all(STATES.map((country) => holderOf(home, country)))
  const known = (await matchKeys(home)).find((one) => one.epoch === epoch)
  const key = known ?? (await ceremony(holders, platform.instance, epoch))
  const up = await Promise.all(holders.map((holder) => serve(holder, { home, platform, genesis, key })))
  // Kept last: a home with a key has evaluators that hold its shares.
  await keepMatchKey(home, key)
  return {
    key,
    async close() {
      for (const one of up) await one.close()
    },
  }
}

async function holderOf(home: Home, country: string): Promise<Holder> {
  const folder = home.path('evaluators', country)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  return { country, folder, vault: await openVault(folder, PASSPHRASE, CHEAP) }
}

/** Each joins, deals, shows what it dealt once all have, and finishes: the same key comes out at each. */
async function ceremony(holders: Holder[], instance: string, epoch: number): Promise<MatchKey> {
  const lines: string[] = []
  for (const { country, folder, vault } of holders) {
    const name = `evaluator.${country.toLowerCase()}.example`
    const url = `http://127.0.0.1:${await freePort()}`
    lines.push(JSON.stringify(await joinEpoch(folder, vault, { instance, epoch, country, url, name })))
  }
  const text = lines.map((line) => `${line}\n`).join('')
  const deals: unknown[] = []
  for (const { folder, vault } of holders)
    deals.push((await dealEpoch(folder, vault, { text, epoch, threshold: THRESHOLD })).deal)
  const reveals: unknown[] = []
  for (const { folder, vault } of holders)
    reveals.push((await revealEpoch(folder, vault, { epoch, files: deals })).reveal)
  const done: MatchKey[] = []
  for (const { folder, vault } of holders)
    done.push((await finishEpoch(folder, vault, { epoch, files: reveals })).matchKey)
  return done[0]!
}

type Served = { home: Home; platform: Platform; genesis: string; key: MatchKey }

async function serve({ country, folder, vault }: Holder, { home, platform, genesis, key }: Served) {
  const complain = (error: unknown) => void process.stderr.write(`${(error as Error).message}\n`)
  const directory = await watchDirectory({
    ...{ folder: home.folder, state: folder, genesis },
    ...{ clock: Date.now, complain },
  })
  const opened = await openEvaluator(folder, vault, { platform, directory, clock: Date.now })
  const own = key.evaluators.find((one) => one.country === country)!
  const { close } = await listenEvaluator(opened.evaluator, { port: Number(new URL(own.url).port), complain })
  return { close: () => close().then(opened.close) }
}

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((done) => probe.listen(0, '127.0.0.1', done))
  const { port } = probe.address() as AddressInfo
  await new Promise((done) => probe.close(done))
  return port
}
