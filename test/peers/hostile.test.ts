import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  createCleartextMessage,
  createMessage,
  type EncryptOptions,
  encrypt,
  type PartialConfig,
  sign,
} from 'openpgp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { walk } from '../../schema/wire/packet.ts'
import { makeOffice, type TestOffice } from '../clients/core/offices.ts'
import { expectFault } from '../server/exchange/expect-fault.ts'
import { type Gpg, openGpg } from './gpg-home.ts'
import { run } from './run.ts'

// Messages that real programs write and no office may send: plain, signed only, hidden, mixed, joined, cut.

let gpg: Gpg
let home: string
let mali: TestOffice
let niger: TestOffice
let modern: TestOffice

beforeAll(async () => {
  gpg = await openGpg()
  home = await mkdtemp(join(tmpdir(), 'sq-'))
  mali = await makeOffice('ml-dnlt')
  niger = await makeOffice('ne-dst')
  modern = await makeOffice('it-sco', { modern: true })
  for (const office of [mali, niger]) await gpg.importOffice(office)
  await writeFile(join(home, 'key'), mali.secret.armor(), { mode: 0o600 })
  await writeFile(join(home, 'cert'), niger.key.armor())
})
afterAll(async () => {
  await gpg.close()
  await rm(home, { recursive: true, force: true })
})

const PLAIN = 'Le convoi part de la gare à 4 h. '.repeat(20)
type Row = [title: string, make: () => Promise<Uint8Array>, words: string]

const by = () => ['-u', mali.key.getFingerprint()]
const to = () => ['-r', niger.key.getFingerprint()]
const gpgSealed = (more: string[] = []) => gpg.run([...more, '--sign', '--encrypt', ...by(), ...to()], PLAIN)
/** With few rounds, for its strength is not the matter. */
const passphrase = ['--s2k-count', '65536', '--passphrase', 'x']
const bare = ['--compress-algo', 'none']

const OF_GPG: Row[] = [
  ['a stored literal', () => gpg.run(['--store', ...bare], PLAIN), 'got 11'],
  ['a stored and compressed literal', () => gpg.run(['--store'], PLAIN), 'got an indeterminate one'],
  ['a signed message', () => gpg.run(['--sign', ...bare, ...by()], PLAIN), 'got 4'],
  ['a signed and compressed message', () => gpg.run(['--sign', ...by()], PLAIN), 'got an indeterminate one'],
  ['a cleartext-signed message', () => gpg.run(['--clearsign', ...by()], PLAIN), 'got octet 45'],
  ['a detached signature', () => gpg.run(['--detach-sign', ...by()], PLAIN), 'got 2'],
  ['a passphrase only', () => gpg.run(['--symmetric', ...passphrase], PLAIN), 'got 3'],
  [
    'a passphrase beside a key',
    () => gpg.run(['--symmetric', ...passphrase, '--encrypt', ...to()], PLAIN),
    'got 3',
  ],
  [
    'a hidden recipient',
    () => gpg.run(['--encrypt', '-R', niger.key.getFingerprint()], PLAIN),
    'got a hidden one',
  ],
  ['recipients whose ids are thrown away', () => gpgSealed(['--throw-keyids']), 'got a hidden one'],
  ['armor', () => gpgSealed(['--armor']), 'got octet 45'],
  ['armor with a comment', () => gpgSealed(['--armor', '--comment', PLAIN.slice(0, 60)]), 'got octet 45'],
  ['armor around plain text', () => gpg.run(['--enarmor'], PLAIN), 'got octet 45'],
  ['a public key', () => gpg.run(['--export', niger.key.getFingerprint()]), 'got 6'],
  ['a private key', () => gpg.run(['--export-secret-keys', niger.key.getFingerprint()]), 'got 5'],
  [
    'an RSA key of 1024 bits',
    async () => {
      const weak = await gpg.makeOffice('ml-weak', 'ed25519', 'rsa1024')
      return gpg.run(['--encrypt', '-r', weak.key.getFingerprint()], PLAIN)
    },
    'expected an RSA session key of 2048 to 4096 bits, got 10',
  ],
  ['two messages', async () => Buffer.concat([await gpgSealed(), await gpgSealed()]), 'expected the end'],
  [
    'a message and a literal',
    async () => Buffer.concat([await gpgSealed(), await gpg.run(['--store', ...bare], PLAIN)]),
    'expected the end',
  ],
  [
    'a literal and a message',
    async () => Buffer.concat([await gpg.run(['--store', ...bare], PLAIN), await gpgSealed()]),
    'got 11',
  ],
  ['a message in a literal', async () => gpg.run(['--store', ...bare], await gpgSealed()), 'got 11'],
  [
    'a message that another signed',
    async () => gpg.run(['--sign', ...bare, ...by()], await gpgSealed()),
    'got 4',
  ],
  ['a message cut in half', async () => (await gpgSealed()).subarray(0, 300), 'expected a packet of'],
]

const key = () => ['--signer-key', join(home, 'key')]
const cert = () => ['--recipient-cert', join(home, 'cert')]
const sqSealed = () => run('sq', ['encrypt', '--binary', ...key(), ...cert()], PLAIN)

