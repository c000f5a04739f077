/** Work in turn by key: two changes of one report, or two uses of one idempotency key, never overlap. */
export type Queues = { inTurn<T>(key: string, work: () => Promise<T>): Promise<T> }

export function openQueues(): Queues {
  const tails = new Map<string, Promise<unknown>>()
  return {
    inTurn(key, work) {
      const turn = (tails.get(key) ?? Promise.resolve()).then(work, work)
      const tail = turn.catch(() => undefined)
      tails.set(key, tail)
      // The last one out forgets the queue, so that keys do not gather.
      void tail.then(() => tails.get(key) === tail && tails.delete(key))
      return turn
    },
  }
}
