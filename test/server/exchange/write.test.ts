import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeDurably } from '../../../server/exchange/write.ts'

const MIB = 2 ** 20

// Large files go past the cache of the system where the disk can do that; a file in memory cannot.
describe.each([
  ['a disk', join(import.meta.dirname, '../../../.portolan')],
  ['memory', '/dev/shm'],
  ['the folder for temporary files', tmpdir()],
])('a file on %s', (_, place) => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(place, 'write-'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it.each([0, 1, MIB - 1, MIB, MIB + 1, 3 * MIB + 511, 8 * MIB + 4_097, 12 * MIB])(
    'has the %i octets that were written',
    async (size) => {
      const octets = randomBytes(size)
      const file = join(folder, String(size))
      await writeDurably(file, octets)
      expect((await readFile(file)).equals(octets)).toBe(true)
      expect((await stat(file)).mode & 0o777).toBe(0o600)
    },
  )

  it('is whole where many are written at once, from octets at any place', async () => {
    const whole = randomBytes(20 * MIB)
    const parts = Array.from({ length: 12 }, (_, nth) =>
      whole.subarray(nth * 1_000_003, nth * 1_000_003 + 4 * MIB + nth),
    )
    await Promise.all(parts.map((part, nth) => writeDurably(join(folder, `part-${nth}`), part)))
    for (const [nth, part] of parts.entries())
      expect((await readFile(join(folder, `part-${nth}`))).equals(part)).toBe(true)
  })

  it('that stands there already is left as it is', async () => {
    const file = join(folder, 'first')
    const first = randomBytes(2 * MIB)
    await writeDurably(file, first)
    await expect(writeDurably(file, randomBytes(2 * MIB))).rejects.toMatchObject({ code: 'EEXIST' })
    expect((await readFile(file)).equals(first)).toBe(true)
  })
})
