import { mkdir } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { ready } from '../../../../clients/core/oprf/voprf.ts'
import type { Platform } from '../../../../clients/evaluator/check.ts'
import { watchDirectory } from '../../../../clients/evaluator/directory.ts'
import { listenEvaluator } from '../../../../clients/evaluator/listen.ts'
import { openEvaluator } from '../../../../clients/evaluator/open.ts'
import { dealEpoch, finishEpoch, joinEpoch, revealEpoch } from '../../../../clients/evaluator/state.ts'
import { openVault } from '../../../../clients/evaluator/vault.ts'
import type { MatchKey } from '../../../../schema/wire/match.ts'

type Bent = () => { status: number; body: unknown }

export type Serving = {
  /** By epoch. */
  keys: Map<number, MatchKey>
  /** Everything that reached an evaluator, as it came. */
  captured: string[]
  /** What an evaluator's country says instead of what it would, until `null`. */
  bend(country: string, instead: Bent | null): void
  close(): Promise<void>
}

export type ServingOptions = {
  folder: string
  platform: Platform
  /** The home of a client that follows the directory, and the hash that this goes back to. */
  client: { folder: string; genesis: string }
  epochs: number[]
  clock?: () => number
}

const COUNTRIES = ['IT', 'ML', 'NE']
/** What nobody would protect anything with. */
const CHEAP = { passes: 1, memory: 8_192 }

/** Real evaluators of three states, whose key they have made by their ceremony; each behind a wire that is listened to. */
export async function serving(options: ServingOptions): Promise<Serving> {
  const { folder, epochs } = options
  await ready()
  const captured: string[] = []
  const bent = new Map<string, Bent>()
  const wires = await Promise.all(COUNTRIES.map((country) => openWire(captured, () => bent.get(country))))
  const holders = await Promise.all(
    COUNTRIES.map(async (country, at) => {
      const own = join(folder, `evaluator-${country}`)
      await mkdir(own, { recursive: true, mode: 0o700 })
      return { country, own, url: wires[at]!.url, vault: await openVault(own, 'three boats', CHEAP) }
    }),
  )
  const keys = new Map<number, MatchKey>()
  for (const epoch of epochs) keys.set(epoch, await ceremony(holders, options.platform.instance, epoch))
  const up = await Promise.all(holders.map((holder) => serve(holder, options)))
  for (const [at, { url }] of up.entries()) wires[at]!.to(url)
  return {
    keys,
    captured,
    bend: (country, instead) => void (instead ? bent.set(country, instead) : bent.delete(country)),
    async close() {
      for (const one of [...wires, ...up]) await one.close()
    },
  }
}

type Holder = { country: string; own: string; url: string; vault: Awaited<ReturnType<typeof openVault>> }

async function ceremony(holders: Holder[], instance: string, epoch: number): Promise<MatchKey> {
  const inTurn = async <T>(step: (holder: Holder) => Promise<T>): Promise<T[]> => {
    const done: T[] = []
    for (const holder of holders) done.push(await step(holder))
    return done
  }
  const lines = await inTurn(({ own, vault, country, url }) =>
    joinEpoch(own, vault, { instance, epoch, country, url, name: `eval.${country.toLowerCase()}` }),
  )
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('')
  const deals = await inTurn(({ own, vault }) => dealEpoch(own, vault, { text, epoch, threshold: 2 }))
  const shown = deals.map(({ deal }) => deal)
  const reveals = await inTurn(({ own, vault }) => revealEpoch(own, vault, { epoch, files: shown }))
  const files = reveals.map(({ reveal }) => reveal)
  const done = await inTurn(({ own, vault }) => finishEpoch(own, vault, { epoch, files }))
  return done[0]!.matchKey
}

async function serve({ own, vault }: Holder, { platform, client, clock = Date.now }: ServingOptions) {
  const complain = (error: unknown) => void process.stderr.write(`${String(error)}\n`)
  const directory = await watchDirectory({
    ...{ folder: client.folder, genesis: client.genesis, state: own },
    ...{ clock, complain },
  })
  const opened = await openEvaluator(own, vault, { platform, directory, clock })
  const { url, close } = await listenEvaluator(opened.evaluator, { port: 0, complain })
  return { url, close: () => close().then(opened.close) }
}

/** Passes on what comes, and keeps it. */
async function openWire(captured: string[], bent: () => Bent | undefined) {
  let target = ''
  const server: Server = createServer(async (incoming, response) => {
    const body = await buffer(incoming)
    captured.push(body.toString('utf8'))
    const instead = bent()?.()
    if (instead) return void response.writeHead(instead.status).end(JSON.stringify(instead.body))
    const { method = 'POST', headers } = incoming
    const type = { 'content-type': headers['content-type'] ?? '' }
    const answer = await fetch(`${target}${incoming.url}`, { method, body, headers: type })
    const said = Buffer.from(await answer.arrayBuffer())
    captured.push(said.toString('utf8'))
    response.writeHead(answer.status).end(said)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    to(url: string) {
      target = url
    },
    async close() {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
}
