import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readPrivateKey } from 'openpgp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openMessage } from '../../clients/core/open.ts'
import { opens, rewrap } from '../../clients/core/rewrap.ts'
import { sealMessage } from '../../clients/core/seal.ts'
import { sha256 } from '../../schema/wire/canonical.ts'
import type { Envelope } from '../../schema/wire/envelope.ts'
import { splice, walk } from '../../schema/wire/packet.ts'
import { content, directoryOf, envelopeOf, makeOffice, type TestOffice, to } from '../clients/core/offices.ts'
import { expectFault } from '../server/exchange/expect-fault.ts'
import { letterOf } from './exchange.ts'
import { type Gpg, openGpg } from './gpg-home.ts'
import { run } from './run.ts'

// Session keys that pass from one holder to another open at once with gpg, sq and openpgp.js, under whatever key either holds.

let gpg: Gpg
let home: string
const offices = {} as Record<
  'ours' | 'next' | 'gpgRsa' | 'gpgCurve' | 'sq' | 'oldModern' | 'newModern',
  TestOffice
>

beforeAll(async () => {
  gpg = await openGpg()
  home = await mkdtemp(join(tmpdir(), 'sq-'))
  const made = join(home, 'made')
  await run('sq', ['key', 'generate', '--userid', 'ml-sq', '--cipher-suite', 'cv25519', '--export', made])
  const secret = await readPrivateKey({ armoredKey: await readFile(made, 'utf8') })
  await writeFile(join(home, 'sq.key'), secret.armor(), { mode: 0o600 })
  Object.assign(offices, {
    ours: await makeOffice('ne-dst'),
    next: await makeOffice('ne-dst'),
    gpgRsa: await gpg.makeOffice('ml-rsa', 'rsa3072', 'rsa3072'),
    gpgCurve: await gpg.makeOffice('ml-curve', 'ed25519', 'cv25519'),
    sq: { office: 'ml-sq', secret, key: secret.toPublic() },
    oldModern: await makeOffice('ne-dst', { modern: true }),
    newModern: await makeOffice('ne-dst', { modern: true }),
  })
  await gpg.importOffice(offices.ours)
})
afterAll(async () => {
  await gpg?.close()
  await rm(home, { recursive: true, force: true })
})

const dataOf = (bytes: Uint8Array) => sha256(bytes.subarray(walk(bytes).seipd.offset)).toString('hex')

async function passed(ciphertext: Uint8Array, from: TestOffice, successor: TestOffice): Promise<Uint8Array> {
  const packets = await rewrap({ ciphertext, decryptWith: [from.secret], to: to(successor), at: new Date() })
  const spliced = splice(ciphertext, packets)
  expect(dataOf(spliced)).toBe(dataOf(ciphertext))
  expect(walk(spliced).pkesks).toHaveLength(1)
  return spliced
}

async function sealed(sender: TestOffice, reader: TestOffice, profile: 'compat' | 'modern' = 'compat') {
  const envelope = envelopeOf({ sender: sender.office, recipients: [reader.office], profile })
  const sequence = { [reader.office]: 1 }
  const all = { envelope, content: content(), sequence, to: to(sender, reader) }
  const { ciphertext } = await sealMessage({ ...all, signWith: sender.secret, at: new Date() })
  return { envelope: envelope as Envelope, ciphertext }
}

async function expectOpened(ciphertext: Uint8Array, envelope: Envelope, sender: TestOffice, by: TestOffice) {
  const opened = await openMessage({
    ...{ ciphertext, envelope, decryptWith: [by.secret], office: by.office, at: new Date() },
    verifyWith: directoryOf(sender),
    predecessors: [offices.ours.key.getFingerprint(), offices.oldModern.key.getFingerprint()],
  })
  expect(opened.content.text).toBe(content().text)
}

describe('a session key that is wrapped anew', () => {
  it.each(['next', 'gpgRsa', 'gpgCurve', 'sq'] as const)('passes from our office to %s', async (name) => {
    const successor = offices[name]
    const { ciphertext } = await sealed(offices.ours, { ...offices.gpgRsa, office: 'ml-other' })
    const spliced = await passed(ciphertext, offices.ours, successor)
    expect(await opens({ ciphertext: spliced, decryptWith: [successor.secret], at: new Date() })).toBe(true)
    expect(await opens({ ciphertext: spliced, decryptWith: [offices.ours.secret], at: new Date() })).toBe(
      false,
    )
    if (name.startsWith('gpg'))
      expect((await gpg.run(['--decrypt'], spliced)).toString()).toContain(content().text)
    if (name === 'sq') {
      const [file, out] = [join(home, 'passed.pgp'), join(home, 'passed.txt')]
      await writeFile(file, spliced)
      await run('sq', ['decrypt', '--recipient-key', join(home, 'sq.key'), '--output', out, file])
      expect(await readFile(out, 'utf8')).toContain(content().text)
    }
  })

  it.each(['gpgRsa', 'gpgCurve'] as const)('passes from %s, which sealed it, to our office', async (name) => {
    const sender = offices[name]
    const letter = letterOf(sender, [offices.ours], content().text)
    const recipients = [sender, offices.ours].flatMap(({ key }) => ['-r', key.getFingerprint()])
    const args = ['--sign', '--encrypt', '-u', sender.key.getFingerprint(), ...recipients]
    const ciphertext = await gpg.run(args, letter.payload)
    const spliced = await passed(ciphertext, sender, offices.next)
    expect(await opens({ ciphertext: spliced, decryptWith: [offices.next.secret], at: new Date() })).toBe(
      true,
    )
  })

  it('passes in the modern profile, whose packets do not name the cipher', async () => {
    const other = { ...(await makeOffice('ml-dnlt', { modern: true })), office: 'ml-dnlt' }
    const { envelope, ciphertext } = await sealed(other, offices.oldModern, 'modern')
    const spliced = await passed(ciphertext, offices.oldModern, offices.newModern)
    expect(walk(spliced)).toMatchObject({ profile: 'modern', pkesks: [{ version: 6 }] })
    await expectOpened(spliced, envelope, other, offices.newModern)
  })

  it('keeps what is signed inside: the successor opens it as the office that was addressed', async () => {
    const mali = await makeOffice('ml-dnlt')
    const { envelope, ciphertext } = await sealed(mali, offices.ours)
    await expectOpened(await passed(ciphertext, offices.ours, offices.next), envelope, mali, offices.next)
  })

  it('is not made with a key that does not open it, or for one that cannot be encrypted to', async () => {
    const { ciphertext } = await sealed(offices.ours, { ...offices.gpgRsa, office: 'ml-other' })
    const expired = await makeOffice('ne-old', { date: new Date('2020-01-01'), expires: 3_600 })
    const by = (decryptWith: TestOffice, reader: TestOffice) => () =>
      rewrap({ ciphertext, decryptWith: [decryptWith.secret], to: to(reader), at: new Date() })
    await expectFault(by(offices.next, offices.next), 'SEAL', 'opens with this key')
    await expectFault(by(offices.ours, expired), 'SEAL', 'encrypted to now')
  })
})
