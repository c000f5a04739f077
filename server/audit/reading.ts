import { openLatch } from '../latch.ts'
import type { Catalogue } from './catalogue.ts'
import type { Reading, WithSegment } from './search.ts'
import { closeSegment, openSegment } from './segments.ts'
import type { Shelf } from './storage.ts'

/**
 * How a log is read while it is written: a segment of its own for each reading, for the writer closes its own when it is full.
 * `alone` is for who erases: nobody then reads half of what was and half of what is left.
 */
export function openReading(shelf: Shelf, catalogue: Catalogue): { reading: Reading; alone: WithSegment } {
  const latch = openLatch()
  const withSegment: WithSegment = async (number, work) => {
    const opened = await openSegment(shelf, number)
    try {
      return await work(opened)
    } finally {
      await closeSegment(opened)
    }
  }
  return {
    reading: { catalogue, withSegment: (number, work) => latch.shared(() => withSegment(number, work)) },
    alone: (number, work) => latch.alone(() => withSegment(number, work)),
  }
}
