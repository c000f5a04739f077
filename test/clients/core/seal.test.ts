import { randomBytes } from 'node:crypto'
import { createMessage, decrypt, readKey, readMessage, readSignature, revokeKey, verify } from 'openpgp'
import { describe, expect, it } from 'vitest'
import { openMessage, openNote } from '../../../clients/core/open.ts'
import { padme } from '../../../clients/core/pad.ts'
import { composeMessage, sealMessage, sealNote } from '../../../clients/core/seal.ts'
import { canonical, type Json } from '../../../schema/wire/canonical.ts'
import { newObjectId, uploadStatement } from '../../../schema/wire/envelope.ts'
import { officeHolder } from '../../../schema/wire/holder.ts'
import { excerpt, MAX_CIPHERTEXT, walk } from '../../../schema/wire/packet.ts'
import { expectFault, faultFrom } from '../../server/exchange/expect-fault.ts'
import { algeria, mali, niger, outgoing, reading, seal } from './letters.ts'
import { content, directoryOf, envelopeOf, makeOffice, NOW, type TestOffice, to } from './offices.ts'

describe('a sealed message', () => {
  it('opens for its recipient and for its sender with everything that was written', async () => {
    const envelope = envelopeOf({ handling: ['H3', 'H0'] })
    const attachment = {
      name: 'photo du véhicule.jpg',
      type: 'image/jpeg',
      bytes: randomBytes(9_000).toString('base64'),
    }
    const written = {
      ...content(),
      handlingText: 'Not to the press.',
      attachments: [attachment],
      identifiers: [{ entity: 'driver-1', kind: 'PHONE', value: '+227 90 00 00 00' }],
    }
    const { ciphertext } = await seal({ envelope, content: written })
    for (const reader of [mali, niger]) {
      const opened = await openMessage(reading(ciphertext, envelope, reader))
      expect(opened.content).toEqual(written)
      expect(opened.envelope.handling).toEqual(['H0', 'H3'])
      expect(opened.signer).toMatchObject({ office: 'ne-dst', fingerprint: niger.key.getFingerprint() })
      expect(opened.warnings).toEqual([])
    }
  })

  it('is refused to whoever has another key, in the same words as one that is broken', async () => {
    const envelope = envelopeOf()
    const { ciphertext } = await seal({ envelope })
    const stranger = await faultFrom(() => openMessage(reading(ciphertext, envelope, algeria)))
    const { pkesks, seipd } = walk(ciphertext)
    for (const place of [
      ciphertext.length - 1,
      ciphertext.length - 30,
      seipd.offset + 12,
      pkesks[1]!.offset + 20,
    ]) {
      const broken = Uint8Array.from(ciphertext)
      broken[place]! ^= 1
      const fault = await faultFrom(() => openMessage(reading(broken, envelope)))
      expect({ ...fault, message: fault.message }).toEqual({ ...stranger, message: stranger.message })
    }
    expect(stranger.code).toBe('SEAL')
  })

  it('is padded inside its one canonical text, whatever stands in it', () => {
    for (const text of ['', 'a', '"padding":""', '\\"padding":"', 'é'.repeat(1_025), '🚚'.repeat(2_000)]) {
      const payload = Buffer.from(composeMessage(outgoing({ content: content(text) })))
      expect(payload).toHaveLength(padme(payload.length))
      const read = JSON.parse(payload.toString()) as { padding: string; content: { text: string } }
      expect(read.content.text).toBe(text)
      expect(read.padding).toMatch(/^0*$/)
      expect(canonical(read as Json)).toBe(payload.toString())
    }
  })

  it('has no readable octet of its content, and a length that tells a class only', async () => {
    const lengths: number[] = []
    for (const size of [1, 50, 400, 700]) {
      const { ciphertext } = await seal({ content: content('x'.repeat(size)) })
      expect(Buffer.from(ciphertext).includes('xxxx')).toBe(false)
      lengths.push(ciphertext.length)
    }
    // The two integers of a signature leave out leading zeros, an octet in one of 128 messages.
    expect(Math.max(...lengths) - Math.min(...lengths)).toBeLessThan(8)
    for (const length of [2_049, 5_000, 99_999, 800_001]) {
      expect(padme(length)).toBeGreaterThanOrEqual(length)
      expect(padme(length)).toBeLessThanOrEqual(length * 1.12)
    }
  })

  it('brings the uploader’s signature over ciphertext, audience, object id and version', async () => {
    const envelope = envelopeOf()
    const { ciphertext, uploadSignature } = await seal({ envelope })
    const statement = uploadStatement({
      ciphertext,
      audience: ['ne-dst', 'ml-dnlt'],
      object: envelope.id,
      version: 1,
    })
    const checked = await verify({
      message: await createMessage({ binary: statement }),
      signature: await readSignature({ armoredSignature: uploadSignature }),
      verificationKeys: niger.key,
    })
    expect(await checked.signatures[0]!.verified).toBe(true)
  })

  it('goes to a modern office in the modern profile, and is never downgraded in silence', async () => {
    const [modernNiger, modernMali] = await Promise.all([
      makeOffice('ne-dst', { modern: true }),
      makeOffice('ml-dnlt', { modern: true }),
    ])
    const envelope = envelopeOf({ profile: 'modern' })
    const { ciphertext } = await seal({ envelope, to: to(modernNiger, modernMali) }, modernNiger)
    expect(walk(ciphertext)).toMatchObject({ profile: 'modern', seipd: { version: 2, cipher: 9 } })
    const reader = { ...reading(ciphertext, envelope, modernMali), verifyWith: directoryOf(modernNiger) }
    expect((await openMessage(reader)).content.text).toBe(content().text)
    await expectFault(
      () => seal({ envelope, to: to(modernNiger, mali) }, modernNiger),
      'SEAL',
      'expected a version 6 key of office:ml-dnlt',
    )
    await expectFault(
      () => seal({ to: to(niger, modernMali) }),
      'SEAL',
      'expected a version 4 key of office:ml-dnlt',
    )
  })

  it('takes 64 offices and no more', async () => {
    const codes = Array.from({ length: 64 }, (_, i) => `ml-unit${i}`)
    const units: TestOffice[] = []
    for (const code of codes) units.push(await makeOffice(code))
    const sequence = (n: number) => Object.fromEntries(codes.slice(0, n).map((code) => [code, 1]))
    const envelope = envelopeOf({ recipients: codes.slice(0, 63) })
    const { ciphertext } = await seal({
      envelope,
      sequence: sequence(63),
      to: to(niger, ...units.slice(0, 63)),
    })
    expect(walk(ciphertext).pkesks).toHaveLength(64)
    const more = { ...envelope, recipients: codes }
    await expectFault(
      () => seal({ envelope: more, sequence: sequence(64), to: to(niger, ...units) }),
      'BAD_INPUT',
    )
  })
})

