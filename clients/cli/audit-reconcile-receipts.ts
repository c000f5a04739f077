import { say } from '../../schema/words/index.ts'
import { findingOf } from '../core/reconcile.ts'
import { isSigned, type KeptReceipt, type KeptReceipts, promisedBy } from '../gateway/kept-receipts.ts'
import { letGoOfReceipts, noteReconciled } from '../gateway/let-go-receipts.ts'
import { keptReceiptKey } from '../gateway/receipt-key.ts'
import type { Shell } from './shell.ts'

/** How many receipts have the signature of the instance, by the key that this home keeps, and how many have not. */
export type Signatures = { good: number; wrong: number }

/**
 * Parts the receipts that hold the instance to its word from those that anybody may have written: these are named, and
 * promise nothing. `signatures` is null where this home was never told the key, for then nobody can tell them apart.
 */
export async function bySignature(shell: Shell, receipts: readonly KeptReceipt[]) {
  const key = await keptReceiptKey(await shell.home())
  if (key === null) return { believed: receipts, findings: [], signatures: null }
  const { good = [], wrong = [] } = Object.groupBy(receipts, (one) => (isSigned(one, key) ? 'good' : 'wrong'))
  const findings = promisedBy(wrong)
    .filter(({ kind }) => kind === 'ANSWERED')
    .map((one) => findingOf('RECEIPT_NOT_SIGNED', one))
  const signatures: Signatures = { good: good.length, wrong: wrong.length }
  return { believed: good, findings, signatures }
}

export function tellSignatures(shell: Shell, signatures: Signatures | null): void {
  const { language } = shell
  if (signatures === null) shell.line(say(language, 'cli.receiptsUnchecked'))
  else if (signatures.wrong > 0)
    shell.line(say(language, 'cli.receiptsNotSigned', { count: signatures.wrong }))
}

/**
 * Notes which days of this home's own receipts the log was found to hold whole, and takes away those that were noted so
 * before and are old. `proven` are the leaves that were found, each signed for. Gives the names of what is gone.
 */
export async function letGo(
  shell: Shell,
  { receipts, torn, files }: KeptReceipts,
  proven: ReadonlySet<string>,
): Promise<string[]> {
  const home = await shell.home()
  const isProven = ({ asked, answered }: KeptReceipt) =>
    [asked, answered].every(({ bytes }) => proven.has(bytes.toString('latin1')))
  const whole = new Map(files)
  for (const one of receipts) if (!isProven(one)) whole.delete(one.file)
  for (const where of torn) whole.delete(where.replace(/:\d+$/, ''))
  await noteReconciled(home, whole)
  return letGoOfReceipts(home, shell.terminal.clock())
}
