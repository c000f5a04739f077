import { randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { Fault, type FaultCode, type FaultDetail } from '../../schema/wire/fault.ts'
import { writeWhole } from '../core/write-whole.ts'
import { answerOf, faultsIn } from './answer.ts'
import type { Vault } from './vault.ts'

const Refused = z.object({ at: z.string(), faults: z.array(z.custom<FaultDetail>()) })
const Item = z.object({
  at: z.string(),
  operation: z.string(),
  body: z.unknown(),
  refused: Refused.optional(),
})
type Item = z.infer<typeof Item>

/** A change that was not sent yet, or that the server refused. */
export type Kept = Item & {
  /** Its name in this outbox, in the order in which changes were made. */
  id: string
}

/** What came of one that was sent at last. */
export type Delivery = { id: string; operation: string; at: string; refused: FaultCode[] }

export type Outbox = {
  /** Resolves when it would survive a power cut. Gives how many wait now. */
  add(operation: string, body: unknown): Promise<number>
  waiting(): Promise<number>
  /** Everything that is here, oldest first: what waits has no `refused`. */
  list(): Promise<Kept[]>
  /** Sends what waits, in order, until one cannot be sent. Gives what was delivered. */
  flush(): Promise<Delivery[]>
  /** Lets one that was refused wait again, in its old place, with another body. */
  again(id: string, body: unknown): Promise<void>
  /** Forgets one for good. Throws NOT_FOUND. */
  drop(id: string): Promise<void>
}

/** Not a judgement of what was sent: it waits and is sent again. */
const TRY_AGAIN = new Set<FaultCode>([
  ...(['AUDIT_UNAVAILABLE', 'AUTH', 'BUDGET_EXHAUSTED', 'DEADLINE', 'INTERNAL'] as const),
  ...(['LOG', 'LOG_UNWITNESSED', 'NEO4J_UNAVAILABLE', 'OUTCOME_UNCONFIRMED', 'RECEIPT_MISMATCH'] as const),
  ...(['STORE_BEHIND', 'STORE_UNAVAILABLE', 'UNREACHABLE'] as const),
])
const NAME = /^\d{12}(?:-[0-9a-f]{8})?\.pgp$/

export type OutboxOptions = {
  folder: string
  vault: Vault
  send(body: unknown): Promise<{ body: Uint8Array }>
  now(): number
}

/**
 * Changes that could not reach the server, sealed on disk one file each and sent in order when it is back. Each has
 * its own idempotency key, so one whose answer was lost is sent again without being done twice; that also lets several
 * processes of an officer work on one outbox. What the server refuses is moved to `refused/`, still sealed, for its
 * officer to see. After a crash at any point each change is in at least one of the two folders; where it is in both,
 * it waits.
 */
export async function openOutbox({ folder, vault, send, now }: OutboxOptions): Promise<Outbox> {
  const refused = join(folder, 'refused')
  await mkdir(refused, { recursive: true, mode: 0o700 })
  const namesIn = async (where: string) => (await readdir(where)).filter((name) => NAME.test(name)).sort()
  const time = () => new Date(now()).toISOString()
  let underWay: Promise<Delivery[]> | null = null

  /** Null where another process has sent it meanwhile. What cannot be read is put aside: it must hold up no other. */
  async function read(where: string, name: string): Promise<Item | null> {
    const sealed = await readFile(join(where, name)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null
      throw error
    })
    if (sealed === null) return null
    try {
      return Item.parse(await vault.open(sealed))
    } catch {
      const damaged = { code: 'SEAL' as const, message: 'expected what was kept here, got damage' }
      if (where === folder) await rename(join(folder, name), join(refused, name))
      return { at: '', operation: '', body: null, refused: { at: '', faults: [damaged] } }
    }
  }

  async function deliver(): Promise<Delivery[]> {
    const delivered: Delivery[] = []
    for (const name of await namesIn(folder)) {
      const item = await read(folder, name)
      if (item === null || item.refused) continue
      const { at, operation, body } = item
      const faults = await attempt(body)
      const codes = faults.map(({ code }) => code)
      if (codes.some((code) => TRY_AGAIN.has(code))) return delivered
      if (faults.length === 0) await rm(join(refused, name), { force: true })
      else
        await writeWhole(
          join(refused, name),
          await vault.seal({ at, operation, body, refused: { at: time(), faults } } satisfies Item),
        )
      await rm(join(folder, name), { force: true })
      delivered.push({ id: idOf(name), operation, at, refused: codes })
    }
    return delivered
  }

  async function attempt(body: unknown): Promise<FaultDetail[]> {
    try {
      return faultsIn(answerOf(await send(body)))
    } catch (error) {
      if (error instanceof Fault) return [{ code: error.code, message: error.message }]
      throw error
    }
  }

  const waiting = async () => (await namesIn(folder)).length

  /** Where one lies now. Throws NOT_FOUND. */
  async function find(id: string): Promise<{ where: string; name: string }> {
    for (const where of [folder, refused]) {
      const name = (await namesIn(where)).find((one) => idOf(one) === id)
      if (name) return { where, name }
    }
    throw new Fault('NOT_FOUND', `expected a change in the outbox, got ${id}`)
  }

  return {
    async add(operation, body) {
      const last = [...(await namesIn(folder)), ...(await namesIn(refused))].sort().at(-1)
      const next = (last ? Number.parseInt(last, 10) : 0) + 1
      // Never used again: another process may hold an older list of names.
      const name = `${String(next).padStart(12, '0')}-${randomBytes(4).toString('hex')}.pgp`
      await writeWhole(join(folder, name), await vault.seal({ at: time(), operation, body } satisfies Item))
      return waiting()
    },
    waiting,
    async list() {
      const names = new Map((await namesIn(refused)).map((name) => [name, refused]))
      for (const name of await namesIn(folder)) names.set(name, folder)
      const kept: Kept[] = []
      for (const [name, where] of [...names].sort(([a], [b]) => (a < b ? -1 : 1))) {
        const item = await read(where, name)
        if (item) kept.push({ id: idOf(name), ...item })
      }
      return kept
    },
    flush() {
      underWay ??= deliver().finally(() => {
        underWay = null
      })
      return underWay
    },
    async again(id, body) {
      const { where, name } = await find(id)
      if (where === folder) return
      const item = await read(refused, name)
      if (!item) return
      const { at, operation } = item
      await writeWhole(join(folder, name), await vault.seal({ at, operation, body } satisfies Item))
      await rm(join(refused, name), { force: true })
    },
    async drop(id) {
      const { name } = await find(id)
      // The refused copy goes last: as long as either is there, it is still here.
      for (const where of [folder, refused]) await rm(join(where, name), { force: true })
    },
  }
}

/** `000000000007-1f00ab3c.pgp` → `7-1f00`: short enough to be typed, and never given twice in one list. */
const idOf = (name: string): string => `${Number.parseInt(name, 10)}-${name.slice(13, 17)}`
