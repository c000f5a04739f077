import { describe, expect, it } from 'vitest'
import { openCosigning } from '../../../../server/audit/tree/cosigning.ts'
import { witnessPolicyOf } from '../../../../server/audit/tree/witness-policy.ts'
import { signerOf } from '../../../clients/core/log/writer.ts'
import { key, plainMemory, publishTo } from './fixture.ts'
import { memoryObjects } from './memory-objects.ts'
import { cosign, cosignedLog, type FakeWitness, fakeWitness, tellingMemory } from './witnesses.ts'

const honest = cosign(Date.now)

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
