import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkLog } from '../../../../clients/core/log/check-log.ts'
import { proverOf } from '../../../../clients/core/log/prove.ts'
import { type LogSource, Missing, urlSource } from '../../../../clients/core/log/source.ts'
import { entriesOf, filesOf, NaiveTree } from './writer.ts'

const origin = 'sahel.portolan/audit/2026h2'
const tree = new NaiveTree(entriesOf(800))
const headAt = (size: number) => ({ origin, size, root: tree.root(size) })

function memory(files: Map<string, Buffer>): LogSource {
  return {
    async read(path, most) {
      const bytes = files.get(path)
      if (!bytes || bytes.length > most) throw new Missing(path)
      return bytes
    },
    list: async () => [],
  }
}

describe('proofs from tiles', () => {
  it.each([1, 2, 3, 255, 256, 257, 512, 700, 800])('of a log of %i are those of RFC 6962', async (size) => {
    const prover = proverOf(memory(filesOf(tree, size)), headAt(size))
    for (let index = 0; index < size; index += size > 300 ? 37 : 1)
      expect(await prover.inclusion(index)).toEqual({
        entry: tree.entries[index],
        path: tree.path(index, size),
      })
    for (let from = 0; from <= size; from += size > 300 ? 41 : 1) {
      expect(await prover.consistency(headAt(from))).toEqual(tree.proof(from, size))
      if (from > 0 && from < size)
        expect(await prover.wholeConsistency(from)).toEqual(tree.subproof(from, 0, size, false))
    }
  })

  it('of three levels are those of RFC 6962', { timeout: 600_000 }, async () => {
    const size = 66_111
    const many = new NaiveTree(Array.from({ length: size }, (_, i) => Buffer.from(`${i}`)))
    const head = { origin: 'sahel.portolan/directory', size, root: many.root(size) }
    const prover = proverOf(memory(filesOf(many, size)), head)
    for (const index of [0, 255, 65_535, 65_536, 66_047, 66_048, size - 1])
      expect((await prover.inclusion(index)).path).toEqual(many.path(index, size))
    for (const from of [1, 256, 65_536, 65_537, 66_048, size - 1, size])
      expect(await prover.consistency({ size: from, root: many.root(from) })).toEqual(many.proof(from, size))
  })

  it('are made from full tiles where the partial ones have gone', async () => {
    const files = new Map([...filesOf(tree, 700), ...filesOf(tree, 800)])
    for (const name of ['tile/0/002.p/188', 'tile/entries/002.p/188']) expect(files.delete(name)).toBe(true)
    const prover = proverOf(memory(files), headAt(700))
    expect(await prover.inclusion(650)).toEqual({ entry: tree.entries[650], path: tree.path(650, 700) })
  })

  it('are not given where the tiles do not lead to the root, or there is no such entry', async () => {
    const files = filesOf(tree, 700)
    const spoiled = new Map(files)
    const tile = Buffer.from(files.get('tile/0/000')!)
    tile[40]! ^= 1
    spoiled.set('tile/0/000', tile)
    const prover = proverOf(memory(spoiled), headAt(700))
    await expect(prover.inclusion(3)).rejects.toThrow(/tiles that lead from entry 3 to the root/)
    await expect(prover.inclusion(700)).rejects.toThrow(/an entry below 700, got 700/)
    const bundles = new Map(files)
    bundles.set(
      'tile/entries/000',
      filesOf(new NaiveTree(entriesOf(700, 'else')), 700).get('tile/entries/000')!,
    )
    await expect(proverOf(memory(bundles), headAt(700)).inclusion(3)).rejects.toThrow(/from entry 3/)
    expect(await prover.consistency({ size: 300, root: tree.root(301) })).toBeNull()
    expect(await prover.consistency(headAt(701))).toBeNull()
  })
})

describe('a log at an address', () => {
  const files = filesOf(tree, 700)
  let server: Server
  let url: string
  let answer: (path: string) => { status: number; body?: Uint8Array } | null = () => null
  beforeAll(async () => {
    server = createServer((request, response) => {
      const path = request.url!.slice('/log/'.length)
      const { status, body } = answer(path) ?? { status: files.has(path) ? 200 : 404, body: files.get(path) }
      if (status === 0) return void response.destroy()
      response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end(body)
    })
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/log/`
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })

  it('is checked as one in a folder is, and proves the same', async () => {
    expect(await checkLog(urlSource(url), headAt(700))).toEqual({ beyond: [] })
    const { path } = await proverOf(urlSource(url), headAt(700)).inclusion(333)
    expect(path).toEqual(tree.path(333, 700))
  })

  it.each([
    ['a status of its own', { status: 503 }, 'UNREACHABLE', /got /],
    ['another address', { status: 302 }, 'UNREACHABLE', /got /],
    ['no answer', { status: 0 }, 'UNREACHABLE', /got /],
    ['nothing', { status: 404 }, 'LOG', /tile\/0\/001 in the log, got none/],
    ['more than there may be', { status: 200, body: Buffer.alloc(9_000) }, 'LOG', /at most 8192 octets/],
  ])('that answers with %s is refused', async (_, given, code, said) => {
    answer = (path) => (path === 'tile/0/001' ? given : null)
    await expect(checkLog(urlSource(url), headAt(700))).rejects.toMatchObject({
      code,
      message: expect.stringMatching(said),
    })
    answer = () => null
  })

  it('may let its partial tiles go while it is read', async () => {
    let isStarted = false
    answer = (path) => {
      isStarted ||= path === 'tile/0/000'
      return isStarted && path.includes('.p/') ? { status: 404 } : null
    }
    expect(await checkLog(urlSource(url), headAt(700))).toEqual({ beyond: [] })
    answer = () => null
  })
})
