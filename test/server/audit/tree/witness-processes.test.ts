import type { ChildProcess } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openCheckpoint } from '../../../../clients/core/log/checkpoint.ts'
import { parsePolicy, quorumSince } from '../../../../clients/core/log/policy.ts'
import { proverOf } from '../../../../clients/core/log/prove.ts'
import { urlSource } from '../../../../clients/core/log/source.ts'
import { hashLeaf, rootByInclusion } from '../../../../clients/core/log/tree.ts'
import type { Fault } from '../../../../schema/wire/fault.ts'
import { fileShelf } from '../../../../server/audit/storage.ts'
import { type Cosigning, openCosigning } from '../../../../server/audit/tree/cosigning.ts'
import { openDirectory } from '../../../../server/audit/tree/directory-objects.ts'
import { listenLogs } from '../../../../server/audit/tree/listen.ts'
import { shelfMemory } from '../../../../server/audit/tree/memory.ts'
import { openPublisher, type Publisher } from '../../../../server/audit/tree/publisher.ts'
import { readWitnessPolicy } from '../../../../server/audit/tree/witness-policy.ts'
import { startCli } from '../../../clients/cli/program.ts'
import { newHome } from '../home.ts'
import { key } from './fixture.ts'
import { leafAt, leavesFrom } from './naive.ts'

// `portolan witness` as it runs at a state and at an authority, killed and started again.

const NAMES = ['ml', 'ne', 'it', 'authority'] as const
type Name = (typeof NAMES)[number]

let home: string
const running = new Map<Name, { child: ChildProcess; port: string; vkey: string }>()

async function start(name: Name): Promise<void> {
  const port = running.get(name)?.port ?? '0'
  const files = ['--logs', 'log.keys', '--key', `${name}.pem`, '--state', name]
  const args = ['witness', '--name', `witness.example/${name}`, ...files, '--port', port, '--json']
  const child = startCli(args, { cwd: home })
  const [said] = await once(child.stdout!, 'data')
  const { url, key: vkey } = JSON.parse(String(said))
  running.set(name, { child, port: new URL(url).port, vkey })
}

async function kill(name: Name): Promise<void> {
  const { child } = running.get(name)!
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}

beforeEach(async () => {
  home = newHome()
  writeFileSync(join(home, 'log.keys'), `${key.vkey}\n`)
  await Promise.all(NAMES.map(start))
  const witnesses = NAMES.map((name) => {
    const { vkey, port } = running.get(name)!
    return `witness ${name} ${vkey} http://127.0.0.1:${port}/`
  })
  const groups = ['group states 2 ml ne it', 'group enough all states authority', 'quorum enough']
  writeFileSync(join(home, 'policy'), [`log ${key.vkey}`, ...witnesses, ...groups, ''].join('\n'))
})
afterEach(async () => {
  await Promise.all(NAMES.map(kill))
  running.clear()
})

/** A log in a folder, of leaves of one variety, that asks these witnesses whenever it is told to. */
async function openLog(name: string, variety = 0) {
  const objects = await openDirectory(join(home, name))
  const publisher = await openPublisher({ objects, signers: [key] })
  const shelf = shelfMemory(await fileShelf(join(home, `${name}-kept`)), 'cosigned')
  const told = new EventEmitter()
  const complaints: string[] = []
  const cosigning = await openCosigning({
    policy: await readWitnessPolicy(join(home, 'policy')),
    ...{ log: publisher, objects, key, clock: Date.now, timer: () => () => {}, timeout: 60_000 },
    memory: {
      recall: shelf.recall,
      keep: async (next) => {
        await shelf.keep(next)
        setImmediate(() => told.emit('news'))
      },
    },
    complain(fault: Fault, witness) {
      complaints.push(`${witness} ${fault.code}`)
      told.emit('news')
    },
  })
  const until = async (holds: () => boolean) => {
    while (!holds()) await once(told, 'news')
  }
  return { objects, publisher, cosigning, complaints, until, grow: growing(publisher, cosigning, variety) }
}

const growing = (publisher: Publisher, cosigning: Cosigning, variety: number) => async (size: number) => {
  for (let at = publisher.head().size; at < size; at = publisher.head().size)
    await publisher.publish(leavesFrom(at, Math.min(size, at + 1_700), variety))
  cosigning.submit()
}

/** What a client makes of a co-signed checkpoint, by the same policy file. */
function read(bytes: Buffer | null) {
  if (!bytes) return null
  const policy = parsePolicy(readFileSync(join(home, 'policy')))
  const { checkpoint, signers } = openCheckpoint(bytes, policy.logs, policy.witnesses)
  const names = policy.witnesses
    .filter((witness) => signers.has(witness))
    .map(({ name }) => name.split('/')[1])
  return { size: checkpoint.size, names, since: quorumSince(policy, signers) }
}

const sizeOf = (bytes: Buffer | null) => Number(bytes?.toString().split('\n')[1] ?? -1)
const linesOf = (bytes: Buffer | null) => bytes?.toString().match(/^— witness/gm)?.length ?? 0

