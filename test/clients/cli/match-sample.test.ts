import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { decrypt, readMessage } from 'openpgp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { MatchCheck } from '../../../clients/cli/audit-match-check.ts'
import { type OpenKey, openKeyStore } from '../../../clients/core/keys.ts'
import { commitmentLog } from '../../../clients/core/match/commitments.ts'
import type { Sample } from '../../../clients/core/match/sample.ts'
import { openVault } from '../../../clients/gateway/vault.ts'
import { CANARY, type MatchMonth, MONTH, OFFICERS, openMatchMonth, type Who } from './match-month.ts'

// The auditor of a state draws, officers open to him, and he checks; what one may not open is tried on another one's machine.

const LAW = ['--legal-basis', 'NE-loi-2022-59']

let month: MatchMonth
let folder: string
let run: MatchMonth['run']
let json: MatchMonth['json']
let read: MatchMonth['read']
let write: MatchMonth['write']
beforeAll(async () => {
  month = await openMatchMonth()
  ;({ folder, run, json, read, write } = month)
}, 1_500_000)
afterAll(() => month?.close())

const draw = (...more: string[]) => ['audit', 'match-sample', '--month', MONTH, ...more]
const check = (...args: string[]) => json<MatchCheck>('mariama', ['audit', 'match-check', ...args])
const verdicts = ({ entries }: MatchCheck) => entries.map(({ person, verdict }) => [person, verdict])

describe('an auditor', () => {
  it('draws of the own state’s officers, each of them, and finds no selector on record', async () => {
    const sample = await json<Sample>('mariama', draw('--save', 'sample.json', '--parts', 'parts'))
    expect(sample).toEqual(await read('sample.json'))
    expect(sample).toMatchObject({ auditor: 'ne-audit', country: 'NE', share: 1, orders: 2, commitments: 11 })
    expect(sample.entries.map(({ person, case: reference }) => [person, reference])).toEqual([
      [OFFICERS.aicha, 'NE-2026/0412'],
      [OFFICERS.salif, 'NE-2026/0999'],
    ])
    expect((await stat(join(folder, 'sample.json'))).mode & 0o777).toBe(0o600)
    const parts = await readdir(join(folder, 'parts'))
    expect(parts.sort()).toEqual([`ne-dst.aicha-${MONTH}.json`, `ne-dst.salif-${MONTH}.json`])
    expect(await readFile(join(folder, 'parts', parts[0]!), 'utf8')).not.toContain('NE-2026/0999')
    expect(JSON.stringify(sample)).not.toMatch(/91827364|9000000/)
  })

  it('draws anew beside and never over a draw, and at least one per cent', async () => {
    const before = await read('sample.json')
    const over = await run('mariama', draw('--save', 'sample.json'))
    expect(over).toMatchObject({ code: 1, err: expect.stringMatching(/^BAD_INPUT/) })
    expect(await read('sample.json')).toEqual(before)
    for (const bad of [['--share', '0.5'], ['--share', '101'], ['--share', 'all'], []])
      expect((await run('mariama', draw(...bad, ...(bad[0] ? ['--save', 'x.json'] : [])))).code).toBe(2)
    const whole = await json<Sample>('mariama', draw('--share', '100', '--save', 'whole.json'))
    expect(whole.entries).toHaveLength(11)
    const people = await run('mariama', draw('--save', 'other.json'))
    expect(people.out).toMatch(/ne-dst\.aicha\s+│\s+9\s+│/)
    expect(people.out).toContain('2 selectors drawn of 11, from 2 orders on record.')
  })

  it('is who draws: an officer is refused, and an auditor of another state finds his own', async () => {
    expect((await run('aicha', draw('--save', 'officer.json'))).err).toMatch(/^NOT_ALLOWED/)
    const abroad = await json<Sample>('anna', draw('--save', 'abroad.json'))
    expect(abroad.entries.map(({ person }) => person)).toEqual([OFFICERS.paola])
  })
})

