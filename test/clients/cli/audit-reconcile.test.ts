import { chmod, cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { KEPT_DAYS } from '../../../clients/gateway/let-go-receipts.ts'
import { receiptText } from '../../../schema/wire/audit.ts'
import { decodeLeaf, encodeLeaf, LEAF_SIZE, type Leaf, linkOf } from '../../../schema/wire/audit-leaf.ts'
import type { Json } from '../../../schema/wire/canonical.ts'
import { openDirectory } from '../../../server/audit/tree/directory-objects.ts'
import { keepSigningKey } from '../../../server/audit/tree/key-file.ts'
import { signingKeyOf } from '../../../server/audit/tree/note.ts'
import { openPublisher } from '../../../server/audit/tree/publisher.ts'
import { halfYearOf } from '../../../server/audit/tree/shard.ts'
import { recordsAt } from '../../audit-leaves.ts'
import { openPortolan, type TestPortolan } from '../../instance.ts'
import { testNeo4j } from '../../neo4j.ts'
import { ended, openSite, type Site, startCli, WHY } from './site.ts'

// An office and its auditors against the server that keeps the record. The server, the desks and the log are real; what a
// dishonest server would do is done to copies of its log, and by its own hand to its records.

const HALF = halfYearOf(Date.now())
const ORIGIN = `sahel.portolan/audit/${HALF}`
let site: Site
/** Another on the same home, once the first has stopped. */
let later: TestPortolan | null = null
let folder: string
let desks: string[]
let ahead = 0
const clock = () => Date.now() + ahead
const AICHA = ['--as', 'ne-dst.aicha', ...WHY]
const SALIF = ['--as', 'ne-dst.salif', ...WHY]
const MARIAMA = ['--as', 'ne-audit.mariama', '--purpose', 'OVERSIGHT', '--justification', 'daily match']

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portolan-reconcile-'))
  site = await openSite({ clock, home: join(folder, 'server') })
  desks = [await site.makeHome(['ne-dst.aicha']), await site.makeHome(['ne-dst.salif'])]
  await work()
}, 1_500_000)
afterAll(async () => {
  await later?.close()
  await site?.close()
  await rm(folder, { recursive: true, force: true })
})

/** A day at two desks, and ten minutes. */
async function work(): Promise<void> {
  const [first, second] = desks as [string, string]
  await site.data(['network', 'list', ...AICHA], { home: first })
  await site.run(['audit', 'search', ...AICHA], { home: first })
  await site.data(['login', ...SALIF], { home: second })
  const kept = async () => (await linesOf(second)).lines.length
  const records = async () =>
    (await recordsAt(site.portolan.home)).filter(({ kind }) => kind !== 'PADDING').length
  const lines = await kept()
  const child = startCli(['message', 'watch', ...SALIF], { home: second })
  const ran = ended(child)
  // A key, the login, and the beginning of the stream.
  await vi.waitFor(async () => expect(await kept()).toBe(lines + 3), WAIT)
  const before = await records()
  child.kill('SIGINT')
  await ran
  // The server notices that he is gone, and puts the end of the stream on record.
  await vi.waitFor(async () => expect(await records()).toBe(before + 1), WAIT)
  ahead += 600_000
}

const WAIT = { timeout: 60_000, interval: 50 }

const leavesNow = async () => (await recordsAt(site.portolan.home)).map(({ leaf }) => leaf)
let logs = 0
/** Publishes leaves as the server does, under its own key. Gives the folder. */
async function publish(leaves: Buffer[]): Promise<string> {
  logs += 1
  const dir = join(folder, `log${logs}`)
  const key = await keepSigningKey(join(folder, 'audit'), ORIGIN)
  const publisher = await openPublisher({ objects: await openDirectory(dir), signers: [key] })
  await publisher.publish(leaves)
  await publisher.close()
  return dir
}

/** The log that the server itself publishes, once all that it has on record is below its checkpoint; and its key. */
async function served(): Promise<string[]> {
  const { home } = site.portolan
  const dir = join(home, 'log/audit', HALF)
  const records = (await leavesNow()).length
  await vi.waitFor(async () => {
    const size = Number((await readFile(join(dir, 'checkpoint'), 'utf8')).split('\n')[1])
    expect(size).toBeGreaterThanOrEqual(records)
  }, WAIT)
  return ['--log', dir, '--key', join(home, `keys/audit-${HALF}.vkey`)]
}

