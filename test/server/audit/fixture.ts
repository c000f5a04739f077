import * as openpgp from 'openpgp'
import type { Answered, Asked, Audit, AuditedCaller, Open } from '../../../server/audit/log.ts'
import type { Shelf, Store } from '../../../server/audit/storage.ts'

export async function newAuditor(name: string) {
  const date = new Date('2026-01-01')
  const { privateKey, publicKey } = await openpgp.generateKey({ userIDs: [{ name }], format: 'object', date })
  return { privateKey, armored: publicKey.armor() }
}

export const aicha: AuditedCaller = {
  person: 'ne-dst.aicha',
  country: 'NE',
  office: 'ne-dst-agadez',
  offices: ['ne-dst-agadez', 'ne-dst'],
  role: 'ANALYST',
}
export const moussa: AuditedCaller = {
  person: 'ml-dnlt.moussa',
  country: 'ML',
  office: 'ml-dnlt',
  offices: ['ml-dnlt'],
  role: 'FOCAL_POINT',
}

export function question(caller: AuditedCaller, at: number, text = 'query { me { person } }'): Asked {
  return {
    caller,
    at,
    request: Buffer.from(text),
    replay: Buffer.alloc(16, at & 255),
    detail: { via: 'graphql' },
  }
}

export const answer: Answered = {
  status: 200,
  body: Buffer.from('{"data":{"network":{"id":"n1"}}}'),
  detail: {
    outcome: 'OK',
    operation: 'Network',
    purpose: 'DETECTION',
    justification: 'request of the Bamako office',
    case: 'ne-2026-0042',
    query: 'query Network { network(id: "n1") { id } }',
    statements: [{ name: 'network', digest: 'd'.repeat(64) }],
    shown: ['n1', 'a1', 'a2'],
  },
}

/** Asks and answers `count` times, one after another. */
export async function converse(
  audit: Audit,
  caller: AuditedCaller,
  at: number,
  count: number,
): Promise<Open[]> {
  const opened: Open[] = []
  for (let turn = 0; turn < count; turn++) {
    const open = await audit.asked(question(caller, at))
    await audit.answered(open, answer)
    opened.push(open)
  }
  return opened
}

/** Zeros that a crash leaves behind the end of a store that is appended to all the time. */
const READY = 300

/**
 * A storage in memory whose n-th call fails, and every call after it. `heal` makes it work again, with all that was
 * written (the process had died) or only what was synced (the power had failed). It begins with what was there `before`.
 * What it was overwriting when it died is new up to `torn`.
 */
export function dyingShelf(
  dieAt: number,
  before: ReadonlyMap<string, Buffer> = new Map(),
  torn = (length: number) => length >> 1,
) {
  const files = new Map(before)
  const synced = new Map(before)
  const steady = new Set<string>()
  let calls = 0
  const live = () => {
    if (++calls >= dieAt) throw Object.assign(new Error('expected space, got none'), { code: 'ENOSPC' })
  }
  const store = (name: string): Store => ({
    size: async () => files.get(name)!.length,
    async append(bytes) {
      const before = files.get(name)!
      // A full disk keeps a part of what it was given.
      if (calls + 1 >= dieAt) files.set(name, Buffer.concat([before, bytes.subarray(0, bytes.length >> 1)]))
      live()
      files.set(name, Buffer.concat([before, bytes]))
    },
    async sync() {
      live()
      synced.set(name, files.get(name)!)
    },
    async overwrite(offset, bytes) {
      const put = (some: Uint8Array) => {
        const now = Buffer.from(files.get(name)!)
        now.set(some, offset)
        files.set(name, now)
      }
      if (calls + 1 >= dieAt) put(bytes.subarray(0, torn(bytes.length)))
      live()
      put(bytes)
    },
    async truncate(size) {
      live()
      files.set(name, files.get(name)!.subarray(0, size))
    },
    async read(offset, length) {
      return Buffer.from(files.get(name)!.subarray(offset, offset + length))
    },
    async close() {},
  })
  const shelf: Shelf = {
    names: async () => [...files.keys()],
    async open(name, isSteady = false) {
      live()
      if (isSteady) steady.add(name)
      if (!files.has(name)) files.set(name, Buffer.alloc(0))
      return store(name)
    },
    async replace(name, bytes) {
      live()
      files.set(name, Buffer.from(bytes))
      synced.set(name, Buffer.from(bytes))
    },
  }
  const heal = (lost: 'process' | 'power') => {
    calls = Number.NEGATIVE_INFINITY
    for (const [name, bytes] of files) {
      const left = lost === 'power' ? (synced.get(name) ?? Buffer.alloc(0)) : bytes
      files.set(name, steady.has(name) ? Buffer.concat([left, Buffer.alloc(READY)]) : left)
    }
  }
  return { shelf, files, heal, calls: () => calls }
}

/** A storage in memory with so much room left; of what it has no room for it keeps what still goes in. */
export function fullShelf() {
  const { shelf, files } = dyingShelf(Number.POSITIVE_INFINITY)
  const room = { left: Number.POSITIVE_INFINITY }
  const small: Shelf = {
    ...shelf,
    async open(name) {
      const store = await shelf.open(name)
      return {
        ...store,
        async append(bytes) {
          const fits = bytes.subarray(0, Math.min(room.left, bytes.length))
          await store.append(fits)
          room.left -= fits.length
          if (fits.length < bytes.length)
            throw Object.assign(new Error('expected room, got none'), { code: 'ENOSPC' })
        },
        async truncate(size) {
          room.left += (await store.size()) - size
          await store.truncate(size)
        },
      }
    },
  }
  return { shelf: small, files, room }
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}
