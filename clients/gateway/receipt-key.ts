import type { KeyObject } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { receiptKeyOf } from '../../schema/wire/audit.ts'
import { Fault } from '../../schema/wire/fault.ts'
import { writeWhole } from '../core/write-whole.ts'
import type { Home } from './home.ts'

const FILE = 'receipt-key'

/**
 * The key of the instance's receipts, which this home keeps from its first login on: a server that signs by another one
 * could deny later what it has signed before.
 * @throws Fault RECEIPT_MISMATCH where the server names another key than the kept one
 */
export async function pinReceiptKey(home: Home, named: string): Promise<KeyObject> {
  const kept = await read(home)
  if (kept === null) await writeWhole(home.path(FILE), `${named}\n`)
  else if (kept !== named)
    throw new Fault('RECEIPT_MISMATCH', 'expected the key of receipts that this home knows, got another')
  return receiptKeyOf(named)
}

/** The kept key; null where nobody has logged in from this home. @throws Fault CONFIG where it is none */
export async function keptReceiptKey(home: Home): Promise<KeyObject | null> {
  const kept = await read(home)
  if (kept === null) return null
  try {
    return receiptKeyOf(kept)
  } catch {
    throw new Fault('CONFIG', `expected the key of receipts in ${home.path(FILE)}, got something else`)
  }
}

async function read(home: Home): Promise<string | null> {
  const text = await readFile(home.path(FILE), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  return text?.trim() ?? null
}