const receipts = (homes = desks) => homes.flatMap((home) => ['--receipts', join(home, 'receipts')])
const KEY = () => ['--key', join(folder, 'audit.vkey')]
type Result = {
  receipts: number
  torn: string[]
  signatures: { good: number; wrong: number } | null
  letGo: string[]
  log: { leaves: number; matched: number; pending: number; elsewhere: number } | null
  desk: { records: number; matched: number; interrupted: number; unheard: number; unread: number } | null
  findings: { finding: string; index: number; person: string; operation: string | null; kind: string }[]
}

async function reconcile(
  args: string[],
  options = {},
): Promise<Result & { code: number | null; err: string }> {
  const { code, out, err } = await site.run(['audit', 'reconcile', '--json', ...args], options)
  if (out === '') throw new Error(err)
  return { code, err, ...JSON.parse(out) }
}
const ofLog = (log: string, more: string[] = receipts()) => reconcile(['--log', log, ...KEY(), ...more])
const ofDesk = (more: string[] = receipts()) => reconcile(['--office', 'ne-dst', ...more, ...MARIAMA])
const found = ({ findings }: Result) => findings.map(({ finding, index }) => [finding, index])

/** A leaf with something else in it. */
function made(leaf: Buffer, other: Partial<Leaf>): Buffer {
  const bytes = Buffer.alloc(LEAF_SIZE)
  encodeLeaf(bytes, 0, { ...decodeLeaf(leaf)!, ...other })
  return bytes
}

/** The lines of a desk that are receipts, with their file. */
async function linesOf(home: string): Promise<{ file: string; lines: string[] }> {
  const dir = join(home, 'receipts')
  const file = join(dir, (await readdir(dir)).sort().at(-1)!)
  return { file, lines: (await readFile(file, 'utf8')).split('\n').filter(Boolean) }
}
const leafIn = (line: string, name: string) =>
  Buffer.from(new RegExp(`${name}=:(.*?):`).exec(JSON.parse(line).receipt)![1]!, 'base64')

/** The receipt that a dishonest server would have given: of another answer, and with its signature. */
async function promising(line: string, leaf: Buffer): Promise<string> {
  const key = signingKeyOf((await readFile(join(site.portolan.home, 'keys', 'receipts'), 'utf8')).trim())
  const forged = swapped(line, leafIn(line, 'answered'), leaf)
  const signature = key.sign(receiptText({ asked: leafIn(line, 'asked'), answered: leaf }))
  return swapped(forged, leafIn(line, 'sig'), signature)
}
const swapped = (line: string, from: Buffer, to: Buffer) =>
  line.replace(from.toString('base64'), to.toString('base64'))

/** A copy of a desk's receipts with its last file changed. */
async function copyOf(home: string, change: (lines: string[]) => string[]): Promise<string> {
  const copy = await mkdtemp(join(folder, 'desk-'))
  await cp(join(home, 'receipts'), join(copy, 'receipts'), { recursive: true })
  const { file, lines } = await linesOf(copy)
  await writeFile(
    file,
    change(lines)
      .map((line) => `${line}\n`)
      .join(''),
  )
  return copy
}

