import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type Home, openHome } from '../../../clients/gateway/home.ts'
import { encodeLeaf, LEAF_SIZE } from '../../../schema/wire/audit-leaf.ts'
import {
  filesOf,
  headText,
  NaiveTree,
  noteOf,
  type Signed,
  type Signer,
  signerOf,
} from '../core/log/writer.ts'

// A log of real leaves that shows what a test tells it to, and a home whose office asks for witnesses.

export const MINUTE = 60_000
export const NOON = Date.UTC(2026, 10, 26, 12, 0)
export const audit = signerOf('0123456789ab.portolan/audit/2026h2', 1)
export const states = ['ml', 'ne', 'it'].map((name) => signerOf(`witness.example/${name}`, 4))
export const authority = signerOf('dpa.example/garante', 4)

/** Leaves as a server writes them, the first with the index `base`. */
export function leavesOf(count: number, { base = 0, salt = 1 } = {}): Buffer[] {
  return Array.from({ length: count }, (_, i) => {
    const leaf = Buffer.alloc(LEAF_SIZE)
    const [callerTag, link] = [Buffer.alloc(16, salt), Buffer.alloc(16)]
    const [commitment, detailHash] = [Buffer.alloc(32, i), Buffer.alloc(32, salt)]
    const minute = Math.floor(NOON / MINUTE)
    encodeLeaf(leaf, 0, { kind: 'ASKED', index: base + i, minute, callerTag, commitment, link, detailHash })
    return leaf
  })
}

/** What a server of logs shows, and how many octets of it were taken. */
export type Shown = {
  url: string
  files: Map<string, Buffer>
  taken: { octets: number; paths: string[] }
  /** From now on this tree, signed by the log and by these at these times (ms). */
  show(tree: NaiveTree, size: number, signers: [Signer, number][], log?: Signer): void
  /** Whether it answers at all. */
  isUp: boolean
}

export async function showLog(prefix = '/audit/2026h2'): Promise<Shown> {
  const shown: Shown = {
    url: '',
    files: new Map(),
    taken: { octets: 0, paths: [] },
    isUp: true,
    show(tree, size, signers, log = audit) {
      const signed: Signed[] = signers.map(([signer, at]) => ({ signer, time: Math.floor(at / 1_000) }))
      const note = noteOf(headText(log.name, size, tree.root(size)), [log, ...signed])
      shown.files = new Map([...filesOf(tree, size), ['cosigned', note]])
    },
  }
  const server = createServer((request, response) => {
    const path = request.url!.slice(prefix.length + 1)
    const body = request.url!.startsWith(`${prefix}/`) ? shown.files.get(path) : undefined
    shown.taken.paths.push(request.url!)
    shown.taken.octets += body?.length ?? 0
    if (!shown.isUp) return void request.socket.destroy()
    response.writeHead(body ? 200 : 404).end(body)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  shown.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${prefix}`
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return shown
}

/** Two of three states and the authority. */
export const policyOf = (...logs: [Signer, string][]): string =>
  [
    ...logs.map(([{ vkey }, url]) => `log ${vkey} ${url}`),
    ...states.map(({ vkey }, i) => `witness S${i} ${vkey}`),
    `witness DPA ${authority.vkey}`,
    ...['group states 2 S0 S1 S2', 'group enough all states DPA', 'quorum enough', ''],
  ].join('\n')

/** As many as are enough, all at one time. */
export const enough = (at: number): [Signer, number][] => [
  [states[0]!, at],
  [states[1]!, at],
  [authority, at],
]

export async function homeWith(policy: string | null, minutes?: number): Promise<Home> {
  const folder = await mkdtemp(join(tmpdir(), 'portolan-quorum-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  await mkdir(join(folder, 'log'), { mode: 0o700 })
  if (policy !== null) await writeFile(join(folder, 'log/policy'), policy)
  if (minutes !== undefined) await writeFile(join(folder, 'log/allowance'), `${minutes}\n`)
  return openHome(folder, '/')
}

export const treeOf = (leaves: Buffer[]) => new NaiveTree(leaves)
