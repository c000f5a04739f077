import { execFileSync } from 'node:child_process'
import { chmodSync, writeFileSync } from 'node:fs'
import * as openpgp from 'openpgp'
import { beforeAll, describe, expect, it } from 'vitest'
import { goodAt, keyTools } from '../../../schema/wire/key-tools.ts'
import { tempFolder } from '../../server/directory/world.ts'

const tools = keyTools(openpgp)
const text = 'LOGIN-v1\norigin: https://a\n'
const bytes = Buffer.from(text)

let privateKey: openpgp.PrivateKey
let key: string

beforeAll(async () => {
  const made = await openpgp.generateKey({ userIDs: [{ name: 'aicha' }], format: 'object' })
  privateKey = made.privateKey
  key = made.publicKey.armor()
})

async function signatureOver(message: object): Promise<string> {
  const created = await openpgp.createMessage(message as { binary: Uint8Array })
  return openpgp.sign({ message: created, signingKeys: privateKey, detached: true })
}

describe('checking a signature', () => {
  it('takes one over the very bytes', async () => {
    const made = await tools.verify({ bytes, key, signature: await signatureOver({ binary: bytes }) })
    expect(made.keyId).toBe(privateKey.getKeyID().toHex())
  })

  it('refuses other bytes, another key and an empty block', async () => {
    const signature = await signatureOver({ binary: bytes })
    const other = await openpgp.generateKey({ userIDs: [{ name: 'x' }] })
    await expect(tools.verify({ bytes: Buffer.from('x'), key, signature })).rejects.toThrow()
    await expect(tools.verify({ bytes, key: other.publicKey, signature })).rejects.toThrow()
    const empty = '-----BEGIN PGP SIGNATURE-----\n\n-----END PGP SIGNATURE-----\n'
    await expect(tools.verify({ bytes, key, signature: empty })).rejects.toThrow()
  })

  it('refuses one over text, whose line ends have two readings', async () => {
    const signature = await signatureOver({ text })
    await expect(tools.verify({ bytes, key, signature })).rejects.toThrow(
      'expected a signature over binary data',
    )
  })

  it('refuses two at once', async () => {
    const parsed = await openpgp.readSignature({ armoredSignature: await signatureOver({ binary: bytes }) })
    parsed.packets.push(parsed.packets[0]!)
    await expect(tools.verify({ bytes, key, signature: parsed.armor() })).rejects.toThrow(
      'expected exactly one signature',
    )
  })

  it('refuses one that was made after its key had expired', async () => {
    const date = new Date(Date.now() - 86_400_000)
    const userIDs = [{ name: 'x' }]
    const old = await openpgp.generateKey({ userIDs, format: 'object', date })
    const expired = await openpgp.reformatKey({
      privateKey: old.privateKey,
      userIDs,
      keyExpirationTime: 60,
      date,
    })
    const message = await openpgp.createMessage({ binary: bytes })
    const signature = await openpgp.sign({ message, signingKeys: old.privateKey, detached: true })
    await expect(tools.verify({ bytes, key: old.publicKey.armor(), signature })).resolves.toBeDefined()
    await expect(tools.verify({ bytes, key: expired.publicKey, signature })).rejects.toThrow()
  })
})

describe('reading a key', () => {
  it('tells what each packet is good for and until when', async () => {
    const facts = await tools.read(key)
    expect(facts).toMatchObject({ fingerprint: privateKey.getFingerprint(), profile: 'compat' })
    expect([facts.sign.length, facts.encrypt.length, facts.packets.length]).toEqual([1, 1, 2])
    expect(goodAt(facts.sign, Date.now() + 1_000)).toBe(true)
    expect(goodAt(facts.sign, Date.now() + 1_000, 'ffffffffffffffff')).toBe(false)
  })

  it('refuses a private key, two keys and RSA of more than 4096 bits', async () => {
    await expect(tools.read(privateKey.armor())).rejects.toThrow()
    const blocks = await openpgp.readKeys({ armoredKeys: key })
    const twice = openpgp.armor(
      openpgp.enums.armor.publicKey,
      Buffer.concat([blocks[0]!.write(), blocks[0]!.write()]),
    )
    await expect(tools.read(twice)).rejects.toThrow('expected exactly one public key')
    const home = tempFolder()
    chmodSync(home, 0o700)
    const gpg = (...args: string[]) =>
      execFileSync('gpg', ['--homedir', home, '--batch', '--quiet', ...args], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      })
    // A modulus of 8,192 bits in a key that gpg made of 2,048: the packet's own length decides, before any arithmetic.
    gpg(
      '--pinentry-mode',
      'loopback',
      '--passphrase',
      '',
      '--quick-generate-key',
      'x',
      'rsa2048',
      'sign',
      '0',
    )
    const small = await openpgp.readKey({ armoredKey: gpg('--armor', '--export', 'x') })
    const packet = small.keyPacket as unknown as { publicParams: { n: Uint8Array } }
    packet.publicParams.n = Buffer.alloc(1024, 0xff)
    writeFileSync(`${home}/big`, small.write())
    await expect(tools.read(small.armor())).rejects.toThrow('expected 3072 to 4096 RSA bits, got 8192')
    execFileSync('gpgconf', ['--homedir', home, '--kill', 'all'])
  })

  it('finds nothing that a key revoked by its owner is good for', async () => {
    const revoked = await openpgp.revokeKey({ key: privateKey, format: 'object' })
    expect(await tools.read(revoked.publicKey.armor())).toMatchObject({ sign: [], encrypt: [] })
  })
})
