import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newAttachmentKey } from '../../clients/core/attachment-key.ts'
import { sealChunk } from '../../clients/core/chunk.ts'
import { newObjectId } from '../../schema/wire/envelope.ts'
import { to } from '../clients/core/offices.ts'
import { type Gpg, openGpg } from './gpg-home.ts'
import { run } from './run.ts'

// An office that has nothing but gpg or sq decrypts the chunks of an attachment one by one, and joins them.

let gpg: Gpg
let folder: string

beforeAll(async () => {
  gpg = await openGpg()
  folder = await mkdtemp(join(tmpdir(), 'portolan-chunks-'))
})
afterAll(async () => {
  await gpg?.close()
  await rm(folder, { recursive: true, force: true })
})

const KEYS: [sign: string, encrypt: string][] = [
  ['ed25519', 'cv25519'],
  ['rsa2048', 'rsa2048'],
  ['nistp384', 'nistp384'],
]

describe.each(KEYS)('with a key of %s and %s', (sign, encrypt) => {
  it('gpg and sq decrypt every chunk, and what they wrote one after the other is the file', async () => {
    const office = await gpg.makeOffice(`x-${sign}`, sign, encrypt)
    const key = await newAttachmentKey(newObjectId(), {
      to: to(office),
      profile: 'compat',
      at: new Date(Date.now() + 1_000),
    })
    const texts = [262_144, 262_144, 90_000].map((size) => randomBytes(size))
    const secret = join(folder, `${sign}.asc`)
    await writeFile(secret, office.secret.armor())
    const byGpg: Buffer[] = []
    const bySq: Buffer[] = []
    for (const [nth, text] of texts.entries()) {
      const { octets } = sealChunk(key, nth + 1, text)
      byGpg.push(await gpg.run(['--decrypt'], octets))
      const file = join(folder, `${sign}.${nth}.pgp`)
      await writeFile(file, octets)
      await run('sq', ['decrypt', '--recipient-key', secret, '--output', `${file}.out`, file])
      bySq.push(await readFile(`${file}.out`))
    }
    expect(Buffer.concat(byGpg).equals(Buffer.concat(texts))).toBe(true)
    expect(Buffer.concat(bySq).equals(Buffer.concat(texts))).toBe(true)
  })
})
