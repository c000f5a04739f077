import { createHmac } from 'node:crypto'
import type { PrivateKey } from 'openpgp'
import { beforeAll, describe, expect, it } from 'vitest'
import { carries, openPeriods, questionOf, readRecords, type Search } from '../../../clients/core/audit.ts'
import {
  checkReceipt,
  RECEIPT_HEADER,
  receiptHeaders,
  receiptKeyOf,
  receiptText,
  searchToken,
} from '../../../schema/wire/audit.ts'
import { commitAsked, decodeLeaf, encodeLeaf, LEAF_SIZE } from '../../../schema/wire/audit-leaf.ts'
import { type Audit, openAudit } from '../../../server/audit/log.ts'
import { makeSigningKey, signingKeyOf } from '../../../server/audit/tree/note.ts'
import { aicha, answer, converse, moussa, newAuditor, question } from '../../server/audit/fixture.ts'
import { newHome } from '../../server/audit/home.ts'

const HOUR = 3_600_000
const NOON = Date.UTC(2026, 2, 3, 12, 10)
const EVER = { from: 0, to: NOON + 1_000 * HOUR }
type Auditor = { privateKey: PrivateKey; armored: string }
let niger: Auditor
let mali: Auditor

beforeAll(async () => {
  niger = await newAuditor('ne-hacpd')
  mali = await newAuditor('ml-apdp')
})

const auditorsOf = (country: string) => [country === 'NE' ? niger.armored : mali.armored]

/** A log whose clock the test moves. */
const receipts = signingKeyOf(makeSigningKey('receipts').skey)
const key = receiptKeyOf(receipts.point.toString('base64url'))

async function newLog(store = newHome()) {
  const time = { now: NOON }
  return { time, store, audit: await openAudit({ store, clock: () => time.now, auditorsOf, receipts }) }
}

async function ask(audit: Audit, country: string, key: PrivateKey, search: Partial<Search>) {
  const keys = await openPeriods(await audit.periods(country, EVER.from, EVER.to), key)
  const page = await audit.search(country, questionOf(keys, { ...EVER, ...search }))
  return { keys, page, ...readRecords(page.records, keys) }
}