describe('nothing is sealed when', () => {
  it('one recipient’s key is revoked', async () => {
    const { publicKey } = await revokeKey({ key: algeria.secret, format: 'object' })
    const envelope = envelopeOf({ recipients: ['ml-dnlt', 'dz-dgsn'] })
    const keys = [...to(niger, mali), { holder: officeHolder('dz-dgsn'), key: publicKey }]
    await expectFault(
      () => seal({ envelope, sequence: { 'ml-dnlt': 1, 'dz-dgsn': 1 }, to: keys }),
      'SEAL',
      'of office:dz-dgsn, got an expired, revoked or missing one',
    )
  })

  it('one recipient’s key has expired', async () => {
    const old = await makeOffice('ml-dnlt', {
      date: new Date(NOW.getTime() - 9 * 86_400_000),
      expires: 86_400,
    })
    await expectFault(
      () => seal({ to: to(niger, old) }),
      'SEAL',
      'of office:ml-dnlt, got an expired, revoked or missing one',
    )
  })

  it('the sender’s own key has expired', async () => {
    const old = await makeOffice('ne-dst', {
      date: new Date(NOW.getTime() - 9 * 86_400_000),
      expires: 86_400,
    })
    await expectFault(() => sealMessage({ ...outgoing(), signWith: old.secret, at: NOW }), 'SEAL')
  })

  it('a key is of another office, missing, given twice or one too many', async () => {
    await expectFault(
      () => seal({ to: to(niger, algeria) }),
      'SEAL',
      'expected keys of ml-dnlt, ne-dst, got dz-dgsn, ne-dst',
    )
    await expectFault(() => seal({ to: to(mali) }), 'SEAL', 'expected keys of ml-dnlt, ne-dst')
    await expectFault(() => seal({ to: to(niger, mali, algeria) }), 'SEAL')
    await expectFault(
      () => seal({ to: [...to(niger), { holder: officeHolder('ml-dnlt'), key: niger.key }] }),
      'SEAL',
      'got one twice',
    )
  })

  it('the envelope or the content is malformed, and every fault is named', async () => {
    const envelope = { ...envelopeOf(), recipients: ['ne-dst'], urgency: 'SOON', type: 'ANSWER' } as never
    const fault = await faultFrom(() => seal({ envelope }))
    expect(fault.path).toEqual(['envelope', 'urgency'])
    await expectFault(
      () => seal({ envelope: envelopeOf({ type: 'ANSWER' }) }),
      'BAD_INPUT',
      'expected the message that this one answers',
    )
    await expectFault(
      () => seal({ envelope: envelopeOf({ recipients: ['ne-dst'] }) }),
      'BAD_INPUT',
      'expected other offices, got the sender',
    )
    await expectFault(
      () => seal({ envelope: envelopeOf({ handling: ['H3'] }) }),
      'BAD_INPUT',
      'expected the restriction in words',
    )
    await expectFault(
      () => seal({ sequence: { 'dz-dgsn': 1 } }),
      'BAD_INPUT',
      'expected one number for each recipient',
    )
    for (const name of ['../../.bashrc', 'a/b', 'C:\\x', '.profile', 'gpj.\u202eexe', 'a\u0000b', 'x.']) {
      const attachments = [{ name, type: 'text/plain', bytes: '' }]
      await expectFault(
        () => seal({ content: { ...content(), attachments } }),
        'BAD_INPUT',
        'expected a plain file name',
      )
    }
  })

  it('it would be larger than the exchange takes', async () => {
    const bytes = randomBytes(MAX_CIPHERTEXT).toString('base64')
    const attachments = [{ name: 'film.mp4', type: 'video/mp4', bytes }]
    await expectFault(() => seal({ content: { ...content(), attachments } }), 'TOO_LARGE')
  })
})

