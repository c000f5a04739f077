import { z } from 'zod'
import { type Entry, EntryBody, SignedBody } from '../../schema/wire/directory.ts'
import { Fault, faultOf } from '../../schema/wire/fault.ts'
import { faultsOf } from '../../schema/wire/report.ts'
import { say } from '../../schema/words/index.ts'
import { checkNext } from '../core/directory.ts'
import { type KeptDirectory, loadDirectory } from '../gateway/directory.ts'
import type { Shell } from './shell.ts'

/** An entry on its way from one signer to the next. */
export type Draft = z.infer<typeof Draft>
const Draft = SignedBody.extend({ signatures: z.array(SignedBody.shape.signatures.element).max(512) })

/** What a file holds: the body of an entry, or an entry that nobody or some have signed. Throws every fault of it. */
export function readDraft(json: string): Draft {
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    throw new Fault('BAD_INPUT', 'expected a file of JSON')
  }
  const draft = Draft.safeParse(value)
  if (draft.success) return draft.data
  const body = EntryBody.safeParse(value)
  if (!body.success) throw faultOf(faultsOf(body.error, []))
  return { supersedes: null, body: body.data, signatures: [] }
}

/** The directory that this machine verified last; null on one that signs only, such as an anchor's. */
export async function lastKept(shell: Shell): Promise<KeptDirectory | null> {
  const site = await shell.site().catch(() => null)
  return site && loadDirectory(await shell.home(), site.genesisHash)
}

/** Says on stderr whether everybody has signed who must, by the directory that this machine verified last. */
export async function tellStanding(shell: Shell, kept: KeptDirectory, draft: Draft): Promise<void> {
  const { language } = shell
  const { length, head } = kept.state
  const entry = { index: length, previous: head, ...draft } as Entry
  const lack = await checkNext(kept.state, entry, Math.max(kept.verifiedAt, shell.terminal.clock()))
  shell.note(lack === null ? say(language, 'cli.entryComplete') : say(language, 'cli.entryLacks', { lack }))
}
