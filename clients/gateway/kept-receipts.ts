import { createDecipheriv, hash, type KeyObject, verify } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { receiptText } from '../../schema/wire/audit.ts'
import { decodeLeaf, type Leaf } from '../../schema/wire/audit-leaf.ts'
import { Fault } from '../../schema/wire/fault.ts'
import type { OpenKey } from '../core/keys.ts'
import type { Promised } from '../core/reconcile.ts'
import { KeyLine, NONCE_SIZE, ReceiptLine, ReceiptSecret } from './receipts.ts'
import { openVault } from './vault.ts'

/** A receipt as it was kept: both leaves that the log must hold. */
export type KeptReceipt = {
  /** Where it was read. */
  file: string
  at: number
  person: string
  office: string
  asked: KeptLeaf
  answered: KeptLeaf
  line: ReceiptLine
}
export type KeptLeaf = { leaf: Leaf; bytes: Buffer }

export type KeptReceipts = {
  receipts: KeptReceipt[]
  /** Each key by its id, sealed as it lay there. */
  keys: Map<string, Buffer>
  /** Where a line lies that is no receipt, such as one that a crash has torn. */
  torn: string[]
  /** Each file that was read, with the hash of what was in it. */
  files: Map<string, string>
}

/**
 * The receipts in the folders of several desks. A copy of the same receipt counts once.
 * @throws Fault NOT_FOUND where a folder is not there
 */
export async function readReceipts(folders: readonly string[]): Promise<KeptReceipts> {
  const kept: KeptReceipts = { receipts: [], keys: new Map(), torn: [], files: new Map() }
  const seen = new Set<string>()
  for (const folder of folders)
    for (const name of await filesIn(folder)) {
      const file = join(folder, name)
      const bytes = await readFile(file)
      kept.files.set(file, hash('sha256', bytes))
      const lines = bytes.toString('utf8').split('\n')
      lines.forEach((line, i) => {
        const name = hash('sha256', line, 'binary')
        if (line === '' || seen.has(name)) return
        seen.add(name)
        if (!take(kept, file, line)) kept.torn.push(`${file}:${i + 1}`)
      })
    }
  return kept
}

async function filesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    throw new Fault('NOT_FOUND', `expected receipts in ${folder}, got ${error.code ?? 'none'}`)
  })
  return names.filter((name) => name.endsWith('.jsonl')).sort()
}

const Line = z.union([KeyLine, ReceiptLine])

function take({ receipts, keys }: KeptReceipts, file: string, text: string): boolean {
  const line = lineOf(text)
  if (line === null) return false
  if (!('receipt' in line)) {
    keys.set(line.key, Buffer.from(line.sealed, 'base64'))
    return true
  }
  const [asked, answered] = [leafIn(line, 'asked'), leafIn(line, 'answered')]
  if (asked?.leaf.kind !== 'ASKED' || answered?.leaf.kind !== 'ANSWERED') return false
  const { at, person, office } = line
  receipts.push({ file, at: Date.parse(at), person, office, asked, answered, line })
  return true
}

function lineOf(text: string): z.infer<typeof Line> | null {
  try {
    return Line.parse(JSON.parse(text))
  } catch {
    return null
  }
}

function itemIn({ receipt }: ReceiptLine, name: string): Buffer {
  const found = new RegExp(`(?:^|, )${name}=:([A-Za-z0-9+/=]*):`).exec(receipt)
  return Buffer.from(found?.[1] ?? '', 'base64')
}

/** Whether the instance whose key this is has signed that it has both leaves on record. */
export const isSigned = ({ asked, answered, line }: KeptReceipt, key: KeyObject): boolean =>
  verify(null, receiptText({ asked: asked.bytes, answered: answered.bytes }), key, itemIn(line, 'sig'))

function leafIn(line: ReceiptLine, name: string): KeptLeaf | null {
  const bytes = itemIn(line, name)
  const leaf = decodeLeaf(bytes)
  return leaf && { leaf, bytes }
}

/** The leaves that receipts speak of, each once: a stream has many answers to its one question. */
export function promisedBy(receipts: readonly KeptReceipt[]): Promised[] {
  const promised = new Map<string, Promised>()
  for (const { at, person, office, asked, answered } of receipts)
    for (const { leaf, bytes } of [asked, answered]) {
      const { index, minute } = leaf
      const kind = leaf.kind === 'ASKED' ? 'ASKED' : 'ANSWERED'
      promised.set(bytes.toString('latin1'), { index, minute, kind, bytes, at, person, office })
    }
  return [...promised.values()]
}

export type Opener = (receipt: KeptReceipt) => Promise<ReceiptSecret | null>

/** Opens what was sealed with receipts by one of an officer's keys, former ones included; null where none of them does. */
export function openerOf({ keys }: Pick<KeptReceipts, 'keys'>, owned: readonly OpenKey[]): Opener {
  const vaults = owned.map((key) => openVault(key, Date.now))
  const opened = new Map<string, Promise<Buffer | null>>()

  async function open(id: string): Promise<Buffer | null> {
    const sealed = keys.get(id)
    for (const vault of sealed ? vaults : []) {
      const found = await vault.open(sealed!).then(
        (secret) => z.object({ key: z.base64() }).parse(secret),
        () => null,
      )
      if (found) return Buffer.from(found.key, 'base64')
    }
    return null
  }

  return async ({ line }) => {
    const opening = opened.get(line.key) ?? open(line.key)
    opened.set(line.key, opening)
    const key = await opening
    return key && secretOf(key, line)
  }
}

/** @throws Fault SEAL where it is not what was kept with this receipt */
function secretOf(key: Buffer, { receipt, sealed, at }: ReceiptLine): ReceiptSecret {
  try {
    const bytes = Buffer.from(sealed, 'base64')
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_SIZE))
    decipher.setAAD(Buffer.from(receipt))
    decipher.setAuthTag(bytes.subarray(-16))
    const text = Buffer.concat([decipher.update(bytes.subarray(NONCE_SIZE, -16)), decipher.final()])
    return ReceiptSecret.parse(JSON.parse(text.toString('utf8')))
  } catch {
    throw new Fault('SEAL', `expected the salts of the receipt of ${at}, got something else`)
  }
}