describe('a sealed note', () => {
  const facts = () => ({
    id: newObjectId(),
    report: 'ne-dst-2026-0001',
    office: 'ne-dst',
    created: '2026-05-02T10:00:00Z',
    profile: 'compat' as const,
  })
  const note = {
    language: 'fr' as const,
    text: 'Vu à la gare.',
    identifiers: [{ entity: 'guide-1', kind: 'NAME', value: 'Nom' }],
  }

  it('opens for the offices of the release and names none of them inside', async () => {
    const mine = facts()
    const { ciphertext } = await sealNote({
      facts: mine,
      content: note,
      to: to(niger, mali),
      signWith: niger.secret,
      at: NOW,
    })
    const reader = reading(ciphertext, {}, mali)
    expect((await openNote({ ...reader, facts: mine })).content).toEqual(note)
    const { data } = await decrypt({
      message: await readMessage({ binaryMessage: ciphertext }),
      decryptionKeys: mali.secret,
      format: 'utf8',
    })
    expect(data).not.toContain('ml-dnlt')
    expect(data).not.toContain(mali.key.getFingerprint())
  })

  it('opens from an excerpt that holds its reader’s session key alone', async () => {
    const mine = facts()
    const sealing = { facts: mine, content: note, to: to(niger, mali), signWith: niger.secret, at: NOW }
    const { ciphertext } = await sealNote(sealing)
    const keyId = (await mali.key.getEncryptionKey()).getKeyID().toHex()
    const own = excerpt(ciphertext, [keyId])!
    expect(walk(own).pkesks.map((pkesk) => pkesk.keyId)).toEqual([keyId])
    expect((await openNote({ ...reading(own, {}), facts: mine })).content).toEqual(note)
  })

  it.each(['id', 'report', 'office', 'created', 'profile'] as const)(
    'with another %s outside is refused by that name',
    async (field) => {
      const mine = facts()
      const { ciphertext } = await sealNote({
        facts: mine,
        content: note,
        to: to(niger, mali),
        signWith: niger.secret,
        at: NOW,
      })
      const wrong = {
        [field]: {
          ...facts(),
          report: 'ne-dst-2026-0002',
          office: 'dz-dgsn',
          created: '2026-05-02T10:00:09Z',
          profile: 'modern' as const,
        }[field],
      }
      const fault = await faultFrom(() => openNote({ ...reading(ciphertext, {}), facts: wrong }))
      expect([fault.code, fault.path]).toEqual(['ENVELOPE_MISMATCH', [field]])
    },
  )

  it('signed by another office than the one that reports is refused', async () => {
    const mine = facts()
    const { ciphertext } = await sealNote({
      facts: mine,
      content: note,
      to: to(niger, mali),
      signWith: algeria.secret,
      at: NOW,
    })
    await expectFault(
      () => openNote({ ...reading(ciphertext, {}), facts: { id: mine.id } }),
      'ENVELOPE_MISMATCH',
      'office: expected a signature of ne-dst',
    )
  })

  it('always goes to the office that writes it, and never opens as a message', async () => {
    const mine = facts()
    await expectFault(
      () => sealNote({ facts: mine, content: note, to: to(mali), signWith: niger.secret, at: NOW }),
      'SEAL',
      'expected a key of ne-dst',
    )
    const { ciphertext } = await sealNote({
      facts: mine,
      content: note,
      to: to(niger, mali),
      signWith: niger.secret,
      at: NOW,
    })
    await expectFault(() => openMessage(reading(ciphertext, envelopeOf())), 'BAD_CODE')
  })
})

it('keys from armor work as well as those from memory', async () => {
  const key = await readKey({ armoredKey: mali.key.armor() })
  const envelope = envelopeOf()
  const { ciphertext } = await seal({
    envelope,
    to: [...to(niger), { holder: officeHolder('ml-dnlt'), key }],
  })
  expect((await openMessage(reading(ciphertext, envelope))).envelope.id).toBe(envelope.id)
})
