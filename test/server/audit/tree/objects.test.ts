import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fileShelf } from '../../../../server/audit/storage.ts'
import { openDirectory } from '../../../../server/audit/tree/directory-objects.ts'
import { shelfMemory } from '../../../../server/audit/tree/memory.ts'
import { newHome } from '../home.ts'
import { memoryObjects } from './memory-objects.ts'
import { openAt, type S3Server, startS3 } from './s3-server.ts'

const bytes = (text: string) => Buffer.from(text)
const part = (name: string, text: string) => ({ name, bytes: bytes(text) })

let s3: S3Server
beforeAll(async () => {
  s3 = await startS3(newHome())
}, 900_000)
afterAll(() => s3?.kill())

describe.each([
  ['in a directory', () => openDirectory(join(newHome(), 'log'))],
  ['in memory, as S3 has them', async () => memoryObjects()],
  ['on a storage that speaks S3', () => openAt(s3.place())],
])('objects %s', (_, make) => {
  it('are there once written, and not before', async () => {
    const objects = await make()
    expect(await objects.read('tile/0/000')).toBeNull()
    await objects.write([part('tile/0/000', 'a'), part('tile/0/x001/000', 'b'), part('tile/0/001.p/7', 'c')])
    expect(await objects.read('tile/0/000')).toEqual(bytes('a'))
    expect(await objects.read('tile/0/x001/000')).toEqual(bytes('b'))
    expect(await objects.read('tile/0/001.p/7')).toEqual(bytes('c'))
    await objects.close()
  })

  it('never change: the same bytes again are good, others are refused', async () => {
    const objects = await make()
    await objects.write([part('tile/0/000', 'a')])
    await objects.write([part('tile/0/000', 'a')])
    await expect(objects.write([part('tile/0/001', 'b'), part('tile/0/000', 'c')])).rejects.toMatchObject({
      code: 'LOG_DAMAGED',
      message: 'expected tile/0/000 to be free or the same, got other bytes',
    })
    expect(await objects.read('tile/0/000')).toEqual(bytes('a'))
    await objects.close()
  })

  it('swap a checkpoint for the one that was expected, and for no other', async () => {
    const objects = await make()
    expect(await objects.checkpoint()).toBeNull()
    expect(await objects.swap(bytes('0'), bytes('1'))).toBe(false)
    expect(await objects.swap(null, bytes('1'))).toBe(true)
    expect(await objects.swap(null, bytes('2'))).toBe(false)
    expect(await objects.swap(bytes('0'), bytes('2'))).toBe(false)
    expect(await objects.checkpoint()).toEqual(bytes('1'))
    expect(await objects.swap(bytes('1'), bytes('2'))).toBe(true)
    expect(await objects.checkpoint()).toEqual(bytes('2'))
    await objects.close()
  })

  it('let one of many swaps through', async () => {
    const objects = await make()
    const swaps = await Promise.all(Array.from({ length: 20 }, (_, at) => objects.swap(null, bytes(`${at}`))))
    expect(swaps.filter((swapped) => swapped)).toHaveLength(1)
    expect(await objects.checkpoint()).toEqual(bytes(`${swaps.indexOf(true)}`))
    await objects.close()
  })

  it('are discarded by what their names begin with, and may come again', async () => {
    const objects = await make()
    await objects.write([part('tile/0/000.p/3', 'a'), part('tile/0/000.p/4', 'b'), part('tile/0/000', 'c')])
    await objects.discard('tile/0/000.p')
    await objects.discard('tile/0/007.p')
    expect(await objects.read('tile/0/000.p/3')).toBeNull()
    expect(await objects.read('tile/0/000')).toEqual(bytes('c'))
    await objects.write([part('tile/0/000.p/3', 'd')])
    expect(await objects.read('tile/0/000.p/3')).toEqual(bytes('d'))
    await objects.close()
  })
})

describe('a directory of objects', () => {
  it('has one owner at a time, and is free when that one closes', async () => {
    const dir = join(newHome(), 'log')
    const first = await openDirectory(dir)
    await expect(openDirectory(dir)).rejects.toMatchObject({ code: 'LOG_FENCED' })
    await first.close()
    await first.close()
    await (await openDirectory(dir)).close()
  })

  it('is open to its owner only', async () => {
    const dir = join(newHome(), 'log')
    const objects = await openDirectory(dir)
    await objects.write([part('tile/0/000', 'a')])
    await objects.swap(null, bytes('1'))
    expect(statSync(dir).mode & 0o777).toBe(0o700)
    expect(statSync(join(dir, 'tile/0')).mode & 0o777).toBe(0o700)
    expect(statSync(join(dir, 'tile/0/000')).mode & 0o777).toBe(0o600)
    expect(statSync(join(dir, 'checkpoint')).mode & 0o777).toBe(0o600)
    await objects.close()
  })

  it('forgets what a crash left without a name, and keeps nothing unnamed itself', async () => {
    const dir = join(newHome(), 'log')
    mkdirSync(join(dir, '.new'), { recursive: true })
    writeFileSync(join(dir, '.new/0'), 'torn')
    const objects = await openDirectory(dir)
    await objects.write([part('tile/0/000', 'a')])
    await objects.swap(null, bytes('1'))
    expect(readdirSync(join(dir, '.new'))).toEqual([])
    expect(readFileSync(join(dir, 'tile/0/000'), 'utf8')).toBe('a')
    await objects.close()
  })
})

describe('a memory on a shelf', () => {
  it('gives back the last checkpoint, after a restart as well', async () => {
    const dir = newHome()
    const memory = shelfMemory(await fileShelf(dir))
    expect(await memory.recall()).toBeNull()
    expect(existsSync(join(dir, 'checkpoint'))).toBe(false)
    await memory.keep(bytes('one'))
    await memory.keep(bytes('two'))
    expect(await shelfMemory(await fileShelf(dir)).recall()).toEqual(bytes('two'))
  })
})
