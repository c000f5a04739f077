import type { Answered, Audit, Open } from '../../server/audit/log.ts'
import type { TestPortolan } from '../instance.ts'
import { swap, type Undo } from './broken.ts'

/** An audit log with its own methods, so that one of them can be another. */
export const bound = (audit: Audit): Audit => ({
  asked: (one) => audit.asked(one),
  answered: (open, answer) => audit.answered(open, answer),
  replays: (since) => audit.replays(since),
  periods: (country, from, to) => audit.periods(country, from, to),
  search: (country, question) => audit.search(country, question),
  erase: (country, order, question) => audit.erase(country, order, question),
  prune: (before, question) => audit.prune(before, question),
  progress: audit.progress,
  failure: () => audit.failure(),
  suspended: () => audit.suspended(),
  receiptKey: audit.receiptKey,
  close: () => audit.close(),
})

export type Recorded = {
  /** Index of each question, in order, as soon as it is durable. */
  asked: number[]
  answered: { asked: number; answer: Answered }[]
  stop: Undo
}

/** What is recorded from now on, beside the log that records it. */
export function recording({ instance }: TestPortolan): Recorded {
  const real = instance.audit
  const asked: number[] = []
  const answered: Recorded['answered'] = []
  const stop = swap(instance, 'audit', {
    ...bound(real),
    async asked(one) {
      const open = await real.asked(one)
      asked.push(open.index)
      return open
    },
    async answered(open: Open, answer) {
      const receipt = await real.answered(open, answer)
      answered.push({ asked: open.index, answer })
      return receipt
    },
  })
  return { asked, answered, stop }
}