describe('the auditor', () => {
  it('finds who asked what, when and why', async () => {
    const { audit, time } = await newLog()
    await converse(audit, aicha, NOON, 2)
    time.now += HOUR
    await converse(audit, { ...aicha, person: 'ne-dst.ibrahim' }, time.now, 1)
    const { records } = await ask(audit, 'NE', niger.privateKey, { person: 'ne-dst.aicha', outcome: 'OK' })
    expect(records.map(({ index }) => index)).toEqual([2, 4])
    expect(records[0]!.detail).toMatchObject({
      kind: 'ANSWERED',
      at: NOON,
      asked: 1,
      status: 200,
      caller: { person: 'ne-dst.aicha', office: 'ne-dst-agadez' },
      detail: answer.detail,
    })
    await audit.close()
  })

  it.each([
    ['person', 'ne-dst.aicha', 4],
    ['office', 'ne-dst-agadez', 4],
    ['office', 'ne-dst', 4],
    ['case', 'ne-2026-0042', 2],
    ['entity', 'a2', 2],
    ['outcome', 'OK', 2],
    ['operation', 'Network', 2],
    ['statement', 'network', 2],
    ['person', 'ne-dst.ibrahim', 0],
    ['entity', 'ne-dst.aicha', 0],
  ] as const)('searches by %s %s', async (field, value, count) => {
    const { audit } = await newLog()
    await converse(audit, aicha, NOON, 2)
    await converse(audit, moussa, NOON, 1)
    const { records, keys, page } = await ask(audit, 'NE', niger.privateKey, { [field]: value })
    expect(records).toHaveLength(count)
    for (const record of page.records) expect(carries(record, keys[0]!, field, value)).toBe(true)
    await audit.close()
  })

  it('opens the commitment of a question with what the record holds', async () => {
    const { audit } = await newLog()
    await converse(audit, aicha, NOON, 1)
    const { records, page } = await ask(audit, 'NE', niger.privateKey, {})
    const detail = records[0]!.detail
    if (detail.kind !== 'ASKED') throw new Error('expected the question first')
    const opened = commitAsked(Buffer.from(detail.salt, 'base64'), Buffer.from(detail.request, 'base64'))
    expect(decodeLeaf(Buffer.from(page.records[0]!.leaf, 'base64'))!.commitment).toEqual(opened)
    await audit.close()
  })

  it('reads page by page without missing or repeating a record', async () => {
    const { audit } = await newLog()
    await converse(audit, aicha, NOON, 5)
    const keys = await openPeriods(await audit.periods('NE', EVER.from, EVER.to), niger.privateKey)
    const seen: number[] = []
    for (let after: number | null = -1; after !== null; ) {
      const page = await audit.search(
        'NE',
        questionOf(keys, { ...EVER, person: aicha.person }, { after, first: 3 }),
      )
      seen.push(...page.records.map(({ index }) => index))
      after = page.after
    }
    expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    await audit.close()
  })

  it('learns of a question that the server did not live to answer', async () => {
    const first = await newLog()
    await first.audit.asked(question(aicha, NOON))
    await first.audit.close()
    const { audit } = await newLog(first.store)
    const { records } = await ask(audit, 'NE', niger.privateKey, { person: aicha.person })
    expect(records.map(({ detail }) => detail.kind)).toEqual(['ASKED', 'INTERRUPTED'])
    const closed = await ask(audit, 'NE', niger.privateKey, { outcome: 'INTERRUPTED' })
    expect(closed.records).toMatchObject([{ detail: { kind: 'INTERRUPTED', asked: 1 } }])
    await audit.close()
  })

  it('can not open the keys of another state, nor search with them, nor get its records', async () => {
    const { audit } = await newLog()
    await converse(audit, aicha, NOON, 1)
    expect(await openPeriods(await audit.periods('NE', EVER.from, EVER.to), mali.privateKey)).toEqual([])
    const keys = await openPeriods(await audit.periods('NE', EVER.from, EVER.to), niger.privateKey)
    expect(await audit.search('ML', questionOf(keys, EVER))).toEqual({ records: [], after: null })
    const own = await audit.search('NE', questionOf(keys, EVER))
    expect(readRecords(own.records, [])).toEqual({
      ...{ padding: [], records: [], erased: [], pruned: null, unread: [1, 2] },
    })
    await audit.close()
  })

  it('notices keys of one hour that are handed out as those of another', async () => {
    const { audit, time } = await newLog()
    await converse(audit, aicha, NOON, 1)
    time.now += HOUR
    await converse(audit, aicha, time.now, 1)
    const [early, late] = await audit.periods('NE', EVER.from, EVER.to)
    await expect(
      openPeriods([{ ...late!, wrapped: early!.wrapped }], niger.privateKey),
    ).rejects.toMatchObject({
      code: 'SEAL',
    })
    await audit.close()
  })

  it('notices an altered detail, an exchanged one, and one with a leaf of its own making', async () => {
    const { audit } = await newLog()
    await converse(audit, aicha, NOON, 2)
    const { page, keys } = await ask(audit, 'NE', niger.privateKey, { outcome: 'OK' })
    const [one, two] = page.records
    const seal = { code: 'SEAL' }
    const frame = Buffer.from(one!.frame, 'base64')
    frame[150]! ^= 1
    const altered = { ...one!, frame: frame.toString('base64') }
    expect(() => readRecords([altered], keys)).toThrow(expect.objectContaining(seal))
    expect(() => readRecords([{ ...one!, frame: two!.frame }], keys)).toThrow(expect.objectContaining(seal))
    expect(() => readRecords([{ ...two!, index: one!.index }], keys)).toThrow(expect.objectContaining(seal))
    const leaf = decodeLeaf(Buffer.from(one!.leaf, 'base64'))!
    const forged = Buffer.alloc(LEAF_SIZE)
    const { hash } = await import('node:crypto')
    encodeLeaf(forged, 0, { ...leaf, detailHash: hash('sha256', frame, 'buffer') })
    expect(() => readRecords([{ ...altered, leaf: forged.toString('base64') }], keys)).toThrow(
      expect.objectContaining(seal),
    )
    await audit.close()
  })

  it('gets a fault for a question that is none', async () => {
    const { audit } = await newLog()
    for (const first of [0, 201, 1.5, Number.NaN])
      await expect(audit.search('NE', { periods: [], from: 0, to: 1, first })).rejects.toMatchObject({
        code: 'BAD_INPUT',
      })
    const tokens = [{ id: 0, all: [[]] }]
    await expect(audit.search('NE', { periods: tokens, from: 0, to: 1 })).rejects.toMatchObject({
      code: 'BAD_INPUT',
    })
    await audit.close()
  })
})

