import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  entriesOf,
  filesOf,
  headText,
  leafOf,
  NaiveTree,
  noteOf,
  type Signed,
  signerOf,
  writeFiles,
} from '../core/log/writer.ts'
import { ended, startCli } from './program.ts'

// Whoever checks a log has this program, the log's key, and nothing else: no server, no identity, no home.

const log = signerOf('sahel.portolan/audit/2026h2', 1)
const states = ['ml', 'ne', 'it'].map((name) => signerOf(`witness.example/${name}`, 4))
const SIZE = 700
const tree = new NaiveTree(entriesOf(SIZE))
const other = new NaiveTree([...tree.entries.slice(0, 100), ...entriesOf(SIZE - 100, 'rewritten')])
const checkpoint = (of: NaiveTree, size: number, signers: Signed[] = []) =>
  noteOf(headText(log.name, size, of.root(size)), [log, ...signers])

let cwd: string
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'portolan-verify-'))
  const cosigned = states.slice(0, 2).map((signer, i) => ({ signer, time: 1_770_000_000 + 60 * i }))
  await writeFiles(join(cwd, 'log'), filesOf(tree, SIZE))
  await writeFile(join(cwd, 'log/checkpoint'), checkpoint(tree, SIZE, cosigned))
  await writeFile(join(cwd, 'keys'), `${log.vkey}\n`)
  await writeFile(join(cwd, 'policy'), policy(2))
  await writeFile(join(cwd, 'strict'), policy(3))
  await writeFile(join(cwd, 'kept'), checkpoint(tree, 300))
  await writeFile(join(cwd, 'shown-elsewhere'), checkpoint(other, 300))
})
afterAll(() => rm(cwd, { recursive: true, force: true }))

const policy = (least: number) =>
  [
    `log ${log.vkey}`,
    ...states.map(({ vkey }, i) => `witness s${i} ${vkey}`),
    `group states ${least} s0 s1 s2`,
    'quorum states\n',
  ].join('\n')

const portolan = (...args: string[]) => ended(startCli(['audit', ...args], { cwd }))
async function data(...args: string[]) {
  const { code, out, err } = await portolan(...args, '--json')
  expect({ code, err }).toEqual({ code: 0, err: '' })
  return JSON.parse(out)
}

