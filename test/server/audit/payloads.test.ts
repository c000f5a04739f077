import { describe, expect, it } from 'vitest'
import { documentWithoutPayloads, withoutPayloads } from '../../../server/audit/payloads.ts'

describe('what stands on record of what was asked', () => {
  const payload = 'wcBMA0'.repeat(500)

  it('is all of it but payloads, of which the hash stands', () => {
    const asked = {
      input: { id: 'a', offices: ['ne-dst'], first: 3, none: null, sealed: [{ ciphertext: payload }] },
    }
    const { input } = withoutPayloads(asked) as typeof asked
    expect(input).toEqual({
      ...asked.input,
      sealed: [{ ciphertext: expect.stringMatching(/^sha256:[0-9a-f]{64} \(3000 characters\)$/) }],
    })
  })

  it('has no payload that somebody wrote into his document either', () => {
    const document = (literal: string) =>
      `mutation { sendMessage(input: { envelope: "{}", ciphertext: "${literal}" }) { id } }`
    expect(documentWithoutPayloads(document('short'))).toBe(document('short'))
    expect(documentWithoutPayloads(document(payload))).toMatch(
      /^mutation \{ sendMessage\(input: \{ envelope: "\{\}", ciphertext: "sha256:[0-9a-f]{64} \(3000 characters\)" \}\) \{ id \} \}$/,
    )
  })

  it('has no token of a selector, whoever writes it where', () => {
    const token = 'a_-9'.repeat(22).slice(0, 86)
    const hash = expect.stringMatching(/^sha256:[0-9a-f]{64} \(86 characters\)$/)
    const { tokens } = withoutPayloads({ tokens: [{ type: 'PHONE', token }] }) as { tokens: unknown[] }
    expect(tokens).toEqual([{ type: 'PHONE', token: hash }])
    const document = `mutation { match(input: { tokens: [{ type: PHONE, token: "${token}" }] }) { id } }`
    expect(documentWithoutPayloads(document)).not.toContain(token)
    // An id or a code name is none.
    for (const other of [token.slice(1), `${token}a`]) expect(withoutPayloads(other)).toBe(other)
  })

  it('tells two payloads apart', () =>
    expect(withoutPayloads(payload)).not.toBe(withoutPayloads(payload.replace('w', 'x'))))
})
