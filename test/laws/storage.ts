import type { Shelf, Store } from '../../server/audit/storage.ts'

// Audit storage under a test's hand: it dies at a certain call, or holds a sync back until it is let go.

/** Every call that writes counts; from the n-th on the storage is dead. */
export function mortal(shelf: Shelf) {
  const state = { dieAt: Number.POSITIVE_INFINITY, calls: 0 }
  const live = () => {
    if (++state.calls >= state.dieAt) throw Object.assign(new Error('dead'), { code: 'EIO' })
  }
  return { dying: around(shelf, async () => live()), state }
}

/** While it holds, no write becomes durable. */
export function slow(shelf: Shelf) {
  let gate: Promise<void> | null = null
  let open = () => {}
  const hand = {
    hold() {
      gate ??= new Promise((go) => {
        open = go
      })
    },
    release() {
      gate = null
      open()
    },
  }
  return { slowed: around(shelf, async (call) => void (call === 'append' || (await gate))), ...hand }
}

/** Runs before each call that writes. */
function around(shelf: Shelf, before: (call: 'append' | 'sync' | 'replace') => Promise<void>): Shelf {
  const store = (inner: Store): Store => ({
    ...inner,
    size: () => inner.size(),
    async append(bytes) {
      await before('append')
      await inner.append(bytes)
    },
    async sync() {
      await before('sync')
      await inner.sync()
    },
  })
  return {
    ...shelf,
    names: () => shelf.names(),
    open: async (name, steady) => store(await shelf.open(name, steady)),
    async replace(name, bytes) {
      await before('replace')
      await shelf.replace(name, bytes)
    },
  }
}
