import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type OpenKey, openKeyStore } from '../../../../clients/core/keys.ts'
import { openingsOf, readOpenings, sealOpenings } from '../../../../clients/core/match/openings.ts'
import { AICHA, type Month, openMonth, phones, sampled } from './month.ts'

// Sealed by one officer for one auditors' office, with real keys.

let folder: string
let keys: Record<'officer' | 'colleague' | 'auditor' | 'stranger', OpenKey>
let month: Month
const at = new Date()
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portolan-openings-'))
  const store = await openKeyStore(folder)
  const make = (person: string) => store.newKey({ person, passphrase: null, date: at })
  keys = {
    ...{ officer: await make(AICHA), colleague: await make('ne-dst.salif') },
    ...{ auditor: await make('office:ne-audit'), stranger: await make('office:it-audit') },
  }
  month = await openMonth()
  month.ask(AICHA, phones(2))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const publicOf = (key: OpenKey) => key.privateKey.toPublic()

async function sealed(auditor = 'ne-audit', signWith = keys.officer, holder = auditor): Promise<Uint8Array> {
  const log = { get: async (order: string) => month.logs.get(order) ?? null }
  const opened = await openingsOf(sampled(month.orders, { share: 100 }), AICHA, log)
  const about = {
    instance: 'test-instance',
    month: '2026-11',
    auditor,
    person: AICHA,
    made: at.toISOString(),
  }
  const to = { holder: `office:${holder}` as const, key: publicOf(keys.auditor) }
  return sealOpenings({ ...about, ...opened }, { to, signWith: signWith.privateKey, at })
}

const read = (ciphertext: Uint8Array, { key = keys.auditor, auditor = 'ne-audit' } = {}) =>
  readOpenings({
    ...{ ciphertext, decryptWith: [key.privateKey], at, auditor },
    verifyWith: (fingerprint) => {
      const persons = { [AICHA]: keys.officer, 'ne-dst.salif': keys.colleague }
      for (const [person, one] of Object.entries(persons))
        if (
          publicOf(one)
            .getKeys()
            .some((part) => part.getFingerprint() === fingerprint)
        )
          return { key: publicOf(one), office: 'ne-dst', person }
      return null
    },
  })

describe('openings', () => {
  it('come to the auditors whole, and show nothing on the way, not even how many', async () => {
    const ciphertext = await sealed()
    expect(Buffer.from(ciphertext).includes('9000000')).toBe(false)
    const { person, openings, missing } = await read(ciphertext)
    expect([person, openings.length, missing]).toEqual([AICHA, 2, []])
    expect(openings.map(({ normal }) => normal)).toEqual(phones(2).map(({ normal }) => normal))
    expect(openings.map(({ position }) => position)).toEqual([0, 1])
  })

  it('are sealed to the office that they name and to no other key', async () => {
    await expect(sealed('ne-audit', keys.officer, 'it-audit')).rejects.toMatchObject({ code: 'NOT_ALLOWED' })
    await expect(sealed('ne-audit', keys.officer, 'ne-dst')).rejects.toMatchObject({ code: 'NOT_ALLOWED' })
    await expect(read(await sealed(), { key: keys.stranger })).rejects.toMatchObject({ code: 'SEAL' })
  })

  it('are taken by no other office, also where somebody passed them on', async () => {
    const wrong = read(await sealed(), { auditor: 'it-audit' })
    await expect(wrong).rejects.toMatchObject({ code: 'NOT_ALLOWED' })
  })

  it('are believed of nobody but the officer who signed them', async () => {
    const wrong = read(await sealed('ne-audit', keys.colleague))
    await expect(wrong).rejects.toMatchObject({ code: 'SEAL' })
  })
})
