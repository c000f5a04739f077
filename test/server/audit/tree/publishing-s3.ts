// A process that publishes a log in a bucket, and opens it afresh whenever it has to, until the log has enough leaves, is
// damaged, or the process kills itself at the n-th request that changes something. It tells what it does in lines of JSON.
//   node publishing-s3.ts ADDRESS KEYFILE OPTIONS
import { subscribe } from 'node:diagnostics_channel'
import { setTimeout as pause } from 'node:timers/promises'
import type { Fault } from '../../../../schema/wire/fault.ts'
import { keepSigningKey } from '../../../../server/audit/tree/key-file.ts'
import { openPublisher } from '../../../../server/audit/tree/publisher.ts'
import { NoAnswer } from '../../../../server/audit/tree/s3-requests.ts'
import { ORIGIN } from './fixture.ts'
import { leavesFrom } from './naive.ts'
import { openAt } from './s3-server.ts'

export type Publishing = {
  /** How many leaves the log is to have in the end. */
  until: number
  batch: number
  /** Which leaves. */
  variety?: number
  killAt?: number
}
/** What it tells: a text before it is signed, a head that stands and the size of the one that it replaced, why it opens the log afresh. */
export type Told = { signed: string } | { size: number; after?: number } | { code: string; message: string }

const [address, keyFile, options] = process.argv.slice(2) as [string, string, string]
const { until, batch, variety = 0, killAt = -1 } = JSON.parse(options) as Publishing

const tell = (told: Told) => process.stdout.write(`${JSON.stringify(told)}\n`)
const die = () => process.kill(process.pid, 'SIGKILL')

let changes = 0
/** Dies before the request, as soon as it is on its way, or when its answer has come: all that the storage may see of it. */
const mortal: typeof fetch = async (url, init) => {
  if (init!.method === 'GET' || ++changes !== killAt) return fetch(url, init)
  if (killAt % 3 === 0) die()
  if (killAt % 3 === 1) subscribe('undici:request:bodySent', die)
  const answer = await fetch(url, init)
  die()
  return answer
}

const kept = await keepSigningKey(keyFile, ORIGIN)
const key: typeof kept = {
  ...kept,
  sign(text) {
    tell({ signed: text.toString('utf8') })
    return kept.sign(text)
  },
}

async function publish(): Promise<void> {
  const objects = await openAt(address, { fetch: mortal, tries: 2, timeLimit: 2_000 })
  const publisher = await openPublisher({ objects, signers: [key] })
  tell({ size: publisher.head().size })
  while (publisher.head().size < until) {
    const { size } = publisher.head()
    await publisher.publish(leavesFrom(size, size + batch, variety))
    tell({ size: publisher.head().size, after: size })
  }
}

for (;;) {
  const error: Fault | NoAnswer | null = await publish().then(
    () => null,
    (error) => error,
  )
  if (!error) break
  const code = error instanceof NoAnswer ? 'NO_ANSWER' : error.code
  tell({ code, message: error.message })
  if (code === 'LOG_DAMAGED') break
  await pause(20)
}
