import { type FileHandle, mkdtemp, open, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openEagerLog } from '../../server/eager-log.ts'

// What a disk does to it: the handle is real, and a test may hold up or refuse what is asked of it.

let folder: string
let file: string
/** Of every file handle, for they share one prototype. */
let handles: FileHandle
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portolan-eager-'))
  file = join(folder, 'lines.jsonl')
  const any = await open(join(folder, 'any'), 'a')
  handles = Object.getPrototypeOf(any)
  await any.close()
})
afterEach(async () => {
  vi.restoreAllMocks()
  await rm(folder, { recursive: true })
})

/** Holds every fdatasync up until the test lets it go on, and counts them. */
function slowDisk() {
  const waiting: ((error?: Error) => void)[] = []
  const sync = handles.datasync
  vi.spyOn(handles, 'datasync').mockImplementation(async function (this: FileHandle) {
    await new Promise<void>((go, fail) => waiting.push((error) => (error ? fail(error) : go())))
    return sync.call(this)
  })
  const next = async (error?: Error) => {
    await vi.waitFor(() => expect(waiting).not.toEqual([]))
    waiting.shift()!(error)
  }
  return { next, waiting }
}
const lines = async () => (await readFile(file, 'utf8')).trimEnd().split('\n')

describe('a line', () => {
  it('is written while the disk is busy with those before it, and durable with the next sync', async () => {
    const log = await openEagerLog(file)
    const disk = slowDisk()
    const first = await log.append(1)
    const [second, third] = [await log.append(2), await log.append(3)]
    expect(await lines()).toEqual(['1', '2', '3'])
    const done: number[] = []
    const told = [first, second, third].map(({ durable }, i) => durable.then(() => done.push(i)))
    await disk.next()
    await told[0]
    expect(done).toEqual([0])
    await disk.next()
    await Promise.all(told)
    expect(disk.waiting).toEqual([])
    await log.close()
  })

  it('that finds no room is cut off, whoever waits for it is told, and the next one is taken', async () => {
    const log = await openEagerLog(file)
    await (await log.append('before')).durable
    const noRoom = Object.assign(new Error('no room'), { code: 'ENOSPC' })
    vi.spyOn(handles, 'appendFile').mockImplementationOnce(async function (this: FileHandle) {
      await this.write('"ha')
      throw noRoom
    })
    await expect(log.append('half')).rejects.toBe(noRoom)
    await (await log.append('after')).durable
    await log.close()
    expect((await openEagerLog(file)).lines).toEqual(['"before"', '"after"'])
  })

  it('whose sync failed is not durable, and nothing is taken any more', async () => {
    const log = await openEagerLog(file)
    const disk = slowDisk()
    const { durable } = await log.append(1)
    const broken = new Error('EIO')
    const refused = expect(durable).rejects.toBe(broken)
    await disk.next(broken)
    await refused
    await expect(log.append(2)).rejects.toBe(broken)
    await log.close()
  })
})
