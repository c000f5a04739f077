import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fingerprintOf } from '../../../clients/gateway/match-keys.ts'
import type { MatchKey } from '../../../schema/wire/match.ts'
import { evaluating } from '../core/match/evaluating.ts'
import { type Serving, serving } from '../core/match/serving.ts'
import { openSite, type Site, WHY } from './site.ts'

// Questions of officers at their own machines, through a real server and evaluators over HTTP.

const NIGER = ['--as', 'ne-dst.aicha', ...WHY, '--case', 'NE-2026/0412']
const CANARY = '+22791827364'

let site: Site
let evaluators: Serving
let folder: string
let key: MatchKey
const epoch = new Date().getUTCFullYear()

const ask = (args: string[], who = NIGER, options: { home?: string } = {}) =>
  site.here([...args, ...who], { cwd: folder, ...options })
const json = async (args: string[], who = NIGER) => {
  const { code, out, err } = await ask([...args, '--json'], who)
  expect(code, err).toBe(0)
  return JSON.parse(out)
}
const addKey = (one: MatchKey, home?: string) =>
  writeFile(join(folder, 'key.json'), JSON.stringify(one)).then(() =>
    site.here(['match', 'key', 'add', 'key.json', '--json'], { cwd: folder, ...(home && { home }) }),
  )

beforeAll(async () => {
  site = await openSite()
  folder = await mkdtemp(join(tmpdir(), 'portolan-match-'))
  const { receiptKey } = (await site.portolan.session('ne-dst.aicha')).login()
  const client = await site.makeHome(['ne-dst.aicha'])
  await site.here(['directory', 'show', '--as', 'ne-dst.aicha', ...WHY], { home: client })
  evaluators = await serving({
    ...{ folder, epochs: [epoch] },
    platform: { instance: 'test-instance', origin: site.portolan.url, key: receiptKey },
    client: { folder: client, genesis: site.genesisHash },
  })
  key = evaluators.keys.get(epoch)!
}, 1_500_000)
afterAll(async () => {
  await evaluators?.close()
  await site?.close()
  await rm(folder, { recursive: true, force: true })
})

async function filesBelow(where: string): Promise<string[]> {
  const names = await readdir(where, { recursive: true, withFileTypes: true })
  return names.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name))
}

describe('a match key', () => {
  it('is needed before anything is asked, and a case, and a whole selector of a type that may be', async () => {
    expect((await ask(['match', 'ask', 'PHONE', CANARY])).err).toMatch(/^NOT_FOUND/)
    await addKey(key)
    const caseless = await ask(['match', 'ask', 'PHONE', CANARY], ['--as', 'ne-dst.aicha', ...WHY])
    expect(caseless).toMatchObject({ code: 2, err: expect.stringContaining('--case') })
    for (const wrong of [
      ['NAME', 'Moussa'],
      ['PHONE', '91 82'],
      ['PLATE', 'AA1234'],
    ]) {
      const { code, err } = await ask(['match', 'ask', ...wrong])
      expect([code, err]).toEqual([1, expect.stringMatching(/^BAD_IDENTIFIER/)])
      expect(err).not.toContain(wrong[1])
    }
    expect((await ask(['match', 'ask', 'PHONE'])).code).toBe(2)
  })

  it('is shown with its fingerprint and kept for its owner’s eyes; the same again changes nothing', async () => {
    const shown = JSON.parse((await addKey(key)).out)
    expect(shown).toMatchObject({
      epoch,
      threshold: 2,
      added: false,
      fingerprint: fingerprintOf(key),
    })
    expect((await stat(join(site.home, `match-key-${epoch}.json`))).mode & 0o777).toBe(0o600)
    const people = await site.here(['match', 'key', 'add', 'key.json'], { cwd: folder })
    expect(people.out).toContain(`Match key of ${epoch}: any 2 of 3`)
    expect(people.out).toContain(shown.fingerprint)
  })

  it('is refused where another of its epoch is kept, and where it is none or listens where all may read', async () => {
    const other = { ...(await evaluating(2, [1, 2, 3], epoch)).key, instance: 'test-instance' }
    expect((await addKey(other)).err).toMatch(/^IDEMPOTENCY_CONFLICT/)
    const home = await site.makeHome(['ne-dst.aicha'])
    await site.here(['directory', 'show', '--as', 'ne-dst.aicha', ...WHY], { home })
    const [one, ...rest] = key.evaluators
    for (const [bad, why] of [
      [{ ...key, key: other.key }, /shares of the key/],
      [{ ...key, evaluators: [{ ...one!, key: rest[0]!.key }, ...rest] }, /shares of the key/],
      [{ ...key, evaluators: [{ ...one!, url: 'http://evaluator.example' }, ...rest] }, /https/],
      [{ ...key, instance: 'other-instance' }, /test-instance/],
      [{ ...key, threshold: 1 }, /threshold/],
      [{ sorry: true }, /format/],
    ] as [MatchKey, RegExp][])
      expect(await addKey(bad, home)).toMatchObject({ code: 1, out: '', err: expect.stringMatching(why) })
    expect(await addKey(key, home)).toMatchObject({ code: 0, out: expect.stringContaining('"added": true') })
    expect(JSON.parse(await readFile(join(site.home, `match-key-${epoch}.json`), 'utf8'))).toEqual(key)
  })
})

