import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createMessage, encrypt, enums } from 'openpgp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MAX_RECIPIENTS, walk } from '../../schema/wire/packet.ts'
import { makeOffice, type TestOffice } from '../clients/core/offices.ts'
import { admit, expectOpened, letterOf } from './exchange.ts'
import { type Gpg, openGpg } from './gpg-home.ts'
import { run } from './run.ts'

// Every message that gpg, sq and openpgp.js write for an audience of one to sixty-four passes the gate, and its last reader opens it.

/** Holders of a message; with the sender alone it is a note to himself, which no envelope has but the gate takes. */
const AUDIENCES = [2, 8, MAX_RECIPIENTS]
/** Random octets as text: short, beyond one chunk of gpg, and as long as a message gets. `PORTOLAN_MATRIX` adds more. */
const SIZES = [20, 9_000, 120_000, ...(process.env.PORTOLAN_MATRIX?.split(',').map(Number) ?? [])]
const KINDS = [
  ['rsa3072', 'rsa3072'],
  ['rsa4096', 'rsa4096'],
  ['ed25519', 'cv25519'],
  ['nistp256', 'nistp256'],
  ['nistp384', 'nistp384'],
  ['nistp521', 'nistp521'],
  ['brainpoolP256r1', 'brainpoolP256r1'],
  ['brainpoolP384r1', 'brainpoolP384r1'],
  ['brainpoolP512r1', 'brainpoolP512r1'],
] as const
/** Curves that sq reads as well. */
const OF_SQ = /^(rsa|ed|nist)/

let gpg: Gpg
let home: string
/** One of each kind that gpg makes, then many of ours. */
let offices: TestOffice[]
let modern: TestOffice[]

beforeAll(async () => {
  gpg = await openGpg()
  home = await mkdtemp(join(tmpdir(), 'sq-'))
  offices = []
  for (const [signing, encrypting] of KINDS)
    offices.push(await gpg.makeOffice(`ml-${signing.toLowerCase()}`, signing, encrypting))
  const ours = Array.from({ length: MAX_RECIPIENTS }, (_, i) => makeOffice(`ne-${i + 1}`))
  offices.push(...(await Promise.all(ours)))
  await gpg.run(['--import'], Buffer.concat(offices.map(({ key }) => Buffer.from(key.write()))))
  modern = await Promise.all(
    Array.from({ length: MAX_RECIPIENTS }, (_, i) => makeOffice(`it-${i + 1}`, { modern: true })),
  )
  for (const { office, key, secret } of offices) {
    await writeFile(join(home, `${office}.cert`), key.armor())
    await writeFile(join(home, `${office}.key`), secret.armor(), { mode: 0o600 })
  }
})
afterAll(async () => {
  await gpg.close()
  await rm(home, { recursive: true, force: true })
})

type Sealing = { payload: Uint8Array; sender: TestOffice; recipients: TestOffice[]; compression: string }

const byGpg = ({ payload, sender, recipients, compression }: Sealing): Promise<Buffer> =>
  gpg.run(
    [
      ...['--compress-algo', compression, '--sign', '--encrypt', '-u', sender.key.getFingerprint()],
      ...[sender, ...recipients].flatMap(({ key }) => ['-r', key.getFingerprint()]),
    ],
    payload,
  )

const bySq = ({ payload, sender, recipients, compression }: Sealing): Promise<Buffer> =>
  run(
    'sq',
    [
      ...['encrypt', '--binary', '--signer-key', join(home, `${sender.office}.key`)],
      ...(compression === 'default' ? [] : ['--compression', compression]),
      ...[sender, ...recipients].flatMap(({ office }) => ['--recipient-cert', join(home, `${office}.cert`)]),
    ],
    payload,
  )

async function byLibrary({ payload, sender, recipients, compression }: Sealing): Promise<Uint8Array> {
  return encrypt({
    message: await createMessage({ binary: payload }),
    encryptionKeys: [sender, ...recipients].map(({ key }) => key),
    signingKeys: sender.secret,
    format: 'binary',
    config: {
      preferredCompressionAlgorithm: enums.compression[compression as 'zip'],
      aeadProtect: sender.key.keyPacket.version === 6,
    },
  })
}

const PROGRAMS: [string, (sealing: Sealing) => Promise<Uint8Array>, string[], () => TestOffice[]][] = [
  ['gpg', byGpg, ['none', 'zip', 'zlib', 'bzip2'], () => offices],
  [
    'sq',
    bySq,
    ['default', 'none', 'pad', 'zip', 'zlib', 'bzip2'],
    () => offices.filter((_, i) => OF_SQ.test(KINDS[i]?.[0] ?? 'ed')),
  ],
  ['openpgp.js', byLibrary, ['uncompressed', 'zip', 'zlib'], () => offices],
  ['openpgp.js with modern keys', byLibrary, ['uncompressed', 'zip', 'zlib'], () => modern],
]

describe.each(PROGRAMS)('%s', (program, seal, compressions, all) => {
  describe.each(compressions)('with compression %s', (compression) => {
    it.each(AUDIENCES)('writes to %i what the gate takes and the last reader opens', async (count) => {
      for (const size of SIZES) {
        // Another sender each time, and with him another kind of key.
        const turn = (AUDIENCES.indexOf(count) + SIZES.indexOf(size) + compressions.indexOf(compression)) % 6
        const sender = all()[turn]!
        const recipients = all()
          .filter((office) => office !== sender)
          .slice(0, count - 1)
        const profile = program.endsWith('modern keys') ? 'modern' : 'compat'
        const text = randomBytes(size).toString('base64')
        const letter = letterOf(sender, recipients, text, { profile })
        const ciphertext = await seal({ payload: letter.payload, sender, recipients, compression })
        const admitted = await admit(ciphertext, letter, sender, recipients)
        expect([admitted.profile, admitted.pkesks.length]).toEqual([profile, count])
        await expectOpened(ciphertext, letter, sender, recipients, recipients.at(-1)!)
      }
    })

    it('writes to one what the gate takes, whatever its length', async () => {
      const [sender] = all()
      for (const size of [1, 63, 64, 200, 511, 512, 4_096, 8_192, 65_536]) {
        const payload = randomBytes(size)
        const ciphertext = await seal({ payload, sender: sender!, recipients: [], compression })
        expect(walk(ciphertext).pkesks).toHaveLength(1)
      }
    })
  })
})
