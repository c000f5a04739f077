import { Fault } from '../../../../schema/wire/fault.ts'
import type { Objects } from '../../../../server/audit/tree/objects.ts'

/** What a store of objects holds, under a test's hand. */
export type Held = Map<string, Buffer>

/** Objects in memory, as a store with conditional requests has them: nobody is locked out. */
export function memoryObjects(held: Held = new Map()): Objects {
  return {
    read: async (name) => held.get(name) ?? null,
    async write(parts) {
      for (const { name, bytes } of parts) {
        if (!(held.get(name) ?? bytes).equals(bytes))
          throw new Fault('LOG_DAMAGED', `expected ${name} to be free or the same, got other bytes`)
        held.set(name, Buffer.from(bytes))
      }
    },
    checkpoint: async () => held.get('checkpoint') ?? null,
    async swap(last, next) {
      const stored = held.get('checkpoint') ?? null
      if (!(last === null ? stored === null : stored?.equals(last))) return false
      held.set('checkpoint', next)
      return true
    },
    async discard(prefix) {
      for (const name of [...held.keys()]) if (name.startsWith(`${prefix}/`)) held.delete(name)
    },
    async close() {},
  }
}

export type Hurt = 'BEFORE' | 'AFTER' | 'PART'

/**
 * Objects that die at the n-th call that changes something, and at every later call: before it, after it (its result is
 * lost on the way), or with a part of its work done. `calls` counts them.
 */
export function mortalObjects(inner: Objects, dieAt: number, how: Hurt) {
  const state = { calls: 0, dead: false }
  const died = () => Object.assign(new Error('connection lost'), { code: 'ECONNRESET' })
  async function call<T>(work: () => Promise<T>, part: () => Promise<unknown>): Promise<T> {
    if (state.dead) throw died()
    if (++state.calls < dieAt) return work()
    state.dead = true
    if (how === 'AFTER') await work()
    if (how === 'PART') await part()
    throw died()
  }
  const read = <T>(work: () => Promise<T>) => (state.dead ? Promise.reject(died()) : work())
  const objects: Objects = {
    read: (name) => read(() => inner.read(name)),
    checkpoint: () => read(() => inner.checkpoint()),
    write: (parts) =>
      call(
        () => inner.write(parts),
        () => inner.write(parts.filter((_, at) => at % 2 === 0)),
      ),
    swap: (last, next) =>
      call(
        () => inner.swap(last, next),
        async () => {},
      ),
    discard: (prefix) =>
      call(
        () => inner.discard(prefix),
        async () => {},
      ),
    close: () => inner.close(),
  }
  return { objects, state }
}
