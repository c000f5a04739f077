import { createPrivateKey, generateKeyPairSync, sign, verify } from 'node:crypto'
import fc from 'fast-check'
import { httpbis } from 'http-message-signatures'
import { describe, expect, it } from 'vitest'
import {
  baseOf,
  contentDigest,
  parseSignature,
  signatureBase,
  signedBytes,
  signRequest,
} from '../../../schema/wire/http-signature.ts'

const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const body = Buffer.from('{"query":"{ me { office } }"}')
const request = {
  method: 'POST',
  targetUri: 'http://127.0.0.1:4000/graphql',
  contentType: 'application/json',
  body,
  session: '0123456789abcdefghjkmnpqrs',
  privateKey,
  created: 1_795_000_000,
  nonce: 'AAECAwQFBgcICQoLDA0ODw',
}
const raw = (headers: Record<string, string>): string[] => Object.entries(headers).flat()

describe('a signature base', () => {
  it('gives the signature of RFC 9421 B.2.6 with its key and message', () => {
    const key = createPrivateKey(
      '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF\n-----END PRIVATE KEY-----',
    )
    const base = baseOf(
      [
        ['date', 'Tue, 20 Apr 2021 02:07:55 GMT'],
        ['@method', 'POST'],
        ['@path', '/foo'],
        ['@authority', 'example.com'],
        ['content-type', 'application/json'],
        ['content-length', '18'],
      ],
      '("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"',
    )
    expect(sign(null, Buffer.from(base), key).toString('base64')).toBe(
      'wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==',
    )
  })

  it('has the four components and the parameters in their order', () => {
    expect(signatureBase({ ...request, contentDigest: contentDigest(body) }, request).split('\n')).toEqual([
      '"@method": POST',
      '"@target-uri": http://127.0.0.1:4000/graphql',
      '"content-type": application/json',
      expect.stringMatching(/^"content-digest": sha-256=:.{44}:$/),
      '"@signature-params": ("@method" "@target-uri" "content-type" "content-digest");created=1795000000;nonce="AAECAwQFBgcICQoLDA0ODw";keyid="0123456789abcdefghjkmnpqrs";alg="ed25519";tag="portolan"',
    ])
  })

  it('digests a body as RFC 9530 shows', () => {
    expect(contentDigest(Buffer.from('{"hello": "world"}\n'))).toBe(
      'sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:',
    )
  })
})

describe('another implementation', () => {
  it('verifies what we sign', async () => {
    const { headers } = signRequest({ ...request, created: Math.floor(Date.now() / 1_000) })
    const verified = await httpbis.verifyMessage(
      {
        keyLookup: async () => ({
          id: request.session,
          algs: ['ed25519'],
          verify: async (data, signature) => verify(null, data, publicKey, signature),
        }),
        requiredFields: ['@method', '@target-uri', 'content-type', 'content-digest'],
        requiredParams: ['created', 'nonce', 'keyid', 'alg', 'tag'],
      },
      { method: 'POST', url: request.targetUri, headers },
    )
    expect(verified).toBe(true)
  })

  it('signs what we read and verify', async () => {
    const message = await httpbis.signMessage(
      {
        key: { id: request.session, alg: 'ed25519', sign: async (data) => sign(null, data, privateKey) },
        name: 'sig',
        fields: ['@method', '@target-uri', 'content-type', 'content-digest'],
        params: ['created', 'nonce', 'keyid', 'alg', 'tag'],
        paramValues: { created: new Date(request.created * 1_000), nonce: request.nonce, tag: 'portolan' },
      },
      {
        method: 'POST',
        url: request.targetUri,
        headers: { 'content-type': request.contentType, 'content-digest': contentDigest(body) },
      },
    )
    const headers = Object.fromEntries(
      Object.entries(message.headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
    )
    const parsed = parseSignature(raw(headers))
    expect(parsed).not.toBeNull()
    const base = signatureBase({ ...request, contentDigest: parsed!.contentDigest }, parsed!)
    expect(verify(null, Buffer.from(base), publicKey, parsed!.signature)).toBe(true)
  })
})

describe('reading a signature', () => {
  const { headers } = signRequest(request)

  it('gives back what was signed', () => {
    const { created, nonce, session } = request
    expect(parseSignature(raw(headers))).toMatchObject({
      created,
      nonce,
      session,
      contentType: 'application/json',
    })
  })

  it('takes header names in any case, and other headers beside them', () => {
    const shouted = Object.entries(headers).flatMap(([name, value]) => [name.toUpperCase(), value])
    expect(parseSignature([...shouted, 'Accept', '*/*', 'Accept', 'text/plain'])).not.toBeNull()
  })

  it('refuses base64 whose last character carries bits that nobody reads', () => {
    const loose = headers.signature!.replace(
      /[AQgw]==:$/,
      (end) => `${String.fromCharCode(end.charCodeAt(0) + 1)}==:`,
    )
    expect(loose).not.toBe(headers.signature)
    expect(parseSignature(raw({ ...headers, signature: loose }))).toBeNull()
  })

  it('refuses every header with one character changed, or gives another reading', () => {
    const names = ['content-type', 'content-digest', 'signature-input', 'signature'] as const
    const original = JSON.stringify(parseSignature(raw(headers)))
    const mutation = fc.tuple(fc.constantFrom(...names), fc.nat(), fc.string({ minLength: 1, maxLength: 1 }))
    fc.assert(
      fc.property(mutation, ([name, at, character]) => {
        const value = headers[name]!
        const place = at % value.length
        fc.pre(value[place] !== character)
        const changed = value.slice(0, place) + character + value.slice(place + 1)
        expect(JSON.stringify(parseSignature(raw({ ...headers, [name]: changed })))).not.toBe(original)
      }),
      { numRuns: 2_000 },
    )
  })

  it('never throws, whatever the headers are', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (anything) => {
        expect(parseSignature(anything)).toBeNull()
      }),
    )
  })
})

describe('the bytes that the audit commits to', () => {
  it('are the same on both sides', () => {
    const { headers, signed } = signRequest(request)
    const parsed = parseSignature(raw(headers))!
    const base = signatureBase({ ...request, contentDigest: parsed.contentDigest }, parsed)
    expect(signedBytes(base, parsed.signature, body).equals(signed)).toBe(true)
  })
})

describe('verifying', () => {
  it('costs little more than Ed25519 itself', () => {
    const { headers } = signRequest(request)
    const parsed = parseSignature(raw(headers))!
    const base = Buffer.from(signatureBase({ ...request, contentDigest: parsed.contentDigest }, parsed))
    const typical = (once: () => void): number => {
      const times = Array.from({ length: 500 }, () => {
        const start = performance.now()
        once()
        return performance.now() - start
      })
      return times.sort((a, b) => a - b)[100]!
    }
    const bare = typical(() => verify(null, base, publicKey, parsed.signature))
    const whole = typical(() => {
      const read = parseSignature(raw(headers))!
      const again = signatureBase({ ...request, contentDigest: read.contentDigest }, read)
      verify(null, Buffer.from(again), publicKey, read.signature)
    })
    expect(whole / bare).toBeLessThan(2)
  })
})
