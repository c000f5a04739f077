import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, it } from 'vitest'
import { openDirectory } from '../../../../server/audit/tree/directory-objects.ts'
import { keepSigningKey } from '../../../../server/audit/tree/key-file.ts'
import { openPublisher } from '../../../../server/audit/tree/publisher.ts'
import { openDisk } from '../../../faults/disk.ts'
import { newHome } from '../home.ts'
import { ORIGIN } from './fixture.ts'
import { leavesFrom, naiveRootOf } from './naive.ts'

const KILLS = Number(process.env.PORTOLAN_TEST_KILLS ?? 12)

function start(dir: string, keyFile: string, killAt: number, under: string[] = []) {
  const program = join(import.meta.dirname, 'publishing.ts')
  const [first, ...args] = [...under, process.execPath, program, dir, keyFile, String(killAt)]
  const child = spawn(first!, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  return { child, lines: createInterface(child.stdout)[Symbol.asyncIterator](), closed: once(child, 'close') }
}

it(`keeps every published leaf over ${KILLS} kills in the midst of a change, and goes on from there`, async () => {
  const dir = join(newHome(), 'log')
  const keyFile = join(newHome(), 'key')
  for (let kill = 0; kill < KILLS; kill++) {
    const { lines, closed } = start(dir, keyFile, 2 + kill * 7)
    let told = 0
    for await (const line of { [Symbol.asyncIterator]: () => lines }) told = Number(line)
    expect((await closed)[1]).toBe('SIGKILL')
    const key = await keepSigningKey(keyFile, ORIGIN)
    const publisher = await openPublisher({ objects: await openDirectory(dir), signers: [key], whole: true })
    const { size, root } = publisher.head()
    expect(size).toBeGreaterThanOrEqual(told)
    expect(root).toEqual(naiveRootOf(size))
    await publisher.publish(leavesFrom(size, size + 1))
    await publisher.close()
  }
})

it('lets one process publish, and the next as soon as the first is killed', async () => {
  const dir = join(newHome(), 'log')
  const keyFile = join(newHome(), 'key')
  const first = start(dir, keyFile, -1)
  expect((await first.lines.next()).value).toBe('0')
  const second = start(dir, keyFile, -1)
  expect((await second.lines.next()).value).toBe('LOG_FENCED')
  await second.closed
  first.child.kill('SIGKILL')
  await first.closed
  const third = start(dir, keyFile, -1)
  expect(Number((await third.lines.next()).value)).toBeGreaterThanOrEqual(0)
  third.child.kill('SIGKILL')
  await third.closed
})

it('stops when its disk is full, and goes on when there is room again', async () => {
  const path = join(newHome(), 'disk')
  const keyFile = join(newHome(), 'key')
  const dir = join(path, 'log')
  const key = await keepSigningKey(keyFile, ORIGIN)
  // No room for a bundle of two batches, be it on the disk or, where none can be mounted, in one file.
  const disk = await openDisk(path, 8, () => null)
  try {
    const publishUntilFull = async () => {
      const room = await disk.fill(20_000)
      const { lines, closed } = start(dir, keyFile, -1, disk.under())
      const told: string[] = []
      for await (const line of { [Symbol.asyncIterator]: () => lines }) told.push(line)
      await closed
      await room()
      return told
    }
    let size = 0
    for (let round = 0; round < 3; round++) {
      const told = await publishUntilFull()
      expect(told.at(-1)).toBe('AUDIT_UNAVAILABLE')
      const objects = await openDirectory(dir)
      const publisher = await openPublisher({ objects, signers: [key], whole: true })
      expect(publisher.head().size).toBeGreaterThanOrEqual(Math.max(size, Number(told.at(-2) ?? 0)))
      ;({ size } = await publisher.publish(leavesFrom(publisher.head().size, publisher.head().size + 300)))
      expect(publisher.head().root).toEqual(naiveRootOf(size))
      await publisher.close()
    }
  } finally {
    disk.close()
  }
})