describe('a question', () => {
  it('is put with tokens that any evaluators made; one that is down or answers wrongly is named', async () => {
    evaluators.bend('IT', () => ({ status: 503, body: { sorry: true } }))
    const { code, err } = await ask(['match', 'ask', 'PHONE', '+227 91 82 73 64'])
    evaluators.bend('IT', null)
    expect(code, err).toBe(0)
    const rows = await json(['match', 'answers'])
    expect(rows).toEqual([expect.objectContaining({ type: 'PHONE', normal: CANARY, hits: [] })])
    expect(['PENDING', 'NO_HIT']).toContain(rows[0].outcome)
  })

  it('shows no selector to the evaluators, the server’s disk or a thief of the officer’s', async () => {
    expect(evaluators.captured.length).toBeGreaterThan(1)
    expect(evaluators.captured.join('\n')).not.toContain('91827364')
    for (const file of [...(await filesBelow(site.portolan.home)), ...(await filesBelow(site.home))])
      expect((await readFile(file)).includes('91827364'), file).toBe(false)
    const kept = await filesBelow(join(site.home, 'match', 'ne-dst.aicha'))
    expect(kept.filter((file) => file.includes('commitments'))).toHaveLength(1)
    for (const file of kept) expect((await stat(file)).mode & 0o777).toBe(0o600)
  })

  it('of a file names its wrong lines, takes each selector once and asks for all', async () => {
    await writeFile(
      join(folder, 'bad.csv'),
      'type,value,country\nPHONE,+22790000001\nPLATE,AA1234\nNAME,Moussa\n',
    )
    const bad = await ask(['match', 'ask', '--file', 'bad.csv'])
    expect(bad.err).toMatch(/^BAD_IDENTIFIER 3: /m)
    expect(bad.err).toMatch(/^BAD_IDENTIFIER 4: /m)
    const lines = [
      'phone,+227 90000001',
      'PLATE,"aa 1234",NE',
      'HANDLE,@chef,telegram',
      'PHONE,0022790000001',
      '',
    ]
    await writeFile(join(folder, 'good.csv'), lines.join('\r\n'))
    const [outcome] = await json(['match', 'ask', '--file', 'good.csv'])
    expect(outcome).toMatchObject({ asked: 3, left: 0, goesOn: null })
    const normals = (await json(['match', 'answers'])).map(({ normal }: { normal: string }) => normal)
    expect(normals).toEqual(expect.arrayContaining(['+22790000001', 'NE:AA1234', 'telegram:chef']))
  })

  it('that was cut off by evaluators that are down is kept and goes on', async () => {
    for (const country of ['IT', 'ML']) evaluators.bend(country, () => ({ status: 503, body: 'sorry' }))
    const cut = await ask(['match', 'ask', 'PHONE', '+22790000002'])
    expect(cut).toMatchObject({ code: 3, err: expect.stringContaining('match resume') })
    expect(cut.err).toMatch(/Evaluator \d \(IT\)/)
    for (const country of ['IT', 'ML']) evaluators.bend(country, null)
    expect(await json(['match', 'resume'])).toEqual([expect.objectContaining({ asked: 1, left: 0 })])
    expect(await json(['match', 'resume'])).toEqual([])
  })
})
