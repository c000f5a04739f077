import { createMessage, encrypt, enums } from 'openpgp'
import { describe, expect, it } from 'vitest'
import { openMessage } from '../../../clients/core/open.ts'
import { composeMessage } from '../../../clients/core/seal.ts'
import type { Json } from '../../../schema/wire/canonical.ts'
import { ENVELOPE_FIELDS, newObjectId } from '../../../schema/wire/envelope.ts'
import { expectFault, faultFrom } from '../../server/exchange/expect-fault.ts'
import { algeria, mali, niger, outgoing, reading, rewrap, seal, sealRaw } from './letters.ts'
import { content, envelopeOf, makeOffice, NOW } from './offices.ts'

describe('opening believes nothing that stands only outside', () => {
  const other: Record<string, unknown> = {
    id: newObjectId(),
    type: 'SPONTANEOUS_INFO',
    thread: newObjectId(),
    inReplyTo: newObjectId(),
    urgency: 'NORMAL',
    access: 'INDIRECT',
    dueAt: '2026-05-03T18:00:00Z',
    sender: 'dz-dgsn',
    recipients: ['dz-dgsn', 'ml-dnlt'],
    handling: ['H0'],
    evidenceUse: 'CONSENTED',
    purpose: 'OPERATIONAL',
    case: 'NE-2026/0413',
    created: '2026-05-02T10:00:01Z',
    profile: 'modern',
    attachments: [newObjectId()],
  }
  const file = {
    ...{ object: newObjectId(), name: 'film.mp4', type: 'video/mp4', size: 5, chunkSize: 2 ** 18 },
    chunks: [Buffer.alloc(32).toString('base64')],
  }
  /** With every field that an envelope may have. */
  const whole = () => ({
    envelope: envelopeOf({ inReplyTo: newObjectId(), attachments: [file.object] }),
    content: { ...content(), files: [file] },
  })

  it('has an altered value for every field of an envelope', () =>
    expect(Object.keys(other).sort()).toEqual([...ENVELOPE_FIELDS].sort()))

  it.each(Object.keys(other))('an altered or missing %s is its own named fault', async (field) => {
    const { envelope, ...more } = whole()
    const { ciphertext } = await seal({ envelope, ...more })
    for (const value of [other[field], null, undefined, 7]) {
      const fault = await faultFrom(() => openMessage(reading(ciphertext, { ...envelope, [field]: value })))
      expect([fault.code, fault.path, fault.others]).toEqual(['ENVELOPE_MISMATCH', [field], []])
      expect(fault.message).toMatch(new RegExp(`^${field}: expected .+, got .+`))
    }
  })

  it('all altered fields are named together', async () => {
    const { ciphertext } = await seal(whole())
    const fault = await faultFrom(() => openMessage(reading(ciphertext, other)))
    expect([fault.path, ...fault.others.map(({ path }) => path)]).toEqual(
      ENVELOPE_FIELDS.map((field) => [field]),
    )
  })

  it('files that the envelope does not name, or names without a word inside, are not sealed', async () => {
    const { envelope, content: inside } = whole()
    const { attachments: _, ...unnamed } = envelope
    for (const wrong of [
      { envelope: unnamed, content: inside },
      { envelope, content: content() },
    ])
      expect(await faultFrom(() => seal(wrong))).toMatchObject({
        code: 'BAD_INPUT',
        path: ['content', 'files'],
      })
  })

  it('a field added outside is as wrong as one taken away', async () => {
    const { case: _, ...envelope } = envelopeOf()
    const { ciphertext } = await seal({ envelope })
    await expectFault(
      () => openMessage(reading(ciphertext, { ...envelope, case: 'NE-1' })),
      'ENVELOPE_MISMATCH',
      'case: expected nothing as signed',
    )
  })

  it('a set in another order and a null for what is absent are the same envelope', async () => {
    const { case: _, ...envelope } = envelopeOf({ handling: ['H0', 'H1', 'H2'] })
    const { ciphertext } = await seal({ envelope })
    const outside = { ...envelope, handling: ['H2', 'H0', 'H1'], case: null, inReplyTo: null }
    expect((await openMessage(reading(ciphertext, outside))).content.text).toBe(content().text)
  })

  it('two messages whose ciphertexts were exchanged are both refused', async () => {
    const [first, second] = [envelopeOf(), envelopeOf()]
    const sealed = await seal({ envelope: first })
    await expectFault(() => openMessage(reading(sealed.ciphertext, second)), 'ENVELOPE_MISMATCH', 'id: ')
  })
})

