import { describe, expect, it } from 'vitest'
import { openCosigning } from '../../../../server/audit/tree/cosigning.ts'
import { witnessPolicyOf } from '../../../../server/audit/tree/witness-policy.ts'
import { headText, signerOf } from '../../../clients/core/log/writer.ts'
import { key, ORIGIN, plainMemory, publishTo } from './fixture.ts'
import { memoryObjects } from './memory-objects.ts'
import { leavesFrom, naiveRootOf } from './naive.ts'
import {
  cosign,
  cosignedLog,
  type FakeWitness,
  fakeWitness,
  readBy,
  say,
  tellingMemory,
} from './witnesses.ts'

const honest = cosign(Date.now)
/** A witness that answers when the test lets it. */
async function heldWitness(name: string) {
  const held: (() => void)[] = []
  const witness = await fakeWitness(name, (...args) => void held.push(() => honest(...args)))
  return { witness, release: () => held.shift()?.() }
}

describe('a log and its witnesses', () => {
  it('have a checkpoint once a quorum has signed it, and the lines of all who did', async () => {
    const witnesses = await Promise.all(['ml', 'ne'].map((name) => fakeWitness(name, honest)))
    const { cosigning, memory, until, publisher } = await cosignedLog(witnesses, [
      'group two all ml ne',
      'quorum two',
    ])
    expect(cosigning.cosigned()).toBeNull()
    expect(cosigning.since()).toBeNull()
    const begun = Math.floor(Date.now() / 1_000) * 1_000
    await until(() => cosigning.cosigned() !== null)
    expect(readBy(witnesses, cosigning.cosigned())).toEqual({ size: 10, names: ['ml', 'ne'] })
    expect(memory.checkpoint).toEqual(cosigning.cosigned())
    expect(cosigning.since()).toBeGreaterThanOrEqual(begun - 1_000)
    expect(cosigning.since()).toBeLessThanOrEqual(Date.now())

    await publisher.publish(leavesFrom(10, 700))
    cosigning.submit()
    await until(() => readBy(witnesses, cosigning.cosigned())!.size === 700)
    expect(witnesses[0]!.sent.map(({ old, size, hashes }) => ({ old, size, proves: hashes > 0 }))).toEqual([
      { old: 0, size: 10, proves: false },
      { old: 10, size: 700, proves: true },
    ])
  })

  it('are asked again after a time, and the same checkpoint has a newer one then', async () => {
    let now = 1_770_000_000_000
    const clock = () => now
    let due = () => {}
    const timer = (ms: number, run: () => void) => {
      expect(ms).toBe(10_000)
      due = run
      return () => {}
    }
    const witness = await fakeWitness('ml', cosign(clock))
    const { cosigning, until } = await cosignedLog([witness], ['quorum ml'], { clock, timer })
    await until(() => cosigning.since() === 1_770_000_000_000)
    now += 10_000
    due()
    await until(() => cosigning.since() === 1_770_000_010_000)
    expect(witness.sent.map(({ old, size }) => [old, size])).toEqual([
      [0, 10],
      [10, 10],
    ])
  })

  it('make a quorum of one and the same checkpoint only, however the log grows meanwhile', async () => {
    const quick = await fakeWitness('ml', honest)
    const { witness: late, release } = await heldWitness('ne')
    const both = [quick, late]
    const { cosigning, publisher, until } = await cosignedLog(both, ['group g all ml ne', 'quorum g'])
    await late.asked()
    await publisher.publish(leavesFrom(10, 20))
    cosigning.submit()
    release()
    await until(() => cosigning.cosigned() !== null)
    expect(readBy(both, cosigning.cosigned())).toEqual({ size: 10, names: ['ml', 'ne'] })
    // What was wished meanwhile begins then, and not before: the quick one would else have run ahead.
    await late.asked()
    expect(quick.sent.map(({ size }) => size)).toEqual([10, 20])
    release()
    await until(() => readBy(both, cosigning.cosigned())!.size === 20)
  })

  it('go on while one of them is silent, which is said once', async () => {
    const quick = await Promise.all(['ml', 'ne'].map((name) => fakeWitness(name, honest)))
    const silent = await fakeWitness('it', () => {})
    const { cosigning, publisher, until, complaints } = await cosignedLog(
      [...quick, silent],
      ['group g 2 ml ne it', 'quorum g'],
      { timeout: 2_000 },
    )
    for (let size = 20; size <= 100; size += 10) {
      await publisher.publish(leavesFrom(size - 10, size))
      cosigning.submit()
      await until(() => readBy([...quick, silent], cosigning.cosigned())?.size === size)
    }
    while (silent.sent.length < 3) {
      const asked = silent.asked()
      cosigning.submit()
      await asked
    }
    expect(complaints.map(({ witness, fault }) => [witness, fault.code])).toEqual([
      ['witness.example/it', 'UNREACHABLE'],
    ])
  })

  it('have the line of one who is late beside the others’', async () => {
    const quick = await fakeWitness('ml', honest)
    const { witness: late, release } = await heldWitness('ne')
    const both = [quick, late]
    const { cosigning, until } = await cosignedLog(both, ['quorum ml'])
    await until(() => cosigning.cosigned() !== null)
    expect(readBy(both, cosigning.cosigned())!.names).toEqual(['ml'])
    if (late.sent.length === 0) await late.asked()
    release()
    await until(() => readBy(both, cosigning.cosigned())!.names.length === 2)
  })

  it('are asked from where each of them is, which it says itself', async () => {
    const far = await fakeWitness('ml', ({ old, size }, response, signer) => {
      const seen = 7
      if (old !== seen) say(response, 409, `${seen}\n`, 'text/x.tlog.size')
      else honest({ old, size, hashes: 0, text: textOf(10) }, response, signer)
    })
    const { cosigning, until } = await cosignedLog([far], ['quorum ml'])
    await until(() => cosigning.cosigned() !== null)
    expect(far.sent.map(({ old, hashes }) => [old, hashes])).toEqual([
      [0, 0],
      [7, 5],
    ])
  })

  it('are not needed where the policy asks for none, and yet are heard', async () => {
    const witness = await fakeWitness('ml', honest)
    const { cosigning, until } = await cosignedLog([witness], ['quorum none'])
    await until(() => readBy([witness], cosigning.cosigned())?.names.length === 1)
    expect(cosigning.since()).toBeLessThanOrEqual(Date.now())
  })

  it('stop at once when the log is closed', async () => {
    const silent = await fakeWitness('ml', () => {})
    const { cosigning, complaints } = await cosignedLog([silent], ['quorum ml'])
    await silent.asked()
    await cosigning.close()
    cosigning.submit()
    expect(complaints).toEqual([])
    expect(silent.sent).toHaveLength(1)
  })
})

