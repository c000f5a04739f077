import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { composeMessage, sealMessage } from '../../clients/core/seal.ts'
import { dearmor } from '../../schema/wire/armor.ts'
import { newObjectId, uploadStatement } from '../../schema/wire/envelope.ts'
import { officeHolder } from '../../schema/wire/holder.ts'
import { MAX_CIPHERTEXT, walk } from '../../schema/wire/packet.ts'
import { gate } from '../../server/exchange/gate.ts'
import { holderKeys } from '../../server/exchange/holder-keys.ts'
import { content, envelopeOf, makeOffice, type TestOffice, to } from '../clients/core/offices.ts'
import { expectFault } from '../server/exchange/expect-fault.ts'
import { admit, expectExchanged, expectOpened, letterOf } from './exchange.ts'
import { type Gpg, openGpg } from './gpg-home.ts'

/** What signs, and what encrypts. */
const ALGORITHMS = {
  rsa2048: ['rsa2048', 'rsa2048'],
  rsa3072: ['rsa3072', 'rsa3072'],
  rsa4096: ['rsa4096', 'rsa4096'],
  ed25519: ['ed25519', 'cv25519'],
  nistp256: ['nistp256', 'nistp256'],
  nistp384: ['nistp384', 'nistp384'],
  nistp521: ['nistp521', 'nistp521'],
  brainpoolp256r1: ['brainpoolP256r1', 'brainpoolP256r1'],
  brainpoolp384r1: ['brainpoolP384r1', 'brainpoolP384r1'],
  brainpoolp512r1: ['brainpoolP512r1', 'brainpoolP512r1'],
} as const
const names = Object.keys(ALGORITHMS) as (keyof typeof ALGORITHMS)[]
const long = `Rapport: ${randomBytes(140_000).toString('hex')}`

let gpg: Gpg
const offices = {} as Record<keyof typeof ALGORITHMS | 'ours', TestOffice>

beforeAll(async () => {
  gpg = await openGpg()
  for (const name of names) {
    const [signing, encrypting] = ALGORITHMS[name]
    offices[name] = await gpg.makeOffice(`ml-${name}`, signing, encrypting)
  }
  offices.ours = await makeOffice('ne-dst')
  await gpg.importOffice(offices.ours)
})
afterAll(() => gpg.close())

const recipient = (office: TestOffice): string[] => ['-r', office.key.getFingerprint()]
const encryptArgs = (sender: TestOffice, recipients: TestOffice[]): string[] => [
  '--sign',
  '--encrypt',
  '-u',
  sender.key.getFingerprint(),
  ...[sender, ...recipients].flatMap(recipient),
]

describe.each(names)('gpg with %s', (name) => {
  it.each([
    ['a short payload from a pipe', 'Vu à la gare.', []],
    ['a short payload without compression', 'Vu à la gare.', ['--compress-algo', 'none']],
    ['a long payload from a pipe, which is sent in chunks', long, []],
    ['a long payload without compression', long, ['--compress-algo', 'none']],
  ])('sends %s through the gate, and everybody opens it', async (_title, text, more) => {
    const [sender, reader] = [offices[name], offices.ours]
    const letter = letterOf(sender, [reader], text)
    const ciphertext = await gpg.run([...more, ...encryptArgs(sender, [reader])], letter.payload)
    await expectExchanged(ciphertext, letter, sender, [reader])
  })

  it('sends a file, whose length it knows', async () => {
    const [sender, reader] = [offices[name], offices.ours]
    const letter = letterOf(sender, [reader], long)
    const [plain, sealed] = [join(gpg.home, 'letter'), join(gpg.home, 'letter.gpg')]
    await writeFile(plain, letter.payload)
    await gpg.run([...encryptArgs(sender, [reader]), '--output', sealed, plain])
    const ciphertext = await readFile(sealed)
    await expectExchanged(ciphertext, letter, sender, [reader])
  })

  it('decrypts and verifies what we seal to it', async () => {
    const [sender, reader] = [offices.ours, offices[name]]
    const letter = letterOf(sender, [reader], long)
    const sealed = await sealMessage({
      envelope: letter.envelope,
      content: content(letter.text),
      sequence: { [reader.office]: 1 },
      to: to(sender, reader),
      signWith: sender.secret,
      at: new Date(),
    })
    const status = join(gpg.home, 'status')
    const plain = await gpg.run(['--status-file', status, '--decrypt'], sealed.ciphertext)
    expect(plain.equals(letter.payload)).toBe(true)
    const told = await readFile(status, 'utf8')
    expect(told).toContain(`VALIDSIG ${sender.key.getFingerprint().toUpperCase()}`)
    expect(told).toContain('DECRYPTION_OKAY')
  })

  it('signs and reads a seal of its own key made here', async () => {
    const [sender, reader] = [offices[name], offices.ours]
    const letter = letterOf(sender, [reader], 'Vu.')
    const { ciphertext } = await sealMessage({
      envelope: letter.envelope,
      content: content(letter.text),
      sequence: { [reader.office]: 1 },
      to: to(sender, reader),
      signWith: sender.secret,
      at: new Date(),
    })
    await expectExchanged(ciphertext, letter, sender, [reader])
    expect((await gpg.run(['--decrypt'], ciphertext)).equals(letter.payload)).toBe(true)
  })
})