describe('receipts against the log', () => {
  it('match, below its checkpoint, without a server or an identity', async () => {
    const log = await served()
    const result = await reconcile([...log, ...receipts()])
    expect(result).toMatchObject({ code: 0, err: '', torn: [], findings: [], desk: null })
    const { leaves, matched, pending } = result.log!
    expect(leaves).toBeGreaterThan(10)
    expect([matched, pending]).toEqual([leaves, 0])
    const own = await site.run(['audit', 'reconcile', ...log, '--lang', 'fr'], { home: desks[0]! })
    expect(own).toMatchObject({ code: 0, out: expect.stringMatching(/reçus lus[\s\S]*Tout concorde/) })
  })

  it('name each that is missing where a record was dropped and the log written anew', async () => {
    const leaves = await leavesNow()
    const { lines } = await linesOf(desks[0]!)
    const at = decodeLeaf(leafIn(lines.at(-1)!, 'answered'))!.index
    const log = await publish(leaves.toSpliced(at, 1))
    const result = await ofLog(log)
    expect(result.code).toBe(1)
    expect(result.err).toMatch(/^RECEIPT_MISMATCH: /)
    const promised = (await ofLog(await publish(leaves))).log!.leaves
    expect(result.log!.matched + result.findings.length).toBe(promised)
    expect(found(result)[0]).toEqual(['LEAF_OTHER', at])
    expect(result.findings.every(({ index }) => index >= at)).toBe(true)
  })

  it('name the one whose leaf is another, and those that the tiles do not prove', async () => {
    const leaves = await leavesNow()
    const { lines } = await linesOf(desks[1]!)
    const at = decodeLeaf(leafIn(lines.at(-1)!, 'asked'))!.index
    const altered = leaves.with(at, made(leaves[at]!, { minute: decodeLeaf(leaves[at]!)!.minute - 1 }))
    expect(found(await ofLog(await publish(altered)))).toEqual([['LEAF_OTHER', at]])
    const log = await publish(leaves)
    const bundles = join(log, 'tile/entries')
    const [name] = (await readdir(bundles, { recursive: true })).filter((one) => /\d$/.test(one)).slice(-1)
    const file = join(bundles, name!)
    const bytes = await readFile(file)
    bytes[at * 130 + 20]! ^= 1
    await writeFile(file, bytes)
    const result = await ofLog(log)
    expect(result.log!.matched).toBe(0)
    expect(new Set(result.findings.map(({ finding }) => finding))).toEqual(new Set(['LEAF_UNPROVEN']))
  })

  it('wait for the checkpoint of this minute, and for no other', async () => {
    const leaves = await leavesNow()
    const log = await publish(leaves.slice(0, 3))
    const args = ['audit', 'reconcile', '--json', '--log', log, ...KEY(), ...receipts()]
    const { lines } = await linesOf(desks[1]!)
    const last = Date.parse(JSON.parse(lines.at(-1)!).at)
    const at = async (time: number) =>
      JSON.parse((await site.here(args, { clock: () => time })).out) as Result
    const old = await at(last + 60_000)
    expect(new Set(old.findings.map(({ finding }) => finding))).toEqual(new Set(['LEAF_MISSING']))
    expect(old.log!.matched + old.findings.length).toBe(old.log!.leaves)
    const young = await at(last - 59_000)
    expect(young.findings).toEqual([])
    expect(young.log!.pending).toBe(old.findings.length)
  })

  it('match over several parts of it, and name what lies in none', async () => {
    const leaves = await leavesNow()
    const { lines } = await linesOf(desks[0]!)
    const at = decodeLeaf(leafIn(lines.at(-1)!, 'asked'))!.index
    const [early, late] = [await publish(leaves.slice(0, at)), await publish(leaves.slice(at))]
    expect(await ofLog(late, ['--log', early, ...receipts()])).toMatchObject({ code: 0, findings: [] })
    const args = ['audit', 'reconcile', '--json', '--log', late, ...KEY(), ...receipts()]
    const clock = () => Date.now() + 600_000
    const { findings } = JSON.parse((await site.here(args, { clock })).out) as Result
    expect(findings.every(({ finding, index }) => finding === 'LEAF_MISSING' && index < at)).toBe(true)
    expect(findings.length).toBeGreaterThan(2)
  })

  it('are told where a crash has torn a line', async () => {
    const log = await publish(await leavesNow())
    const copy = await copyOf(desks[0]!, (lines) => [...lines.slice(0, -1), lines.at(-1)!.slice(0, 200)])
    const { code, torn, receipts: read } = await ofLog(log, receipts([copy]))
    const { lines } = await linesOf(copy)
    expect([code, torn]).toEqual([0, [expect.stringMatching(`jsonl:${lines.length}$`)]])
    expect(read).toBe(lines.filter((line) => line.includes('"receipt"')).length - 1)
  })

  it('hold nobody to anything where the key of the instance has not signed them, and are named', async () => {
    const log = await served()
    const { lines } = await linesOf(desks[0]!)
    const [last, before] = [lines.at(-1)!, lines.find((line) => line.includes('"receipt"'))!]
    const answered = leafIn(last, 'answered')
    const forged = [
      swapped(last, answered, made(answered, { index: 900_000 })),
      swapped(last, leafIn(last, 'sig'), leafIn(before, 'sig')),
      swapped(last, leafIn(last, 'sig'), Buffer.alloc(0)),
    ]
    const wrong = [900_000, decodeLeaf(answered)!.index]
    const copy = await copyOf(desks[0]!, (all) => [...all.slice(0, -1), ...forged])
    const args = [...log, ...receipts([copy, desks[1]!])]
    const result = await reconcile(args, { home: desks[1]! })
    expect(result.code).toBe(1)
    expect(found(result)).toEqual(wrong.map((index) => ['RECEIPT_NOT_SIGNED', index]))
    expect(result.signatures).toEqual({ good: result.receipts - forged.length, wrong: forged.length })
    expect(result.log!.matched).toBe(result.log!.leaves)
    for (const [lang, said] of [
      ['en', /3 receipts are not signed[\s\S]*900000[^\n]*the key of this instance has not signed this/],
      ['fr', /3 reçus ne sont pas signés[\s\S]*900000[^\n]*la clé de cette instance n’a pas signé/],
    ] as const) {
      const words = await site.run(['audit', 'reconcile', ...args, '--lang', lang], { home: desks[1]! })
      expect(words).toMatchObject({ code: 1, out: expect.stringMatching(said) })
    }
    // Where nobody has logged in there is no key to check them by, and that is said.
    const home = await site.makeHome([])
    expect((await reconcile([...log, ...receipts()], { home })).signatures).toBeNull()
    const unchecked = await site.run(['audit', 'reconcile', ...log, ...receipts()], { home })
    expect(unchecked.out).toContain('No signature of a receipt was checked')
  })

  it('stay at the desk until the log was found to hold them, and five years beyond that', async () => {
    const log = await served()
    const copy = await mkdtemp(join(folder, 'own-'))
    await chmod(copy, 0o700)
    await cp(desks[0]!, copy, { recursive: true })
    await rm(join(copy, 'reconciled.json'), { force: true })
    const names = () => readdir(join(copy, 'receipts'))
    const [days, clock] = [await names(), () => Date.now() + (KEPT_DAYS + 2) * 86_400_000]
    const later = async () => JSON.parse((await site.here(args(empty), { home: copy, clock })).out) as Result
    const args = (where: string[]) => ['audit', 'reconcile', '--json', ...where]
    // One that holds nothing: none of this is reconciled, and so none of it goes, however old it is.
    const dir = await publish([(await leavesNow())[0]!])
    const empty = ['--log', dir, ...KEY()]
    expect((await later()).letGo).toEqual([])
    expect(await names()).toEqual(days)
    expect(await reconcile(log, { home: copy })).toMatchObject({ code: 0, letGo: [] })
    expect(await names()).toEqual(days)
    // What was added since was never looked for.
    const file = join(copy, 'receipts', days.at(-1)!)
    const text = await readFile(file, 'utf8')
    await writeFile(file, `${text}\n`)
    expect((await later()).letGo).not.toContain(days.at(-1))
    await writeFile(file, text)
    expect((await later()).letGo).toContain(days.at(-1))
    expect(await names()).not.toContain(days.at(-1))
  })

  it('need to know which log, and whose key', async () => {
    expect(await site.run(['audit', 'reconcile', ...receipts()])).toMatchObject({ code: 2 })
    expect(await site.run(['audit', 'reconcile', '--log', folder])).toMatchObject({ code: 2 })
    const args = ['audit', 'reconcile', '--log', folder, ...KEY(), '--receipts', join(folder, 'none')]
    expect((await site.run(args)).err).toMatch(/^NOT_FOUND/)
  })
})

