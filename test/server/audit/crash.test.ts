import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { decodeHeader } from '../../../schema/wire/audit-frame.ts'
import { type Audit, openAudit } from '../../../server/audit/log.ts'
import { collect, newAuditor } from './fixture.ts'
import { newHome } from './home.ts'

const KILLS = Number(process.env.PORTOLAN_TEST_KILLS ?? 8)

/** Starts a recorder, kills it with signal 9 at some moment, and returns what it had told us was acknowledged. */
function recordUntilKilled(dir: string, keyFile: string, moment: number): Promise<number[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'recorder.ts'), dir, keyFile], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let told = ''
    child.stdout.on('data', (chunk) => {
      if (told === '') setTimeout(() => child.kill('SIGKILL'), moment)
      told += chunk
    })
    child.on('error', reject)
    child.on('close', (_, signal) => {
      if (signal !== 'SIGKILL') reject(new Error(`expected the recorder to be killed, got ${signal}`))
      // The last line may be cut: it counts only with its end.
      resolve(told.split('\n').slice(0, -1).map(Number))
    })
  })
}

async function everything(audit: Audit) {
  const found = new Map<number, { kind: string; asked: number }>()
  for (const { id } of await audit.periods('NE', 0, Number.MAX_SAFE_INTEGER)) {
    let after: number | null = -1
    while (after !== null) {
      const asked = { periods: [{ id, all: [] }], from: 0, to: Number.MAX_SAFE_INTEGER, after, first: 200 }
      const page = await audit.search('NE', asked)
      for (const { index, frame } of page.records)
        found.set(index, decodeHeader(Buffer.from(frame, 'base64'))!)
      after = page.after
    }
  }
  return found
}

it(`keeps every acknowledged record over ${KILLS} kills at random moments, and leaves no question open`, async () => {
  const dir = newHome()
  const keyFile = join(newHome(), 'auditor.asc')
  const { armored } = await newAuditor('ne')
  writeFileSync(keyFile, armored)
  const acknowledged: number[] = []
  for (let kill = 0; kill < KILLS; kill++) {
    acknowledged.push(...(await recordUntilKilled(dir, keyFile, Math.random() * 150)))
    const options = { store: dir, clock: Date.now, auditorsOf: () => [armored], segmentLeaves: 256 }
    const audit = await openAudit(options)
    const found = await everything(audit)
    for (const index of acknowledged) expect(found.has(index), `record ${index}`).toBe(true)
    const answered = new Set(
      [...found.values()].filter(({ kind }) => kind !== 'ASKED').map(({ asked }) => asked),
    )
    for (const [index, { kind }] of found) if (kind === 'ASKED') expect(answered.has(index)).toBe(true)
    // The replay window is whole again: every question's tag is there.
    const asked = [...found.values()].filter(({ kind }) => kind === 'ASKED')
    expect(await collect(audit.replays(0))).toHaveLength(asked.length)
    await audit.close()
  }
  expect(new Set(acknowledged).size).toBe(acknowledged.length)
  expect(acknowledged.length).toBeGreaterThan(KILLS * 8)
}, 120_000)
