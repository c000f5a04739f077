import type { Shelf } from '../storage.ts'
import type { Memory } from './objects.ts'

/** Remembers a log's checkpoint on a shelf, best on the one where its leaves lie, which is not where the log lies. */
export function shelfMemory(shelf: Shelf, name = 'checkpoint'): Memory {
  return {
    async recall() {
      if (!(await shelf.names()).includes(name)) return null
      const store = await shelf.open(name)
      return store
        .size()
        .then((size) => store.read(0, size))
        .finally(() => store.close())
    },
    keep: (checkpoint) => shelf.replace(name, checkpoint),
  }
}
