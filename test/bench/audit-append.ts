import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import * as openpgp from 'openpgp'
import { type Audit, openAudit } from '../../server/audit/log.ts'
import { fileShelf, type Shelf } from '../../server/audit/storage.ts'
import { machineClock } from '../../server/clock.ts'
import type { Figure } from './bench.ts'
import { median } from './load-client.ts'

const WAITERS = 16
const WARM_UP = 5_000
const RECORDS = 40_000
const ROUNDS = 5

const caller = {
  person: 'ne-dst.aicha',
  country: 'NE',
  office: 'ne-dst-agadez',
  offices: ['ne-dst-agadez', 'ne-dst'],
  role: 'ANALYST',
  session: 'a'.repeat(26),
}
const answer = {
  status: 200,
  body: Buffer.alloc(2_000, 'x'),
  detail: {
    outcome: 'OK',
    operation: 'Neighbourhood',
    purpose: 'DETECTION',
    justification: 'request ML-2026-0117 of the Bamako office',
    case: 'ne-2026-0042',
    query:
      'query Neighbourhood($id: ID!, $depth: Int!) { neighbourhood(id: $id, depth: $depth) { entities { id kind } } }',
    variables: { id: 'e4q9x1c7m2k8v5t3', depth: 2 },
    statements: [{ name: 'neighbourhood', digest: 'd'.repeat(64) }],
    shown: [
      'e4q9x1c7m2k8v5t3',
      'p4q9x1c7m2k8v5t3',
      'z4q9x1c7m2k8v5t3',
      'k4q9x1c7m2k8v5t3',
      'n4q9x1c7m2k8v5t3',
    ],
  },
}
const request = Buffer.alloc(500, 'r')

/** One caller after another's example: asks, waits for durability, answers, waits again. Two appends each round. */
async function waiter(audit: Audit, rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    const replay = Buffer.alloc(16, round & 255)
    const asked = await audit.asked({
      caller,
      at: machineClock(),
      request,
      replay,
      detail: { via: 'graphql' },
    })
    await audit.answered(asked, answer)
  }
}

async function rate(audit: Audit, records: number): Promise<number> {
  const started = performance.now()
  await Promise.all(Array.from({ length: WAITERS }, () => waiter(audit, records / 2 / WAITERS)))
  return records / ((performance.now() - started) / 1_000)
}

/** How the log writes: groups and their octets, counted where they go to disk. */
type Written = { groups: number; bytes: number }

async function countedShelf(dir: string, written: Written): Promise<Shelf> {
  const shelf = await fileShelf(dir)
  return {
    ...shelf,
    async open(name, steady) {
      const store = await shelf.open(name, steady)
      if (!steady) return store
      return {
        ...store,
        append(bytes) {
          written.groups++
          written.bytes += bytes.length
          return store.append(bytes)
        },
      }
    },
  }
}

/** Records per second that are written and synced in groups of the log's mean size, with nothing else done to them. */
async function floorRate(dir: string, records: number, { groups, bytes }: Written): Promise<number> {
  const file = await open(join(dir, 'floor'), 'w')
  try {
    const group = Buffer.alloc(Math.round(bytes / groups), 'x')
    const started = performance.now()
    for (let nth = 0; nth < groups; nth++) {
      await file.write(group, 0, group.length, nth * group.length)
      await file.datasync()
    }
    return records / ((performance.now() - started) / 1_000)
  } finally {
    await file.close()
  }
}

/**
 * Appends per second with fdatasync on the repository's own disk, 16 waiters, each record with its commitment, an
 * encrypted detail of about 600 bytes and its search tokens (12 on an answer); and the ratio to a bare loop that writes and
 * syncs the same groups, in turns with it: the median of both. The last figure is against groups of 16, in which the bare
 * loop would be fastest and the processor idle while it waits.
 */
export async function auditAppend(): Promise<Figure[]> {
  const root = join(import.meta.dirname, '../../.portolan/bench')
  mkdirSync(root, { recursive: true })
  const dir = mkdtempSync(join(root, 'audit-'))
  const { publicKey } = await openpgp.generateKey({ userIDs: [{ name: 'ne-auditor' }] })
  const written: Written = { groups: 0, bytes: 0 }
  const store = await countedShelf(dir, written)
  const audit = await openAudit({ store, clock: machineClock, auditorsOf: () => [publicKey] })
  try {
    await rate(audit, WARM_UP)
    const [ours, floor, of16]: [number[], number[], number[]] = [[], [], []]
    const records = RECORDS / ROUNDS
    for (let round = 0; round < ROUNDS; round++) {
      Object.assign(written, { groups: 0, bytes: 0 })
      ours.push(await rate(audit, records))
      const { groups, bytes } = written
      floor.push(await floorRate(dir, records, { groups, bytes }))
      of16.push(await floorRate(dir, records, { groups: records / WAITERS, bytes }))
    }
    return [
      { name: 'audit.append-per-second', value: Math.round(median(ours)), unit: '1/s' },
      { name: 'audit.append-vs-floor', value: median(ours) / median(floor), unit: 'ratio' },
      { name: 'audit.append-vs-floor-of-16', value: median(ours) / median(of16), unit: 'ratio' },
      { name: 'audit.records-per-group', value: RECORDS / ROUNDS / written.groups, unit: '1' },
    ]
  } finally {
    await audit.close()
    rmSync(dir, { recursive: true })
  }
}
