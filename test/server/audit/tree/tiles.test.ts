import { describe, expect, it } from 'vitest'
import { Edge } from '../../../../server/audit/tree/edge.ts'
import { bundleName, isBundle, leavesOf, type Part, tileName } from '../../../../server/audit/tree/layout.ts'
import { rootOf } from '../../../../server/audit/tree/merkle.ts'
import { checkLog, loadEdge, rootAt } from '../../../../server/audit/tree/regrow.ts'
import { chanceOf } from '../../../laws/chance.ts'
import { LEAVES, ROOTS } from '../../../rfc6962.ts'
import { type Held, memoryObjects } from './memory-objects.ts'
import { leafAt, leavesFrom, naiveLeaf, naiveRoot, naiveRootOf } from './naive.ts'

/** Every size up to this one is compared with a naive tree. */
const SIZES = Number(process.env.PORTOLAN_TREE_SIZES ?? 300)
const SEED = Number(process.env.PORTOLAN_TREE_SEED ?? 20_261_126)

/** Grows a tree as a publisher does, without the rest of what a publisher does. */
function grow(edge: Edge, leaves: readonly Buffer[], held: Held): Part[] {
  const before = new Edge().become(edge)
  const parts = [...edge.append(leaves), ...edge.partials(before)]
  for (const { name, bytes } of parts) held.set(name, bytes)
  return parts
}

const hex = (text: string) => Buffer.from(text, 'hex')

describe('a tree of RFC 6962', () => {
  it('has the roots of the reference', () => {
    const edge = new Edge()
    for (const [size, root] of ROOTS.entries()) {
      expect(edge.root()).toEqual(hex(root))
      expect(naiveRoot(LEAVES.slice(0, size).map(hex).map(naiveLeaf))).toEqual(hex(root))
      expect([...edge.append([hex(LEAVES[size] ?? '')])]).toEqual([])
    }
  })

  it(`has the root of a naive one at every size up to ${SIZES}, also read back from the tiles of a larger one`, async () => {
    const held: Held = new Map()
    const edge = new Edge()
    const hashes: Buffer[] = []
    for (let size = 1; size <= SIZES; size++) {
      grow(edge, [leafAt(size - 1)], held)
      hashes.push(naiveLeaf(leafAt(size - 1)))
      expect(edge.root()).toEqual(naiveRoot(hashes))
    }
    for (let size = 0; size <= SIZES; size++)
      expect(await rootAt(memoryObjects(held), size, SIZES), `size ${size}`).toEqual(
        naiveRoot(hashes.slice(0, size)),
      )
  })

  it('grown in batches of any size equals one that is naive, and one that is loaded between them', async () => {
    const chance = chanceOf(SEED)
    for (let world = 0; world < 8; world++) {
      const held: Held = new Map()
      let edge = new Edge()
      for (let batch = 0; batch < 8; batch++) {
        grow(edge, leavesFrom(edge.size, edge.size + chance.below(chance.one([3, 40, 300, 700]))), held)
        const head = { size: edge.size, root: naiveRootOf(edge.size) }
        expect(edge.root(), `seed ${SEED}, world ${world}`).toEqual(head.root)
        await checkLog(memoryObjects(held), head)
        if (chance.in(1, 2)) edge = await loadEdge(memoryObjects(held), edge.size)
        expect(edge.root()).toEqual(head.root)
      }
    }
  })

  it('crosses the second level: 65,536 leaves and a few', async () => {
    const held: Held = new Map()
    const objects = memoryObjects(held)
    const leaves = leavesFrom(0, 66_000)
    const hashes = leaves.map(naiveLeaf)
    const edge = new Edge()
    for (const size of [65_535, 65_536, 65_537, 66_000]) {
      grow(edge, leaves.slice(edge.size, size), held)
      const root = naiveRoot(hashes.slice(0, size))
      expect(edge.root()).toEqual(root)
      expect((await loadEdge(objects, size)).root()).toEqual(root)
    }
    expect(held.get('tile/1/000')!.length).toBe(8_192)
    expect(held.get('tile/2/000.p/1')).toEqual(naiveRoot(hashes.slice(0, 65_536)))
    for (const size of [65_536, 12_345])
      expect(await rootAt(objects, size, 66_000)).toEqual(naiveRoot(hashes.slice(0, size)))
  })
})

describe('the parts of a tree', () => {
  it('lie where C2SP tlog-tiles has them', () => {
    expect(tileName(0, 1_234_067)).toBe('tile/0/x001/x234/067')
    expect(tileName(3, 0, 17)).toBe('tile/3/000.p/17')
    expect(tileName(1, 1_000)).toBe('tile/1/x001/000')
    expect(bundleName(999, 255)).toBe('tile/entries/999.p/255')
  })

  // The example of the specification: a tree of 70,000.
  it('are 273 full tiles and partial ones of 112, 17 and 1 for 70,000 leaves', () => {
    const held: Held = new Map()
    grow(new Edge(), leavesFrom(0, 70_000), held)
    const names = [...held.keys()]
    expect(names.filter((name) => /^tile\/0\/\d+$/.test(name))).toHaveLength(273)
    expect(names.filter((name) => name.startsWith('tile/1'))).toEqual(['tile/1/000', 'tile/1/001.p/17'])
    expect(names.filter((name) => name.includes('.p/'))).toEqual([
      'tile/entries/273.p/112',
      'tile/0/273.p/112',
      'tile/1/001.p/17',
      'tile/2/000.p/1',
    ])
  })

  it('have no empty and no unchanged one among them', () => {
    const held: Held = new Map()
    const edge = new Edge()
    expect(grow(edge, leavesFrom(0, 256), held).map(({ name }) => name)).toEqual([
      'tile/entries/000',
      'tile/0/000',
      'tile/1/000.p/1',
    ])
    expect(grow(edge, leavesFrom(256, 258), held).map(({ name }) => name)).toEqual([
      'tile/entries/001.p/2',
      'tile/0/001.p/2',
    ])
    expect(grow(edge, [], held)).toEqual([])
  })

  it('are read exactly or not at all', () => {
    const leaves = [Buffer.from('one'), Buffer.alloc(0), leafAt(2)]
    const held: Held = new Map()
    grow(new Edge(), leaves, held)
    const bundle = held.get('tile/entries/000.p/3')!
    expect(bundle.subarray(0, 7)).toEqual(Buffer.from('\0\x03one\0\0'))
    expect(isBundle(bundle, 3)).toBe(true)
    expect([...leavesOf(bundle)]).toEqual(leaves)
    expect([...leavesOf(bundle, 5)]).toEqual(leaves.slice(1))
    expect(isBundle(bundle, 2)).toBe(false)
    expect(isBundle(bundle, 4)).toBe(false)
    for (let cut = 0; cut < bundle.length; cut++) expect(isBundle(bundle.subarray(0, cut), 3)).toBe(false)
    expect(isBundle(Buffer.concat([bundle, Buffer.of(0)]), 3)).toBe(false)
  })

  it('join to nothing where there is nothing', () => {
    expect(rootOf([])).toEqual(naiveRoot([]))
    expect(rootOf([Buffer.alloc(0), Buffer.alloc(0)])).toEqual(naiveRoot([]))
  })
})
