import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { login } from '../../clients/core/session.ts'
import { openShares } from '../../clients/evaluator/shares.ts'
import type { MatchKey } from '../../schema/wire/match.ts'
import { ended, startCli } from '../clients/cli/program.ts'
import { type Holder, holdCeremony, openHolders, PASSPHRASE } from '../clients/evaluator/evaluators.ts'
import { WHY, type World } from '../faults/world.ts'
import { openThrottle, type Throttle } from '../peers/throttle.ts'
import { killed } from '../served.ts'

// The evaluators of a world: three states hold shares, two of them serve, and it takes two. Each is a program of its own behind
// a wire that keeps what goes by.

const COUNTRIES = ['IT', 'ML', 'NE']
const INSTANCE = 'test-instance'

export type Evaluator = {
  country: string
  index: number
  folder: string
  pid: number
  wire: Throttle
  printed(): string
  /** Its share of the key, as whoever has its folder and its passphrase reads it. */
  share(): Promise<Uint8Array>
}

export type Evaluators = {
  matchKey: MatchKey
  /** With the key in it, for officers. */
  keyFile: string
  /** Everything that the states keep: a folder for each, and the client's home by which they follow the directory. */
  folders: string[]
  /** Those that serve. */
  up: Evaluator[]
  close(): Promise<void>
}

/** Starts them beside a world. `person` is the officer at whose home they follow the directory. */
export async function openEvaluators(world: World, person: string): Promise<Evaluators> {
  const folder = await mkdtemp(join(tmpdir(), 'portolan-conspiring-'))
  const wires = await Promise.all(COUNTRIES.map(() => openThrottle(0, { capture: true })))
  const holders = await openHolders(folder, COUNTRIES)
  const epoch = new Date().getUTCFullYear()
  const urls = wires.map(({ url }) => url)
  const matchKey = await holdCeremony(holders, { epoch, instance: INSTANCE, urls })
  const keyFile = join(folder, 'match-key.json')
  await writeFile(keyFile, JSON.stringify(matchKey))
  const client = await world.makeHome([person])
  await world.data(client, ['directory', 'show', '--as', person, ...WHY])
  const { receiptKey } = (await login({ url: world.http.url, key: world.cast.key(person) })).login()
  wires.at(-1)!.cut()
  const serving = holders.slice(0, -1).map(async (holder, at) => {
    const { child, url, printed } = await serve(world, { holder, client, receiptKey })
    wires[at]!.aim(Number(new URL(url).port))
    const index = matchKey.evaluators.find(({ country }) => country === holder.country)!.index
    const share = async () =>
      (await (await openShares(holder.folder, holder.vault, INSTANCE)).of(epoch))!.share
    const { country, folder } = holder
    return { country, index, folder, child, pid: child.pid!, wire: wires[at]!, printed, share }
  })
  const up = await Promise.all(serving)
  return {
    ...{ matchKey, keyFile, folders: [folder, client], up },
    async close() {
      for (const { child } of up) await killed(child)
      await Promise.all(wires.map((wire) => wire.close()))
      await rm(folder, { recursive: true, force: true })
    },
  }
}

type Seat = { holder: Holder; client: string; receiptKey: string }
type Serving = { child: ChildProcess; url: string; printed(): string }

async function serve(world: World, { holder, client, receiptKey }: Seat): Promise<Serving> {
  const args = [
    ...['evaluator', 'serve', '--state', holder.folder, '--directory', client],
    ...['--genesis', world.environment().PORTOLAN_GENESIS!, '--server', world.http.url],
    ...[`--platform-key=${receiptKey}`, '--passphrase-fd', '3', '--json'],
  ]
  const input = `${PASSPHRASE}\n`
  const child = startCli(args, { input })
  let printed = ''
  for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (bytes) => (printed += bytes))
  const end = ended(child, input)
  const [said] = await Promise.race([
    once(child.stdout!, 'data'),
    end.then(({ err }) => Promise.reject(new Error(`no evaluator: ${err}`))),
  ])
  return { child, url: JSON.parse(String(said)).url, printed: () => printed }
}
