import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, it } from 'vitest'
import { openDirectory } from '../../../../server/audit/tree/directory-objects.ts'
import { keepSigningKey } from '../../../../server/audit/tree/key-file.ts'
import { openPublisher } from '../../../../server/audit/tree/publisher.ts'
import { newHome } from '../home.ts'
import { ORIGIN } from './fixture.ts'
import { leavesFrom, naiveRootOf } from './naive.ts'

const KILLS = Number(process.env.PORTOLAN_TEST_KILLS ?? 12)

function start(dir: string, keyFile: string, killAt: number) {
  const program = join(import.meta.dirname, 'publishing.ts')
  const child = spawn(process.execPath, [program, dir, keyFile, String(killAt)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
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
