import { createCipheriv, type KeyObject, randomBytes } from 'node:crypto'
import { type FileHandle, mkdir, open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { type CheckedReceipt, checkReceipt, RECEIPT_HEADER } from '../../schema/wire/audit.ts'
import { sha256 } from '../../schema/wire/canonical.ts'
import { flushFolder } from '../core/flush-folder.ts'
import type { OpenKey } from '../core/keys.ts'
import type { Answer } from '../core/session.ts'
import { openVault } from './vault.ts'

/**
 * One kept receipt. What anybody may see who mirrors the log stands in clear: the header as it came, without the salts.
 * `sealed` is a nonce, `ReceiptSecret` and a tag, under the key that a line before it names.
 */
export const ReceiptLine = z.object({
  /** By the server's clock. */
  at: z.iso.datetime(),
  person: z.string(),
  office: z.string(),
  receipt: z.string(),
  key: z.string(),
  sealed: z.base64(),
})
export type ReceiptLine = z.infer<typeof ReceiptLine>

/** A key for the lines that name it, sealed to the officer and signed by him. */
export const KeyLine = z.strictObject({ key: z.string(), sealed: z.base64() })

/**
 * What a thief of the disk must not have: by the salts he could try what was answered. The hashes say which request and
 * which answer are meant, for whoever still has them.
 */
export const ReceiptSecret = z.object({
  salts: z.string(),
  request: z.string(),
  status: z.number(),
  body: z.string(),
})
export type ReceiptSecret = z.infer<typeof ReceiptSecret>

export const NONCE_SIZE = 12
export const isSalt = (item: string): boolean => /^s[12]=/.test(item)

export type Receipts = {
  /**
   * Checks the receipt of an answer by the instance's key and keeps it, of whatever it is the answer. Resolves when a
   * power cut would not lose it: before that nobody is given the answer.
   * @throws Fault RECEIPT_MISMATCH; then what came with it is not to be believed
   */
  keep(answer: Answer, by: KeyObject, office: string, at: number): Promise<CheckedReceipt>
}

type Secret = { id: string; key: Buffer; line: string }
/** `first` is the line of its key. */
type Waiting = { file: string; first: string; line: string }

/**
 * Keeps an officer's receipts in `folder`, a file for each day to which lines are only ever added: by several programs
 * of his at once, if need be. Receipts that come together share one flush of the disk.
 */
export function openReceipts(folder: string, key: OpenKey): Receipts {
  let secret: Promise<Secret> | null = null
  /** Files to which the key's line was added. */
  const begun = new Set<string>()
  let waiting: Waiting[] = []
  let turn: Promise<void> = Promise.resolve()
  let next: Promise<void> | null = null

  function put(one: Waiting): Promise<void> {
    waiting.push(one)
    next ??= turn.then(() => {
      const batch = waiting
      ;[waiting, next] = [[], null]
      return write(batch)
    })
    turn = next.catch(() => {})
    return next
  }

  async function write(batch: Waiting[]): Promise<void> {
    await makeFolder(folder)
    for (const [file, lines] of Map.groupBy(batch, (one) => one.file)) {
      const text = lines.map(({ line }) => line).join('')
      await append(file, begun.has(file) ? text : `${lines[0]!.first}${text}`)
      begun.add(file)
    }
  }

  return {
    async keep(answer, by, office, at) {
      const header = answer.headers.get(RECEIPT_HEADER)
      const checked = checkReceipt(answer.signed, answer, header, by)
      const items = header!.split(',').map((item) => item.trim())
      const receipt = items.filter((item) => !isSalt(item)).join(', ')
      secret ??= drawSecret(key, at).catch((error: unknown) => {
        secret = null
        throw error
      })
      const { id, key: own, line: first } = await secret
      const hidden: ReceiptSecret = {
        salts: items.filter(isSalt).join(', '),
        request: sha256(answer.signed).toString('hex'),
        status: answer.status,
        body: sha256(answer.body).toString('hex'),
      }
      const time = new Date(at).toISOString()
      const sealed = sealTo(own, receipt, hidden)
      const line: ReceiptLine = { at: time, person: key.name, office, receipt, key: id, sealed }
      const file = join(folder, `${time.slice(0, 10)}.jsonl`)
      await put({ file, first, line: `${JSON.stringify(line)}\n` })
      return checked
    },
  }
}

/** Drawn anew by each program: sealing each receipt to the officer's OpenPGP key would cost him milliseconds each. */
async function drawSecret(owner: OpenKey, at: number): Promise<Secret> {
  const [id, key] = [randomBytes(8).toString('hex'), randomBytes(32)]
  const sealed = await openVault(owner, () => at).seal({ key: key.toString('base64') })
  const line = JSON.stringify({ key: id, sealed: Buffer.from(sealed).toString('base64') })
  return { id, key, line: `${line}\n` }
}

/** The receipt in clear is authenticated with it: no other can be put beside it. */
function sealTo(key: Buffer, receipt: string, secret: ReceiptSecret): string {
  const nonce = randomBytes(NONCE_SIZE)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  cipher.setAAD(Buffer.from(receipt))
  const text = Buffer.concat([cipher.update(JSON.stringify(secret)), cipher.final()])
  return Buffer.concat([nonce, text, cipher.getAuthTag()]).toString('base64')
}

async function makeFolder(folder: string): Promise<void> {
  const made = await mkdir(folder, { recursive: true, mode: 0o700 })
  if (made !== undefined) await flushFolder(dirname(made))
}

/** What a crash has left of a line stays a line of its own, for whoever reads them to tell. */
async function append(file: string, text: string): Promise<void> {
  const handle = await open(file, 'a+', 0o600)
  try {
    const { size } = await handle.stat()
    const isWhole = size === 0 || (await lastOctet(handle, size)) === '\n'
    await handle.appendFile(isWhole ? text : `\n${text}`)
    await handle.datasync()
    if (size === 0) await flushFolder(dirname(file))
  } finally {
    await handle.close()
  }
}

async function lastOctet(handle: FileHandle, size: number): Promise<string> {
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1)
  return buffer.toString('latin1')
}
