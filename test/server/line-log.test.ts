import { execFile, spawn } from 'node:child_process'
import {
  appendFile,
  constants,
  type FileHandle,
  open,
  readdir,
  readFile,
  readlink,
  stat,
  writeFile,
} from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { openLineLog, replaceLines } from '../../server/line-log.ts'
import { tempFolder } from './directory/world.ts'

const MODULE = fileURLToPath(new URL('../../server/line-log.ts', import.meta.url))

/** Appends numbers, four at a time, until it is killed, and says each one only after it was acknowledged. */
const WRITER = `
  const { openLineLog } = await import(process.argv[1])
  const log = await openLineLog(process.argv[2])
  const append = async (n) => {
    await log.append({ n, padding: 'x'.repeat(2000) })
    process.stdout.write(n + '\\n')
  }
  for (let n = log.lines.length; ; n += 4) await Promise.all([n, n + 1, n + 2, n + 3].map(append))`

async function writeUntilKilled(file: string, after: number): Promise<number> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', WRITER, MODULE, file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  child.stdout.on('data', (chunk) => {
    said += chunk
    if (said.split('\n').length > after) child.kill('SIGKILL')
  })
  await new Promise((resolve) => child.on('close', resolve))
  return Number(said.split('\n').at(-2))
}

const run = async (command: string, args: string[]) => (await promisify(execFile)(command, args)).stdout

/** Two lines, then a group that goes beyond the limit, then two more. */
const OVERFLOW = [
  '--input-type=module',
  '-e',
  `
  const { openLineLog } = await import(process.argv[1])
  const log = await openLineLog(process.argv[2])
  const write = async (from, paddings) =>
    (await Promise.allSettled(paddings.map((padding, i) => log.append({ n: from + i, padding })))).map(
      ({ status, reason }) => reason?.code ?? status,
    )
  const first = await write(0, ['', ''])
  const tooLong = await write(2, ['x'.repeat(2000), 'x'.repeat(9000), ''])
  const after = await write(5, ['', ''])
  await log.close()
  process.stdout.write(JSON.stringify({ first, tooLong, after }))`,
  MODULE,
]

const numbers = async (file: string) =>
  (await readFile(file, 'utf8'))
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line).n)

/** Spies on the real methods of every file handle. */
async function spied(...methods: ('write' | 'truncate')[]) {
  const handle = await open(tempFolder())
  const spies = methods.map((method) => vi.spyOn(Object.getPrototypeOf(handle) as FileHandle, method))
  await handle.close()
  return spies
}
afterEach(() => void vi.restoreAllMocks())

