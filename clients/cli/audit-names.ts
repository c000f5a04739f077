import type { PrivateKey } from 'openpgp'
import { isRecordName } from '../../schema/wire/audit-erasure.ts'
import type { Json } from '../../schema/wire/canonical.ts'
import { Fault } from '../../schema/wire/fault.ts'
import { EntityId } from '../../schema/wire/report.ts'
import { say } from '../../schema/words/index.ts'
import { readLog, type Span } from './audit-read.ts'
import type { Shell } from './shell.ts'
import { Usage } from './terminal.ts'

/**
 * The entity that an auditor means. He may see no intelligence, so no code name either: but whoever asks for a name is on
 * record with it and with what he was shown, and so a name that his state's officers looked up is found in their records.
 * @throws Fault NOT_FOUND; Usage with the ids where that name was answered with several
 */
export async function auditedEntity(
  shell: Shell,
  keys: PrivateKey[],
  name: string,
  span: Span,
): Promise<string> {
  if (EntityId.safeParse(name).success || isRecordName(name)) return name
  const found = new Map<string, number>()
  let fewest: string[] | null = null
  for await (const { records } of readLog(shell, keys, { wanted: { statement: 'entity/list' }, span }))
    for (const { detail } of records) {
      if (detail.kind !== 'ANSWERED' || !names(detail.detail.variables, name)) continue
      const { shown } = detail.detail
      for (const id of shown) found.set(id, (found.get(id) ?? 0) + 1)
      // A list shows whatever has the name as a part; who saw one only saw the one that is called so.
      if (shown.length > 0 && (fewest === null || shown.length < fewest.length)) fewest = shown
    }
  if (fewest?.length === 1) {
    const [id] = fewest as [string]
    shell.note(say(shell.language, 'cli.takenFor', { name, id }))
    return id
  }
  if (found.size === 0)
    throw new Fault('NOT_FOUND', `expected an id, or a name that was looked up in this time, got ${name}`)
  const ids = [...found].sort((left, right) => right[1] - left[1]).map(([id]) => `  ${id}`)
  throw new Usage(`${say(shell.language, 'cli.ambiguous', { name })}\n${ids.join('\n')}`)
}

/** Whether what was asked for was this name. */
function names(variables: Json | undefined, name: string): boolean {
  const asked = (variables as { name?: unknown } | null | undefined)?.name
  return typeof asked === 'string' && asked.toLowerCase() === name.toLowerCase()
}
