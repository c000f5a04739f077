import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { Fault } from '../../schema/wire/fault.ts'
import type { Answer } from '../core/session.ts'
import { answerOf, codesOf } from './answer.ts'
import { writeWhole } from './home.ts'
import type { Vault } from './vault.ts'

const Waiting = z.object({ at: z.string(), operation: z.string(), body: z.unknown() })
type Waiting = z.infer<typeof Waiting>

/** What came of one that was sent at last. */
export type Delivery = { operation: string; at: string; refused: string[] }

export type Outbox = {
  /** Resolves when it would survive a crash. Gives how many wait now. */
  add(operation: string, body: unknown): Promise<number>
  length(): number
  /** Sends what waits, in order, until one cannot be sent. Gives what was delivered. */
  flush(): Promise<Delivery[]>
}

/** Not a judgement of what was sent: it waits and is sent again. */
const TRY_AGAIN = new Set([
  ...['AUDIT_UNAVAILABLE', 'AUTH', 'BUDGET_EXHAUSTED', 'DEADLINE', 'INTERNAL', 'NEO4J_UNAVAILABLE'],
  ...['OUTCOME_UNCONFIRMED', 'UNREACHABLE'],
])

export type OutboxOptions = {
  folder: string
  vault: Vault
  send(body: unknown): Promise<Answer>
  now(): number
}

/**
 * Changes that could not reach the server, sealed on disk one file each and sent in order when it is back. Each has
 * its own idempotency key, so one whose answer was lost is sent again without being done twice. What the server
 * refuses is moved to `refused/`, still sealed, for its officer to see.
 */
export async function openOutbox({ folder, vault, send, now }: OutboxOptions): Promise<Outbox> {
  await mkdir(join(folder, 'refused'), { recursive: true, mode: 0o700 })
  const names = (await readdir(folder)).filter((name) => /^\d{12}\.pgp$/.test(name)).sort()
  let last = names.length > 0 ? Number.parseInt(names.at(-1)!, 10) : 0
  let underWay: Promise<Delivery[]> | null = null

  async function deliver(): Promise<Delivery[]> {
    const delivered: Delivery[] = []
    for (let name = names[0]; name !== undefined; name = names[0]) {
      const file = join(folder, name)
      const sealed = await readFile(file)
      const waiting = Waiting.parse(await vault.open(sealed))
      const codes = await attempt(waiting)
      if (codes.some((code) => TRY_AGAIN.has(code))) return delivered
      if (codes.length > 0) await writeWhole(join(folder, 'refused', name), sealed)
      await rm(file)
      names.shift()
      delivered.push({ operation: waiting.operation, at: waiting.at, refused: codes })
    }
    return delivered
  }

  async function attempt({ body }: Waiting): Promise<string[]> {
    try {
      return codesOf(answerOf(await send(body)))
    } catch (error) {
      if (error instanceof Fault) return [error.code]
      throw error
    }
  }

  return {
    async add(operation, body) {
      last += 1
      const name = `${String(last).padStart(12, '0')}.pgp`
      const at = new Date(now()).toISOString()
      await writeWhole(join(folder, name), await vault.seal({ at, operation, body } satisfies Waiting))
      names.push(name)
      return names.length
    },
    length: () => names.length,
    flush() {
      underWay ??= deliver().finally(() => {
        underWay = null
      })
      return underWay
    },
  }
}