describe('a line log', () => {
  it('has every line that was acknowledged before kill -9, three times over', async () => {
    const file = `${tempFolder()}/log`
    for (const after of [5, 17, 40]) {
      const acknowledged = await writeUntilKilled(file, after)
      const log = await openLineLog(file)
      expect(log.lines.length).toBeGreaterThan(acknowledged)
      for (const [n, line] of log.lines.entries()) expect(JSON.parse(line).n).toBe(n)
      await log.close()
    }
  })

  it.each(['{"n":1', '\u0000\u0000\u0000', '{"é'])('cuts off what a torn write left: %j', async (torn) => {
    const file = `${tempFolder()}/log`
    await writeFile(file, '{"n":0}\n')
    await appendFile(file, torn)
    const log = await openLineLog(file)
    await Promise.all([log.append({ n: 1 }), log.append({ n: 2 })])
    await log.close()
    expect(await readFile(file, 'utf8')).toBe('{"n":0}\n{"n":1}\n{"n":2}\n')
  })

  it.each([
    ['all at once', 1],
    ['while another is being written', 2],
  ])('writes through once for all sixteen that append %s', async (_, most) => {
    const file = `${tempFolder()}/log`
    const log = await openLineLog(file)
    const [written] = await spied('write')
    const first = most === 2 ? [log.append({ n: 0 })] : []
    // The first is on its way to the disk before the others come.
    while (most === 2 && written!.mock.calls.length === 0) await Promise.resolve()
    const all = Array.from({ length: 16 - first.length }, (_, i) => log.append({ n: i + first.length }))
    await Promise.all([...first, ...all])
    expect(written!.mock.calls.length).toBe(most)
    await log.close()
    expect(await numbers(file)).toEqual(Array.from({ length: 16 }, (_, n) => n))
  })

  it('acknowledges no line of a group before the whole group is written', async () => {
    const file = `${tempFolder()}/log`
    const log = await openLineLog(file)
    const handle = await open(tempFolder())
    const { write } = handle
    await handle.close()
    const [written] = await spied('write')
    const [reached, letGo] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    written!.mockImplementationOnce(async function (this: FileHandle, ...given: unknown[]) {
      const done = await Reflect.apply(write, this, given)
      reached.resolve()
      await letGo.promise
      return done as never
    } as never)
    let acknowledged = 0
    const all = [0, 1, 2].map((n) => log.append({ n }).then(() => acknowledged++))
    await reached.promise
    expect(await numbers(file)).toEqual([0, 1, 2])
    expect(acknowledged).toBe(0)
    letGo.resolve()
    await Promise.all(all)
    await log.close()
  })

  it('writes through to the disk, as the kernel has the file', async () => {
    const file = `${tempFolder()}/log`
    const log = await openLineLog(file)
    const open = await readdir('/proc/self/fd')
    const links = await Promise.all(open.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')))
    const info = await readFile(`/proc/self/fdinfo/${open[links.indexOf(file)]}`, 'utf8')
    const flags = Number.parseInt(/flags:\s*(\d+)/.exec(info)![1]!, 8)
    expect(flags & constants.O_DSYNC).toBe(constants.O_DSYNC)
    await log.close()
  })

  it('lets everything that was appended land before it closes', async () => {
    const file = `${tempFolder()}/log`
    const log = await openLineLog(file)
    const all = [0, 1, 2].map((n) => log.append({ n }))
    await log.close()
    await Promise.all(all)
    expect(await numbers(file)).toEqual([0, 1, 2])
  })

  it('cuts off a group that a full disk takes half of, tells all of it, and goes on', async () => {
    const file = `${tempFolder()}/log`
    // The limit is the kernel's own: it takes the bytes up to 8 KiB and refuses the rest.
    const told = await run('bash', [
      '-c',
      `ulimit -f 8 && exec "$0" "$@"`,
      process.execPath,
      ...OVERFLOW,
      file,
    ])
    expect(JSON.parse(told)).toEqual({
      first: ['fulfilled', 'fulfilled'],
      tooLong: ['EFBIG', 'EFBIG', 'EFBIG'],
      after: ['fulfilled', 'fulfilled'],
    })
    expect(await numbers(file)).toEqual([0, 1, 5, 6])
  })

  it('takes nothing more where even the cut fails, and has nothing more to lose', async () => {
    const file = `${tempFolder()}/log`
    const log = await openLineLog(file)
    await log.append({ n: 0 })
    const [written, cut] = await spied('write', 'truncate')
    written!.mockRejectedValueOnce(Object.assign(new Error('dying'), { code: 'EIO' }))
    cut!.mockRejectedValueOnce(Object.assign(new Error('dead'), { code: 'EROFS' }))
    const dying = { code: 'EIO' }
    await expect(log.append({ n: 1 })).rejects.toMatchObject(dying)
    vi.restoreAllMocks()
    await expect(log.append({ n: 2 })).rejects.toMatchObject(dying)
    await log.close()
    // What it could not cut off was never acknowledged; the next start finds whole lines.
    const again = await openLineLog(file)
    expect(again.lines[0]).toBe('{"n":0}')
    await again.append({ n: 3 })
    await again.close()
    expect((await numbers(file)).at(-1)).toBe(3)
  })

  it('is readable by its owner alone, and is replaced whole', async () => {
    const folder = tempFolder()
    const log = await openLineLog(`${folder}/log`)
    await log.append({ n: 0 })
    await log.close()
    await replaceLines(`${folder}/log`, [{ n: 7 }])
    expect(await readFile(`${folder}/log`, 'utf8')).toBe('{"n":7}\n')
    expect((await stat(`${folder}/log`)).mode & 0o777).toBe(0o600)
    expect(await readdir(folder)).toEqual(['log'])
  })
})
