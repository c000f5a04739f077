import { type ChildProcess, spawn } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { report, SUBMIT } from '../report.ts'
import { S3_ENV, type S3Server, startS3 } from '../server/audit/tree/s3-server.ts'
import { freePort, openWorld, START, until, WHY, type World } from './world.ts'

// The logs of a real server lie in a bucket, behind a real storage that may be away, and a second server may be started on them.

const ROOT = join(import.meta.dirname, '../..')
vi.setConfig({ testTimeout: 300_000 })

let world: World
let s3: S3Server
let folder: string
let logs: string
let aicha: string
const others = new Set<ChildProcess>()

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portolan-s3-'))
  s3 = await startS3(folder)
  const keys = join(folder, 's3-keys')
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION } = S3_ENV
  const lines = ['[default]', `aws_access_key_id = ${AWS_ACCESS_KEY_ID}`]
  await writeFile(keys, [...lines, `aws_secret_access_key=${AWS_SECRET_ACCESS_KEY}`, ''].join('\n'))
  const port = await freePort()
  logs = `http://127.0.0.1:${port}`
  world = await openWorld({
    environment: {
      ...{ PORTOLAN_LOG_PORT: String(port), PORTOLAN_LOG_S3: `${s3.place()}/sahel` },
      ...{ PORTOLAN_LOG_S3_REGION: AWS_REGION, PORTOLAN_LOG_S3_KEYS: keys },
    },
  })
  aicha = await world.makeHome(['ne-dst.aicha', 'office:ne-dst'])
}, 900_000)
afterAll(async () => {
  for (const child of others) child.kill('SIGKILL')
  await world?.close()
  await s3?.kill()
  await rm(folder, { recursive: true, force: true })
}, 120_000)

const submit = async (key: string) => {
  const { json, text } = await world.ask('ne-dst.aicha', SUBMIT, { input: report(`s3-${key}`) })
  if (json.errors) throw new Error(text)
}
const half = () => `${new Date().getUTCFullYear()}h${new Date().getUTCMonth() < 6 ? 1 : 2}`
const served = () => `${logs}/audit/${half()}`

async function sizeOf(log: string): Promise<number> {
  const answer = await fetch(`${log}/checkpoint`)
  return answer.status === 200 ? Number((await answer.text()).split('\n')[1]) : 0
}

/** What the command line says of a log as it is served, by the public key that the server has laid out. */
const verify = (log: string) => {
  const key = join(world.home, 'keys', `${new URL(log).pathname.slice(1).replace('/', '-')}.vkey`)
  return world.data(aicha, ['audit', 'verify', log, '--key', key])
}

/** One more server, on another home and at another port. */
async function startOn(home: string): Promise<{ url: string; printed: () => string }> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const own = {
    PORTOLAN_HOME: home,
    PORTOLAN_PORT: String(port),
    PORTOLAN_ORIGIN: url,
    PORTOLAN_LOG_PORT: '0',
  }
  const env = { ...world.environment(), ...own }
  const child = spawn(process.execPath, [START], { cwd: ROOT, env })
  others.add(child)
  let printed = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (bytes) => {
      printed += bytes
    })
  await until(() => {
    if (child.exitCode !== null) throw new Error(printed)
    return printed.includes('listens at')
  })
  return { url, printed: () => printed }
}

async function clientOf(url: string): Promise<string> {
  const home = await world.makeHome(['ne-dst.aicha'])
  const file = join(home, 'client.json')
  await writeFile(file, JSON.stringify({ ...JSON.parse(await readFile(file, 'utf8')), url }))
  return home
}

describe('a server whose logs lie in a bucket', () => {
  it('publishes there and serves from there, over a restart, what the verifier finds whole', async () => {
    await submit('first')
    await until(async () => (await sizeOf(served())) > 0)
    const before = await verify(served())
    await world.kill('SIGTERM')
    await world.start()
    await submit('after-restart')
    await until(async () => (await sizeOf(served())) > before.size)
    expect((await verify(served())).size).toBeGreaterThan(before.size)
    expect((await verify(`${logs}/directory/whole`)).size).toBeGreaterThan(5)
    expect(world.printed()).not.toContain(S3_ENV.AWS_SECRET_ACCESS_KEY)
  })

  it('goes on answering while the bucket is away for a while, and publishes all of it when it is back', async () => {
    const before = await sizeOf(served())
    await s3.kill()
    await submit('bucket-away')
    expect((await fetch(`${served()}/checkpoint`)).status).toBe(500)
    await s3.start()
    await until(async () => (await sizeOf(served())) > before)
    await submit('bucket-back')
    await verify(served())
  })

  it('is killed in the midst of its work, and goes on from what lies there', async () => {
    const working = Array.from({ length: 8 }, (_, nth) => submit(`killed-${nth}`).catch(() => undefined))
    await sleep(600)
    await world.kill()
    await Promise.all(working)
    await world.start()
    const before = await sizeOf(served())
    await submit('after-kill')
    await until(async () => (await sizeOf(served())) > before)
    await verify(served())
  })

  it('fences off a second server on a copy of its home: that one refuses at once, and says why', async () => {
    await world.kill('SIGTERM')
    const copy = join(folder, 'copy')
    await cp(world.home, copy, { recursive: true })
    await world.start()
    const second = await startOn(copy)
    const before = await sizeOf(served())
    await submit('by-the-first')
    await until(async () => (await sizeOf(served())) > before)
    // Its own reading is on record there, and has no place in the log any more.
    const client = await clientOf(second.url)
    const list = ['network', 'list', '--as', 'ne-dst.aicha', ...WHY]
    await world.data(client, list)
    await until(() => second.printed().includes('LOG_FENCED: audit: expected to be the only server'))
    const refused = await world.cli(client, list)
    expect(refused.code).not.toBe(0)
    expect(refused.err).toContain('AUDIT_UNAVAILABLE')
    await submit('the-first-goes-on')
    await verify(served())
  })
})
