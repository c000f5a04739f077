import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { commit, commitmentLog } from '../../../../clients/core/match/commitments.ts'
import type { Sealing } from '../../../../clients/core/match/sealed-files.ts'
import { selectorOf, selectorsAsked, selectorsOf } from '../../../../clients/core/match/selectors.ts'
import type { CardContent, Subject } from '../../../../schema/wire/card.ts'

const graded = { source: 'B' as const, information: 'N2' as const }
const identifiers: CardContent['identifiers'] = [
  { kind: 'PHONE', value: '+227 90-12-34-56', ...graded },
  { kind: 'PHONE', value: '0022790123456', ...graded },
  { kind: 'PLATE', value: 'aa 1234', country: 'NE', ...graded },
  { kind: 'NAME', value: 'Moussa Ould Éhmed', ...graded },
  { kind: 'BIRTH_DATE', value: '1980', ...graded },
  { kind: 'ADDRESS', value: 'Quartier Nassarawa', ...graded },
  { kind: 'EMAIL', value: 'm@example.org', ...graded },
  { kind: 'PHONE', value: '90 12', ...graded },
]
const card = (subject: Subject) => ({ subject, identifiers })

describe('selectors of a card', () => {
  it('are its identifiers of those types, in their one spelling and each once', () => {
    expect(selectorsOf(card({ category: 'SUSPECT' }))).toEqual([
      { type: 'PHONE', normal: '+22790123456' },
      { type: 'PLATE', normal: 'NE:AA1234' },
    ])
    expect(selectorsOf({ identifiers })).toHaveLength(2)
  })

  it.each<Subject>([
    { category: 'VICTIM' },
    { category: 'WITNESS' },
    { category: 'INFORMANT' },
    { category: 'SUSPECT', minor: true },
    { category: 'SUSPECT', coerced: true },
  ])('are none where the subject is protected: %o', (subject) => {
    expect(selectorsOf(card(subject))).toEqual([])
    expect(() => selectorsAsked(card(subject))).toThrow(expect.objectContaining({ code: 'PROTECTED_PERSON' }))
  })

  it('are asked for by hand in any spelling, whole, and of those types only', () => {
    expect(selectorOf({ kind: 'PHONE', value: '00227 90 12 34 56' })).toEqual({
      type: 'PHONE',
      normal: '+22790123456',
    })
    expect(selectorOf({ kind: 'HANDLE', value: '@Chef', platform: 'Telegram' }).normal).toBe('telegram:chef')
    for (const bad of [
      { kind: 'NAME', value: 'Moussa' },
      { kind: 'PHONE', value: '90 12' },
      { kind: 'PLATE', value: 'AA1234' },
      { kind: 'HANDLE', value: 'chef' },
      { kind: 'IMO', value: '9074728' },
    ]) {
      const wrong = expect.objectContaining({ code: 'BAD_IDENTIFIER' })
      expect(() => selectorOf(bad)).toThrow(wrong)
      expect(() => selectorOf(bad)).not.toThrow(bad.value)
    }
  })
})

describe('the log of commitments', () => {
  const folders: string[] = []
  afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))))

  /** Not secret at all: what it is given back is what is tried. */
  const turned: Sealing = {
    seal: async (value) => Buffer.from(JSON.stringify(value)).reverse(),
    open: async (sealed) => JSON.parse(Buffer.from(sealed).reverse().toString()),
  }

  it('gives back each order’s entries, and takes no name that leads out of its folder', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'portolan-commitments-'))
    folders.push(folder)
    const log = commitmentLog(join(folder, 'log'), turned)
    expect(await log.names()).toEqual([])
    const about = {
      epoch: 2027,
      aim: 'MATCH',
      case: 'NE-2027/0412',
      order: 'o1',
      at: '2027-03-01T12:00:00.000Z',
    } as const
    const entries = [commit({ type: 'PHONE', normal: '+22790123456' }, about)]
    await log.put('o1', entries)
    expect(await log.get('o1')).toEqual(entries)
    expect(await log.get('o2')).toBeNull()
    expect(await log.names()).toEqual(['o1'])
    expect(await readFile(join(folder, 'log', 'o1.pgp'), 'utf8')).not.toContain('+22790123456')
    await expect(log.put('../o1', entries)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await log.put('o3', [{ ...entries[0]!, salt: 'short' }])
    await expect(log.get('o3')).rejects.toMatchObject({ code: 'SEAL' })
    expect((await readdir(folder)).length).toBe(1)
  })
})