describe('an officer', () => {
  it('opens his own entries to his auditor by a sealed message, which his own office cannot open', async () => {
    const sent = await json<{ message: string }>('aicha', [
      ...['match', 'open-sample', `parts/ne-dst.aicha-${MONTH}.json`],
      ...LAW,
    ])
    expect(sent).toMatchObject({ auditor: 'ne-audit', opened: 1, missing: 0 })
    for (const who of ['mariama', 'salif'] as const) {
      await mkdir(join(folder, who))
      expect((await run(who, ['message', 'open', sent.message, '--save', who])).code).toBe(0)
    }
    const name = `match-openings-ne-dst.aicha-${MONTH}.pgp`
    const file = await readFile(join(folder, 'mariama', name))
    expect(await readFile(join(folder, 'salif', name))).toEqual(file)
    const own = month.site.cast.key('office:ne-dst').privateKey
    const sealed = await readMessage({ binaryMessage: new Uint8Array(file) })
    await expect(decrypt({ message: sealed, decryptionKeys: own })).rejects.toThrow()
    expect(sealed.getEncryptionKeyIDs()).toHaveLength(1)
    const found = await check('sample.json', '--openings', `mariama/${name}`)
    expect(verdicts(found)).toEqual([
      [OFFICERS.aicha, 'AGREES'],
      [OFFICERS.salif, 'UNSENT'],
    ])
    expect(found).toMatchObject({ isDrawn: true, unread: 0, zone: 'UTC' })
    expect(found.entries[0]!.selector).toMatchObject({ type: 'PHONE' })
    expect(found.officers).toEqual([
      { person: OFFICERS.aicha, asked: 9, drawn: 1, AGREES: 1, WRONG: 0, MISSING: 0, UNSENT: 0 },
      { person: OFFICERS.salif, asked: 2, drawn: 1, AGREES: 0, WRONG: 0, MISSING: 0, UNSENT: 1 },
    ])
    expect(found.leads).toEqual([
      { person: OFFICERS.salif, lead: 'MISSING', count: 1, of: 1, examples: ['NE-2026/0999'] },
      { person: OFFICERS.salif, lead: 'CASE_UNKNOWN', count: 1, of: 1, examples: ['NE-2026/0999'] },
    ])
  })

  it('opens nothing to anybody else', async () => {
    const sample = await read<Sample>('sample.json')
    const parts: Partial<Sample>[] = [
      ...['it-audit', 'ne-dst', 'it-sco', 'ne-nobody'].map((auditor) => ({ auditor })),
      { instance: 'other-instance' },
    ]
    for (const part of parts) {
      await write('bent.json', { ...sample, ...part })
      const { code, out, err } = await run('aicha', [
        'match',
        'open-sample',
        'bent.json',
        '--save',
        'bent.pgp',
      ])
      expect([code, out, err]).toEqual([4, '', expect.stringMatching(/^NOT_ALLOWED/)])
    }
    expect(await readdir(folder)).not.toContain('bent.pgp')
    const stranger = await run('paola', ['match', 'open-sample', 'abroad.json', '--save', 'paola.pgp'])
    expect(stranger.code, stranger.err).toBe(0)
    const none = await run('aicha', ['match', 'open-sample', `parts/ne-dst.salif-${MONTH}.json`])
    expect(none.err).toMatch(/^NOT_FOUND/)
  })

  it('opens what he kept by a key that he has renewed since', async () => {
    const [store, home] = [await openKeyStore(join(month.homes.salif, 'keys')), month.homes.salif]
    const date = new Date(Date.now() - 60 * 86_400_000)
    const former = await store.newKey({ person: OFFICERS.salif, passphrase: null, date })
    const logBy = (key: OpenKey) =>
      commitmentLog(join(home, 'match', OFFICERS.salif, 'commitments'), openVault(key, Date.now))
    const log = logBy(month.site.cast.key(OFFICERS.salif))
    for (const order of await log.names()) await logBy(former).put(order, (await log.get(order))!)
    await expect(log.get((await log.names())[0]!)).rejects.toMatchObject({ code: 'SEAL' })
    const args = ['match', 'open-sample', 'whole.json', '--save', 'former.pgp']
    expect(await json('salif', args)).toMatchObject({ opened: 2, missing: 0 })
  })

  it('says what his log has no more, here and to the auditor; what is left shows a list asked through', async () => {
    const first = await run('aicha', ['match', 'open-sample', 'whole.json', '--save', 'aicha.pgp'])
    expect(first).toMatchObject({
      code: 0,
      err: expect.stringContaining('9 selectors are opened to ne-audit'),
    })
    expect((await readFile(join(folder, 'aicha.pgp'))).includes('91827364')).toBe(false)
    await rm(join(month.homes.salif, 'match', OFFICERS.salif, 'commitments'), { recursive: true })
    const lost = await run('salif', ['match', 'open-sample', 'whole.json', '--save', 'salif.pgp'])
    expect(lost).toMatchObject({ code: 0, err: expect.stringContaining('2 selectors are not in the log') })
    const found = await check('whole.json', '--openings', 'aicha.pgp,salif.pgp')
    expect(verdicts(found)).toEqual([
      ...Array(9).fill([OFFICERS.aicha, 'AGREES']),
      ...Array(2).fill([OFFICERS.salif, 'MISSING']),
    ])
    expect(found.entries[0]!.selector).toEqual({ type: 'PHONE', normal: CANARY })
    expect(found.leads).toEqual([
      {
        person: OFFICERS.aicha,
        lead: 'SEQUENCE',
        count: 7,
        of: 9,
        examples: ['+22790000000 – +22790000006'],
      },
      { person: OFFICERS.salif, lead: 'MISSING', count: 2, of: 2, examples: ['NE-2026/0999'] },
      { person: OFFICERS.salif, lead: 'CASE_UNKNOWN', count: 1, of: 1, examples: ['NE-2026/0999'] },
    ])
  })
})

