import { z } from 'zod'
import { Act } from '../report/write.ts'
import { statement } from '../statement.ts'

const Change = z.object({
  /** The index of the question's record in the audit log. */
  asked: z.int(),
  /** SHA-256 of the leaf of that record, hex: another log may have another record at this index. */
  leaf: z.string(),
  /** Whose auditors read of it. */
  country: z.string(),
  /** What the change committed. */
  ids: z.array(z.string()),
  /** That its answer is on record. */
  closed: z.boolean(),
})
/** What a change leaves in the graph of itself. */
export type Change = z.infer<typeof Change>

export const outboxAdd = statement({
  name: 'outbox/add',
  access: 'write',
  params: z.object({ rows: z.array(Change) }),
  row: z.object({ asked: z.number() }),
})

export const outboxClear = statement({
  name: 'outbox/clear',
  access: 'write',
  params: z.object({ asked: z.array(z.int()), head: z.int() }),
  row: z.object({ gone: z.number() }),
})

export const outboxLeft = statement({ name: 'outbox/left', params: z.object({}), row: Change })

export const outboxRestore = statement({
  name: 'outbox/restore',
  access: 'write',
  params: z.object({ rows: z.array(z.object({ id: z.string(), act: Act })) }),
  row: z.object({ id: z.string() }),
})
