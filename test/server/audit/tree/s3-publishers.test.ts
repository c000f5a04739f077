import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readCheckpoint } from '../../../../server/audit/tree/checkpoint.ts'
import { keepSigningKey } from '../../../../server/audit/tree/key-file.ts'
import type { SigningKey } from '../../../../server/audit/tree/note.ts'
import { openPublisher } from '../../../../server/audit/tree/publisher.ts'
import { checkLog } from '../../../../server/audit/tree/regrow.ts'
import { buildFsck, runFsck } from '../../../peers/fsck.ts'
import { newHome } from '../home.ts'
import { ORIGIN } from './fixture.ts'
import { leavesFrom, naiveRootOf } from './naive.ts'
import type { Publishing, Told } from './publishing-s3.ts'
import { openAt, type S3Server, startS3 } from './s3-server.ts'

const KILLS = Number(process.env.PORTOLAN_TEST_KILLS ?? 12)

let s3: S3Server
let fsck: string
let keyFile: string
let key: SigningKey
beforeAll(async () => {
  fsck = await buildFsck()
  s3 = await startS3(newHome())
  keyFile = join(newHome(), 'key')
  key = await keepSigningKey(keyFile, ORIGIN)
}, 1_500_000)
afterAll(() => s3?.kill())

type Process = { child: ChildProcess; told: Told[]; closed: Promise<unknown[]> }
const running = new Set<ChildProcess>()
afterAll(() => {
  for (const child of running) child.kill('SIGKILL')
})

/** Starts a publisher in a process of its own. */
function start(address: string, options: Publishing, hear: (told: Told) => void = () => {}): Process {
  const program = join(import.meta.dirname, 'publishing-s3.ts')
  const args = [program, address, keyFile, JSON.stringify(options)]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  running.add(child)
  child.once('close', () => running.delete(child))
  const told: Told[] = []
  createInterface(child.stdout).on('line', (line) => {
    told.push(JSON.parse(line))
    hear(told.at(-1)!)
  })
  return { child, told, closed: once(child, 'close') }
}

const sizesOf = (told: Told[]) => told.flatMap((one) => ('size' in one ? [one.size] : []))
/** What passes by itself. */
const BY_THEMSELVES = ['AUDIT_UNAVAILABLE', 'LOG_FENCED', 'NO_ANSWER']

/**
 * Size and root of every checkpoint that was signed, or was about to be. No size may have two roots, and of those that were
 * published no two may have taken the place of the same one.
 */
function signedBy(processes: Process[]): Map<number, string> {
  const replaced = processes.flatMap(({ told }) => told.flatMap((one) => ('after' in one ? [one.after] : [])))
  expect(replaced.sort()).toEqual([...new Set(replaced)])
  const roots = new Map<number, string>()
  for (const one of processes.flatMap(({ told }) => told)) {
    if (!('signed' in one)) continue
    const [, size, root] = one.signed.split('\n')
    expect(roots.get(Number(size)) ?? root, `the root of ${size} leaves`).toBe(root)
    roots.set(Number(size), root!)
  }
  return roots
}

/** What stands in the bucket is whole, and no smaller than what anybody was told. */
async function headAt(address: string, processes: Process[]) {
  const objects = await openAt(address)
  const head = readCheckpoint((await objects.checkpoint())!, key)!
  await checkLog(objects, head)
  expect(head.size).toBeGreaterThanOrEqual(Math.max(...processes.flatMap(({ told }) => sizesOf(told)), 0))
  return head
}

/** What was under way when its sender died may arrive while the next one opens the log: it is fenced then, and tries anew. */
async function goOn(address: string) {
  for (;;) {
    const publisher = await openPublisher({ objects: await openAt(address), signers: [key], whole: true })
    const head = publisher.head()
    const published = await publisher.publish(leavesFrom(head.size, head.size + 1)).catch((error) => {
      expect(error).toMatchObject({ code: 'LOG_FENCED' })
      return null
    })
    if (published) return head
  }
}

describe('a publisher of a log on a storage that speaks S3', () => {
  it(`keeps every published leaf over ${KILLS} kills in the midst of a change, and goes on from there`, async () => {
    const address = s3.place()
    for (let kill = 0; kill < KILLS; kill++) {
      const one = start(address, { until: 1e9, batch: 97, killAt: 7 + kill * 4 })
      expect((await one.closed)[1]).toBe('SIGKILL')
      const { size, root } = await goOn(address)
      expect(size).toBeGreaterThanOrEqual(Math.max(0, ...sizesOf(one.told)))
      expect(root).toEqual(naiveRootOf(size))
    }
  })
})

describe('two live publishers of one log on a storage that speaks S3', () => {
  it('that have the same leaves go on, whoever is killed: a publisher, or the storage', async () => {
    const address = s3.place()
    const UNTIL = 6_000
    const storage = outages([1_000, 2_500, 4_000])
    const other = start(address, { until: UNTIL, batch: 61 }, storage.hear)
    const killed = start(address, { until: UNTIL, batch: 97 }, (told) => {
      storage.hear(told)
      if ('size' in told && told.size > 2_000) killed.child.kill('SIGKILL')
    })
    await killed.closed
    const again = start(address, { until: UNTIL, batch: 97 }, storage.hear)
    await Promise.all([other.closed, again.closed])
    await storage.up()
    expect(storage.left()).toBe(0)

    const all = [other, killed, again]
    for (const [size, root] of signedBy(all)) expect(root).toBe(naiveRootOf(size).toString('base64'))
    for (const { told } of all) {
      expect(sizesOf(told)).toEqual([...sizesOf(told)].sort((a, b) => a - b))
      const unexpected = told.filter((one) => 'code' in one && !BY_THEMSELVES.includes(one.code))
      expect(unexpected).toEqual([])
    }
    const { size, root } = await headAt(address, all)
    expect(size).toBeGreaterThanOrEqual(UNTIL)
    expect(root).toEqual(naiveRootOf(size))
    expect(await fsckOf(address)).toContain(
      `Successfully fsck'd log with size ${size} and root ${root.toString('base64')}`,
    )
  })

  it('that have different leaves sign no size twice, and leave a log that is whole', async () => {
    for (let world = 0; world < 4; world++) {
      const address = s3.place()
      const all = [0, 1].map((variety) =>
        start(address, { until: 2_000, batch: [97, 256, 61, 300][(world + variety) % 4]!, variety }),
      )
      await Promise.all(all.map(({ closed }) => closed))
      const signed = signedBy(all)
      const { size, root } = await headAt(address, all)
      if (size > 0) expect(signed.get(size)).toBe(root.toString('base64'))
      if (size > 0) expect(await fsckOf(address)).toContain(`Successfully fsck'd log with size ${size}`)
    }
  })
})

/** Kills the storage whenever the log has reached the next of these sizes, and starts it when somebody has missed it. */
function outages(sizes: number[]) {
  let turn: Promise<unknown> = Promise.resolve()
  let down = false
  return {
    hear(told: Told) {
      if ('size' in told && !down && told.size >= sizes[0]!) {
        sizes.shift()
        down = true
        turn = turn.then(() => s3.kill())
      }
      if ('code' in told && told.code !== 'LOG_FENCED' && down) {
        down = false
        turn = turn.then(() => s3.start())
      }
    },
    up: () => turn,
    left: () => sizes.length,
  }
}

/** What Tessera's checker says of a copy of the log, as the storage has it on its disk. */
async function fsckOf(address: string): Promise<string> {
  const copy = join(newHome(), 'log')
  cpSync(join(s3.files, address.split('/').at(-1)!), copy, { recursive: true })
  return runFsck(fsck, copy, key.vkey)
}
