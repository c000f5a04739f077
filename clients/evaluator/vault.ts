import { mkdir, open, readFile, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import sodium from 'libsodium-wrappers-sumo'
import { z } from 'zod'
import { Fault } from '../../schema/wire/fault.ts'
import { flushFolder } from '../core/flush-folder.ts'
import { writeWhole } from '../core/write-whole.ts'
import { readJson } from '../gateway/home.ts'

/** What argon2id costs whoever tries a passphrase: passes over the memory, and octets of it. */
export type Cost = { passes: number; memory: number }
export const COST: Cost = { passes: 4, memory: 134_217_728 }
/** A file that somebody put there must not take all memory of the machine. */
const MOST: Cost = { passes: 16, memory: 1_073_741_824 }

const Settings = z.strictObject({
  format: z.literal('portolan.vault.1'),
  salt: z.base64url(),
  passes: z.int().min(1).max(MOST.passes),
  memory: z.int().min(8_192).max(MOST.memory),
})
const Sealed = z.strictObject({ nonce: z.base64url(), box: z.base64url() })

/** The secrets of one evaluator, each in a file of mode 0600 that only its passphrase opens. */
export type Vault = {
  keep(name: string, secret: unknown): Promise<void>
  /** Null where there is none of that name. Throws PASSPHRASE where the passphrase is another, or the file was changed. */
  take<T>(name: string, shape: z.ZodType<T>): Promise<T | null>
}

/** Opens the vault of a folder; where there is none yet, one is made for this passphrase. @throws Fault PASSPHRASE */
export async function openVault(folder: string, passphrase: string, cost: Cost = COST): Promise<Vault> {
  await sodium.ready
  const settings = await settingsOf(folder, cost)
  const key = sodium.crypto_pwhash(
    sodium.crypto_secretbox_KEYBYTES,
    passphrase,
    bytes(settings.salt),
    settings.passes,
    settings.memory,
    sodium.crypto_pwhash_ALG_ARGON2ID13,
  )

  async function take<T>(name: string, shape: z.ZodType<T>): Promise<T | null> {
    const sealed = await readJson(sealedFile(folder, name), Sealed)
    if (sealed === null) return null
    try {
      const opened = sodium.crypto_secretbox_open_easy(bytes(sealed.box), bytes(sealed.nonce), key)
      // The name is sealed in: one file cannot be put in the place of another.
      return z.strictObject({ name: z.literal(name), secret: shape }).parse(parsed(opened)).secret
    } catch {
      throw new Fault('PASSPHRASE', `expected the passphrase of ${folder}, got another or a damaged file`)
    }
  }

  const vault: Vault = {
    take,
    async keep(name, secret) {
      const nonce = sodium.randombytes_buf(sodium.crypto_secretbox_NONCEBYTES)
      const plain = Buffer.from(JSON.stringify({ name, secret }))
      const box = sodium.crypto_secretbox_easy(plain, nonce, key)
      sodium.memzero(plain)
      await writeWhole(
        sealedFile(folder, name),
        `${JSON.stringify({ nonce: textOf(nonce), box: textOf(box) })}\n`,
      )
    },
  }
  // A slip of the fingers must not seal a share to a passphrase that nobody knows.
  if ((await vault.take(CHECK, z.literal(true))) === null) await vault.keep(CHECK, true)
  return vault
}

const CHECK = 'passphrase'

/** Whether a secret of that name is there, without opening it. */
export const isKept = (folder: string, name: string): Promise<boolean> =>
  stat(sealedFile(folder, name)).then(
    () => true,
    () => false,
  )

/** Writes over a sealed secret and removes it. False where there was none. */
export async function destroyKept(folder: string, name: string): Promise<boolean> {
  const file = sealedFile(folder, name)
  const handle = await open(file, 'r+').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  if (handle === null) return false
  try {
    const { size } = await handle.stat()
    await handle.write(crypto.getRandomValues(new Uint8Array(size)), 0, size, 0)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rm(file)
  await flushFolder(dirname(file))
  return true
}

async function settingsOf(folder: string, cost: Cost): Promise<z.infer<typeof Settings>> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const mode = (await stat(folder)).mode & 0o777
  if ((mode & 0o077) !== 0)
    throw new Fault('CONFIG', `expected a folder of mode 700, got ${mode.toString(8)}: ${folder}`)
  const file = join(folder, 'vault.json')
  const known = await readJson(file, Settings)
  if (known !== null) return known
  const salt = textOf(sodium.randombytes_buf(sodium.crypto_pwhash_SALTBYTES))
  const drawn = { format: 'portolan.vault.1' as const, salt, ...cost }
  await writeWhole(file, `${JSON.stringify(drawn)}\n`)
  return drawn
}

/** Whether a vault was made in this folder: then its passphrase is known to somebody. */
export const hasVault = (folder: string): Promise<boolean> =>
  readFile(join(folder, 'vault.json')).then(
    () => true,
    () => false,
  )

const sealedFile = (folder: string, name: string): string => join(folder, `${name}.sealed`)
export const textOf = (octets: Uint8Array): string => Buffer.from(octets).toString('base64url')
export const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'base64url'))

function parsed(opened: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(opened).toString('utf8'))
  } finally {
    sodium.memzero(opened)
  }
}
