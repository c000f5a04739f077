import { once } from 'node:events'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openCheckpoint } from '../../../clients/core/log/checkpoint.ts'
import { parseVerifierKey } from '../../../clients/core/log/note.ts'
import { checkpoint, grow, log, logs } from '../witness/signed-log.ts'
import { ended, startCli } from './program.ts'

let cwd: string
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'portolan-witness-'))
  await writeFile(join(cwd, 'sahel.keys'), `${log.vkey}\n`)
})
afterAll(() => rm(cwd, { recursive: true, force: true }))

const ARGS = [
  'witness',
  '--name',
  'witness.example/ml',
  '--logs',
  'sahel.keys',
  '--key',
  'w.pem',
  '--state',
  'seen',
]

/** One run of the witness, until `use` is done and Ctrl-C comes. */
async function running<T>(use: (up: { url: string; key: string; logs: string[] }) => Promise<T>): Promise<T> {
  const child = startCli([...ARGS, '--json'], { cwd })
  const end = ended(child)
  const [said] = await once(child.stdout!, 'data')
  try {
    return await use(JSON.parse(String(said)))
  } finally {
    child.kill('SIGINT')
    expect(await end).toMatchObject({ code: 0, err: expect.stringMatching(/\S/) })
  }
}

const post = (url: string, body: Buffer) =>
  fetch(`${url}/add-checkpoint`, { method: 'POST', body: new Uint8Array(body) })

describe('witness', () => {
  it('draws its key once, co-signs what only grew, and goes on where it was when it starts again', async () => {
    const first = await running(async ({ url, key, logs: watched }) => {
      expect(watched).toEqual([log.name])
      const answer = await post(url, grow(0, 100))
      const note = Buffer.concat([checkpoint(100), Buffer.from(await answer.text())])
      const witnessKey = parseVerifierKey(key)
      expect(openCheckpoint(note, logs, [witnessKey]).signers.has(witnessKey)).toBe(true)
      return key
    })
    expect((await stat(join(cwd, 'w.pem'))).mode & 0o777).toBe(0o600)
    await running(async ({ url, key }) => {
      expect(key).toBe(first)
      const answer = await post(url, grow(0, 50))
      expect([answer.status, await answer.text()]).toEqual([409, '100\n'])
      expect((await post(url, grow(100, 150))).status).toBe(200)
    })
  })

  it.each([
    [ARGS.slice(0, -2), 2, /--state/],
    [ARGS.with(2, 'two words'), 2, /without spaces/],
    [ARGS.with(4, 'nowhere'), 1, /^NOT_FOUND/],
    [ARGS.with(6, 'sahel.keys'), 1, /^LOG.*private key/],
  ])('%j ends with %i', async (args, code, said) => {
    expect(await ended(startCli(args, { cwd }))).toEqual({ code, out: '', err: expect.stringMatching(said) })
  })
})
