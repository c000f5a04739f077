import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import * as openpgp from 'openpgp'
import { type Audit, openAudit } from '../../server/audit/log.ts'
import { machineClock } from '../../server/clock.ts'

const WAITERS = 16
const WARM_UP = 5_000
const RECORDS = 40_000

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
    const open = await audit.asked({
      caller,
      at: machineClock(),
      request,
      replay,
      detail: { via: 'graphql' },
    })
    await audit.answered(open, answer)
  }
}

async function rate(audit: Audit, records: number): Promise<number> {
  const started = performance.now()
  await Promise.all(Array.from({ length: WAITERS }, () => waiter(audit, records / 2 / WAITERS)))
  return records / ((performance.now() - started) / 1_000)
}

/**
 * Appends per second with fdatasync on the repository's own disk, 16 waiters, each record with its commitment, an
 * encrypted detail of about 600 bytes and its search tokens (12 on an answer).
 */
export async function auditAppend(): Promise<
  { name: 'audit.append-per-second'; value: number; unit: string }[]
> {
  const root = join(import.meta.dirname, '../../.portolan/bench')
  mkdirSync(root, { recursive: true })
  const dir = mkdtempSync(join(root, 'audit-'))
  const { publicKey } = await openpgp.generateKey({ userIDs: [{ name: 'ne-auditor' }] })
  const audit = await openAudit({ store: dir, clock: machineClock, auditorsOf: () => [publicKey] })
  try {
    await rate(audit, WARM_UP)
    return [{ name: 'audit.append-per-second', value: Math.round(await rate(audit, RECORDS)), unit: '1/s' }]
  } finally {
    await audit.close()
    rmSync(dir, { recursive: true })
  }
}