describe('receipts against the records that the auditors see', () => {
  it('match in both directions, and with the log', async () => {
    const result = await ofDesk([...receipts(), ...(await served())])
    expect(result).toMatchObject({ code: 0, findings: [] })
    expect(result.desk).toMatchObject({ interrupted: 0, unheard: 1, unread: 0 })
    expect(result.desk!.matched + 1).toBe(result.desk!.records)
    expect(result.log!.matched).toBe(result.desk!.matched)
    const words = await site.run(['audit', 'reconcile', '--office', 'ne-dst', ...receipts(), ...MARIAMA])
    expect(words.out).toMatch(
      /records of ne-dst have their receipts\.\n.*nobody heard\.\nEverything matches\./,
    )
  })

  it('name the records of a receipt that was lost, which the officer did ask for', async () => {
    const copy = await copyOf(desks[0]!, (lines) => lines.slice(0, -1))
    const { lines } = await linesOf(desks[0]!)
    const lost = ['asked', 'answered'].map((name) => decodeLeaf(leafIn(lines.at(-1)!, name))!.index)
    const result = await ofDesk(receipts([copy, desks[1]!]))
    expect(result.code).toBe(1)
    expect(found(result)).toEqual(lost.map((index) => ['RECEIPT_MISSING', index]))
    expect(result.findings[1]).toMatchObject({ person: 'ne-dst.aicha', kind: 'ANSWERED' })
  })

  it('name all records of a desk that has not sent its receipts', async () => {
    const result = await ofDesk(receipts([desks[0]!]))
    expect(result.code).toBe(1)
    expect(new Set(result.findings.map(({ person }) => person))).toEqual(new Set(['ne-dst.salif']))
    expect(new Set(result.findings.map(({ finding }) => finding))).toEqual(new Set(['RECEIPT_MISSING']))
  })

  it('name a receipt without a record, and a record that is another', async () => {
    const { lines } = await linesOf(desks[0]!)
    const answered = leafIn(lines.at(-1)!, 'answered')
    const { index } = decodeLeaf(answered)!
    const forged = (leaf: Buffer) => promising(lines.at(-1)!, leaf)
    const elsewhere = await forged(made(answered, { index: 900_000 }))
    const away = await copyOf(desks[0]!, (all) => [...all, elsewhere])
    expect(found(await ofDesk(receipts([away, desks[1]!])))).toEqual([['RECORD_MISSING', 900_000]])
    const another = await forged(made(answered, { commitment: Buffer.alloc(32, 1) }))
    const other = await copyOf(desks[0]!, (all) => [...all.slice(0, -1), another])
    expect(found(await ofDesk(receipts([other, desks[1]!])))).toEqual([['RECORD_OTHER', index]])
  })

  it('name a leaf of an officer in the log that the auditors are not shown', async () => {
    const leaves = await leavesNow()
    const { lines } = await linesOf(desks[0]!)
    const own = leafIn(lines.at(-1)!, 'asked')
    const invented = made(own, { index: leaves.length, commitment: Buffer.alloc(32, 9) })
    const log = await publish([...leaves, invented])
    const result = await ofDesk([...receipts(), '--log', log, ...KEY()])
    expect(found(result)).toEqual([['LEAF_HIDDEN', leaves.length]])
    expect(result.findings[0]).toMatchObject({ person: 'ne-dst.aicha' })
  })
})

