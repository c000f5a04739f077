import { randomBytes } from 'node:crypto'
import { createMessage, encrypt, generateKey } from 'openpgp'
import { signUpload } from '../../clients/core/seal.ts'
import { digestStatement, newObjectId } from '../../schema/wire/envelope.ts'
import { type Holder, officeHolder } from '../../schema/wire/holder.ts'
import { type Declared, gate, inspect } from '../../server/exchange/gate.ts'
import { holderKeys } from '../../server/exchange/holder-keys.ts'
import type { Figure } from './bench.ts'

const OCTETS = 100 * 1024
const MESSAGES = 8
const WARM_UP = 400
const ROUNDS = 4_000

/** What arrives, and the armored keys that the directory has for its holders. */
type Arrival = { ciphertext: Uint8Array; directory: { holder: Holder; key: string }[]; declared: Declared }

/**
 * Messages of 100 KiB to two offices that pass the gate in a second of one core, one after another: everything that the
 * server does to one, from the keys of its holders to its digest. The first figure leaves out only the public-key operation
 * that verifies the uploader's signature; the second leaves out nothing. Seconds are of processor time, of all threads.
 */
export async function gateMessages(): Promise<Figure[]> {
  const arrivals = await Promise.all(Array.from({ length: MESSAGES }, arrive))
  const unsigned = await rate(arrivals, async ({ ciphertext, declared, directory }) => {
    const { digest } = inspect(ciphertext, await holdersOf(directory, declared.at))
    digestStatement(digest, declared)
  })
  const signed = await rate(arrivals, async ({ ciphertext, declared, directory }) => {
    await gate(ciphertext, { ...declared, holders: await holdersOf(directory, declared.at) })
  })
  return [
    { name: 'gate.messages-per-second', value: Math.round(unsigned), unit: '1/s' },
    { name: 'gate.signed-messages-per-second', value: Math.round(signed), unit: '1/s' },
  ]
}

const holdersOf = (directory: Arrival['directory'], at: Date) =>
  Promise.all(directory.map(({ holder, key }) => holderKeys(holder, key, at)))

async function arrive(): Promise<Arrival> {
  const keys = await Promise.all(
    ['ne-dst', 'ml-dnlt'].map((name) => generateKey({ userIDs: [{ name }], format: 'object' })),
  )
  const message = await createMessage({ binary: randomBytes(OCTETS) })
  const ciphertext = await encrypt({
    message,
    encryptionKeys: keys.map(({ publicKey }) => publicKey),
    signingKeys: keys[0]!.privateKey,
    format: 'binary',
  })
  const [audience, object, at] = [['ml-dnlt', 'ne-dst'], newObjectId(), new Date()]
  const upload = { ciphertext, audience, object, version: 1 }
  const signature = await signUpload(upload, { signWith: keys[0]!.privateKey, at })
  const directory = ['ne-dst', 'ml-dnlt'].map((office, i) => ({
    holder: officeHolder(office),
    key: keys[i]!.publicKey.armor(),
  }))
  const declared = { audience, holders: [], object, version: 1, signature, signers: [directory[0]!.key], at }
  return { ciphertext, directory, declared }
}

async function rate(arrivals: Arrival[], pass: (arrival: Arrival) => Promise<void>): Promise<number> {
  const run = async (rounds: number) => {
    for (let round = 0; round < rounds; round++) await pass(arrivals[round % arrivals.length]!)
  }
  await run(WARM_UP)
  const started = process.cpuUsage()
  await run(ROUNDS)
  const { user, system } = process.cpuUsage(started)
  return ROUNDS / ((user + system) / 1_000_000)
}
