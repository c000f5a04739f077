import { describe, expect, it } from 'vitest'
import { parseCheckpoint } from '../../../../clients/core/log/checkpoint.ts'
import { fraudOf, openFraud } from '../../../../clients/core/log/fraud.ts'
import { parseVerifierKey } from '../../../../clients/core/log/note.ts'
import { proverOf } from '../../../../clients/core/log/prove.ts'
import { Fault } from '../../../../schema/wire/fault.ts'
import { random } from './random.ts'
import { entriesOf, filesOf, headText, NaiveTree, noteOf, signerOf } from './writer.ts'

const FUZZ = Number(process.env.PORTOLAN_FUZZ ?? 20_000)
const SIZE = 300
const log = signerOf('sahel.portolan/audit/2026h2', 1)
const keys = [parseVerifierKey(log.vkey)]
const tree = new NaiveTree(entriesOf(SIZE))
/** The same log as it was shown to somebody else: without what was asked at 100. */
const other = new NaiveTree([...tree.entries.slice(0, 100), ...entriesOf(200, 'rewritten')])

const signed = (of: NaiveTree, size: number) =>
  parseCheckpoint(noteOf(headText(log.name, size, of.root(size)), [log]))
const proverFor = (of: NaiveTree, size: number) => {
  const files = filesOf(of, size)
  const source = { read: async (path: string) => files.get(path)!, list: async () => [] }
  return proverOf(source, { origin: log.name, size, root: of.root(size) })
}
const LOG = expect.objectContaining({ code: 'LOG' })

describe('two checkpoints of one log that cannot both be', () => {
  it('of one size prove the fraud by themselves', async () => {
    const proof = await fraudOf(signed(tree, 200), signed(other, 200), proverFor(tree, 200))
    expect(openFraud(proof!, keys)).toMatchObject({ older: { size: 200 }, newer: { size: 200 } })
  })

  it('of any two sizes prove it by the tiles of the larger, whichever comes first', async () => {
    for (const [from, to] of [
      [101, 300],
      [128, 129],
      [128, 256],
      [256, 300],
      [150, 151],
      [299, 300],
    ] as const)
      for (const pair of [
        [signed(other, from), signed(tree, to)],
        [signed(tree, to), signed(other, from)],
      ] as const) {
        const proof = await fraudOf(...pair, proverFor(tree, to))
        expect(openFraud(proof!, keys)).toMatchObject({ older: { size: from }, newer: { size: to } })
      }
  })

  it('are none where one begins with the other', async () => {
    for (const [from, to] of [
      [0, 300],
      [1, 300],
      [100, 100],
      [100, 300],
      [256, 300],
    ] as const)
      expect(
        await fraudOf(signed(other, Math.min(from, 100)), signed(tree, to), proverFor(tree, to)),
      ).toBeNull()
    for (const [from, to] of [
      [128, 300],
      [255, 257],
      [299, 300],
    ] as const)
      expect(await fraudOf(signed(tree, from), signed(tree, to), proverFor(tree, to))).toBeNull()
  })

  it('are not made out of tiles that are not the log’s', async () => {
    await expect(fraudOf(signed(tree, 150), signed(tree, 300), proverFor(other, 300))).rejects.toThrow(LOG)
  })
})

describe('a fraud proof', () => {
  const foreign = signerOf('lake.portolan/audit/2026h2', 1)
  const fileOf = (older: Buffer, newer: Buffer, path: Buffer[] = []) =>
    Buffer.from(
      JSON.stringify({
        type: 'portolan-log-fraud/v1',
        older: older.toString(),
        newer: newer.toString(),
        path: path.map((hash) => hash.toString('base64')),
      }),
    )
  const note = (of: NaiveTree, size: number, by = log) => noteOf(headText(by.name, size, of.root(size)), [by])

  it.each([
    ['of one checkpoint twice', fileOf(note(tree, 200), note(tree, 200))],
    ['of two that agree', fileOf(note(tree, 150), note(tree, 300), tree.subproof(150, 0, 300, false))],
    [
      'of two that agree, by a path of another tree',
      fileOf(note(tree, 150), note(tree, 300), other.subproof(150, 0, 300, false)),
    ],
    [
      'of two that agree, by the newer root alone',
      fileOf(note(tree, 150), note(tree, 300), [tree.root(300)]),
    ],
    ['of two that agree, without a path', fileOf(note(tree, 150), note(tree, 300))],
    [
      'of a full tree by RFC 6962’s shorter path',
      fileOf(note(other, 128), note(tree, 300), tree.proof(128, 300)),
    ],
    [
      'of two in the wrong order',
      fileOf(note(tree, 300), note(other, 150), tree.subproof(150, 0, 300, false)),
    ],
    ['of one size with a path', fileOf(note(tree, 200), note(other, 200), [tree.root(1)])],
    [
      'of one that the log has not signed',
      fileOf(noteOf(headText(log.name, 200, other.root(200)), [foreign]), note(tree, 200)),
    ],
    ['of two logs', fileOf(note(other, 200, foreign), note(tree, 200))],
    ['of an empty log', fileOf(note(tree, 0), note(tree, 200))],
    ['of another type', Buffer.from('{"type":"something"}')],
    ['that is not JSON', Buffer.from('{')],
    ['of a million octets', Buffer.alloc(1_100_000, '{')],
  ])('%s is refused', (_, bytes) =>
    expect(() => openFraud(bytes, [...keys, parseVerifierKey(foreign.vkey)])).toThrow(LOG),
  )

  it('is never made by altering checkpoints that agree', { timeout: 1_800_000 }, () => {
    const { below, flip } = random(409)
    let accepted = 0
    const notes = [100, 150, 151, 200, 256, 300].map((size) => note(tree, size))
    for (let i = 0; i < FUZZ; i++) {
      const [from, to] = [below(6), below(6)]
      const [older, newer] = [Buffer.from(notes[from]!), Buffer.from(notes[to]!)]
      const path = (below(2) === 0 ? tree : other)
        .subproof(1 + below(299), 0, 300, false)
        .map((hash) => Buffer.from(hash))
      const kind = below(4)
      if (kind === 0) flip(older)
      if (kind === 1) flip(newer)
      if (kind === 2 && path.length > 0) flip(path[below(path.length)]!)
      try {
        openFraud(fileOf(older, newer, path), keys)
        accepted++
      } catch (error) {
        if (!(error instanceof Fault) || error.code !== 'LOG') throw error
      }
    }
    expect(accepted).toBe(0)
  })
})