describe('audit verify', () => {
  it('says that a log holds, and who has seen it', async () => {
    const { code, out, err } = await portolan('verify', 'log', '--policy', 'policy')
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toBe(
      [
        'The log sahel.portolan/audit/2026h2 holds: its 700 leaves make the root that its key has signed.',
        'It shows no checkpoint that its witnesses have signed together, so this is judged by its newest one.',
        'witness.example/ml signed it at 2 Feb 2026, 02:40 UTC.',
        'witness.example/ne signed it at 2 Feb 2026, 02:41 UTC.',
        'A quorum of witnesses has signed it since 2 Feb 2026, 02:41 UTC.',
        '',
      ].join('\n'),
    )
    expect(await data('verify', 'log', '--policy', 'policy', '--checkpoint', 'kept')).toEqual({
      kind: 'LOG',
      origin: log.name,
      size: SIZE,
      root: tree.root(SIZE).toString('base64'),
      ...{ erasures: 0, pruned: null },
      quorum: '2026-02-02T02:41:00.000Z',
      witnesses: [
        { name: 'witness.example/ml', at: '2026-02-02T02:40:00.000Z' },
        { name: 'witness.example/ne', at: '2026-02-02T02:41:00.000Z' },
      ],
      judged: 'CHECKPOINT',
      kept: 300,
      beyond: [],
    })
  })

  it('judges what the witnesses have signed where the log shows it, and not its newest checkpoint', async () => {
    const shown = join(cwd, 'shown')
    await cp(join(cwd, 'log'), shown, { recursive: true })
    // As the server has it: the newest without a cosignature, and the last one that a quorum has signed.
    await writeFile(join(shown, 'checkpoint'), checkpoint(tree, SIZE))
    const ask = async () => data('verify', 'shown', '--policy', 'policy')
    expect((await portolan('verify', 'shown', '--policy', 'policy')).out).toMatch(
      /shows no .*lacks the quorum/s,
    )
    const signers = states.slice(0, 2).map((signer) => ({ signer, time: 1_770_000_000 }))
    await writeFiles(shown, filesOf(tree, 600))
    await writeFile(join(shown, 'cosigned'), checkpoint(tree, 600, signers))
    expect(await ask()).toMatchObject({ judged: 'COSIGNED', size: 600, quorum: '2026-02-02T02:40:00.000Z' })
    expect(await data('verify', 'shown', '--key', 'keys')).toMatchObject({ judged: 'CHECKPOINT', size: SIZE })
    const proving = ['prove', '5', '--log', 'shown', '--out', 'cosigned.tlog-proof', '--policy', 'policy']
    expect(await data(...proving)).toMatchObject({ judged: 'COSIGNED', size: 600 })
    expect((await portolan('verify', 'cosigned.tlog-proof', '--policy', 'policy')).code).toBe(0)
    await writeFile(join(shown, 'cosigned'), checkpoint(other, 600, signers))
    expect((await portolan('verify', 'shown', '--policy', 'policy')).err).toMatch(/^LOG: /)
  })

  it('says in French that no witness was asked', async () => {
    const { out } = await portolan('verify', 'log', '--key', 'keys', '--lang', 'fr')
    expect(out).toMatch(/tient : ses 700 feuilles.*\nAucun témoin n’était demandé/)
  })

  it('fails where the quorum is missing, and still says what holds', async () => {
    const { code, out, err } = await portolan('verify', 'log', '--policy', 'strict')
    expect({ code, out }).toEqual({ code: 1, out: expect.stringMatching(/holds: .*lacks the quorum/s) })
    expect(err).toMatch(
      /^LOG: .*expected a quorum of witnesses .*, got witness.example\/ml, witness.example\/ne/,
    )
  })

  it('names what is wrong in a copy that was altered, and what nobody has signed', async () => {
    const copy = join(cwd, 'copy')
    await cp(join(cwd, 'log'), copy, { recursive: true })
    await writeFiles(copy, new Map([['tile/0/003', Buffer.alloc(32)]]))
    expect((await portolan('verify', 'copy', '--key', 'keys')).out).toMatch(
      /1 file lies beyond.*\n {2}tile\/0\/003/,
    )
    const bundle = join(copy, 'tile/entries/001')
    const bytes = await readFile(bundle)
    bytes[130 * 7 + 9]! ^= 1
    await writeFile(bundle, bytes)
    expect(await portolan('verify', 'copy', '--key', 'keys')).toEqual({
      code: 1,
      out: '',
      err: 'LOG: The log, checkpoint or proof does not hold. (expected the hash that entry 263 makes in tile/0/001, got another)\n',
    })
  })

  it('proves the fraud of a log that does not begin with what was kept, and confirms the proof', async () => {
    const args = [
      'verify',
      'log',
      '--key',
      'keys',
      '--checkpoint',
      'shown-elsewhere',
      '--fraud',
      'fraud.json',
    ]
    const { code, err } = await portolan(...args)
    expect({ code, err }).toEqual({
      code: 1,
      err: expect.stringMatching(/cannot both be. The proof is in .*fraud.json\.\nLOG: .*got others/),
    })
    const confirmed = await portolan('verify', 'fraud.json', '--key', 'keys')
    expect(confirmed).toMatchObject({
      code: 0,
      out: expect.stringMatching(/two checkpoints that cannot both be, of 300 and of 700/),
    })
    await writeFile(join(cwd, 'other-keys'), `${signerOf(log.name, 1, 'else').vkey}\n`)
    expect((await portolan('verify', 'fraud.json', '--key', 'other-keys')).code).toBe(1)
  })

  it('proves the fraud of two checkpoints of one size without the log, and of two sizes not', async () => {
    const args = (given: string) => [
      'verify',
      given,
      '--key',
      'keys',
      '--checkpoint',
      'kept',
      '--fraud',
      'one-size.json',
    ]
    expect((await portolan(...args('shown-elsewhere'))).code).toBe(1)
    expect(await data('verify', 'one-size.json', '--key', 'keys')).toEqual({
      kind: 'FRAUD',
      origin: log.name,
      older: 300,
      newer: 300,
    })
    expect((await portolan(...args('kept'))).code).toBe(0)
    expect(await portolan(...args('log/checkpoint'))).toMatchObject({
      code: 1,
      err: expect.stringMatching(/got a checkpoint alone/),
    })
  })

  it('refuses a log that was rolled back behind what was kept', async () => {
    await writeFile(join(cwd, 'newer'), checkpoint(tree, SIZE))
    await writeFiles(
      join(cwd, 'older'),
      new Map([...filesOf(tree, 300), ['checkpoint', checkpoint(tree, 300)]]),
    )
    const { code, err } = await portolan('verify', 'older', '--key', 'keys', '--checkpoint', 'newer')
    expect({ code, err }).toEqual({
      code: 1,
      err: expect.stringMatching(/begin with the 700 leaves of newer, got 300/),
    })
  })

  it('takes a single checkpoint, and says that it has not looked at the leaves', async () => {
    const { code, out } = await portolan('verify', 'log/checkpoint', '--policy', 'policy')
    expect({ code, out }).toEqual({
      code: 0,
      out: expect.stringMatching(/700 leaves. The leaves were not looked at/),
    })
  })

  it.each([
    [['verify', 'log'], 2, /--key or --policy/],
    [['verify', 'log', '--key', 'keys', '--policy', 'policy'], 2, /--key or --policy/],
    [['verify', 'nowhere', '--key', 'keys'], 1, /^NOT_FOUND/],
    [['verify', 'log', '--key', 'policy'], 1, /^LOG/],
    [['verify', 'keys', '--key', 'keys'], 1, /^LOG/],
    [['verify', 'http://127.0.0.1:9', '--key', 'keys'], 3, /^UNREACHABLE/],
    [['prove', 'first', '--log', 'log', '--out', 'p', '--key', 'keys'], 2, /by its number/],
    [['prove', '1', '--log', 'log', '--key', 'keys'], 2, /--out/],
    [['prove', '700', '--log', 'log', '--out', 'p', '--key', 'keys'], 1, /an entry below 700/],
  ])('%j ends with %i', async (args, code, said) => {
    expect(await portolan(...args)).toEqual({ code, out: '', err: expect.stringMatching(said) })
  })
})

