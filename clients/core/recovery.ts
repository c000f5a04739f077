import { randomBytes } from 'node:crypto'
import {
  armor,
  createMessage,
  decrypt,
  encrypt,
  enums,
  type PrivateKey,
  type PublicKey,
  readKey,
  readMessage,
  readPrivateKeys,
} from 'openpgp'
import { combine, split } from 'shamir-secret-sharing'
import { z } from 'zod'
import { dearmor } from '../../schema/wire/armor.ts'
import { base32, canonical, type Json } from '../../schema/wire/canonical.ts'
import { CountryCode, Fingerprint } from '../../schema/wire/directory.ts'
import { Fault } from '../../schema/wire/fault.ts'
import { type Profile, recoveryHolder } from '../../schema/wire/holder.ts'
import { splice } from '../../schema/wire/packet.ts'
import { generate, type OpenKey, openKey } from './keys.ts'
import { openpgpConfig, wholeConfig } from './openpgp-config.ts'
import { rewrap } from './rewrap.ts'

// A country's recovery key exists in one piece only in the memory of two processes: where it is made and split, and where
// enough shares come together to rescue an office. Each share is signed by the key itself and sealed to one named person.

export type ShareHolder = { person: string; key: PublicKey }

const Share = z.strictObject({
  format: z.literal('portolan.recovery-share.1'),
  country: CountryCode,
  /** Of the compat key; by it the directory and the shares know one another. */
  fingerprint: Fingerprint,
  /** Drawn at each split: shares of two splits do not fit together. */
  split: z.string().regex(/^[0-9a-z]{26}$/),
  number: z.int().min(1),
  shares: z.int().min(2).max(16),
  threshold: z.int().min(2).max(16),
  share: z.base64().min(1),
})
type Share = z.infer<typeof Share>

export type NewRecovery = {
  country: string
  holders: ShareHolder[]
  threshold: number
  /** The server's time, or the desk's. */
  at: Date
}
/** `key` and `modern` as they enter the directory; one armored share for each holder, in their order. */
export type SplitRecovery = { fingerprint: string; key: string; modern: string; shares: string[] }

/** Makes a recovery key of both profiles, splits it, and lets it go. Throws BAD_INPUT, SEAL. */
export async function splitRecovery({
  country,
  holders,
  threshold,
  at,
}: NewRecovery): Promise<SplitRecovery> {
  if (new Set(holders.map(({ person }) => person)).size !== holders.length)
    throw new Fault('BAD_INPUT', 'expected each share holder once')
  if (threshold < 2 || threshold > holders.length)
    throw new Fault('BAD_INPUT', `expected a threshold of 2 to ${holders.length}, got ${threshold}`)
  const make = (profile: Profile) => generate(recoveryHolder(country), { profile, date: at })
  const [compat, modern] = [await make('compat'), await make('modern')]
  const fingerprint = compat.getFingerprint()
  const parts = await split(secretOf(compat, modern), holders.length, threshold)
  const common = {
    ...{ format: 'portolan.recovery-share.1' as const, country, fingerprint, threshold },
    ...{ split: base32(randomBytes(16)), shares: holders.length },
  }
  const shares = await Promise.all(
    parts.map((part, i) => {
      const share: Share = { ...common, number: i + 1, share: Buffer.from(part).toString('base64') }
      return sealShare(share, holders[i]!, compat, at)
    }),
  )
  return {
    ...{ fingerprint, shares },
    key: compat.toPublic().armor(),
    modern: modern.toPublic().armor(),
  }
}

/** The library wants an array of octets of its own, not a view. */
const secretOf = (...keys: PrivateKey[]) => new Uint8Array(Buffer.concat(keys.map((key) => key.write())))

async function sealShare(share: Share, { key, person }: ShareHolder, signWith: PrivateKey, date: Date) {
  const message = await createMessage({ binary: Buffer.from(canonical(share as Json)) })
  return encrypt({
    ...{ message, encryptionKeys: key, signingKeys: signWith, date, format: 'armored' },
    config: openpgpConfig,
  }).catch(() => {
    throw new Fault('SEAL', `expected a key of ${person} that can be encrypted to, got one that cannot`)
  })
}

/**
 * A share sealed anew to whoever rescues the office: what is inside is not read, still signed, and never lies open on a disk.
 * @throws Fault RECOVERY when it is none of this holder's
 */
export async function passShare(
  share: string,
  from: PrivateKey,
  { key, person }: ShareHolder,
  at: Date,
): Promise<string> {
  const ciphertext = binaryOf(share)
  const to = [{ holder: `office:${person}` as const, key }]
  const packets = await rewrap({ ciphertext, decryptWith: [from], to, at }).catch(() =>
    wrong('expected a share that opens with your key, got one that does not'),
  )
  return armor(
    enums.armor.message,
    splice(ciphertext, packets),
    undefined,
    undefined,
    undefined,
    false,
    wholeConfig,
  )
}

/** What the directory says of a country's recovery key: its public key, armored. */
export type KnownRecovery = { country: string; key: string }

/**
 * The recovery key, from shares that were passed to whoever holds `openWith`. It stays in memory.
 * @throws Fault RECOVERY for a share that does not open, is damaged or not signed by the key in the directory, for shares of
 *   two splits, for the same share twice, for too few, and when together they give another key
 */
export async function combineRecovery(
  { country, key }: KnownRecovery,
  shares: readonly string[],
  { openWith, at }: { openWith: PrivateKey; at: Date },
): Promise<{ compat: OpenKey; modern: OpenKey }> {
  const known = await readKey({ armoredKey: key })
  const opened: Share[] = []
  for (const [i, share] of shares.entries())
    opened.push(await openShare(share, i + 1, { known, openWith, at }))
  const [first] = opened
  if (!first) wrong('expected shares, got none')
  if (first.country !== country || opened.some(({ split: of }) => of !== first.split))
    wrong(`expected shares of one split of ${country}, got several`)
  if (new Set(opened.map(({ number }) => number)).size !== opened.length)
    wrong('expected each share once, got one twice')
  if (opened.length < first.threshold) wrong(`expected ${first.threshold} shares, got ${opened.length}`)
  const parts = opened.map(({ share }) => new Uint8Array(Buffer.from(share, 'base64')))
  const keys = await combine(parts)
    .then((binaryKeys) => readPrivateKeys({ binaryKeys, config: openpgpConfig }))
    .catch(() => wrong('expected shares that give a key, got some that do not fit together'))
  const [compat, modern] = keys
  if (!compat || !modern || compat.getFingerprint() !== known.getFingerprint())
    wrong('expected the key in the directory, got another one')
  const name = recoveryHolder(country)
  return { compat: openKey(name, compat), modern: openKey(name, modern) }
}

type Opening = { known: PublicKey; openWith: PrivateKey; at: Date }

async function openShare(share: string, nth: number, { known, openWith, at }: Opening): Promise<Share> {
  try {
    const { data } = await decrypt({
      message: await readMessage({ binaryMessage: binaryOf(share), config: openpgpConfig }),
      ...{ decryptionKeys: openWith, verificationKeys: known, expectSigned: true, date: at },
      format: 'binary',
      config: openpgpConfig,
    })
    return Share.parse(JSON.parse(Buffer.from(data as Uint8Array).toString('utf8')))
  } catch {
    wrong(`share ${nth}: expected a whole share of this country that opens with your key, got none`)
  }
}

function binaryOf(share: string): Uint8Array {
  try {
    return dearmor(share)
  } catch {
    wrong('expected an armored share, got another text')
  }
}

function wrong(message: string): never {
  throw new Fault('RECOVERY', message)
}
