import { describe, expect, it } from 'vitest'
import { answeredText, askedText } from '../../../server/audit/text.ts'

const salt = Buffer.alloc(32, 7)
/** At login nothing else is known of him; his name has all that JSON escapes. */
const caller = { person: 'ne-dst.aïcha "la \\ tour"\n\u2028\ud800', country: 'NE' }
const at = 1_780_000_000_123

describe('what a record says', () => {
  it('of a question is the JSON of its members, in their order', () => {
    const detail = { query: '{ a(b: "c") }', variables: { d: [1, null, { e: '\u0000' }] }, left: undefined }
    const request = Buffer.from(Array.from({ length: 500 }, (_, byte) => byte & 255))
    const text = askedText({ caller, at, request, replay: Buffer.alloc(16), detail }, salt)
    const said = { kind: 'ASKED', at, salt: salt.toString('base64'), caller }
    expect(text).toBe(JSON.stringify({ ...said, request: request.toString('base64'), detail }))
  })

  it('of an answer is the JSON of its members, in their order', () => {
    const detail = { outcome: 'OK', statements: [], shown: ['e4q9x1c7m2k8v5t3'], justification: '"' }
    const text = answeredText({ detail, status: 200, caller, asked: 41, at }, salt)
    const said = { kind: 'ANSWERED', salt: salt.toString('base64'), caller }
    expect(text).toBe(JSON.stringify({ ...said, at, asked: 41, status: 200, detail }))
  })
})