describe('audit prove', () => {
  let server: Server
  let url: string
  beforeAll(async () => {
    server = createServer((request, response) => {
      readFile(join(cwd, 'log', request.url!)).then(
        (bytes) => response.end(bytes),
        () => response.writeHead(404).end(),
      )
    })
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })

  it('writes a proof that anybody checks without the log', async () => {
    const { code, out } = await portolan(
      'prove',
      '263',
      '--log',
      'log',
      '--out',
      'p.tlog-proof',
      '--policy',
      'policy',
    )
    expect({ code, out }).toEqual({
      code: 0,
      out: expect.stringMatching(/^The proof of entry 263 of sahel.*\n/),
    })
    const proven = await data('verify', 'p.tlog-proof', '--policy', 'policy')
    const leaf = leafOf(tree.entries[263]!).toString('base64')
    expect(proven).toMatchObject({
      kind: 'PROOF',
      index: 263,
      size: SIZE,
      leaf,
      quorum: '2026-02-02T02:41:00.000Z',
    })
    expect(proven.entry).toBe(tree.entries[263]!.toString('base64'))
    expect(await data('verify', 'p.tlog-proof', '--key', 'keys', '--leaf', leaf)).toMatchObject({
      index: 263,
      leaf,
    })
    const wrong = leafOf(tree.entries[264]!).toString('base64')
    expect((await portolan('verify', 'p.tlog-proof', '--key', 'keys', '--leaf', wrong)).code).toBe(1)
    expect((await portolan('verify', 'p.tlog-proof', '--policy', 'strict')).code).toBe(1)
  })

  it('writes the same from an address as from a folder', async () => {
    for (const [where, out] of [
      [url, 'a'],
      ['log', 'b'],
    ] as const)
      await data('prove', '699', '--log', where, '--out', out, '--key', 'keys')
    expect(await readFile(join(cwd, 'a'), 'utf8')).toBe(await readFile(join(cwd, 'b'), 'utf8'))
    expect(await data('verify', url, '--key', 'keys')).toMatchObject({
      kind: 'LOG',
      size: SIZE,
      quorum: 'NOT_ASKED',
    })
  })
})
