import type { KeyObject } from 'node:crypto'
import { open } from 'node:fs/promises'
import { checkReceipt, RECEIPT_HEADER } from '../../schema/wire/audit.ts'
import { sha256 } from '../../schema/wire/canonical.ts'
import type { Answer } from '../core/session.ts'

/**
 * Checks the receipt of an answer and keeps it: the header as it came, and by which hashes to find what it is for.
 * What was asked and answered is not kept.
 * @throws Fault RECEIPT_MISMATCH; then what came with it is not to be believed
 */
export async function keepReceipt(
  file: string,
  { person, key }: { person: string; key: KeyObject },
  answer: Answer,
  at: number,
): Promise<void> {
  const header = answer.headers.get(RECEIPT_HEADER)
  const { askedIndex, answeredIndex, askedHash, answeredHash } = checkReceipt(
    answer.signed,
    answer,
    header,
    key,
  )
  const line = {
    at: new Date(at).toISOString(),
    person,
    asked: askedIndex,
    answered: answeredIndex,
    askedHash: askedHash.toString('hex'),
    answeredHash: answeredHash.toString('hex'),
    request: sha256(answer.signed).toString('hex'),
    status: answer.status,
    body: sha256(answer.body).toString('hex'),
    receipt: header,
  }
  const handle = await open(file, 'a', 0o600)
  await handle.appendFile(`${JSON.stringify(line)}\n`).finally(() => handle.close())
}
