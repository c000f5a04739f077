import { createMessage, encrypt, revokeKey, sign } from 'openpgp'
import { beforeAll, describe, expect, it } from 'vitest'
import { sealMessage, signUpload } from '../../../clients/core/seal.ts'
import { sha256 } from '../../../schema/wire/canonical.ts'
import { newObjectId, uploadStatement } from '../../../schema/wire/envelope.ts'
import { officeHolder, officeOf } from '../../../schema/wire/holder.ts'
import { MAX_CIPHERTEXT } from '../../../schema/wire/packet.ts'
import { type Declared, gate, inspect } from '../../../server/exchange/gate.ts'
import { type HolderKeys, holderKeys } from '../../../server/exchange/holder-keys.ts'
import { content, envelopeOf, makeOffice, NOW, type TestOffice, to } from '../../clients/core/offices.ts'
import { expectFault } from './expect-fault.ts'
import { ecdh3, join, PKESK, packet, SEIPD, seipd1, seipd2, x25519v6 } from './packets.ts'

let niger: TestOffice
let mali: TestOffice
let algeria: TestOffice
const keysOf = ({ office, key }: TestOffice): Promise<HolderKeys> =>
  holderKeys(officeHolder(office), key.armor(), NOW)

beforeAll(async () => {
  niger = await makeOffice('ne-dst')
  mali = await makeOffice('ml-dnlt')
  algeria = await makeOffice('dz-dgsn')
})

async function uploaded(
  readers = [niger, mali],
  changes: Partial<Declared> = {},
): Promise<[Uint8Array, Declared]> {
  const envelope = envelopeOf()
  const recipients = { envelope, sequence: { 'ml-dnlt': 1 }, to: to(niger, mali) }
  const { ciphertext, uploadSignature } = await sealMessage({
    ...recipients,
    content: content(),
    signWith: niger.secret,
    at: NOW,
  })
  const declared = {
    audience: readers.map(({ office }) => office),
    holders: await Promise.all(readers.map(keysOf)),
    object: envelope.id,
    version: 1,
    signature: uploadSignature,
    signers: [niger.key.armor()],
    at: NOW,
  }
  return [ciphertext, { ...declared, ...changes }]
}

/** A ciphertext to these keys with a good upload signature for this audience: only the recipients can be wrong. */
async function encryptedTo(
  readers: TestOffice[],
  holders: HolderKeys[],
  offices: { audience?: string[] } = {},
): Promise<[Uint8Array, Declared]> {
  const message = await createMessage({ binary: Buffer.alloc(900, 'x') })
  const ciphertext = await encrypt({
    message,
    encryptionKeys: readers.map(({ key }) => key),
    signingKeys: niger.secret,
    format: 'binary',
  })
  return [ciphertext, await declare(ciphertext, holders, offices.audience)]
}

async function declare(
  ciphertext: Uint8Array,
  holders: HolderKeys[],
  audience = holders.map(({ holder }) => officeOf(holder)!),
): Promise<Declared> {
  const object = newObjectId()
  const signature = await signUpload(
    { ciphertext, audience, object, version: 1 },
    { signWith: niger.secret, at: NOW },
  )
  return { audience, holders, object, version: 1, signature, signers: [niger.key.armor()], at: NOW }
}

describe('the gate lets in', () => {
  it('a sealed message for its declared audience, and tells shape and digest', async () => {
    const [ciphertext, declared] = await uploaded()
    const admitted = await gate(ciphertext, declared)
    expect(admitted).toMatchObject({ profile: 'compat', digest: sha256(ciphertext).toString('hex') })
    expect(admitted.pkesks).toHaveLength(2)
  })

  it('an upload that any one of the allowed signers signed', async () => {
    const [ciphertext, declared] = await uploaded(undefined, {
      signers: [algeria.key.armor(), niger.key.armor()],
    })
    await gate(ciphertext, declared)
  })

  it('an upload whose signer’s clock is a minute ahead', async () => {
    const [ciphertext, declared] = await uploaded(undefined, { at: new Date(NOW.getTime() - 60_000) })
    await gate(ciphertext, declared)
  })
})

