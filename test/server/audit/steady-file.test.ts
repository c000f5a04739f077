import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fileShelf, type Store } from '../../../server/audit/storage.ts'
import { newHome } from './home.ts'

const PIECE = 11_000

/** Appends pieces of which each says where it stands. */
async function fill(store: Store, pieces: number): Promise<Buffer> {
  const all = Buffer.alloc(pieces * PIECE)
  for (let nth = 0; nth < pieces; nth++) {
    const piece = all.subarray(nth * PIECE, (nth + 1) * PIECE).fill((nth % 255) + 1)
    await store.append(piece)
  }
  return all
}

describe('a file that is appended to all the time', () => {
  it('has what was appended at once, and nothing but zeros behind it', async () => {
    const dir = newHome()
    const store = await (await fileShelf(dir)).open('log', true)
    const all = await fill(store, 600)
    // As a killed process leaves it: nobody closes.
    const there = readFileSync(join(dir, 'log'))
    expect(there.subarray(0, all.length).equals(all)).toBe(true)
    const behind = there.subarray(all.length)
    expect(behind.length).toBeGreaterThan(0)
    expect(behind.every((byte) => byte === 0)).toBe(true)
    expect(await store.size()).toBe(all.length)
    await store.close()
  })

  it('ends where its content ends once it is closed, and can be gone on with', async () => {
    const dir = newHome()
    const shelf = await fileShelf(dir)
    const first = await shelf.open('log', true)
    const all = await fill(first, 50)
    await first.close()
    expect(statSync(join(dir, 'log')).size).toBe(all.length)
    const second = await shelf.open('log', true)
    const more = await fill(second, 300)
    await second.truncate(all.length + PIECE)
    await second.append(Buffer.from('end'))
    await second.close()
    const wanted = Buffer.concat([all, more.subarray(0, PIECE), Buffer.from('end')])
    expect(readFileSync(join(dir, 'log')).equals(wanted)).toBe(true)
  })

  it('is left alone by whoever only reads it', async () => {
    const dir = newHome()
    const shelf = await fileShelf(dir)
    const writer = await shelf.open('log', true)
    await fill(writer, 50)
    const { size } = statSync(join(dir, 'log'))
    const reader = await shelf.open('log', true)
    await reader.close()
    expect(statSync(join(dir, 'log')).size).toBe(size)
    await writer.close()
  })
})