it('co-sign a log of thousands of leaves, also after they were killed and started again', async () => {
  const { objects, publisher, cosigning, complaints, until, grow } = await openLog('log')
  const listening = await listenLogs(
    [
      {
        prefix: '/audit',
        read: async (name) => (name === 'cosigned' ? cosigning.cosigned() : objects.read(name)),
      },
    ],
    { port: 0 },
  )
  await grow(5_000)
  await until(() => sizeOf(cosigning.cosigned()) === 5_000 && linesOf(cosigning.cosigned()) === 4)
  const first = read(cosigning.cosigned())
  expect(first).toMatchObject({ size: 5_000, names: NAMES })
  expect(first!.since! * 1_000).toBe(cosigning.since())

  await kill('ml')
  await grow(5_300)
  await until(() => linesOf(cosigning.cosigned()) === 3 && sizeOf(cosigning.cosigned()) === 5_300)
  await until(() => complaints.length === 1)
  expect(complaints).toEqual(['witness.example/ml UNREACHABLE'])
  expect(read(cosigning.cosigned())).toMatchObject({ names: ['ne', 'it', 'authority'] })

  await kill('authority')
  const before = cosigning.cosigned()
  await grow(70_000)
  await until(() => complaints.length === 2)
  expect(complaints[1]).toBe('witness.example/authority UNREACHABLE')
  expect(cosigning.cosigned()).toEqual(before)

  // Every leaf below what was co-signed can be proved from there, though the log has gone on.
  const source = urlSource(`${listening.url}/audit`)
  const policy = parsePolicy(Buffer.from(`log ${key.vkey}\nquorum none\n`))
  const { checkpoint } = openCheckpoint(await source.read('cosigned', 10_000), policy.logs)
  expect(checkpoint.size).toBe(5_300)
  const { path } = await proverOf(source, checkpoint).inclusion(5_299)
  const root = rootByInclusion({ index: 5_299, size: 5_300 }, hashLeaf(leafAt(5_299)), path)
  expect(checkpoint.root).toEqual(root)

  await Promise.all([start('ml'), start('authority')])
  await grow(70_001)
  await until(() => sizeOf(cosigning.cosigned()) === 70_001 && linesOf(cosigning.cosigned()) === 4)
  expect(complaints).toHaveLength(2)
  await Promise.all([cosigning.close(), publisher.close(), listening.close()])

  // What was kept is there again before anybody is asked.
  await Promise.all(NAMES.map(kill))
  const again = await openLog('log')
  expect(read(again.cosigning.cosigned())).toMatchObject({ size: 70_001, names: NAMES })
  expect(again.cosigning.since()).not.toBeNull()
  await Promise.all([again.cosigning.close(), again.publisher.close()])
})

it('say where they are, be the log without its memory or they without theirs', async () => {
  const first = await openLog('log')
  await first.grow(400)
  await first.until(
    () => sizeOf(first.cosigning.cosigned()) === 400 && linesOf(first.cosigning.cosigned()) === 4,
  )
  await kill('ne')
  rmSync(join(home, 'ne'), { recursive: true })
  await start('ne')
  await first.grow(500)
  await first.until(
    () => sizeOf(first.cosigning.cosigned()) === 500 && linesOf(first.cosigning.cosigned()) === 4,
  )
  await Promise.all([first.cosigning.close(), first.publisher.close()])

  rmSync(join(home, 'log-kept'), { recursive: true })
  const again = await openLog('log')
  await again.grow(600)
  await again.until(
    () => sizeOf(again.cosigning.cosigned()) === 600 && linesOf(again.cosigning.cosigned()) === 4,
  )
  expect([...first.complaints, ...again.complaints]).toEqual([])
  await Promise.all([again.cosigning.close(), again.publisher.close()])
})

it('vouch for no log that was put back or written anew', async () => {
  const first = await openLog('log')
  await first.grow(300)
  await first.until(
    () => sizeOf(first.cosigning.cosigned()) === 300 && linesOf(first.cosigning.cosigned()) === 4,
  )
  await Promise.all([first.cosigning.close(), first.publisher.close()])

  const accusations = NAMES.map((name) => `witness.example/${name} LOG_DAMAGED`).sort()
  for (const [name, size, variety] of [
    ['shorter', 200, 0],
    ['other', 300, 1],
    ['longer', 450, 1],
  ] as const) {
    const objects = await openDirectory(join(home, name))
    const publisher = await openPublisher({ objects, signers: [key] })
    await publisher.publish(leavesFrom(0, size, variety))
    await publisher.close()
    const forged = await openLog(name, variety)
    await forged.until(() => forged.complaints.length === 4)
    expect(forged.complaints.toSorted(), name).toEqual(accusations)
    expect(forged.cosigning.cosigned()).toBeNull()
    await Promise.all([forged.cosigning.close(), forged.publisher.close()])
  }
})