/** The packets of a message, split and joined again by sq in another order: `pick` counts them from 0. */
async function joined(...pick: number[]): Promise<Buffer> {
  const dir = await mkdtemp(join(home, 'split-'))
  await run('sq', ['packet', 'split', '--prefix', join(dir, 'p-')], await sqSealed())
  const parts = (await readdir(dir)).sort().map((name) => join(dir, name))
  return run('sq', ['packet', 'join', '--binary', ...pick.map((nth) => parts[nth]!)])
}

const OF_SQ: Row[] = [
  ['a signed message', () => run('sq', ['sign', '--binary', ...key()], PLAIN), 'got 4'],
  [
    'a cleartext-signed message',
    () => run('sq', ['sign', '--cleartext-signature', ...key()], PLAIN),
    'got octet 45',
  ],
  ['a detached signature', () => run('sq', ['sign', '--binary', '--detached', ...key()], PLAIN), 'got 2'],
  ['armor, its default', () => run('sq', ['encrypt', ...key(), ...cert()], PLAIN), 'got octet 45'],
  ['the data in front of the session key', () => joined(1, 0), 'expected the end'],
  ['the session key twice', () => joined(0, 0, 1), 'got two'],
  ['the data alone', () => joined(1), 'got 0'],
  ['the session key alone', () => joined(0), 'got the end'],
  ['the data twice', () => joined(0, 1, 1), 'expected the end'],
]

type Towards = Pick<EncryptOptions, 'encryptionKeys' | 'passwords' | 'wildcard'>
async function librarySealed(more: Towards, config: PartialConfig = {}): Promise<Uint8Array> {
  return encrypt({
    message: await createMessage({ binary: Buffer.from(PLAIN) }),
    format: 'binary',
    config,
    ...more,
  })
}
const v6 = { aeadProtect: true }
const keysAndData = (bytes: Uint8Array) => {
  const at = walk(bytes).seipd.offset
  return [bytes.subarray(0, at), bytes.subarray(at)] as const
}

const OF_LIBRARY: Row[] = [
  ['a literal', async () => (await createMessage({ text: PLAIN })).write() as Uint8Array, 'got 11'],
  [
    'a signed message',
    async () => {
      const message = await createMessage({ text: PLAIN })
      return (await sign({ message, signingKeys: mali.secret, format: 'binary' })) as Uint8Array
    },
    'got 4',
  ],
  [
    'a cleartext-signed message',
    async () => {
      const message = await createCleartextMessage({ text: PLAIN })
      return Buffer.from(await sign({ message, signingKeys: mali.secret }))
    },
    'got octet 45',
  ],
  ['a passphrase only', () => librarySealed({ passwords: 'x' }), 'got 3'],
  ['a passphrase only, in the modern form', () => librarySealed({ passwords: 'x' }, v6), 'got 3'],
  ['a passphrase beside a key', () => librarySealed({ passwords: 'x', encryptionKeys: niger.key }), 'got 3'],
  [
    'a hidden recipient',
    () => librarySealed({ encryptionKeys: niger.key, wildcard: true }),
    'got a hidden one',
  ],
  [
    'a hidden recipient in the modern form',
    () => librarySealed({ encryptionKeys: modern.key, wildcard: true }, v6),
    'got a hidden one',
  ],
  ['the same recipient twice', () => librarySealed({ encryptionKeys: [niger.key, niger.key] }), 'got two'],
  [
    'chunks of 4 MiB in the modern form',
    () => librarySealed({ encryptionKeys: modern.key }, { ...v6, aeadChunkSizeByte: 17 }),
    'got 17',
  ],
  [
    'session keys of version 3 before data of version 2',
    async () => {
      const [old] = keysAndData(await librarySealed({ encryptionKeys: niger.key }))
      const [, data] = keysAndData(await librarySealed({ encryptionKeys: modern.key }, v6))
      return Buffer.concat([old, data])
    },
    'expected session key packets of version 6, got 3',
  ],
  [
    'session keys of version 6 before data of version 1',
    async () => {
      const [, old] = keysAndData(await librarySealed({ encryptionKeys: niger.key }))
      const [keys] = keysAndData(await librarySealed({ encryptionKeys: modern.key }, v6))
      return Buffer.concat([keys, old])
    },
    'expected session key packets of version 3, got 6',
  ],
  [
    'sixty-five recipients',
    async () => {
      const many = await Promise.all(Array.from({ length: 65 }, (_, i) => makeOffice(`ne-${i}`)))
      return librarySealed({ encryptionKeys: many.map((office) => office.key) })
    },
    'got more',
  ],
  ['a key', async () => niger.key.write(), 'got 6'],
]

describe.each([
  ['gpg', OF_GPG],
  ['sq', OF_SQ],
  ['openpgp.js', OF_LIBRARY],
])('the gate refuses what %s writes', (_program, rows) => {
  it.each(rows)('%s', async (_title, make, words) => {
    const bytes = await make()
    await expectFault(() => walk(bytes), 'BAD_PACKET', words)
  })
})

it('and takes what they are made from', async () => {
  const honest = [
    await gpgSealed(),
    await sqSealed(),
    await joined(0, 1),
    await librarySealed({ encryptionKeys: niger.key }),
    await librarySealed({ encryptionKeys: modern.key }, v6),
  ]
  for (const bytes of honest) expect(walk(bytes).pkesks).toHaveLength(1)
  expect(() => walk(randomBytes(900))).toThrow()
})
