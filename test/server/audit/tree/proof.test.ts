import { describe, expect, it } from 'vitest'
import { hashLeaf, isConsistent, rootByInclusion } from '../../../../clients/core/log/tree.ts'
import { Edge } from '../../../../server/audit/tree/edge.ts'
import { proverOf } from '../../../../server/audit/tree/proof.ts'
import { NaiveTree } from '../../../clients/core/log/writer.ts'
import { chanceOf } from '../../../laws/chance.ts'
import { publishTo } from './fixture.ts'
import { type Held, memoryObjects } from './memory-objects.ts'
import { leafAt, leavesFrom } from './naive.ts'

/** Every pair of sizes up to this one. */
const SIZES = Number(process.env.PORTOLAN_TREE_SIZES ?? 300)
const SEED = Number(process.env.PORTOLAN_TREE_SEED ?? 20_261_126)

/** The tiles of a log of `size` leaves, and nothing that earlier ones have left. */
function tilesOf(size: number): Held {
  const held: Held = new Map()
  const edge = new Edge()
  for (const { name, bytes } of edge.append(leavesFrom(0, size), false)) held.set(name, bytes)
  for (const { name, bytes } of edge.partials(new Edge(), false)) held.set(name, bytes)
  return held
}

describe('a path out of tiles', () => {
  it(`is that of RFC 6962 for all m ≤ n ≤ ${SIZES}, and convinces the verifier`, async () => {
    const naive = new NaiveTree([...leavesFrom(0, SIZES)])
    const prover = proverOf(memoryObjects(tilesOf(SIZES)), SIZES)
    const heads = Array.from({ length: SIZES + 1 }, (_, size) => ({ size, root: naive.root(size) }))
    for (const newer of heads)
      for (const older of heads.slice(0, newer.size + 1)) {
        const path = await prover.consistency(older.size, newer.size)
        if (!isConsistent(older, newer, path) || !same(path, naive.proof(older.size, newer.size)))
          expect.fail(`the proof from ${older.size} to ${newer.size}`)
        if (older.size === newer.size) continue
        const inclusion = await prover.inclusion(older.size, newer.size)
        const root = rootByInclusion({ index: older.size, ...newer }, hashLeaf(leafAt(older.size)), inclusion)
        if (!root || !newer.root.equals(root) || !same(inclusion, naive.path(older.size, newer.size)))
          expect.fail(`the path of leaf ${older.size} in ${newer.size}`)
      }
  })

  it('goes through several levels of tiles', async () => {
    const size = 70_000
    const naive = new NaiveTree([...leavesFrom(0, size)])
    const prover = proverOf(memoryObjects(tilesOf(size)), size)
    const chance = chanceOf(SEED)
    const edges = [1, 255, 256, 257, 511, 512, 32_768, 65_535, 65_536, 65_537, 65_792, 69_999, size]
    const drawn = Array.from({ length: 60 }, () => 1 + chance.below(size))
    const sizes = [...edges, ...drawn].sort((left, right) => left - right)
    for (const [at, to] of sizes.entries())
      for (const from of sizes.slice(0, at + 1)) {
        const path = await prover.consistency(from, to)
        const older = { size: from, root: naive.root(from) }
        const newer = { size: to, root: naive.root(to) }
        if (!isConsistent(older, newer, path)) expect.fail(`the proof from ${from} to ${to}`)
        const inclusion = await prover.inclusion(from - 1, to)
        const root = rootByInclusion({ index: from - 1, size: to }, hashLeaf(leafAt(from - 1)), inclusion)
        if (!root || !newer.root.equals(root)) expect.fail(`the path of leaf ${from - 1} in ${to}`)
      }
  })

  it('reads few tiles, each of them once', async () => {
    const held = tilesOf(70_000)
    const read: string[] = []
    const counting = (name: string) => {
      read.push(name)
      return Promise.resolve(held.get(name) ?? null)
    }
    const prover = proverOf({ read: counting }, 70_000)
    await Promise.all([prover.consistency(300, 70_000), prover.inclusion(299, 70_000)])
    expect(read.sort()).toEqual(['tile/0/001', 'tile/0/273.p/112', 'tile/1/000', 'tile/1/001.p/17'])
  })

  it('is found in the tiles of a log that has grown since', async () => {
    const held: Held = new Map()
    const objects = memoryObjects(held)
    const naive = new NaiveTree([...leavesFrom(0, 600)])
    const publisher = await publishTo(objects, 200)
    const prover = () => proverOf(objects, 200)
    const before = await prover().consistency(77, 200)
    expect(same(before, naive.proof(77, 200))).toBe(true)
    await publisher.publish(leavesFrom(200, 600))
    expect(held.has('tile/0/000.p/200')).toBe(false)
    expect(await prover().consistency(77, 200)).toEqual(before)
  })

  it('is not made of what is missing or cut short', async () => {
    for (const hurt of [
      (held: Held) => held.delete('tile/0/001.p/44'),
      (held: Held) => held.set('tile/0/001.p/44', Buffer.alloc(43 * 32)),
      (held: Held) => held.set('tile/0/000', Buffer.alloc(255 * 32)),
      (held: Held) => held.delete('tile/0/001.p/44') && held.set('tile/0/001', Buffer.alloc(44 * 32)),
    ]) {
      const held = tilesOf(300)
      hurt(held)
      const prover = proverOf(memoryObjects(held), 300)
      await expect(prover.consistency(100, 300)).rejects.toMatchObject({ code: 'LOG_DAMAGED' })
    }
  })

  it('leads to no leaf and no size that the tree does not have', async () => {
    const prover = proverOf(memoryObjects(tilesOf(300)), 300)
    const asked = [
      () => prover.consistency(301, 300),
      () => prover.consistency(3, 301),
      () => prover.consistency(-1, 300),
      () => prover.inclusion(300, 300),
      () => prover.inclusion(-1, 300),
      () => prover.inclusion(0, 301),
    ]
    for (const ask of asked) await expect(ask()).rejects.toMatchObject({ code: 'BAD_INPUT' })
  })
})

const same = (left: Buffer[], right: Buffer[]) =>
  left.length === right.length && left.every((hash, at) => hash.equals(right[at]!))