const textOf = (size: number) => headText(ORIGIN, size, naiveRootOf(size))

describe('a log that opens again', () => {
  const line = (witness: FakeWitness) => `${witness.line}\n`

  async function opened(checkpoint: Buffer | null, policy: string, size = 10) {
    const objects = memoryObjects()
    const publisher = await publishTo(objects, size)
    const memory = plainMemory(checkpoint)
    return openCosigning({
      ...{ policy: witnessPolicyOf(Buffer.from(policy)), log: publisher, objects, key, memory },
      ...{ clock: Date.now, timer: () => () => {} },
    })
  }

  it('has what was co-signed before, and asks from there', async () => {
    const witness = await fakeWitness('ml', honest)
    const first = await cosignedLog([witness], ['quorum ml'])
    await first.until(() => first.cosigning.cosigned() !== null)
    const kept = first.memory.checkpoint!
    const since = first.cosigning.since()
    await first.cosigning.close()

    witness.reply = () => {}
    const asked = witness.asked()
    const again = await opened(kept, `${line(witness)}quorum ml`, 300)
    expect([again.cosigned(), again.since()]).toEqual([kept, since])
    await asked
    expect(witness.sent.at(-1)).toMatchObject({ old: 10, size: 300 })
    await again.close()

    // Not under a policy that it does not fulfil, nor after damage.
    const other = `witness ne ${signerOf('other.example', 4).vkey} ${witness.line.split(' ')[3]}`
    for (const [checkpoint, policy] of [
      [kept, `${line(witness)}${other}\ngroup g all ml ne\nquorum g`],
      [kept.subarray(0, -2), `${line(witness)}quorum ml`],
      [Buffer.from(kept.toString().replace('\n10\n', '\n11\n')), `${line(witness)}quorum ml`],
      [Buffer.alloc(0), `${line(witness)}quorum ml`],
    ] as const) {
      const anew = await opened(checkpoint, policy)
      expect([anew.cosigned(), anew.since()]).toEqual([null, null])
      await anew.close()
    }
  })

  it('does not go on where a quorum has seen more of it, or another', async () => {
    const witness = await fakeWitness('ml', honest)
    const first = await cosignedLog([witness], ['quorum ml'], { size: 20 })
    await first.until(() => first.cosigning.cosigned() !== null)
    const kept = first.memory.checkpoint!
    await expect(opened(kept, `${line(witness)}quorum ml`)).rejects.toMatchObject({
      code: 'LOG_DAMAGED',
      message: 'expected the 20 leaves that were co-signed, got 10',
    })
  })

  it('does not begin where nobody could ever be enough', async () => {
    const policy = `witness ml ${signerOf('w.example', 4).vkey}\nquorum ml`
    await expect(opened(null, policy)).rejects.toMatchObject({ code: 'CONFIG' })
  })
})

it('says what is the matter with its own disk, and shows nothing that is not kept', async () => {
  const witness = await fakeWitness('ml', honest)
  const { memory, until } = tellingMemory()
  const keep = memory.keep
  memory.keep = () => Promise.reject(Object.assign(new Error('no room'), { code: 'ENOSPC' }))
  const { cosigning, complained, complaints } = await cosignedLog([witness], ['quorum ml'], { memory })
  await complained()
  expect(complaints).toMatchObject([{ witness: null, fault: { code: 'AUDIT_UNAVAILABLE' } }])
  expect(cosigning.cosigned()).toBeNull()
  memory.keep = keep
  cosigning.submit()
  await until(() => cosigning.cosigned() !== null)
})

it('makes no proof of tiles that are not there, and says so', async () => {
  const witness = await fakeWitness('ml', (_, response) => say(response, 409, '3\n'))
  const objects = { read: async () => null }
  const { complained, complaints } = await cosignedLog([witness], ['quorum ml'], { objects })
  await complained()
  expect(complaints).toMatchObject([
    {
      witness: 'witness.example/ml',
      fault: { code: 'LOG_DAMAGED', message: expect.stringContaining('tile/0') },
    },
  ])
})
