import { deflateSync } from 'node:zlib'
import { createMessage, encrypt, enums, reformatKey, sign } from 'openpgp'
import { describe, expect, it } from 'vitest'
import { type MessageReader, openMessage } from '../../../clients/core/open.ts'
import { composeMessage } from '../../../clients/core/seal.ts'
import type { Json } from '../../../schema/wire/canonical.ts'
import { CHUNK_SIZES, ENVELOPE_FIELDS, newObjectId } from '../../../schema/wire/envelope.ts'
import { expectFault, faultFrom } from '../../server/exchange/expect-fault.ts'
import { join, octets, packet } from '../../server/exchange/packets.ts'
import { algeria, mali, niger, outgoing, reading, rewrap, seal, sealPackets, sealRaw } from './letters.ts'
import { content, envelopeOf, makeOffice, NOW } from './offices.ts'

const literal = (bytes: Uint8Array) => packet(11, join(octets(0x62, 0, 0, 0, 0, 0), bytes))
const compressed = (bytes: Uint8Array) => packet(8, join(octets(2), deflateSync(bytes)))

/** What a program goes by: the code of the fault and its path. */
async function flawOf(open: () => unknown): Promise<unknown[]> {
  const { code, path } = await faultFrom(open)
  return [code, ...(path ?? [])]
}

