/**
 * Many readers or one writer. A change of rights rewrites many claims, and one Neo4j statement is not a snapshot: while
 * it commits nobody reads, so that no answer shows half a release.
 */
export type Latch = {
  shared<T>(work: () => Promise<T>): Promise<T>
  alone<T>(work: () => Promise<T>): Promise<T>
}

export function openLatch(): Latch {
  let readers = 0
  let writing = false
  const queue: { alone: boolean; go: () => void }[] = []

  function next(): void {
    while (queue.length > 0 && !writing && (readers === 0 || !queue[0]!.alone)) {
      const { alone, go } = queue.shift()!
      if (alone) writing = true
      else readers += 1
      go()
      if (alone) return
    }
  }

  function enter(alone: boolean): Promise<void> {
    return new Promise((go) => {
      queue.push({ alone, go })
      next()
    })
  }

  return {
    async shared(work) {
      await enter(false)
      try {
        return await work()
      } finally {
        readers -= 1
        next()
      }
    },
    async alone(work) {
      await enter(true)
      try {
        return await work()
      } finally {
        writing = false
        next()
      }
    },
  }
}
