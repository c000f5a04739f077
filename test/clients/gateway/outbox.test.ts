import { spawn } from 'node:child_process'
import { cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openKeyStore } from '../../../clients/core/keys.ts'
import { openHome } from '../../../clients/gateway/home.ts'
import { type Outbox, openOutbox } from '../../../clients/gateway/outbox.ts'
import { openVault } from '../../../clients/gateway/vault.ts'

// An outbox under kill -9 at each of its writes: what was confirmed is there, whole, once and in its place.

const WRITER = fileURLToPath(new URL('./outbox-writer.ts', import.meta.url))
const PERSON = 'ne-dst.aicha'
let root: string
let bare: string
let filled: string

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'portolan-outbox-'))
  bare = join(root, 'bare')
  const home = await openHome(bare, '/')
  await writeFile(home.path('client.json'), '')
  await (await openKeyStore(home.keys)).newKey({ person: PERSON, passphrase: null })
  filled = await copy(bare)
  for (const n of [1, 2, 3]) await (await open(filled)).add('sendMessage', { n })
})
afterAll(() => rm(root, { recursive: true, force: true }))

async function copy(home: string): Promise<string> {
  const to = await mkdtemp(join(root, 'home-'))
  await cp(home, to, { recursive: true })
  return to
}

async function open(folder: string, send: (n: number) => object = (n) => ({ data: { n } })): Promise<Outbox> {
  const home = await openHome(folder, '/')
  const key = await (await openKeyStore(home.keys)).loadKey(PERSON, async () => '')
  return openOutbox({
    folder: home.path('outbox'),
    vault: openVault(key, Date.now),
    now: Date.now,
    send: async (body) => ({ body: Buffer.from(JSON.stringify(send((body as { n: number }).n))) }),
  })
}

function write(home: string, ...args: string[]): Promise<string[]> {
  return new Promise((settle, fail) => {
    const child = spawn(process.execPath, [WRITER, home, PERSON, ...args])
    let [out, err] = ['', '']
    child.stdout.on('data', (bytes) => {
      out += bytes
    })
    child.stderr.on('data', (bytes) => {
      err += bytes
    })
    child.on('close', (code, signal) =>
      code === 0 || signal === 'SIGKILL'
        ? settle(out.split('\n').filter(Boolean))
        : fail(new Error(`${code} ${err}`)),
    )
  })
}

/** As the writer's server judges: what is odd is refused. */
const judged = (n: number) =>
  n % 2 === 1
    ? { errors: [{ message: 'expected other keys', extensions: { code: 'BAD_PACKET' } }] }
    : { data: { n } }
const numbers = async (outbox: Outbox) => (await outbox.list()).map(({ body }) => (body as { n: number }).n)
const said = (lines: string[], word: string) =>
  lines.filter((line) => line.startsWith(`${word} `)).map((line) => Number(line.split(' ')[1]))
/** Before the first touch of the disk, the second, and so on: one is also right after the one before it. */
const moments = (touched: number) => Array.from({ length: touched }, (_, i) => String(i + 1))

describe('an outbox under kill -9', () => {
  it('keeps what it confirmed, whole and in order, at whichever write it ends', async () => {
    const [touched] = said(await write(await copy(bare), 'add', '0'), 'touched')
    expect(touched).toBeGreaterThan(9)
    for (const nth of moments(touched!)) {
      const home = await copy(bare)
      const confirmed = said(await write(home, 'add', nth), 'kept')
      const kept = await numbers(await open(home))
      // The one under way is there whole, or not at all.
      expect([confirmed.length, confirmed.length + 1], `before write ${nth}`).toContain(kept.length)
      expect(kept, `before write ${nth}`).toEqual([1, 2, 3].slice(0, kept.length))
    }
  })

  it('loses nothing while it delivers, and what was refused is kept with its reason', async () => {
    const [touched] = said(await write(await copy(filled), 'deliver', '0'), 'touched')
    expect(touched).toBeGreaterThan(6)
    for (const nth of moments(touched!)) {
      const home = await copy(filled)
      const sent = said(await write(home, 'deliver', nth), 'sent')
      const outbox = await open(home, judged)
      // Whatever the server has not taken for certain is still here, once each.
      const kept = await numbers(outbox)
      expect(new Set(kept).size).toBe(kept.length)
      for (const n of [1, 2, 3]) if (!(n === 2 && sent.includes(2))) expect(kept).toContain(n)
      await outbox.flush()
      expect(await numbers(outbox), `before write ${nth}`).toEqual([1, 3])
      expect((await outbox.list()).map(({ refused }) => refused?.faults[0]?.code)).toEqual([
        'BAD_PACKET',
        'BAD_PACKET',
      ])
    }
  }, 600_000)
})

describe('an outbox', () => {
  it('lets what was refused wait again in its old place, with another body', async () => {
    const home = await copy(filled)
    await write(home, 'deliver', '0')
    const later = await open(home)
    await later.add('sendMessage', { n: 4 })
    const [first] = await later.list()
    await later.again(first!.id, { n: 10 })
    expect(await numbers(later)).toEqual([10, 3, 4])
    const order: number[] = []
    const sending = await open(home, (n) => {
      order.push(n)
      return { data: {} }
    })
    await sending.flush()
    expect(order).toEqual([10, 4])
    expect(await numbers(sending)).toEqual([3])
  })

  it('puts aside what is damaged on disk, and sends what comes after it', async () => {
    const home = await copy(filled)
    const folder = join(home, 'outbox')
    const [first] = (await readdir(folder)).filter((name) => name.endsWith('.pgp')).sort()
    await writeFile(join(folder, first!), 'damage')
    const outbox = await open(home)
    expect((await outbox.flush()).map(({ refused }) => refused)).toEqual([[], []])
    const [damaged, ...more] = await outbox.list()
    expect([damaged!.refused!.faults[0]!.code, more]).toEqual(['SEAL', []])
    await outbox.drop(damaged!.id)
    expect(await outbox.list()).toEqual([])
    await expect(outbox.drop(damaged!.id)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('is shared by processes: none takes the place of what another has added', async () => {
    const home = await copy(bare)
    await Promise.all([1, 2, 3, 4].map(() => write(home, 'add', '0')))
    const kept = await numbers(await open(home))
    expect(kept.sort()).toEqual([1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3])
  })
})
