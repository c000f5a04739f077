import { mkdir, readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import * as openpgp from 'openpgp'
import { Fault } from '../../schema/wire/fault.ts'
import type { Profile } from '../../schema/wire/holder.ts'
import { openpgpConfig } from './openpgp-config.ts'
import { writeWhole } from './write-whole.ts'

/** `ne-dst.aicha` for a person, `office:ne-dst` for an office's role key, `anchor:NE` for a national anchor. */
const NAME = /^(?:(?:office|custodian|recovery|anchor):)?[A-Za-z0-9][A-Za-z0-9.-]{0,99}$/
const SUBKEY_SECONDS = 365 * 24 * 3_600
/** An anchor's key ends as a whole, and is replaced by another: for that, anchors of several countries come together. */
const ANCHOR_SECONDS = 5 * SUBKEY_SECONDS

/** A private key that is open in this process, and what it is used for here. */
export type OpenKey = {
  name: string
  /** Of the primary key: 40 hex digits, 64 of a modern one. */
  fingerprint: string
  /** Armored public key, as it enters the directory. */
  publicKey: string
  privateKey: openpgp.PrivateKey
  /**
   * Armored detached signature over `bytes`.
   * @param date what the signature says; the server's time where the desk clock is not to be trusted
   */
  sign(bytes: Uint8Array, date?: Date): Promise<string>
}

export type KeySummary = { name: string; fingerprint: string; created: Date; isProtected: boolean }

export type NewKey = {
  /** A person's id, or `office:…`, `custodian:…`, `recovery:…` or `anchor:…`. */
  person: string
  /** Without one, compat. */
  profile?: Profile
  /** In the user id, for gpg users who look the key up by it. */
  mail?: string
  /** Null leaves the key open on disk: demonstrations and tests. */
  passphrase: string | null
  date?: Date
}

export type KeyStore = {
  newKey(options: NewKey): Promise<OpenKey>
  /**
   * Opens the newest compat key of that name, which everybody can check a signature of, or else the newest; or the one
   * with that fingerprint. The passphrase is asked for only where the
   * key has one. Throws NOT_FOUND, or PASSPHRASE where that is wrong.
   */
  loadKey(name: string, passphrase: () => Promise<string>, fingerprint?: string): Promise<OpenKey>
  /** Every key of that name, newest first: what was sealed to a replaced one opens with it. Empty where there is none. */
  loadKeys(name: string, passphrase: () => Promise<string>): Promise<OpenKey[]>
  /**
   * Gives a key a new encryption subkey, or makes a whole new one with the same user id and passphrase. What was sealed before
   * stays readable. Throws as `loadKey`.
   */
  rotate(options: Rotation): Promise<OpenKey>
  /** Every key in the store by name, oldest first. */
  listKeys(): Promise<KeySummary[]>
  /** Fingerprint and armored public key of the key that `loadKey` would open. Throws NOT_FOUND. */
  showKey(name: string, fingerprint?: string): Promise<{ fingerprint: string; publicKey: string }>
}

export type Rotation = {
  name: string
  fingerprint: string
  passphrase: () => Promise<string>
  whole?: boolean
  date?: Date
}

/**
 * The private keys on an officer's own machine: one armored file for each, mode 0600 in a folder of mode 0700. A
 * replaced key stays, for what was sealed to it. A folder that others can read is refused.
 * @throws Fault CONFIG
 */
export async function openKeyStore(folder: string): Promise<KeyStore> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const mode = (await stat(folder)).mode & 0o777
  if ((mode & 0o077) !== 0)
    throw new Fault('CONFIG', `expected a key folder of mode 700, got ${mode.toString(8)}: ${folder}`)

  /** Keys of that name, oldest first. */
  async function stored(name: string): Promise<openpgp.PrivateKey[]> {
    const files = await readdir(join(folder, fileName(name))).catch(() => [])
    const keys = await Promise.all(
      files
        .filter((file) => file.endsWith('.asc'))
        .map(async (file) =>
          openpgp.readPrivateKey({ armoredKey: await readFile(join(folder, fileName(name), file), 'utf8') }),
        ),
    )
    return keys.sort((a, b) => a.getCreationTime().getTime() - b.getCreationTime().getTime())
  }

  async function find(name: string, fingerprint?: string): Promise<openpgp.PrivateKey> {
    const keys = await stored(name)
    const key =
      fingerprint === undefined
        ? (keys.findLast((one) => one.keyPacket.version === 4) ?? keys.at(-1))
        : keys.find((one) => one.getFingerprint() === fingerprint)
    if (key === undefined) throw new Fault('NOT_FOUND', `expected a key of ${name} in ${folder}, got none`)
    return key
  }

  async function keep(name: string, privateKey: openpgp.PrivateKey, passphrase: string | null) {
    const onDisk = passphrase === null ? privateKey : await openpgp.encryptKey({ privateKey, passphrase })
    const home = join(folder, fileName(name))
    await mkdir(home, { recursive: true, mode: 0o700 })
    await writeWhole(join(home, `${privateKey.getFingerprint()}.asc`), onDisk.armor())
    return openKey(name, privateKey)
  }

  return {
    async newKey({ person, passphrase, ...how }) {
      return keep(person, await generate(person, how), passphrase)
    },
    async loadKey(name, passphrase, fingerprint) {
      return openKey(name, await unlocked(name, await find(name, fingerprint), passphrase))
    },
    async loadKeys(name, passphrase) {
      const given: string[] = []
      const opened = []
      for (const key of (await stored(name)).reverse())
        opened.push(openKey(name, await unlockedByOne(name, key, given, passphrase)))
      return opened
    },
    async rotate({ name, fingerprint, passphrase, whole = false, date }) {
      const locked = await find(name, fingerprint)
      const secret = locked.isDecrypted() ? null : await passphrase()
      const former = await unlocked(name, locked, async () => secret!)
      return keep(name, whole ? await anew(name, former, date) : await withSubkey(former, date), secret)
    },
    async listKeys() {
      const names = (await readdir(folder)).map(nameOf).sort()
      const keys = await Promise.all(
        names.map(async (name) => (await stored(name)).map((key) => summary(name, key))),
      )
      return keys.flat()
    },
    async showKey(name, fingerprint) {
      const key = await find(name, fingerprint)
      return { fingerprint: key.getFingerprint(), publicKey: key.toPublic().armor() }
    },
  }
}

