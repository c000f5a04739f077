import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openCheckpoint } from '../../../clients/core/log/checkpoint.ts'
import { cosignerOf } from '../../../clients/core/log/cosign.ts'
import { openFraud } from '../../../clients/core/log/fraud.ts'
import { parseVerifierKey } from '../../../clients/core/log/note.ts'
import { type Kept, openKept } from '../../../clients/witness/kept.ts'
import { type Witness, type WitnessAnswer, witnessOf } from '../../../clients/witness/witness.ts'
import { headText, noteOf, signerOf } from '../core/log/writer.ts'
import { checkpoint, cosigner, grow, log, logs, other, submit, tree, witnessKey } from './signed-log.ts'

let folder: string
let kept: Kept
let witness: Witness
let now = 1_770_000_000_000
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portolan-witness-'))
  kept = await openKept(folder)
  witness = witnessOf({ cosigner, logs, kept, clock: () => now })
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const status = async (body: Buffer) => (await witness.addCheckpoint(body)).status
const frauds = async () => (await readdir(folder)).filter((name) => name.startsWith('fraud-'))

/** When the witness says that it signed this checkpoint. */
function timeIn({ status, body }: WitnessAnswer, note: Buffer): number {
  expect(status).toBe(200)
  const { signers } = openCheckpoint(Buffer.concat([note, Buffer.from(body)]), logs, [witnessKey])
  return signers.get(witnessKey)!.time!
}

describe('a witness', () => {
  it('co-signs a log as it grows, at the time it says', async () => {
    let last = 0
    for (const size of [0, 1, 5, 5, 128, 256, 257, 300]) {
      const answer = await witness.addCheckpoint(grow(last, size))
      expect(timeIn(answer, checkpoint(size))).toBe(1_770_000_000)
      last = size
    }
    expect(await readdir(folder)).toHaveLength(1)
  })

  it('never dates a larger tree before a smaller one, whatever its clock says', async () => {
    expect(timeIn(await witness.addCheckpoint(grow(0, 5)), checkpoint(5))).toBe(1_770_000_000)
    now -= 3_600_000
    expect(timeIn(await witness.addCheckpoint(grow(5, 9)), checkpoint(9))).toBe(1_770_000_000)
    now += 3_600_000
  })

  it('goes on from what it had seen when it starts again', async () => {
    await witness.addCheckpoint(grow(0, 100))
    witness = witnessOf({ cosigner, logs, kept: await openKept(folder), clock: () => now })
    expect(await status(grow(0, 200))).toBe(409)
    expect(await status(grow(100, 200, other))).toBe(200)
    expect(await status(grow(200, 300))).toBe(422)
  })

  it('takes either key of a log that changes its own', async () => {
    const next = signerOf(log.name, 1, 'next')
    const both = [...logs, parseVerifierKey(next.vkey)]
    witness = witnessOf({ cosigner, logs: both, kept, clock: () => now })
    expect(await status(grow(0, 5))).toBe(200)
    expect(await status(submit(5, checkpoint(9, tree, [next]), tree.proof(5, 9)))).toBe(200)
  })

  it('keeps nothing that unknown keys have added to a checkpoint', async () => {
    const stranger = signerOf('stranger.example', 4)
    expect(await status(submit(0, checkpoint(5, tree, [stranger, log])))).toBe(200)
    const { seen } = await kept.last(log.name)
    expect(seen!.checkpoint).toBe(checkpoint(5).toString())
  })
})

describe('what a witness does not co-sign', () => {
  beforeEach(async () => expect(await status(grow(0, 150))).toBe(200))

  const foreign = signerOf('lake.portolan/audit/2026h2', 1)
  it.each<[string, Buffer, number]>([
    [
      'a log that it does not watch',
      submit(0, noteOf(headText(foreign.name, 5, tree.root(5)), [foreign])),
      404,
    ],
    ['a checkpoint of another key', submit(150, checkpoint(200, tree, [signerOf(log.name, 1, 'else')])), 403],
    [
      'a checkpoint that only witnesses signed',
      submit(150, checkpoint(200, tree, [signerOf('w.example', 4)])),
      403,
    ],
    ['an altered checkpoint', Buffer.from(grow(150, 200).toString().replace('\n200\n', '\n201\n')), 403],
    ['an old size beyond the new one', submit(150, checkpoint(149)), 400],
    ['an older tree', submit(150, checkpoint(100)), 400],
    ['a smaller step than it has seen', grow(100, 200), 409],
    ['a larger step than it has seen', grow(160, 200), 409],
    ['a beginning', grow(0, 200), 409],
    ['the same size with another root', submit(150, checkpoint(150, other)), 409],
    ['the same tree with a proof', submit(150, checkpoint(150), [tree.root(1)]), 422],
    ['another tree', grow(150, 200, other), 422],
    ['no proof', submit(150, checkpoint(200)), 422],
    ['the proof of another step', submit(150, checkpoint(200), tree.proof(149, 200)), 422],
    [
      'a proof with a hash too many',
      submit(150, checkpoint(200), [...tree.proof(150, 200), tree.root(1)]),
      422,
    ],
    ['nothing', Buffer.alloc(0), 400],
    ['a checkpoint alone', checkpoint(200), 400],
    ['an old size that begins with zero', Buffer.from(`old 0150\n\n${checkpoint(200)}`), 400],
    ['an old size below zero', Buffer.from(`old -1\n\n${checkpoint(200)}`), 400],
    ['64 hashes', submit(150, checkpoint(200), Array(64).fill(tree.root(1))), 400],
    ['a hash that is none', Buffer.from(`old 150\nAAAA\n\n${checkpoint(200)}`), 400],
    ['carriage returns', Buffer.from(grow(150, 200).toString().replaceAll('\n', '\r\n')), 400],
    ['octets that are no text', Buffer.concat([Buffer.of(0xff), grow(150, 200)]), 400],
  ])('%s', async (_, body, expected) => {
    const before = await kept.last(log.name)
    const answer = await witness.addCheckpoint(body)
    expect(answer.status).toBe(expected)
    if (expected === 409) expect(answer).toEqual({ status: 409, body: '150\n', type: 'text/x.tlog.size' })
    expect(answer.body).not.toContain('—')
    expect(await kept.last(log.name)).toEqual(before)
    expect(await status(grow(150, 200))).toBe(200)
  })

  it('it accuses, where one size has two roots, by a proof that anybody can confirm', async () => {
    expect(await frauds()).toEqual([])
    for (const old of [150, 150, 0]) expect(await status(submit(old, checkpoint(150, other)))).toBe(409)
    const [name, ...others] = await frauds()
    expect(others).toEqual([])
    const proof = await readFile(join(folder, name!))
    expect(openFraud(proof, logs)).toMatchObject({ older: { size: 150 }, newer: { size: 150 } })
  })

  it('it also refuses while what it has seen can’t be read', async () => {
    const [name] = await readdir(folder)
    for (const text of ['', '{', '{"checkpoint":"x","time":1}']) {
      await writeFile(join(folder, name!), text)
      await expect(witness.addCheckpoint(grow(150, 200))).rejects.toMatchObject({ code: 'CONFIG' })
    }
  })
})

