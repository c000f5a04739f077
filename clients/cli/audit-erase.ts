import { MOST_ERASED } from '../../schema/wire/audit-erasure.ts'
import { ERASE_REASONS } from '../../schema/wire/codes.ts'
import { say } from '../../schema/words/index.ts'
import { type Command, text } from './command.ts'
import { reasonOf } from './reason.ts'
import type { Shell } from './shell.ts'
import { Usage } from './terminal.ts'

const QUERY = `mutation auditErase($records: [Int!]!, $reason: EraseReason!) {
  eraseRecords(records: $records, reason: $reason) { index by } }`

export const auditErase: Command = {
  name: 'audit erase',
  about: 'cli.aboutAuditErase',
  args: ['<records...>'],
  options: [{ flags: '--reason <code>', about: 'cli.optReason' }],
  examples: [{ line: 'audit erase 4711 4712 --reason SUBJECT_REQUEST', about: 'cli.tryAuditErase' }],
  async run(shell, named, options) {
    const records = named.map((one) => indexIn(shell, one))
    if (records.length > MOST_ERASED)
      throw new Usage(say(shell.language, 'cli.tooManyRecords', { count: MOST_ERASED }))
    const reason = reasonOf(shell, text(options, 'reason'), 'EraseReason', ERASE_REASONS)
    const { eraseRecords } = await shell.ask<{ eraseRecords: { index: number; by: number }[] }>(QUERY, {
      ...{ records, reason },
    })
    shell.show(eraseRecords, () => {
      for (const { index, by } of eraseRecords)
        shell.line(say(shell.language, 'cli.recordErased', { record: String(index), by: String(by) }))
    })
  },
}

function indexIn(shell: Shell, typed: string): number {
  const index = /^\d{1,9}$/.test(typed) ? Number(typed) : -1
  if (index >= 0) return index
  throw new Usage(say(shell.language, 'cli.badRecord', { text: typed }))
}
