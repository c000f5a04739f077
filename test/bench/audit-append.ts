import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import * as openpgp from 'openpgp'
import { type Audit, openAudit } from '../../server/audit/log.ts'
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

/** Records of the log's own mean size per second, written and synced by 16, with nothing else done to them. */
async function floorRate(dir: string, size: number): Promise<number> {
  const file = await open(join(dir, 'floor'), 'w')
  try {
    const group = Buffer.alloc(WAITERS * size, 'x')
    const groups = RECORDS / ROUNDS / WAITERS
    const started = performance.now()
    for (let nth = 0; nth < groups; nth++) {
      await file.write(group, 0, group.length, nth * group.length)
      await file.datasync()
    }
    return (groups * WAITERS) / ((performance.now() - started) / 1_000)
  } finally {
    await file.close()
  }
}

/**
 * Appends per second with fdatasync on the repository's own disk, 16 waiters, each record with its commitment, an
 * encrypted detail of about 600 bytes and its search tokens (12 on an answer); and the ratio to a bare loop that writes and
 * syncs as much, 16 records at a time, in turns with it: the median of both.
 */
export async function auditAppend(): Promise<Figure[]> {
  const root = join(import.meta.dirname, '../../.portolan/bench')
  mkdirSync(root, { recursive: true })
  const dir = mkdtempSync(join(root, 'audit-'))
  const { publicKey } = await openpgp.generateKey({ userIDs: [{ name: 'ne-auditor' }] })
  const audit = await openAudit({ store: dir, clock: machineClock, auditorsOf: () => [publicKey] })
  try {
    await rate(audit, WARM_UP)
    const size = Math.round(statSync(join(dir, '00000000.details')).size / WARM_UP)
    const [ours, floor]: [number[], number[]] = [[], []]
    for (let round = 0; round < ROUNDS; round++) {
      ours.push(await rate(audit, RECORDS / ROUNDS))
      floor.push(await floorRate(dir, size))
    }
    return [
      { name: 'audit.append-per-second', value: Math.round(median(ours)), unit: '1/s' },
      { name: 'audit.append-vs-floor', value: median(ours) / median(floor), unit: 'ratio' },
    ]
  } finally {
    await audit.close()
    rmSync(dir, { recursive: true })
  }
}
