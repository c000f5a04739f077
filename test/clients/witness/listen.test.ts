import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openCheckpoint } from '../../../clients/core/log/checkpoint.ts'
import { cosignerOf, drawCosignerKey } from '../../../clients/core/log/cosign.ts'
import { parseVerifierKey } from '../../../clients/core/log/note.ts'
import type { Listening } from '../../../clients/core/loopback.ts'
import { openKept } from '../../../clients/witness/kept.ts'
import { listenWitness } from '../../../clients/witness/listen.ts'
import { witnessOf } from '../../../clients/witness/witness.ts'
import { checkpoint, cosigner, grow, log, logs, submit, tree, witnessKey } from './signed-log.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portolan-witness-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function post(url: string, body: Buffer) {
  const answer = await fetch(`${url}/add-checkpoint`, { method: 'POST', body: new Uint8Array(body) })
  return { status: answer.status, type: answer.headers.get('content-type'), body: await answer.text() }
}

describe('a witness over HTTP', () => {
  let listening: Listening
  const failures: unknown[] = []
  beforeEach(async () => {
    const kept = await openKept(join(folder, 'kept'))
    const witness = witnessOf({ cosigner, logs, kept, clock: Date.now })
    listening = await listenWitness(witness, { port: 0, complain: (error) => failures.push(error) })
  })
  afterEach(() => listening.close())

  it('answers as the specification has it', async () => {
    const granted = await post(listening.url, grow(0, 100))
    expect(granted).toMatchObject({
      status: 200,
      body: expect.stringMatching(/^— witness.example\/ml \S+\n$/),
    })
    const note = Buffer.concat([checkpoint(100), Buffer.from(granted.body)])
    expect(openCheckpoint(note, logs, [witnessKey]).signers.get(witnessKey)!.time).toBeGreaterThan(0)
    expect(await post(listening.url, grow(0, 120))).toEqual({
      status: 409,
      type: 'text/x.tlog.size',
      body: '100\n',
    })
    expect((await post(listening.url, submit(100, checkpoint(120)))).status).toBe(422)
    expect((await post(listening.url, Buffer.from('?'))).status).toBe(400)
    expect(failures).toEqual([])
  })

  it('takes nothing else, and nothing huge', async () => {
    expect((await fetch(`${listening.url}/add-checkpoint`)).status).toBe(405)
    expect((await fetch(`${listening.url}/`, { method: 'POST', body: 'x' })).status).toBe(404)
    expect((await post(listening.url, Buffer.alloc(300_000, 'x'))).status).toBe(413)
    expect((await post(listening.url, grow(0, 100))).status).toBe(200)
  })

  it('goes on when a submission breaks off', async () => {
    const socket = connect(Number(new URL(listening.url).port), '127.0.0.1')
    await once(socket, 'connect')
    socket.write('POST /add-checkpoint HTTP/1.1\r\nhost: w\r\ncontent-length: 500\r\n\r\nold 0\n')
    socket.destroy()
    await once(socket, 'close')
    expect((await post(listening.url, grow(0, 100))).status).toBe(200)
    expect(failures).toEqual([])
  })

  it('says no more than that it failed where its own disk does', async () => {
    expect((await post(listening.url, grow(0, 100))).status).toBe(200)
    await rm(join(folder, 'kept'), { recursive: true })
    expect(await post(listening.url, grow(100, 120))).toMatchObject({
      status: 500,
      body: 'nothing was co-signed\n',
    })
    expect(failures.splice(0)).toHaveLength(1)
  })
})

describe('a witness that is killed', () => {
  const PROGRAM = fileURLToPath(new URL('./dying-witness.ts', import.meta.url))
  let running: ChildProcess | null = null
  afterEach(() => running?.kill('SIGKILL'))

  /** Starts it on the folder of this test; `dies` is where in its work it is killed. */
  async function start(dies: 'before' | 'after' | 'never'): Promise<string> {
    const args = [PROGRAM, join(folder, 'kept'), join(folder, 'key.pem'), log.vkey, dies]
    running = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    const [said] = await once(running.stdout!, 'data')
    return String(said).trim()
  }
  async function stop(): Promise<void> {
    const child = running!
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
  }

  it.each([
    ['before it persists, has promised nothing', 'before', 50],
    ['between persisting and answering, has promised what it persisted', 'after', 120],
  ] as const)('%s', async (_, dies, size) => {
    const pem = drawCosignerKey()
    await writeFile(join(folder, 'key.pem'), pem)
    const key = parseVerifierKey(cosignerOf('witness.example/ml', pem).verifierKey)
    expect((await post(await start('never'), grow(0, 50))).status).toBe(200)
    await stop()

    await expect(post(await start(dies), grow(50, 120))).rejects.toThrow()
    await stop()

    const url = await start('never')
    // A smaller tree than was promised is never co-signed, whether or not anybody got the promise.
    const smaller = await post(url, grow(50, 60))
    expect(smaller.status).toBe(size === 50 ? 200 : 409)
    if (size === 120) {
      expect(smaller.body).toBe('120\n')
      // The log asks again from the size that it is told, and gets the signature that it missed.
      const again = await post(url, submit(120, checkpoint(120)))
      const note = Buffer.concat([checkpoint(120), Buffer.from(again.body)])
      expect(openCheckpoint(note, logs, [key]).signers.has(key)).toBe(true)
    }
    const from = size === 50 ? 60 : 120
    expect((await post(url, submit(from, checkpoint(300), tree.proof(from, 300)))).status).toBe(200)
    await stop()
  })
})
