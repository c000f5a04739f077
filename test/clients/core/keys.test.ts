import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as openpgp from 'openpgp'
import { describe, expect, it } from 'vitest'
import { openKeyStore, publicHalf } from '../../../clients/core/keys.ts'
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
    await expect(store.loadKey('office:ne-dst', async () => 'wrong')).rejects.toMatchObject({
      code: 'PASSPHRASE',
    })
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

describe('a modern key', () => {
  it('is version 6, asks for SEIPDv2, and is encrypted to for a year', async () => {
    const store = await openKeyStore(freshFolder())
    const date = new Date('2026-11-01T00:00:00Z')
    const { publicKey, fingerprint } = await store.newKey({
      person: 'office:ne-dst',
      passphrase: null,
      profile: 'modern',
      date,
    })
    expect(fingerprint).toMatch(/^[0-9a-f]{64}$/)
    expect(await keyTools(openpgp).read(publicKey)).toMatchObject({
      profile: 'modern',
      encrypt: [{ until: Date.parse('2027-11-01') }],
    })
  })

  it('stands beside a compat key, which stays the one that signs', async () => {
    const store = await openKeyStore(freshFolder())
    const compat = await store.newKey({ person: 'office:ne-dst', passphrase: null })
    const modern = await store.newKey({ person: 'office:ne-dst', passphrase: null, profile: 'modern' })
    expect((await store.loadKey('office:ne-dst', never)).fingerprint).toBe(compat.fingerprint)
    const all = await store.loadKeys('office:ne-dst', never)
    expect(all.map(({ fingerprint }) => fingerprint).sort()).toEqual(
      [compat.fingerprint, modern.fingerprint].sort(),
    )
  })

  it('is neither: version 4 with the newer data packet, version 6 without it', async () => {
    const { read } = keyTools(openpgp)
    const make = (v6Keys: boolean, aeadProtect: boolean) =>
      openpgp.generateKey({ userIDs: [{ name: 'x' }], config: { v6Keys, aeadProtect } })
    expect((await read((await make(false, true)).publicKey)).profile).toBeNull()
    expect((await read((await make(true, false)).publicKey)).profile).toBeNull()
    expect((await read((await make(true, true)).publicKey)).profile).toBe('modern')
  })
})

describe('rotation', () => {
  const year = 365 * 86_400_000
  const born = new Date('2026-01-01T00:00:00Z')
  const later = new Date(born.getTime() + year - 86_400_000)
  const seal = async (publicKey: string, date: Date) =>
    openpgp.encrypt({
      message: await openpgp.createMessage({ text: 'sealed' }),
      encryptionKeys: await openpgp.readKey({ armoredKey: publicKey }),
      date,
    })
  const unseal = async (armoredMessage: string, decryptionKeys: openpgp.PrivateKey[], date: Date) =>
    (
      await openpgp.decrypt({
        message: await openpgp.readMessage({ armoredMessage }),
        decryptionKeys,
        date,
      })
    ).data

  it.each(['compat', 'modern'] as const)(
    'of a %s key adds a subkey, keeps the key and opens what was sealed before',
    async (profile) => {
      const store = await openKeyStore(freshFolder())
      const person = 'office:ne-dst'
      const passphrase = 'a long enough passphrase'
      const give = async () => passphrase
      const { fingerprint, publicKey } = await store.newKey({ person, passphrase, profile, date: born })
      const before = await seal(publicKey, born)
      const next = await store.rotate({ name: person, fingerprint, passphrase: give, date: later })
      expect(next.fingerprint).toBe(fingerprint)
      const afterYear = new Date(born.getTime() + year + 86_400_000)
      const half = await publicHalf(next.privateKey, afterYear)
      const facts = await keyTools(openpgp).read(half)
      expect(facts).toMatchObject({ profile, encrypt: [{ until: later.getTime() + year }] })
      expect((await store.listKeys())[0]).toMatchObject({ fingerprint, isProtected: true })
      const [opened] = await store.loadKeys(person, give)
      expect(await unseal(before, [opened!.privateKey], afterYear)).toBe('sealed')
      expect(await unseal(await seal(half, afterYear), [opened!.privateKey], afterYear)).toBe('sealed')
      await expect(seal(publicKey, afterYear)).rejects.toThrow()
    },
  )

  it('to a whole new key keeps the mail address and the old key', async () => {
    const store = await openKeyStore(freshFolder())
    const name = 'office:ne-dst'
    const old = await store.newKey({ person: name, passphrase: null, mail: 'dst@police.example', date: born })
    const next = await store.rotate({
      name,
      fingerprint: old.fingerprint,
      passphrase: never,
      whole: true,
      date: later,
    })
    expect(next.fingerprint).not.toBe(old.fingerprint)
    expect(next.privateKey.users[0]?.userID?.email).toBe('dst@police.example')
    const keys = (await store.loadKeys(name, never)).map(({ privateKey }) => privateKey)
    expect(keys.map((key) => key.getFingerprint())).toEqual([next.fingerprint, old.fingerprint])
    expect(await unseal(await seal(old.publicKey, born), keys, later)).toBe('sealed')
  })

  it('asks for the right passphrase', async () => {
    const store = await openKeyStore(freshFolder())
    const { fingerprint } = await store.newKey({ person: 'office:ne-dst', passphrase: 'right', date: born })
    const rotating = store.rotate({ name: 'office:ne-dst', fingerprint, passphrase: async () => 'wrong' })
    await expect(rotating).rejects.toMatchObject({ code: 'PASSPHRASE' })
  })

  it('gives gpg a subkey that it imports and encrypts to', async () => {
    const home = tempFolder()
    chmodSync(home, 0o700)
    const store = await openKeyStore(join(home, 'keys'))
    const [then, now] = [new Date(Date.now() - year + 86_400_000), new Date(Date.now() - 60_000)]
    const { fingerprint } = await store.newKey({ person: 'office:ne-dst', passphrase: null, date: then })
    const next = await store.rotate({ name: 'office:ne-dst', fingerprint, passphrase: never, date: now })
    writeFileSync(`${home}/key.asc`, await publicHalf(next.privateKey, now))
    const gpg = (...args: string[]) =>
      execFileSync('gpg', ['--homedir', home, '--batch', '--trust-model', 'always', ...args], {
        encoding: 'utf8',
        input: 'sealed',
        stdio: ['pipe', 'pipe', 'ignore'],
      })
    gpg('--import', `${home}/key.asc`)
    const message = gpg('--armor', '--encrypt', '--recipient', fingerprint)
    const { packets } = await openpgp.readMessage({ armoredMessage: message })
    const [pkesk] = packets as unknown as { publicKeyID: { toHex(): string } }[]
    const young = next.privateKey.subkeys.find(
      (subkey) => subkey.getCreationTime().getTime() === Math.floor(now.getTime() / 1_000) * 1_000,
    )
    expect(pkesk!.publicKeyID.toHex()).toBe(young!.getKeyID().toHex())
    expect(await unseal(message, [next.privateKey], new Date())).toBe('sealed')
    execFileSync('gpgconf', ['--homedir', home, '--kill', 'all'])
  })
})