/**
 * Ed25519 to sign, and a Curve25519 subkey to be encrypted to for a year; an anchor's key is for five, all of it. The compat
 * profile is version 4, which gpg 2.2 and sq 0.27 read; the modern is version 6 and asks for SEIPDv2 (`notes/security.md`
 * §2.2, §2.5).
 */
export async function generate(
  name: string,
  { profile = 'compat', mail, date }: Pick<NewKey, 'profile' | 'mail' | 'date'>,
): Promise<openpgp.PrivateKey> {
  const isModern = profile === 'modern'
  const { privateKey } = await openpgp.generateKey({
    ...(isModern ? { type: 'curve25519' } : { type: 'ecc', curve: 'curve25519Legacy' }),
    userIDs: [{ name, ...(mail && { email: mail }) }],
    ...(name.startsWith('anchor:')
      ? { keyExpirationTime: ANCHOR_SECONDS, subkeys: [{ keyExpirationTime: ANCHOR_SECONDS }] }
      : { subkeys: [{ keyExpirationTime: SUBKEY_SECONDS }] }),
    format: 'object',
    ...(date && { date }),
    config: {
      v6Keys: isModern,
      aeadProtect: isModern,
      preferredSymmetricAlgorithm: openpgp.enums.symmetric.aes256,
    },
  })
  return privateKey
}

async function unlocked(
  name: string,
  key: openpgp.PrivateKey,
  passphrase: () => Promise<string>,
): Promise<openpgp.PrivateKey> {
  if (key.isDecrypted()) return key
  const given = await passphrase()
  return openpgp
    .decryptKey({ privateKey: key, passphrase: given, config: openpgpConfig })
    .catch((error: Error) => {
      if (/Argon2/.test(error.message))
        throw new Fault(
          'SEAL',
          `expected a key of ${name} that takes at most 1 GiB to open, got a greedier one`,
        )
      throw new Fault('PASSPHRASE', `expected the passphrase of ${name}, got another one`)
    })
}

/** By a passphrase that opened another key of that name, or else by one more, which is `given` from then on. */
async function unlockedByOne(
  name: string,
  key: openpgp.PrivateKey,
  given: string[],
  passphrase: () => Promise<string>,
): Promise<openpgp.PrivateKey> {
  for (const known of given) {
    const opened = await unlocked(name, key, async () => known).catch(() => null)
    if (opened !== null) return opened
  }
  return unlocked(name, key, async () => {
    given.push(await passphrase())
    return given.at(-1)!
  })
}

const isModern = (key: openpgp.Key): boolean => key.keyPacket.version === 6

/** A key in the place of another: of its profile, and for the same mail address. */
function anew(name: string, former: openpgp.PrivateKey, date?: Date): Promise<openpgp.PrivateKey> {
  const mail = former.users[0]?.userID?.email
  return generate(name, {
    profile: isModern(former) ? 'modern' : 'compat',
    ...(mail && { mail }),
    ...(date && { date }),
  })
}

/** The former subkeys stay in the private key: what was sealed to them is still to be read. */
function withSubkey(key: openpgp.PrivateKey, date?: Date): Promise<openpgp.PrivateKey> {
  return key.addSubkey({
    ...(isModern(key) ? { type: 'curve25519' } : { type: 'ecc', curve: 'curve25519Legacy' }),
    keyExpirationTime: SUBKEY_SECONDS,
    ...(date && { date }),
    config: { v6Keys: isModern(key), aeadProtect: isModern(key) },
  })
}

/** The public half without the subkeys that ended before `now`, so that a key does not grow with every year. */
export async function publicHalf(key: openpgp.PrivateKey, now: Date): Promise<string> {
  const half = key.toPublic()
  const ends = await Promise.all(half.subkeys.map((subkey) => subkey.getExpirationTime(now)))
  half.subkeys = half.subkeys.filter((_, i) => ends[i] === null || now.getTime() < Number(ends[i]))
  return half.armor()
}

/** A private key that is not (or no longer) locked, with its uses. */
export function openKey(name: string, privateKey: openpgp.PrivateKey): OpenKey {
  return {
    name,
    fingerprint: privateKey.getFingerprint(),
    publicKey: privateKey.toPublic().armor(),
    privateKey,
    async sign(bytes, date) {
      const message = await openpgp.createMessage({ binary: bytes })
      return openpgp.sign({ message, signingKeys: privateKey, detached: true, ...(date && { date }) })
    },
  }
}

function summary(name: string, key: openpgp.PrivateKey): KeySummary {
  return {
    name,
    fingerprint: key.getFingerprint(),
    created: key.getCreationTime(),
    isProtected: !key.isDecrypted(),
  }
}

/** `office:ne-dst` as a folder name that every file system takes. The name came from a person: it may not walk. */
function fileName(name: string): string {
  if (!NAME.test(name) || name.includes('..'))
    throw new Fault('BAD_INPUT', `expected a key name such as ne-dst.aicha, got ${name}`)
  return name.replace(':', '+')
}

const nameOf = (file: string): string => file.replace('+', ':')
