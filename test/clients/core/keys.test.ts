import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as openpgp from 'openpgp'
import { describe, expect, it } from 'vitest'
import { openKeyStore } from '../../../clients/core/keys.ts'
import { keyTools } from '../../../schema/wire/key-tools.ts'
import { tempFolder } from '../../server/directory/world.ts'

const never = () => Promise.reject(new Error('asked for a passphrase'))
const freshFolder = () => join(tempFolder(), 'keys')

describe('a key store', () => {
  it('keeps keys where nobody else can read them', async () => {
    const folder = freshFolder()
    const store = await openKeyStore(folder)
    const { fingerprint } = await store.newKey({ person: 'ne-dst.aicha', passphrase: null })
    const file = join(folder, 'ne-dst.aicha', `${fingerprint}.asc`)
    const modes = [folder, join(folder, 'ne-dst.aicha'), file].map((path) =>
      (statSync(path).mode & 0o777).toString(8),
    )
    expect(modes).toEqual(['700', '700', '600'])
    expect(readdirSync(join(folder, 'ne-dst.aicha'))).toHaveLength(1)
  })

  it('refuses a folder that others can read', async () => {
    const folder = freshFolder()
    mkdirSync(folder, { mode: 0o755 })
    chmodSync(folder, 0o755)
    await expect(openKeyStore(folder)).rejects.toThrow('expected a key folder of mode 700, got 755')
  })

  it('opens a protected key only with its passphrase, and writes none in clear', async () => {
    const folder = freshFolder()
    const store = await openKeyStore(folder)
    const made = await store.newKey({ person: 'office:ne-dst', passphrase: 'dune sable vent' })
    const text = readFileSync(join(folder, 'office+ne-dst', `${made.fingerprint}.asc`), 'utf8')
    expect((await openpgp.readPrivateKey({ armoredKey: text })).isDecrypted()).toBe(false)
    const loaded = await store.loadKey('office:ne-dst', async () => 'dune sable vent')
    expect(loaded.fingerprint).toBe(made.fingerprint)
    await expect(store.loadKey('office:ne-dst', async () => 'wrong')).rejects.toMatchObject({ code: 'SEAL' })
    expect(await store.listKeys()).toMatchObject([{ name: 'office:ne-dst', isProtected: true }])
  })

  it('tries no passphrase that asks for 2 GiB of memory', async () => {
    const folder = freshFolder()
    const store = await openKeyStore(folder)
    const { fingerprint, privateKey } = await store.newKey({ person: 'ne-dst.aicha', passphrase: null })
    const file = join(folder, 'ne-dst.aicha', `${fingerprint}.asc`)
    const argon2 = { s2kType: openpgp.enums.s2k.argon2 as const, aeadProtect: true }
    const costs = { passes: 3, parallelism: 4, memoryExponent: 16 }
    const config = { ...argon2, s2kArgon2Params: costs }
    const honest = await openpgp.encryptKey({ privateKey, passphrase: 'dune', config })
    writeFileSync(file, honest.armor(), { mode: 0o600 })
    expect((await store.loadKey('ne-dst.aicha', async () => 'dune')).fingerprint).toBe(fingerprint)
    // Salt, passes, parallelism, then the exponent of the memory in KiB.
    const octets = Buffer.from(honest.write())
    for (
      let at = octets.indexOf(Buffer.of(3, 4, 16));
      at >= 0;
      at = octets.indexOf(Buffer.of(3, 4, 16), at + 1)
    )
      octets[at + 2] = 21
    const greedy = await openpgp.readPrivateKey({ binaryKey: octets })
    writeFileSync(file, greedy.armor(), { mode: 0o600 })
    await expect(store.loadKey('ne-dst.aicha', async () => 'dune')).rejects.toThrow('at most 1 GiB to open')
  })

  it('never asks for the passphrase of a key that has none', async () => {
    const store = await openKeyStore(freshFolder())
    await store.newKey({ person: 'ne-dst.aicha', passphrase: null })
    await expect(store.loadKey('ne-dst.aicha', never)).resolves.toMatchObject({ name: 'ne-dst.aicha' })
  })

  it('gives the newest key of a name, and an older one by its fingerprint', async () => {
    const store = await openKeyStore(freshFolder())
    const old = await store.newKey({ person: 'ne-dst.aicha', passphrase: null, date: new Date('2026-01-01') })
    const young = await store.newKey({
      person: 'ne-dst.aicha',
      passphrase: null,
      date: new Date('2026-06-01'),
    })
    expect((await store.showKey('ne-dst.aicha')).fingerprint).toBe(young.fingerprint)
    expect((await store.loadKey('ne-dst.aicha', never, old.fingerprint)).fingerprint).toBe(old.fingerprint)
    expect((await store.listKeys()).map(({ fingerprint }) => fingerprint)).toEqual([
      old.fingerprint,
      young.fingerprint,
    ])
  })

  it('shows no private key', async () => {
    const store = await openKeyStore(freshFolder())
    await store.newKey({ person: 'ne-dst.aicha', passphrase: null })
    const { publicKey } = await store.showKey('ne-dst.aicha')
    expect(publicKey).toMatch(/^-----BEGIN PGP PUBLIC KEY BLOCK-----/)
  })

  it('says so where there is no such key, and takes no name that walks', async () => {
    const store = await openKeyStore(freshFolder())
    await expect(store.loadKey('ne-dst.omar', never)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    for (const name of ['../x', 'a/b', '..', 'office:', 'office:../x', ''])
      await expect(store.newKey({ person: name, passphrase: null })).rejects.toMatchObject({
        code: 'BAD_INPUT',
      })
  })
})

describe('a new key', () => {
  it('is of the compat profile: version 4, Ed25519 to sign, Curve25519 for a year, AES-256', async () => {
    const store = await openKeyStore(freshFolder())
    const date = new Date('2026-11-01T00:00:00Z')
    const { privateKey, publicKey } = await store.newKey({ person: 'ne-dst.aicha', passphrase: null, date })
    const [primary, subkey] = privateKey.getKeys()
    expect(primary!.getAlgorithmInfo()).toMatchObject({ algorithm: 'eddsaLegacy' })
    expect(subkey!.getAlgorithmInfo()).toMatchObject({ algorithm: 'ecdh', curve: 'curve25519Legacy' })
    const facts = await keyTools(openpgp).read(publicKey)
    expect(facts).toMatchObject({
      profile: 'compat',
      sign: [{ until: null }],
      encrypt: [{ until: Date.parse('2027-11-01') }],
    })
    const { selfCertification } = await privateKey.getPrimaryUser(date)
    expect(selfCertification.preferredSymmetricAlgorithms?.[0]).toBe(openpgp.enums.symmetric.aes256)
  })

  it('signs what gpg verifies', async () => {
    const home = tempFolder()
    const store = await openKeyStore(join(home, 'keys'))
    const key = await store.newKey({
      person: 'ne-dst.aicha',
      passphrase: null,
      date: new Date(Date.now() - 60_000),
    })
    writeFileSync(`${home}/key.asc`, key.publicKey)
    writeFileSync(`${home}/text`, 'LOGIN-v1\n')
    writeFileSync(`${home}/text.asc`, await key.sign(Buffer.from('LOGIN-v1\n')))
    const gpg = (...args: string[]) =>
      execFileSync('gpg', ['--homedir', home, '--batch', '--status-fd', '1', ...args], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      })
    gpg('--import', `${home}/key.asc`)
    expect(gpg('--verify', `${home}/text.asc`, `${home}/text`)).toContain(
      `VALIDSIG ${key.fingerprint.toUpperCase()}`,
    )
  })
})