describe('opening believes nothing that stands only outside', () => {
  const other: Record<string, unknown> = {
    id: newObjectId(),
    type: 'SPONTANEOUS_INFO',
    thread: newObjectId(),
    inReplyTo: newObjectId(),
    urgency: 'NORMAL',
    urgencyReason: 'LIFE',
    access: 'INDIRECT',
    dueAt: '2026-05-03T18:00:00Z',
    sender: 'dz-dgsn',
    recipients: ['dz-dgsn', 'ml-dnlt'],
    handling: ['H0'],
    sensitivity: 'S4_LIFE',
    evidenceUse: 'CONSENTED',
    onward: 'NONE',
    purpose: 'OPERATIONAL',
    legalBasis: 'NE-loi-2015-37',
    necessity: 'TRACE_PROCEEDS',
    case: 'NE-2026/0413',
    otherChannel: { channel: 'SIENA', reference: '2026-1877' },
    refusal: 'NOT_HELD',
    offer: 'RELEASE',
    hit: newObjectId(),
    concerns: [newObjectId()],
    onwardOf: { object: newObjectId(), originator: 'dz-dgsn' },
    consents: { object: newObjectId(), to: ['dz-dgsn'] },
    created: '2026-05-02T10:00:01Z',
    profile: 'modern',
    attachments: [newObjectId()],
  }
  /** An envelope in which that field stands: no type of message has all of them. */
  function having(field: string) {
    const inReplyTo = newObjectId()
    if (field === 'refusal') return envelopeOf({ inReplyTo, type: 'REFUSAL', refusal: 'MINOR_OFFENCE' })
    if (field === 'offer') return envelopeOf({ inReplyTo, type: 'ANSWER', offer: 'JOINT_TEAM' })
    if (field === 'hit') return envelopeOf({ type: 'HIT_NOTICE', hit: newObjectId() })
    if (field === 'consents')
      return envelopeOf({ inReplyTo, type: 'ANSWER', consents: { object: newObjectId(), to: ['it-sco'] } })
    return envelopeOf({
      inReplyTo,
      otherChannel: { channel: 'SIRENE', reference: '2026-1876' },
      concerns: [newObjectId()],
      onwardOf: { object: newObjectId(), originator: 'it-sco' },
    })
  }

  it('has an altered value for every field of an envelope', () =>
    expect(Object.keys(other).sort()).toEqual([...ENVELOPE_FIELDS].sort()))

  it.each(Object.keys(other))('an altered or missing %s is its own named fault', async (field) => {
    const file = { object: newObjectId(), name: 'photo.jpg', type: 'image/jpeg', size: 1 }
    const files = [{ ...file, chunkSize: CHUNK_SIZES.least, chunks: [Buffer.alloc(32).toString('base64')] }]
    const attached = field === 'attachments'
    const envelope = attached ? envelopeOf({ attachments: [file.object] }) : having(field)
    const { ciphertext } = await seal({ envelope, ...(attached && { content: { ...content(), files } }) })
    for (const value of [other[field], null, undefined, 7]) {
      const fault = await faultFrom(() => openMessage(reading(ciphertext, { ...envelope, [field]: value })))
      expect([fault.code, fault.path, fault.others]).toEqual(['ENVELOPE_MISMATCH', [field], []])
      expect(fault.message).toMatch(new RegExp(`^${field}: expected .+, got .+`))
    }
  })

  it('all altered fields are named together', async () => {
    const envelope = envelopeOf({ inReplyTo: newObjectId() })
    const { ciphertext } = await seal({ envelope })
    const fault = await faultFrom(() => openMessage(reading(ciphertext, other)))
    expect([fault.path, ...fault.others.map(({ path }) => path)]).toEqual(
      ENVELOPE_FIELDS.map((field) => [field]),
    )
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
      'expected a signature of ne-dst made by now',
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
      'reader: expected dz-dgsn among the recipients',
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
    const compressing = async (payload: Uint8Array) =>
      encrypt({
        message: await createMessage({ binary: payload }),
        encryptionKeys: [mali.key, niger.key],
        signingKeys: niger.secret,
        format: 'binary',
        config: { preferredCompressionAlgorithm: enums.compression.zlib },
      })
    const spaces = Buffer.alloc(3_000_000, ' ')
    const large = await compressing(Buffer.concat([payload(envelope), spaces]))
    expect(large.length).toBeLessThan(50_000)
    expect((await openMessage(reading(large, envelope))).content.text).toBe(content().text)
    const bomb = await compressing(
      Buffer.concat([payload(envelope), ...Array.from({ length: 23 }, () => spaces)]),
    )
    await expectFault(
      () => openMessage(reading(bomb, envelope)),
      'SEAL',
      'expected a message that opens with this key',
    )
  })

  it('what gpg or sq would not write is no message: two literals, a second compression, another message', async () => {
    const envelope = envelopeOf()
    const honest = payload(envelope)
    const signed = await sign({
      message: await createMessage({ binary: honest }),
      signingKeys: niger.secret,
      format: 'binary',
    })
    const insides: Uint8Array[] = [
      Buffer.concat([signed, literal(honest)]),
      Buffer.concat([literal(honest), signed]),
      compressed(compressed(signed)),
      await sealRaw(honest, niger, [mali, niger]),
    ]
    for (const inside of insides) {
      const ciphertext = await sealPackets(inside, [mali, niger])
      expect(await flawOf(() => openMessage(reading(ciphertext, envelope)))).toEqual(['SEAL', 'opening'])
    }
    const ciphertext = await sealPackets(compressed(signed), [mali, niger])
    expect((await openMessage(reading(ciphertext, envelope))).content.text).toBe(content().text)
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

describe('each way to deceive a reader has a name of its own', () => {
  const envelope = envelopeOf()
  const payload = composeMessage(outgoing({ envelope }))
  const HOUR = 3_600_000
  const honest = () => seal({ envelope }).then(({ ciphertext }) => ciphertext)

  const ways: Record<string, [flaw: string[], () => Promise<MessageReader>]> = {
    'an unsigned message': [
      ['SEAL', 'signatures'],
      async () => reading(await sealRaw(payload, null, [mali, niger]), envelope),
    ],
    'a signature altered after it was made': [
      ['SEAL', 'signature'],
      async () => {
        const signed = await sign({
          message: await createMessage({ binary: payload }),
          signingKeys: niger.secret,
          format: 'binary',
        })
        const last = signed.length - 1
        const altered = Uint8Array.from(signed, (octet: number, at) => (at === last ? octet ^ 1 : octet))
        return reading(await sealPackets(altered, [mali, niger]), envelope)
      },
    ],
    'a signer whom the directory does not know': [
      ['SEAL', 'signer'],
      async () => reading(await sealRaw(payload, await makeOffice('ne-dst'), [mali, niger]), envelope),
    ],
    'a signer whose key had expired when he signed': [
      ['SEAL', 'signedAt'],
      async () => {
        const old = await makeOffice('ne-dst', { date: new Date(NOW.getTime() - 3 * HOUR) })
        const ciphertext = await sealRaw(payload, old, [mali, niger])
        // The directory has since published the end of that key: two hours ago.
        const { publicKey } = await reformatKey({
          privateKey: old.secret,
          userIDs: [{ name: 'ne-dst' }],
          keyExpirationTime: HOUR / 1_000,
          date: new Date(NOW.getTime() - 2.5 * HOUR),
          format: 'object',
        })
        return { ...reading(ciphertext, envelope), verifyWith: () => ({ office: 'ne-dst', key: publicKey }) }
      },
    ],
    'a signature from the future': [
      ['SEAL', 'signedAt'],
      async () =>
        reading(await sealRaw(payload, niger, [mali, niger], new Date(NOW.getTime() + HOUR)), envelope),
    ],
    'another office that signs in the sender’s name': [
      ['ENVELOPE_MISMATCH', 'sender'],
      async () => reading(await sealRaw(payload, algeria, [mali, niger]), envelope),
    ],
    'a list of recipients that the sender did not sign': [
      ['ENVELOPE_MISMATCH', 'recipients'],
      async () => reading(await honest(), { ...envelope, recipients: ['dz-dgsn', 'ml-dnlt'] }),
    ],
    'a message replayed under another case': [
      ['ENVELOPE_MISMATCH', 'case'],
      async () => reading(await honest(), { ...envelope, case: 'NE-2026/0999' }),
    ],
    'a message forwarded to an office that was not addressed': [
      ['ENVELOPE_MISMATCH', 'reader'],
      async () => reading(await rewrap(await honest(), mali, algeria), envelope, algeria),
    ],
    'a message forwarded to a key that the sender did not seal to': [
      ['ENVELOPE_MISMATCH', 'recipientFingerprints'],
      async () => ({
        ...reading(await rewrap(await honest(), mali, algeria), envelope, algeria),
        office: 'ml-dnlt',
      }),
    ],
    'a message that does not open': [
      ['SEAL', 'opening'],
      async () => reading(await honest(), envelope, algeria),
    ],
  }

  it.each(Object.keys(ways))('%s', async (title) => {
    const [flaw, make] = ways[title]!
    const reader = await make()
    expect(await flawOf(() => openMessage(reader))).toEqual(flaw)
  })

  it('and the honest message opens', async () => {
    expect((await openMessage(reading(await honest(), envelope))).content.text).toBe(content().text)
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