describe('a check', () => {
  it('tells people what agrees and where to look, and accuses nobody, in both languages', async () => {
    const args = ['audit', 'match-check', 'whole.json', '--openings', 'aicha.pgp']
    const english = await run('mariama', args)
    expect(english.out).toContain(CANARY)
    expect(english.out).toContain('The same records and seed give this sample again')
    expect(english.out).toContain('numbers that follow each other: 7 of 9 opened')
    expect(english.out).toContain('accuse nobody')
    const french = await run('mariama', [...args, '--lang', 'fr', '--zone', 'Africa/Niamey'])
    expect(french.out).toContain('n’accusent personne')
    expect(french.out).toContain('Africa/Niamey')
    expect((await run('mariama', [...args, '--zone', 'Africa/Nowhere'])).code).toBe(2)
  })

  it('finds out a sample that is not what its seed draws', async () => {
    const whole = await read<Sample>('whole.json')
    await write('short.json', { ...whole, entries: whole.entries.slice(1) })
    expect((await check('short.json')).isDrawn).toBe(false)
    expect((await check('whole.json')).isDrawn).toBe(true)
    const [first, ...rest] = whole.entries
    await write('made-up.json', { ...whole, entries: [{ ...first, case: 'NE-1' }, ...rest] })
    const found = await check('made-up.json', '--openings', 'aicha.pgp')
    expect(found.entries[0]).toMatchObject({ verdict: 'WRONG', flaws: ['record'] })
  })

  it('takes openings for this office only, signed by the officer whom they name', async () => {
    const tried = (who: Who, sample: string, file: string) =>
      run(who, ['audit', 'match-check', sample, '--openings', file])
    expect((await tried('anna', 'whole.json', 'aicha.pgp')).err).toMatch(/^NOT_ALLOWED/)
    expect((await tried('anna', 'abroad.json', 'aicha.pgp')).err).toMatch(/^SEAL/)
    expect((await tried('mariama', 'whole.json', 'paola.pgp')).err).toMatch(/^SEAL/)
    const bytes = await readFile(join(folder, 'aicha.pgp'))
    bytes[bytes.length - 30]! ^= 1
    await writeFile(join(folder, 'broken.pgp'), bytes)
    expect((await tried('mariama', 'whole.json', 'broken.pgp')).err).toMatch(/^SEAL/)
  })
})
