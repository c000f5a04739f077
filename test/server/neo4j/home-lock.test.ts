import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { takeHome } from '../../../server/neo4j/home-lock.ts'

const MODULE = new URL('../../../server/neo4j/home-lock.ts', import.meta.url).href
let home: string

beforeEach(async () => {
  home = join(await mkdtemp(join(tmpdir(), 'portolan-home-')), 'new', 'home')
})
afterEach(() => rm(join(home, '../..'), { recursive: true, force: true }))

/** A process that takes the home, forgets the lock, collects its garbage and says so; it ends with its stdin. */
async function holderProcess() {
  const program = `
    const { takeHome } = await import(${JSON.stringify(MODULE)})
    await takeHome(${JSON.stringify(home)})
    process.stdin.resume().once('end', () => process.exit())
    setTimeout(() => { gc(); console.log('held') }, 50)`
  const child = spawn(process.execPath, ['--expose-gc', '--input-type=module', '-e', program], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  return child
}

test('a home is made for its user alone, also when it was open before', async () => {
  const held = await takeHome(home)
  expect((await stat(home)).mode & 0o777).toBe(0o700)
  expect((await stat(join(home, 'holder'))).mode & 0o777).toBe(0o600)
  await held.release()
  await chmod(home, 0o755)
  await (await takeHome(home)).release()
  expect((await stat(home)).mode & 0o777).toBe(0o700)
})

test('a second start in the same process is refused, and a release frees the home', async () => {
  const held = await takeHome(home)
  await expect(takeHome(home)).rejects.toMatchObject({
    code: 'HOME_BUSY',
    message: `expected a free home, got one in use by process ${process.pid}`,
  })
  await held.release()
  await held.release()
  await (await takeHome(home)).release()
})

test('a second start is told the pid of the first, and a kill -9 of the first frees the home', async () => {
  const child = await holderProcess()
  await expect(takeHome(home)).rejects.toThrow(`in use by process ${child.pid}`)
  child.kill('SIGKILL')
  await once(child, 'exit')
  await (await takeHome(home)).release()
})

test('of many starts at once exactly one has the home', async () => {
  const starts = await Promise.allSettled(Array.from({ length: 20 }, () => takeHome(home)))
  const winners = starts.filter((start) => start.status === 'fulfilled')
  expect(winners).toHaveLength(1)
  await winners[0]!.value.release()
})