describe('a server that puts a question into an officer’s mouth', () => {
  const caller = { person: 'ne-dst.salif', country: 'NE', office: 'ne-dst', role: 'FOCAL_POINT' }
  const ASKING = { path: '/graphql' }
  async function invent(request: Uint8Array, session?: string, about: Json = ASKING): Promise<number[]> {
    const { audit } = site.portolan.instance
    const who = { ...caller, ...(session && { session }) }
    const replay = Buffer.alloc(16)
    const open = await audit.asked({
      caller: who,
      at: clock(),
      request,
      replay,
      detail: about,
    })
    const detail = { outcome: 'OK', operation: 'networkShow', statements: [], shown: [] }
    const { answered } = await audit.answered(open, { status: 200, body: Buffer.from('{}'), detail })
    return [open.index, decodeLeaf(answered)!.index]
  }

  const loginOf = async (person: string) => ({
    ...{ origin: site.portolan.url, nonce: 'A'.repeat(51), time: new Date(clock()).toISOString() },
    ...{ fingerprint: site.cast.key(person).fingerprint, office: null, role: null },
  })

  it('is found out: the request is not signed, or is one that was asked before', async () => {
    const session = await site.portolan.session('ne-dst.salif')
    // A program that keeps no receipts.
    const { signed } = await site.portolan.ask('ne-dst.salif', '{ me { person } }')
    const id = session.login().session
    const changed = Buffer.from(signed)
    changed[changed.length - 2]! ^= 1
    const inventions = [
      ...(await invent(Buffer.from('{"query":"{ me { person } }"}'))),
      ...(await invent(changed, id)),
    ]
    const copies = await invent(signed, id)
    // A session that he never opened, and what was asked in it.
    const statement = { ...(await loginOf('ne-dst.salif')), sessionKey: 'A'.repeat(43) }
    const forged = {
      statement,
      signature: await site.cast.key('ne-dst.aicha').sign(Buffer.from('x'), new Date()),
    }
    const opened = Buffer.from(JSON.stringify(forged))
    inventions.push(...(await invent(opened, 'f'.repeat(26), { operation: 'login' })))
    ahead += 600_000
    const result = await ofDesk()
    const by = (code: string) =>
      result.findings.filter(({ finding }) => finding === code).map(({ index }) => index)
    expect(result.code).toBe(1)
    // Neither of two copies can be told from the other.
    expect(by('INVENTED')).toEqual(expect.arrayContaining([...inventions, ...copies]))
    expect(by('INVENTED')).toHaveLength(inventions.length + copies.length + 2)
    // His login, without a receipt, that he did sign.
    expect(by('RECEIPT_MISSING')).toHaveLength(2)
    expect(result.findings.find(({ index }) => index === inventions[1])).toMatchObject({
      person: 'ne-dst.salif',
      operation: 'networkShow',
    })
  })
})