describe('opening insists on the sender', () => {
  const payload = (envelope = envelopeOf()) => composeMessage(outgoing({ envelope }))

  it('an unsigned message is refused', async () => {
    const envelope = envelopeOf()
    const ciphertext = await sealRaw(payload(envelope), null, [mali, niger])
    await expectFault(
      () => openMessage(reading(ciphertext, envelope)),
      'SEAL',
      'expected one signature, got 0',
    )
  })

  it('a message of another office in the sender’s name is refused', async () => {
    const envelope = envelopeOf()
    const ciphertext = await sealRaw(payload(envelope), algeria, [mali, niger])
    await expectFault(
      () => openMessage(reading(ciphertext, envelope)),
      'ENVELOPE_MISMATCH',
      'sender: expected a signature of ne-dst, got one of dz-dgsn',
    )
  })

  it('a signer whom the directory does not know is refused', async () => {
    const envelope = envelopeOf()
    const ciphertext = await sealRaw(payload(envelope), await makeOffice('ne-dst'), [mali, niger])
    await expectFault(
      () => openMessage(reading(ciphertext, envelope)),
      'SEAL',
      'expected a signer whom the directory knows',
    )
  })

  it('a directory that answers with another key is not believed', async () => {
    const envelope = envelopeOf()
    const { ciphertext } = await seal({ envelope })
    const verifyWith = () => ({ office: 'ne-dst', key: algeria.key })
    await expectFault(
      () => openMessage({ ...reading(ciphertext, envelope), verifyWith }),
      'SEAL',
      'expected a valid signature of ne-dst',
    )
  })

  it('two signatures are refused', async () => {
    const envelope = envelopeOf()
    const message = await createMessage({ binary: payload(envelope) })
    const ciphertext = await encrypt({
      message,
      encryptionKeys: [mali.key, niger.key],
      signingKeys: [niger.secret, algeria.secret],
      format: 'binary',
    })
    await expectFault(
      () => openMessage(reading(ciphertext, envelope)),
      'SEAL',
      'expected one signature, got 2',
    )
  })

  it('a signature dated an hour ahead is refused', async () => {
    const envelope = envelopeOf()
    const ciphertext = await sealRaw(
      payload(envelope),
      niger,
      [mali, niger],
      new Date(NOW.getTime() + 3_600_000),
    )
    await expectFault(
      () => openMessage(reading(ciphertext, envelope)),
      'SEAL',
      'expected a valid signature of ne-dst',
    )
  })

  it('an officer signs for his office', async () => {
    const aicha = await makeOffice('ne-dst.aicha')
    const envelope = envelopeOf()
    const { ciphertext } = await seal({ envelope }, aicha)
    const verifyWith = () => ({ office: 'ne-dst', person: 'ne-dst.aicha', key: aicha.key })
    const { signer } = await openMessage({ ...reading(ciphertext, envelope), verifyWith })
    expect(signer).toMatchObject({ office: 'ne-dst', person: 'ne-dst.aicha' })
  })

  it('a signed message wrapped anew for a third office is refused there', async () => {
    const envelope = envelopeOf()
    const { ciphertext } = await seal({ envelope })
    const forwarded = await rewrap(ciphertext, mali, algeria)
    await expectFault(
      () => openMessage(reading(forwarded, envelope, algeria)),
      'ENVELOPE_MISMATCH',
      'recipients: expected dz-dgsn among them',
    )
    const asMali = { ...reading(forwarded, envelope, algeria), office: 'ml-dnlt' }
    await expectFault(() => openMessage(asMali), 'ENVELOPE_MISMATCH', 'recipientFingerprints: ')
  })

  it('a successor opens what was sealed to his predecessor’s key', async () => {
    const envelope = envelopeOf()
    const { ciphertext } = await seal({ envelope })
    const successor = await makeOffice('ml-dnlt')
    const handedOver = await rewrap(ciphertext, mali, successor)
    const reader = { ...reading(handedOver, envelope, successor), predecessors: [mali.key.getFingerprint()] }
    expect((await openMessage(reader)).content.text).toBe(content().text)
  })

  it('a payload that is no JSON, no UTF-8 or another shape is refused', async () => {
    const envelope = envelopeOf()
    for (const bad of [Buffer.from('hello'), Buffer.from([0xff, 0xfe]), []] as (Uint8Array | Json)[]) {
      const ciphertext = await sealRaw(bad, niger, [mali, niger])
      await expectFault(() => openMessage(reading(ciphertext, envelope)), 'BAD_INPUT')
    }
    const ciphertext = await sealRaw({ format: 'portolan.message.2' }, niger, [mali, niger])
    await expectFault(() => openMessage(reading(ciphertext, envelope)), 'BAD_CODE')
  })

  it('a compressed message opens, a decompression bomb does not', async () => {
    const envelope = envelopeOf()
    const compressed = async (payload: Uint8Array) =>
      encrypt({
        message: await createMessage({ binary: payload }),
        encryptionKeys: [mali.key, niger.key],
        signingKeys: niger.secret,
        format: 'binary',
        config: { preferredCompressionAlgorithm: enums.compression.zlib },
      })
    const spaces = Buffer.alloc(3_000_000, ' ')
    const large = await compressed(Buffer.concat([payload(envelope), spaces]))
    expect(large.length).toBeLessThan(50_000)
    expect((await openMessage(reading(large, envelope))).content.text).toBe(content().text)
    const bomb = await compressed(
      Buffer.concat([payload(envelope), ...Array.from({ length: 23 }, () => spaces)]),
    )
    await expectFault(
      () => openMessage(reading(bomb, envelope)),
      'SEAL',
      'expected a message that opens with this key',
    )
  })

  it('an attachment whose name climbs out of its folder is refused', async () => {
    const envelope = envelopeOf()
    const honest = JSON.parse(Buffer.from(payload(envelope)).toString()) as {
      content: { attachments: Json[] }
    }
    honest.content.attachments = [{ name: '../../.ssh/authorized_keys', type: 'text/plain', bytes: '' }]
    const ciphertext = await sealRaw(honest as unknown as Json, niger, [mali, niger])
    await expectFault(
      () => openMessage(reading(ciphertext, envelope)),
      'BAD_INPUT',
      'expected a plain file name',
    )
  })
})

describe('the sequence', () => {
  it.each([
    [6, []],
    [undefined, []],
    [4, [{ code: 'SEQUENCE_GAP', expected: 5, got: 7 }]],
    [7, [{ code: 'SEQUENCE_REPEATED', expected: 8, got: 7 }]],
  ])('after %s a 7 gives the warnings %j', async (last, warnings) => {
    const envelope = envelopeOf()
    const { ciphertext } = await seal({ envelope })
    const opened = await openMessage({
      ...reading(ciphertext, envelope),
      ...(last !== undefined && { last }),
    })
    expect(opened.warnings).toEqual(warnings)
  })
})