describe('gpg', () => {
  it('sends one message to offices with keys of every kind', async () => {
    const readers = names
      .slice(1)
      .map((name) => offices[name])
      .concat(offices.ours)
    const letter = letterOf(offices.rsa2048, readers, 'À tous.')
    const ciphertext = await gpg.run(encryptArgs(offices.rsa2048, readers), letter.payload)
    expect((await expectExchanged(ciphertext, letter, offices.rsa2048, readers)).pkesks).toHaveLength(
      names.length + 1,
    )
  })

  it('really sends long messages in chunks', async () => {
    const ciphertext = await gpg.run(
      ['--compress-algo', 'none', ...encryptArgs(offices.ed25519, [])],
      randomBytes(100_000),
    )
    const header = ciphertext.subarray(walk(ciphertext).seipd.offset)
    expect(header[0]).toBe(0xd2)
    expect(header[1]! >= 224 && header[1]! < 255).toBe(true)
  })

  it('makes every length of message that the gate takes', async () => {
    for (const size of [
      0, 1, 191, 192, 400, 511, 512, 513, 1_023, 8_191, 8_192, 8_193, 8_383, 8_384, 65_535,
    ]) {
      const ciphertext = await gpg.run(
        ['--compress-algo', 'none', ...encryptArgs(offices.ed25519, [])],
        randomBytes(size),
      )
      expect(walk(ciphertext).pkesks).toHaveLength(1)
    }
  })

  it('makes an upload signature that the gate takes', async () => {
    const [sender, object, at] = [offices.ed25519, newObjectId(), new Date()]
    const ciphertext = await gpg.run(encryptArgs(sender, []), randomBytes(900))
    const statement = uploadStatement({ ciphertext, audience: [sender.office], object, version: 1 })
    const signature = (
      await gpg.run(['--armor', '--detach-sign', '-u', sender.key.getFingerprint()], statement)
    ).toString()
    const holders = [await holderKeys(officeHolder(sender.office), sender.key.armor(), at)]
    await gate(ciphertext, {
      audience: [sender.office],
      holders,
      object,
      version: 1,
      signature,
      signers: [sender.key.armor()],
      at: new Date(),
    })
  })

  it('writes armor that is taken when strict, and refused with a comment or text around it', async () => {
    const armored = (await gpg.run(['--armor', ...encryptArgs(offices.ed25519, [])], 'x')).toString()
    expect(Buffer.from(dearmor(armored)).equals(await gpg.run(['--dearmor'], armored))).toBe(true)
    expect(dearmor(armored.replaceAll('\n', '\r\n'))).toEqual(dearmor(armored))
    const commented = (
      await gpg.run(['--armor', '--comment', 'hello', ...encryptArgs(offices.ed25519, [])], 'x')
    ).toString()
    const checksum = /\n=(.{4})\n/.exec(armored)![1]!
    const hostile = [
      commented,
      `hello\n${armored}`,
      `${armored}hello\n`,
      `${armored}\n`,
      ` ${armored}`,
      armored.replace('MESSAGE-----\n\n', 'MESSAGE-----\n'),
      armored.replace('MESSAGE-----\n\n', 'MESSAGE-----\nVersion: 1\n\n'),
      armored.replace('MESSAGE-----\n\n', 'MESSAGE-----\n\n\n'),
      armored.replaceAll('PGP MESSAGE', 'PGP SIGNATURE'),
      armored.replace(`=${checksum}`, '=AAAA'),
      armored.replace(/\n\n(.)/, '\n\n$1 '),
      armored + armored,
    ]
    for (const text of hostile) await expectFault(() => dearmor(text), 'BAD_PACKET')
  })

  it.each([
    ['a hidden recipient', ['--sign', '--encrypt', '-R'], 'got a hidden one'],
    [
      'a hidden recipient beside a named one',
      ['--encrypt', '--hidden-encrypt-to', 'ml-rsa2048@example.org', '-r'],
      'got a hidden one',
    ],
    ['a passphrase beside the key', ['--symmetric', '--encrypt', '-r'], 'got 3'],
    ['a signed message without encryption', ['--sign', '-u'], 'got an indeterminate one'],
    [
      'a signed message without encryption or compression',
      ['--compress-algo', 'none', '--sign', '-u'],
      'got 4',
    ],
    ['a detached signature', ['--detach-sign', '-u'], 'got 2'],
  ])('makes %s, and the gate refuses it', async (_title, args, words) => {
    const made = await gpg.run(
      [...args, 'ml-ed25519@example.org', ...(args.includes('--symmetric') ? ['--passphrase', 'x'] : [])],
      'text',
    )
    await expectFault(() => walk(made), 'BAD_PACKET', words)
  })

  it.each(['zip', 'zlib', 'bzip2'])('makes a bomb with %s, which no client inflates', async (compression) => {
    const [sender, reader] = [offices.ed25519, offices.ours]
    const letter = letterOf(sender, [reader], 'Vu.')
    const seal = (payload: Uint8Array) =>
      gpg.run(['--compress-algo', compression, ...encryptArgs(sender, [reader])], payload)
    const bomb = await seal(Buffer.concat([letter.payload, Buffer.alloc(70_000_000, ' ')]))
    expect(bomb.length).toBeLessThan(MAX_CIPHERTEXT)
    await admit(bomb, letter, sender, [reader])
    const opening = expectOpened(bomb, letter, sender, [reader], reader)
    await expectFault(() => opening, 'SEAL', 'expected a message that opens with this key')
    const large = await seal(Buffer.concat([letter.payload, Buffer.alloc(7_000_000, ' ')]))
    await expectOpened(large, letter, sender, [reader], reader)
  })

  it('makes plain packets and keys, and the gate refuses them', async () => {
    await expectFault(async () => walk(await gpg.run(['--store'], 'text')), 'BAD_PACKET')
    await expectFault(
      async () => walk(await gpg.run(['--symmetric', '--passphrase', 'x'], 'text')),
      'BAD_PACKET',
      'got 3',
    )
    await expectFault(
      async () => walk(await gpg.run(['--export', 'ml-ed25519@example.org'])),
      'BAD_PACKET',
      'got 6',
    )
  })

  it('composes nothing by itself: the payload it seals is ours, padded to its class', () => {
    const letter = letterOf(offices.ours, [offices.rsa2048], 'Vu.')
    expect(letter.payload).toHaveLength(2_048)
    expect(() =>
      composeMessage({ envelope: envelopeOf(), content: content(), sequence: {}, to: [] }),
    ).toThrow('expected keys of ml-dnlt, ne-dst')
  })
})