describe('an hour', () => {
  it('gives the same caller the same tag within it and another one after it', async () => {
    const { audit, time } = await newLog()
    const tags: string[] = []
    for (const step of [0, 1_000, HOUR]) {
      time.now += step
      const { leaf } = await audit.asked(question(aicha, time.now))
      tags.push(Buffer.from(decodeLeaf(leaf)!.callerTag).toString('hex'))
    }
    expect(tags[0]).toBe(tags[1])
    expect(tags[2]).not.toBe(tags[0])
    await audit.close()
  })

  it('has search tokens and keys of its own, and so has what is left of it after a restart', async () => {
    const first = await newLog()
    await converse(first.audit, aicha, NOON, 1)
    await first.audit.close()
    const { audit, time } = await newLog(first.store)
    await converse(audit, aicha, NOON, 1)
    time.now += HOUR
    await converse(audit, aicha, time.now, 1)
    const keys = await openPeriods(await audit.periods('NE', EVER.from, EVER.to), niger.privateKey)
    expect(keys).toHaveLength(3)
    const tokens = questionOf(keys, { ...EVER, person: aicha.person }).periods.map(({ all }) => all[0]![0])
    expect(new Set(tokens).size).toBe(3)
    expect(new Set(keys.map(({ detail }) => detail.toString('hex'))).size).toBe(3)
    await audit.close()
  })

  it('computes a token as plain HMAC over field, zero and value', () => {
    const key = Buffer.alloc(32, 7)
    const expected = createHmac('sha256', key).update('person\0ne-dst.aïcha').digest().subarray(0, 16)
    expect(searchToken(key, 'person', 'ne-dst.aïcha')).toEqual(expected)
  })
})

describe('a receipt', () => {
  const asked = question(aicha, NOON)

  async function receiptOf(): Promise<{ header: string; other: string }> {
    const { audit } = await newLog()
    const [first, second] = await Promise.all([audit.asked(asked), audit.asked(asked)])
    const header = receiptHeaders(await audit.answered(first, answer))[RECEIPT_HEADER]!
    const other = receiptHeaders(await audit.answered(second, answer))[RECEIPT_HEADER]!
    await audit.close()
    return { header, other }
  }

  const part = (text: string, name: string) => text.split(', ').find((item) => item.startsWith(`${name}=`))!
  const octets = (text: string, name: string) => Buffer.from(part(text, name).split(':')[1]!, 'base64')

  /** As an instance that lies would sign it. */
  function signedAnew(header: string): string {
    const leaves = { asked: octets(header, 'asked'), answered: octets(header, 'answered') }
    const others = ['asked', 'answered', 's1', 's2'].map((name) => part(header, name))
    return [...others, `sig=:${receipts.sign(receiptText(leaves)).toString('base64')}:`].join(', ')
  }

  it('does not pass where another key has signed it', async () => {
    const { header } = await receiptOf()
    const stranger = signingKeyOf(makeSigningKey('receipts').skey)
    expect(checkReceipt(asked.request, answer, header, key)).toMatchObject({ askedIndex: 1 })
    expect(() =>
      checkReceipt(asked.request, answer, header, receiptKeyOf(stranger.point.toString('base64url'))),
    ).toThrow('expected a receipt for the key of this instance, got another')
  })

  it('does not pass for another request, another answer or another status', async () => {
    const { header } = await receiptOf()
    const fault = expect.objectContaining({ code: 'RECEIPT_MISMATCH' })
    expect(() => checkReceipt(Buffer.from('another request'), answer, header, key)).toThrow(fault)
    expect(() =>
      checkReceipt(asked.request, { ...answer, body: Buffer.from('{"data":null}') }, header, key),
    ).toThrow(fault)
    expect(() => checkReceipt(asked.request, { ...answer, status: 400 }, header, key)).toThrow(fault)
    expect(() => checkReceipt(asked.request, answer, null, key)).toThrow(fault)
    expect(() =>
      checkReceipt(asked.request, answer, header.replace('asked=', 'asked=:AA==:, x='), key),
    ).toThrow(fault)
  })

  it('does not pass when its answer was recorded for another request', async () => {
    const { header, other } = await receiptOf()
    const mixed = [
      part(header, 'asked'),
      part(other, 'answered'),
      part(header, 's1'),
      part(other, 's2'),
    ].join(', ')
    expect(() => checkReceipt(asked.request, answer, signedAnew(mixed), key)).toThrow(
      'expected a receipt for an answer to this request, got another',
    )
  })

  it('does not pass with a single bit changed, wherever it is', async () => {
    const { header } = await receiptOf()
    for (const [whole, name, value] of header.matchAll(/([a-z0-9]+)=:([^:]+):/g)) {
      const bytes = Buffer.from(value!, 'base64')
      for (let at = 0; at < bytes.length; at++) {
        const changed = Buffer.from(bytes)
        changed[at]! ^= 16
        const forged = header.replace(whole!, `${name}=:${changed.toString('base64')}:`)
        for (const one of [forged, signedAnew(forged)])
          if (one !== header)
            expect(() => checkReceipt(asked.request, answer, one, key), `${name} byte ${at}`).toThrow()
      }
    }
  })
})