describe('audit receipts', () => {
  it('opens the salts of an officer’s own receipts, for whoever is to see what was promised', async () => {
    const out = join(folder, 'opened.jsonl')
    const args = ['audit', 'receipts', '--as', 'ne-dst.aicha', '--out', out]
    const { file, receipts: count, unopened } = await site.data(args, { home: desks[0]! })
    expect([file, unopened]).toEqual([out, 0])
    const lines = (await readFile(out, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(lines).toHaveLength(count)
    expect((await stat(out)).mode & 0o777).toBe(0o600)
    const { lines: kept } = await linesOf(desks[0]!)
    const [last, was] = [lines.at(-1)!, JSON.parse(kept.at(-1)!)]
    expect(last).toMatchObject({ at: was.at, person: 'ne-dst.aicha', office: 'ne-dst', status: 200 })
    expect(last.receipt.startsWith(was.receipt)).toBe(true)
    const salt = Buffer.from(/s2=:(.*?):/.exec(last.receipt)![1]!, 'base64')
    expect(linkOf(salt, last.asked)).toEqual(decodeLeaf(leafIn(kept.at(-1)!, 'answered'))!.link)
    const other = await site.run([...args, '--receipts', join(desks[1]!, 'receipts')], { home: desks[0]! })
    expect(other).toMatchObject({ code: 0, out: expect.stringMatching(/^0 receipts/) })
    const elsewhere = await site.makeHome([])
    const without = await site.run([...args, ...receipts([desks[0]!])], { home: elsewhere })
    expect(without.err).toMatch(/sealed to keys that are not here/)
  })
})

describe('a question that the server did not live to answer', () => {
  it('is explained by the officer’s signature', async () => {
    const from = new Date(clock()).toISOString()
    const { audit } = site.portolan.instance
    const answered = audit.answered.bind(audit)
    let isHeld = false
    // The login is answered; what is asked then is not.
    audit.answered = (open, answer) => {
      if (answer.detail.operation === 'login') return answered(open, answer)
      isHeld = true
      return new Promise(() => {})
    }
    const asking = site.run(['network', 'list', '--name', 'Gao', ...AICHA], { home: desks[0]! })
    await expect.poll(() => isHeld, { timeout: 60_000 }).toBe(true)
    await site.portolan.close()
    expect(await asking).toMatchObject({ code: 3, err: expect.stringContaining('UNREACHABLE') })
    later = await openPortolan(await testNeo4j(), site.cast, { clock, home: site.portolan.home })
    ahead += 600_000
    const server = ['--server', later.url, '--from', from]
    const result = await ofDesk([...receipts(), ...server])
    expect(result).toMatchObject({ code: 0, findings: [], desk: { interrupted: 1, records: 3, matched: 2 } })
    const search = ['audit', 'search', '--person', 'ne-dst.aicha', ...server, ...MARIAMA]
    expect((await site.data(search)).map(({ outcome }: { outcome: string }) => outcome)).toEqual([
      'OK',
      'INTERRUPTED',
    ])
  })
})