describe('the gate refuses', () => {
  it('a recipient who is not declared', async () => {
    const [ciphertext, declared] = await encryptedTo(
      [niger, mali, algeria],
      await Promise.all([niger, mali].map(keysOf)),
    )
    await expectFault(
      () => gate(ciphertext, declared),
      'BAD_PACKET',
      'expected only valid keys of the declared offices',
    )
  })

  it('a declared office to whom nothing is encrypted', async () => {
    const [ciphertext, declared] = await encryptedTo([niger], await Promise.all([niger, mali].map(keysOf)))
    await expectFault(
      () => gate(ciphertext, declared),
      'BAD_PACKET',
      'expected a session key packet for office:ml-dnlt, got none',
    )
  })

  it('an audience of nobody', async () => {
    const [ciphertext, declared] = await encryptedTo([niger], [])
    await expectFault(() => gate(ciphertext, declared), 'BAD_PACKET')
  })

  it('an office declared twice', async () => {
    const [ciphertext, declared] = await encryptedTo(
      [niger],
      [await keysOf(niger), { holder: 'office:ne-dst', keys: [] }],
    )
    await expectFault(
      () => gate(ciphertext, declared),
      'BAD_PACKET',
      'expected office:ne-dst once in the audience',
    )
  })

  it('two keys of the audience with one 64-bit id', async () => {
    const [{ keys }, other] = await Promise.all([keysOf(niger), keysOf(mali)])
    const twin = { keyId: keys[0]!.keyId, fingerprint: `${'0'.repeat(24)}${keys[0]!.keyId}` }
    const audience = [
      { holder: 'office:ne-dst' as const, keys },
      { ...other, keys: [...other.keys, twin] },
    ]
    const [ciphertext, declared] = await encryptedTo([niger, mali], audience)
    await expectFault(
      () => gate(ciphertext, declared),
      'BAD_PACKET',
      'expected different key ids in the audience',
    )
  })

  it('two packets for one office', async () => {
    const audience = [
      {
        holder: 'office:ne-dst' as const,
        keys: ['a1b2c3d4e5f60718', '0123456789abcdef'].map((keyId) => ({ keyId, fingerprint: keyId })),
      },
    ]
    const keys = audience[0]!.keys.map(({ keyId }) => packet(PKESK, ecdh3(Buffer.from(keyId, 'hex'))))
    const ciphertext = join(...keys, packet(SEIPD, seipd1()))
    const declared = await declare(ciphertext, audience)
    await expectFault(
      () => gate(ciphertext, declared),
      'BAD_PACKET',
      'expected one session key packet for office:ne-dst, got two',
    )
  })

  it('a key of version 6 that agrees with the directory in its id only', async () => {
    const office = await makeOffice('it-sco', { modern: true })
    const holder = await keysOf(office)
    const { keyId, fingerprint } = holder.keys[0]!
    const to = (name: string) =>
      join(packet(PKESK, x25519v6(Buffer.from(name, 'hex'))), packet(SEIPD, seipd2()))
    expect(inspect(to(fingerprint), [holder]).profile).toBe('modern')
    const forged = to(`${keyId}${'5c'.repeat(24)}`)
    const words = 'expected only valid keys of the declared offices'
    await expectFault(() => inspect(forged, [holder]), 'BAD_PACKET', words)
  })

  it('a message that leaves out the custodian or the country of an office', async () => {
    const holders = await Promise.all([
      keysOf(niger),
      holderKeys('custodian:ne-dst', mali.key.armor(), NOW),
      holderKeys('recovery:NE', algeria.key.armor(), NOW),
    ])
    const offices = { audience: ['ne-dst'] }
    const [whole, declared] = await encryptedTo([niger, mali, algeria], holders, offices)
    expect((await gate(whole, declared)).pkesks).toHaveLength(3)
    for (const [readers, missing] of [
      [[niger, mali], 'recovery:NE'],
      [[niger, algeria], 'custodian:ne-dst'],
      [[mali, algeria], 'office:ne-dst'],
    ] as const) {
      const [ciphertext, upload] = await encryptedTo([...readers], holders, offices)
      await expectFault(
        () => gate(ciphertext, upload),
        'BAD_PACKET',
        `expected a session key packet for ${missing}, got none`,
      )
    }
  })

  it('a key that has expired since it was last asked for', async () => {
    const start = new Date(NOW.getTime() - 3_600_000)
    const { key } = await makeOffice('ml-dnlt', { date: start, expires: 7_200 })
    const keysAt = async (at: Date) => (await holderKeys('office:ml-dnlt', key.armor(), at)).keys.length
    const later = new Date(NOW.getTime() + 7_200_000)
    expect([await keysAt(NOW), await keysAt(later), await keysAt(NOW)]).toEqual([1, 0, 1])
  })

  it('a key whose revocation the directory has published since', async () => {
    const { key, secret } = await makeOffice('ml-dnlt')
    expect((await holderKeys('office:ml-dnlt', key.armor(), NOW)).keys).toHaveLength(1)
    const { publicKey } = await revokeKey({ key: secret, date: NOW, format: 'object' })
    expect((await holderKeys('office:ml-dnlt', publicKey.armor(), NOW)).keys).toHaveLength(0)
  })

  it('a message to an expired key', async () => {
    const old = await makeOffice('ml-dnlt', { date: new Date(NOW.getTime() - 7_200_000), expires: 3_600 })
    expect(await keysOf(old)).toEqual({ holder: 'office:ml-dnlt', keys: [] })
    const [ciphertext, declared] = await encryptedTo(
      [niger, mali],
      await Promise.all([niger, old].map(keysOf)),
    )
    await expectFault(
      () => gate(ciphertext, declared),
      'BAD_PACKET',
      'expected only valid keys of the declared offices',
    )
  })

  it('a signing key declared as an encryption key', async () => {
    expect((await keysOf(mali)).keys.map(({ fingerprint }) => fingerprint)).not.toContain(
      mali.key.getFingerprint(),
    )
  })

  it('an unreadable directory key', async () => {
    expect(await holderKeys('office:ml-dnlt', 'no key', NOW)).toEqual({ holder: 'office:ml-dnlt', keys: [] })
  })

  it('one octet more than 750 KiB', async () => {
    const declared = (await uploaded())[1]
    await expectFault(
      () => gate(new Uint8Array(MAX_CIPHERTEXT + 1), declared),
      'TOO_LARGE',
      'expected at most 768000 octets',
    )
  })

  it('plain text, before it looks at anything else', async () => {
    await expectFault(
      async () => gate(Buffer.from('hello'), (await uploaded())[1]),
      'BAD_PACKET',
      'expected a packet header',
    )
  })
})

