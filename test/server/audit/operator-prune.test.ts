import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { PrivateKey } from 'openpgp'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { run } from '../../../clients/cli/run.ts'
import { openPeriods, readRecords } from '../../../clients/core/audit.ts'
import { type Audit, openAudit } from '../../../server/audit/log.ts'
import { openHeads } from '../../../server/heads.ts'
import { openOperator } from '../../../server/operator.ts'
import { patient } from './erasing.ts'
import { aicha, converse, newAuditor } from './fixture.ts'
import { newHome } from './home.ts'

// The operator's order, by the command line, at the socket of a log that has old records.

const OLD = Date.UTC(2026, 2, 3, 12, 10)
const NOW = OLD + 3 * 366 * 86_400_000
const home = newHome()
let niger: { privateKey: PrivateKey; armored: string }
let audit: Audit
let close = async () => {}
let behind: Parameters<typeof openHeads>[0] = null

beforeAll(async () => {
  niger = await newAuditor('ne-hacpd')
  let now = OLD
  const at = (time: number) => {
    now = time
    const store = { store: join(home, 'audit'), erased: join(home, 'erasures'), segmentLeaves: 8 }
    return openAudit({ ...store, clock: () => now, auditorsOf: () => [niger.armored], timer: patient })
  }
  audit = await at(OLD)
  await converse(audit, aicha, OLD, 12)
  await audit.close()
  audit = await at(NOW)
  await converse(audit, aicha, NOW, 6)
  const parts = {
    ...{ audit, clock: () => NOW, directory: { genesis: { anchors: [{ country: 'NE' }] } } },
    heads: { check: () => openHeads(behind).check() },
  }
  // The rest of an instance has no part in it.
  const server = await openOperator(parts as unknown as Parameters<typeof openOperator>[0], home)
  close = async () => {
    await new Promise((closed) => server!.close(closed))
    await audit.close()
  }
})
afterAll(async () => {
  await close()
  rmSync(home, { recursive: true, force: true })
})

async function prune(...args: string[]) {
  const said = { out: '', err: '' }
  const to = (stream: 'out' | 'err') => ({
    write(text: string | Uint8Array) {
      said[stream] += String(text)
      return true
    },
  })
  const why = ['--purpose', 'ADMINISTRATION', '--justification', 'two years are over']
  const stdin = { isTTY: false } as NodeJS.ReadStream
  const terminal = { stdin, stdout: to('out'), stderr: to('err'), env: {}, cwd: home, clock: () => NOW }
  const code = await run(['operator', 'prune', ...args, '--home', home, ...why, '--json'], terminal)
  return { code, ...said }
}

async function orders(): Promise<unknown[]> {
  const periods = await audit.periods('NE', NOW - 86_400_000, NOW + 86_400_000)
  const asked = {
    periods: periods.map(({ id }) => ({ id, all: [] })),
    from: NOW - 1,
    to: NOW + 1,
    first: 200,
  }
  const keys = await openPeriods(periods, niger.privateKey)
  const { records } = readRecords((await audit.search('NE', asked)).records, keys)
  return records.flatMap(({ detail }) =>
    detail.kind === 'ASKED' && detail.caller.person === 'operator' ? [detail.detail] : [],
  )
}

it('counts, and removes nothing, until it is told to; whatever day it names, two years stay', async () => {
  const counted = await prune('--before', '2029-03-01')
  expect([counted.code, JSON.parse(counted.out)]).toEqual([
    ...[0, { before: NOW - 2 * 366 * 86_400_000, from: 24, records: 24, removed: false }],
  ])
  const [first] = await audit.periods('NE', 0, NOW)
  expect(first).toBeDefined()
  expect(await orders()).toMatchObject([{ operation: 'operatorPrune', before: '2029-03-01', remove: false }])
})

it('removes nothing while the stores contradict each other', async () => {
  behind = { store: 'LOG', graph: 5, log: 3 }
  expect((await prune('--before', '2028-01-01', '--remove')).code).not.toBe(0)
  behind = null
  expect(JSON.parse((await prune('--before', '2028-01-01')).out)).toMatchObject({ records: 24 })
})

it('removes what is older, on record with every state', async () => {
  const removed = await prune('--before', '2026-06-01', '--remove')
  expect([removed.code, JSON.parse(removed.out)]).toMatchObject([0, { from: 24, records: 24, removed: true }])
  expect(JSON.parse((await prune('--before', '2028-01-01', '--remove')).out)).toMatchObject({
    ...{ records: 0, removed: false },
  })
  const periods = await audit.periods('NE', 0, OLD + 86_400_000)
  expect(periods).toEqual([])
  expect(await orders()).toContainEqual(expect.objectContaining({ before: '2026-06-01', remove: true }))
  const asked = { periods: [], from: 0, to: NOW, first: 50 }
  expect(readRecords((await audit.search('NE', asked)).records, []).pruned!.pruning).toMatchObject({
    from: 24,
  })
})
