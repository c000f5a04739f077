import { describe, expect, it } from 'vitest'
import { headText } from '../../../clients/core/log/writer.ts'
import { ORIGIN } from './fixture.ts'
import { leavesFrom, naiveRootOf } from './naive.ts'
import { cosign, cosignedLog, fakeWitness, type Reply, readBy, say } from './witnesses.ts'

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
    for (const size of [20, 30, 40]) {
      await publisher.publish(leavesFrom(size - 10, size))
      cosigning.submit()
      await quick.settled()
    }
    release()
    await until(() => cosigning.cosigned() !== null)
    expect(readBy(both, cosigning.cosigned())).toEqual({ size: 10, names: ['ml', 'ne'] })
    // What was wished meanwhile begins then, and not before: the quick one would else be ahead of the late one for ever.
    await late.asked()
    release()
    await until(() => readBy(both, cosigning.cosigned())!.size === 40)
    expect(quick.sent.map(({ size }) => size)).toEqual([10, 40])
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

  it('never have an older one after a newer one, whoever signs it late', async () => {
    const quick = await fakeWitness('ml', honest)
    const { witness: late, release } = await heldWitness('ne')
    const both = [quick, late]
    const world = await cosignedLog(both, ['group g any ml ne', 'quorum g'])
    const { cosigning, memory, publisher, until } = world
    const sizes: number[] = []
    const keep = memory.keep
    memory.keep = (next) => {
      sizes.push(readBy(both, next)!.size)
      return keep(next)
    }
    await until(() => cosigning.cosigned() !== null)
    if (late.sent.length === 0) await late.asked()
    await publisher.publish(leavesFrom(10, 20))
    cosigning.submit()
    await until(() => readBy(both, cosigning.cosigned())!.size === 20)
    const asked = late.asked()
    release()
    await asked
    release()
    await until(() => readBy(both, cosigning.cosigned())!.names.length === 2)
    expect(sizes).toEqual(sizes.toSorted((left, right) => left - right))
    expect(late.sent.map(({ size }) => size)).toEqual([10, 20])
  })

  it('are complained of again when they are well and then are not', async () => {
    let now = 1_770_000_000_000
    const clock = () => now
    const failing: Reply = (_, response) => say(response, 500, '')
    const witness = await fakeWitness('ml', failing)
    const { cosigning, until, complaints } = await cosignedLog([witness], ['quorum ml'], { clock })
    for (const rounds of [2, 3]) {
      witness.reply = failing
      for (let round = 0; round < rounds; round++) {
        const asked = witness.asked()
        cosigning.submit()
        await asked
        await witness.settled()
      }
      witness.reply = cosign(clock)
      now += 1_000
      cosigning.submit()
      await until(() => cosigning.since() === now)
    }
    expect(complaints.map(({ fault }) => fault.code)).toEqual(['LOG', 'LOG'])
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