describe('submissions at the same time', () => {
  it('never roll back what was co-signed: the race of C2SP tlog-witness', async () => {
    await witness.addCheckpoint(grow(0, 100))
    // A is N, B is N + K: whichever comes first, what follows starts from it.
    const [a, b] = await Promise.all([
      witness.addCheckpoint(grow(100, 120)),
      witness.addCheckpoint(grow(100, 200)),
    ])
    expect([a.status, b]).toEqual([200, { status: 409, body: '120\n', type: 'text/x.tlog.size' }])
    expect(await status(grow(120, 200))).toBe(200)
  })

  it('are co-signed once for each step, by two processes on one folder as well', {
    timeout: 600_000,
  }, async () => {
    const twins = await Promise.all(
      [1, 2, 3].map(async () =>
        witnessOf({ cosigner, logs, kept: await openKept(folder), clock: () => now }),
      ),
    )
    const granted: { from: number; to: number }[] = []
    async function climb(twin: Witness, stride: number): Promise<void> {
      for (let from = 0; from + stride <= 300; ) {
        const to = from + stride
        const { status, body } = await twin.addCheckpoint(grow(from, to))
        if (status === 200) granted.push({ from, to })
        expect([200, 409]).toContain(status)
        from = status === 200 ? to : Number(body)
      }
    }
    await Promise.all(twins.flatMap((twin, i) => [climb(twin, i + 1), climb(twin, i + 4)]))
    // No two steps that were granted overlap: there is one history. One that another process overtook before it could
    // answer is in that history, and was answered by a size instead of a signature.
    const ordered = granted.sort((left, right) => left.from - right.from)
    const overlapping = ordered.filter(({ from }, i) => i > 0 && from < ordered[i - 1]!.to)
    expect(overlapping).toEqual([])
    expect(ordered.length).toBeGreaterThan(10)
    const { seen } = await kept.last(log.name)
    expect(Number(seen!.checkpoint.split('\n')[1])).toBeGreaterThanOrEqual(ordered.at(-1)!.to)
    expect(await readdir(folder)).toHaveLength(1)
  })
})

describe('what a witness keeps', () => {
  const seen = (size: number) => ({ checkpoint: checkpoint(size).toString(), time: 1 })

  it('is one step for each log, which nobody takes twice', async () => {
    const twin = await openKept(folder)
    expect(await kept.persist(log.name, { step: 1, seen: seen(100) })).toBe(true)
    expect(await twin.persist(log.name, { step: 1, seen: seen(50) })).toBe(false)
    expect(await twin.last(log.name)).toEqual({ step: 1, seen: seen(100) })
    expect(await twin.last('lake.portolan/audit/2026h2')).toEqual({ step: 0, seen: null })
  })

  it('is not rolled back by a process that slept while the step it wanted came and went', async () => {
    for (const step of [1, 2])
      expect(await kept.persist(log.name, { step, seen: seen(100 * step) })).toBe(true)
    expect(await (await openKept(folder)).persist(log.name, { step: 1, seen: seen(50) })).toBe(false)
    expect(await kept.last(log.name)).toEqual({ step: 2, seen: seen(200) })
    expect(await readdir(folder)).toHaveLength(1)
  })
})

describe('the key of a witness', () => {
  it.each(['', 'something else', '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n'])(
    'is refused where it is none',
    (pem) => expect(() => cosignerOf('w.example', pem)).toThrow(expect.objectContaining({ code: 'LOG' })),
  )
})