describe('the gate refuses an upload signature', () => {
  const words = 'expected a signature of the uploader'
  const refuses = async (changes: Partial<Declared>) => {
    const [ciphertext, declared] = await uploaded(undefined, changes)
    await expectFault(() => gate(ciphertext, declared), 'BAD_PACKET', words)
  }

  it('over another object id', () => refuses({ object: newObjectId() }))
  it('over another version', () => refuses({ version: 2 }))
  it('of somebody else', () => refuses({ signers: [mali.key.armor()] }))
  it('when nobody may sign', () => refuses({ signers: [] }))
  it('that is none', () => refuses({ signature: '' }))
  it('that is longer than any', async () =>
    refuses({ signature: (await uploaded())[1].signature.repeat(30) }))
  it('dated half an hour ahead', () => refuses({ at: new Date(NOW.getTime() - 3_600_000 / 2) }))

  it('over another audience', async () => {
    const [ciphertext, declared] = await uploaded()
    const renamed = ['ne-dst', 'ml-other']
    await expectFault(() => gate(ciphertext, { ...declared, audience: renamed }), 'BAD_PACKET', words)
  })

  it('over another ciphertext', async () => {
    const [, declared] = await uploaded()
    const [other] = await uploaded()
    await expectFault(() => gate(other, declared), 'BAD_PACKET', words)
  })

  it('over the same octets without their heading', async () => {
    const [ciphertext, declared] = await uploaded()
    const message = await createMessage({ binary: sha256(ciphertext) })
    const signature = await sign({ message, signingKeys: niger.secret, detached: true, date: NOW })
    await expectFault(() => gate(ciphertext, { ...declared, signature }), 'BAD_PACKET', words)
  })

  it('over text instead of octets, or two at once', async () => {
    const [ciphertext, declared] = await uploaded()
    const upload = {
      ciphertext,
      audience: declared.audience,
      object: declared.object,
      version: 1,
    }
    const statement = uploadStatement(upload)
    const asText = await createMessage({ text: Buffer.from(statement).toString() })
    const asOctets = await createMessage({ binary: statement })
    const text = await sign({ message: asText, signingKeys: niger.secret, detached: true, date: NOW })
    const two = await sign({
      message: asOctets,
      signingKeys: [niger.secret, mali.secret],
      detached: true,
      date: NOW,
    })
    for (const signature of [text, two])
      await expectFault(() => gate(ciphertext, { ...declared, signature }), 'BAD_PACKET', words)
  })

  it('of a key that has expired since, though it is dated back to when the key was good', async () => {
    const ended = await makeOffice('ne-dst', { date: new Date(NOW.getTime() - 7_200_000), expires: 3_600 })
    const [ciphertext, declared] = await uploaded()
    const upload = {
      ciphertext,
      audience: declared.audience,
      object: declared.object,
      version: 1,
    }
    const signature = await signUpload(upload, {
      signWith: ended.secret,
      at: new Date(NOW.getTime() - 5_400_000),
    })
    const stolen = { ...declared, signature, signers: [ended.key.armor()] }
    await expectFault(() => gate(ciphertext, stolen), 'BAD_PACKET', words)
    await gate(ciphertext, { ...stolen, at: new Date(NOW.getTime() - 5_400_000) })
  })
})
