import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openCheckpoint } from '../../clients/core/log/checkpoint.ts'
import { parsePolicy, quorumSince } from '../../clients/core/log/policy.ts'
import { openCosigning } from '../../server/audit/tree/cosigning.ts'
import { openDirectory } from '../../server/audit/tree/directory-objects.ts'
import { openPublisher } from '../../server/audit/tree/publisher.ts'
import { witnessPolicyOf } from '../../server/audit/tree/witness-policy.ts'
import { newHome } from '../server/audit/home.ts'
import { key, ORIGIN } from '../server/audit/tree/fixture.ts'
import { leavesFrom } from '../server/audit/tree/naive.ts'
import { tellingMemory } from '../server/audit/tree/witnesses.ts'
import {
  buildLitewitness,
  type Litewitness,
  type LitewitnessHome,
  litewitnessHome,
  startLitewitness,
} from './litewitness.ts'

let program: string
let home: LitewitnessHome
let witness: Litewitness
beforeAll(async () => {
  program = await buildLitewitness()
  const dir = join(newHome(), 'w')
  mkdirSync(dir)
  home = await litewitnessHome(dir, ORIGIN, key.vkey)
  witness = await startLitewitness(program, home)
}, 900_000)
afterAll(async () => {
  await witness.kill()
  home.close()
})

/** A log of `size` leaves that asks this witness when it is told to. */
async function openLog(size: number, variety = 0) {
  const objects = await openDirectory(join(newHome(), 'log'))
  const publisher = await openPublisher({ objects, signers: [key] })
  await publisher.publish(leavesFrom(0, size, variety))
  const { memory, until } = tellingMemory()
  const complaints: { code: string; message: string }[] = []
  let complained = () => {}
  const complaint = new Promise<void>((told) => {
    complained = told
  })
  const text = `log ${key.vkey}\nwitness lite ${witness.vkey} ${witness.url}\nquorum lite\n`
  const cosigning = await openCosigning({
    ...{ policy: witnessPolicyOf(Buffer.from(text)), log: publisher, objects, key, memory },
    ...{ clock: Date.now, timer: () => () => {}, timeout: 60_000 },
    complain({ code, message }) {
      complaints.push({ code, message })
      complained()
    },
  })
  const policy = parsePolicy(Buffer.from(text))
  /** The size of what it has co-signed, as our own verifier reads it. */
  const cosigned = () => {
    const bytes = cosigning.cosigned()
    if (!bytes) return 0
    const { checkpoint, signers } = openCheckpoint(bytes, policy.logs, policy.witnesses)
    expect(quorumSince(policy, signers)! * 1_000).toBe(cosigning.since())
    return checkpoint.size
  }
  const grow = async (to: number) => {
    await publisher.publish(leavesFrom(publisher.head().size, to))
    cosigning.submit()
    await until(() => cosigned() === to)
  }
  const close = () => Promise.all([cosigning.close(), publisher.close()])
  return { cosigned, until, grow, complaints, complaint, close }
}

it('co-signs our log as it grows, and goes on after it was killed', async () => {
  const log = await openLog(1)
  await log.until(() => log.cosigned() === 1)
  for (const size of [2, 3, 255, 256, 257, 5_000]) await log.grow(size)
  await witness.kill()
  witness = await startLitewitness(program, home)
  for (const size of [5_001, 66_000, 70_000]) await log.grow(size)
  expect(log.complaints).toEqual([])
  await log.close()

  // The log forgets whom it has asked, and is told where to go on from.
  const again = await openLog(70_500)
  await again.until(() => again.cosigned() === 70_500)
  expect(again.complaints).toEqual([])
  await again.close()
})

it('does not co-sign what is no continuation, and we say so', async () => {
  const log = await openLog(70_500)
  await log.until(() => log.cosigned() === 70_500)
  await log.close()
  for (const [size, variety] of [
    [70_400, 0],
    [70_500, 1],
    [70_600, 1],
  ] as const) {
    const forged = await openLog(size, variety)
    await forged.complaint
    expect(forged.complaints, `${size}`).toMatchObject([{ code: 'LOG_DAMAGED' }])
    expect(forged.cosigned()).toBe(0)
    await forged.close()
  }
})
