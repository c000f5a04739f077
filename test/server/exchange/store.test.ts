import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sha256 } from '../../../schema/wire/canonical.ts'
import { newObjectId } from '../../../schema/wire/envelope.ts'
import { openStore } from '../../../server/exchange/store.ts'
import { expectFault } from './expect-fault.ts'

let root: string
const fresh = async () => openStore(await mkdtemp(join(root, 'store-')))

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'portolan-store-'))
})
afterAll(() => rm(root, { recursive: true, force: true }))

describe('a store', () => {
  it('gives back what was put, also when it is opened again', async () => {
    const dir = join(root, 'again')
    const [id, bytes] = [newObjectId(), randomBytes(70_000)]
    await (await openStore(dir)).put(id, bytes)
    expect(await (await openStore(dir)).get(id)).toEqual(bytes)
    expect(await (await openStore(dir)).get(newObjectId())).toBeNull()
  })

  it('keeps one of two equal blobs when the other is erased', async () => {
    const store = await fresh()
    const [first, second, bytes] = [newObjectId(), newObjectId(), randomBytes(500)]
    await store.put(first, bytes)
    await store.put(second, bytes)
    expect(await store.erase(first)).toBe(true)
    expect(await store.get(first)).toBeNull()
    expect(await store.get(second)).toEqual(bytes)
    expect(await store.ids()).toEqual([second])
    expect(await store.erase(first)).toBe(false)
  })

  it('knows no blob by its hash', async () => {
    const store = await fresh()
    const bytes = randomBytes(500)
    await store.put(newObjectId(), bytes)
    for (const hash of [sha256(bytes).toString('hex'), sha256(bytes).toString('base64url')])
      await expectFault(() => store.get(hash), 'BAD_INPUT', 'expected an object id')
  })

  it('never overwrites: the same octets again are fine, others are a conflict', async () => {
    const store = await fresh()
    const [id, bytes] = [newObjectId(), randomBytes(500)]
    await store.put(id, bytes)
    await store.put(id, bytes)
    await expectFault(() => store.put(id, randomBytes(500)), 'IDEMPOTENCY_CONFLICT')
    await expectFault(() => store.put(id, bytes.subarray(0, 400)), 'IDEMPOTENCY_CONFLICT')
    expect(await store.get(id)).toEqual(bytes)
  })

  it('lets one of sixteen different writers of one id win whole', async () => {
    const store = await fresh()
    const id = newObjectId()
    const blobs = Array.from({ length: 16 }, () => randomBytes(9_000))
    const ends = await Promise.allSettled(blobs.map((bytes) => store.put(id, bytes)))
    const winners = blobs.filter((_, i) => ends[i]!.status === 'fulfilled')
    expect(winners).toHaveLength(1)
    expect(await store.get(id)).toEqual(winners[0])
  })

  it.each([
    '../../etc/passwd',
    '..',
    '',
    'a/b',
    '/etc/passwd',
    'x'.repeat(26),
    `${'0'.repeat(25)}1`,
    `${'0'.repeat(26)}\0`,
    `${'0'.repeat(26)}\n`,
    'I'.repeat(26),
    '0'.repeat(27),
  ])('takes no path for an id: %j', async (id) => {
    const store = await fresh()
    await expectFault(() => store.put(id, randomBytes(9)), 'BAD_INPUT')
    await expectFault(() => store.get(id), 'BAD_INPUT')
    await expectFault(() => store.erase(id), 'BAD_INPUT')
  })

  it('follows no link out of its folder', async () => {
    const dir = join(root, 'links')
    const store = await openStore(dir)
    const id = newObjectId()
    await symlink('/etc/passwd', join(dir, 'blobs', id))
    await expect(store.get(id)).rejects.toThrow('ELOOP')
  })

  it('is closed to every other user, also where it was open before', async () => {
    const dir = await mkdtemp(join(root, 'open-'))
    await chmod(dir, 0o755)
    const store = await openStore(dir)
    const id = newObjectId()
    await store.put(id, randomBytes(9))
    const modes = await Promise.all(
      [dir, join(dir, 'blobs'), join(dir, 'incoming'), join(dir, 'blobs', id)].map((path) => stat(path)),
    )
    expect(modes.map(({ mode }) => mode & 0o777)).toEqual([0o700, 0o700, 0o700, 0o600])
  })

  it('sweeps what a crash left half written, and nothing else', async () => {
    const dir = join(root, 'swept')
    const store = await openStore(dir)
    const id = newObjectId()
    await store.put(id, randomBytes(90))
    await writeFile(join(dir, 'incoming', `${newObjectId()}.00112233aabbccdd`), 'half')
    await openStore(dir)
    expect(await readdir(join(dir, 'incoming'))).toEqual([])
    expect(await store.ids()).toEqual([id])
  })
})

describe('after kill -9 in the midst of writing', () => {
  it('every acknowledged blob is whole, and none is half there', async () => {
    const dir = join(root, 'killed')
    const acknowledged: string[] = []
    for (const delay of [20, 60, 110]) acknowledged.push(...(await writeUntilKilled(dir, delay)))
    const store = await openStore(dir)
    const held = await store.ids()
    expect(acknowledged.length).toBeGreaterThan(10)
    expect(held).toEqual(expect.arrayContaining(acknowledged))
    for (const id of held)
      expect(Buffer.from((await store.get(id))!).equals(Buffer.from(id.repeat(8_000)))).toBe(true)
    expect(await readdir(join(dir, 'incoming'))).toEqual([])
  })
})

/** Starts a writer, kills it some milliseconds after its first acknowledgement, and gives the ids it acknowledged. */
async function writeUntilKilled(dir: string, delay: number): Promise<string[]> {
  const writer = spawn(process.execPath, [join(import.meta.dirname, 'write-blobs.ts'), dir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let told = ''
  writer.stdout.on('data', (text) => {
    told += text
  })
  const gone = new Promise((resolve) => writer.once('close', resolve))
  await new Promise((resolve) => writer.stdout.once('data', resolve))
  await wait(delay)
  writer.kill('SIGKILL')
  await gone
  return told.split('\n').slice(0, -1)
}
