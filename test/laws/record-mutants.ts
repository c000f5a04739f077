import type { Audit } from '../../server/audit/log.ts'
import { Sequencer } from '../../server/audit/sequencer.ts'
import { type Mutant, swap } from './broken.ts'
import { between } from './record-order.ts'
import { portolan } from './record-requests.ts'

// What breaks law 2, one way at a time: most put another log between the server and its own.

const nothing = {
  asked: Buffer.alloc(0),
  answered: Buffer.alloc(0),
  s1: Buffer.alloc(0),
  s2: Buffer.alloc(0),
  signature: Buffer.alloc(0),
}
/** A log that lets something else happen in its place. */
const logging = (as: (audit: Audit) => Partial<Audit>) => () =>
  swap(between, 'audit', (audit) => ({ ...audit, ...as(audit) }))

export const MUTANTS: Mutant[] = [
  [
    'the question is not waited for',
    logging((audit) => ({
      async asked(one) {
        const open = audit.asked(one)
        open.catch(() => {})
        return { index: 0, leaf: nothing.asked, s1: nothing.s1, caller: one.caller, open } as never
      },
      answered: async (open, answer) =>
        audit.answered(await (open as unknown as { open: ReturnType<Audit['asked']> }).open, answer),
    })),
  ],
  [
    'the answer is not waited for',
    logging((audit) => ({
      async answered(open, answer) {
        audit.answered(open, answer).catch(() => {})
        return nothing
      },
    })),
  ],
  [
    'a record counts before it is synced',
    () => {
      const { append } = Sequencer.prototype
      return swap(Sequencer.prototype, 'append', function (this: Sequencer, ...args) {
        append.apply(this, args).catch(() => {})
        return Promise.resolve()
      })
    },
  ],
  [
    'a log that fails is done without',
    logging((audit) => ({
      asked: (one) =>
        audit
          .asked(one)
          .catch(() => ({ index: -1, leaf: nothing.asked, s1: nothing.s1, caller: one.caller })),
      answered: (open, answer) => audit.answered(open, answer).catch(() => nothing),
    })),
  ],
  [
    'a refusal is not recorded',
    logging((audit) => ({
      answered: async (open, answer) =>
        answer.detail.outcome === 'OK' ? audit.answered(open, answer) : nothing,
    })),
  ],
  [
    'a login is not recorded',
    logging((audit) => ({
      asked: async (one) =>
        (one.detail as { operation?: string }).operation === 'login'
          ? { index: -1, leaf: nothing.asked, s1: nothing.s1, caller: one.caller }
          : audit.asked(one),
      answered: async (open, answer) => (open.index < 0 ? nothing : audit.answered(open, answer)),
    })),
  ],
  [
    'what was shown is not recorded',
    logging((audit) => ({
      answered: (open, answer) =>
        audit.answered(open, { ...answer, detail: { ...answer.detail, shown: [], committed: [] } }),
    })),
  ],
  [
    'what ran is not recorded',
    logging((audit) => ({
      answered: (open, answer) =>
        audit.answered(open, { ...answer, detail: { ...answer.detail, statements: [] } }),
    })),
  ],
  [
    'another answer is recorded than the one that is sent',
    logging((audit) => ({
      answered: (open, answer) => audit.answered(open, { ...answer, body: Buffer.from('{"data":null}') }),
    })),
  ],
  [
    'a sign of life is sent while the answer is made',
    () => {
      const alive = (_: unknown, response: { writeProcessing(): void }) => response.writeProcessing()
      portolan.server.prependListener('request', alive)
      return () => portolan.server.off('request', alive)
    },
  ],
]
