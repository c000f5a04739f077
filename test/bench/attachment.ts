import { execFileSync } from 'node:child_process'
import { randomFillSync } from 'node:crypto'
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { readKey } from 'openpgp'
import { chunksOf, uploadChunks } from '../../clients/core/attach.ts'
import { newAttachmentKey } from '../../clients/core/attachment-key.ts'
import { padme } from '../../clients/core/pad.ts'
import { login } from '../../clients/core/session.ts'
import { chunkSizeFor } from '../../schema/wire/attachment.ts'
import { newObjectId } from '../../schema/wire/envelope.ts'
import { officeHolder, type Profile } from '../../schema/wire/holder.ts'
import { makeCast } from '../cast.ts'
import { PURPOSE } from '../instance.ts'
import { freePort, serve } from '../served.ts'
import type { Figure } from './bench.ts'
import { median } from './load-client.ts'
import { openStore, PORTOLAN, say } from './store.ts'

/** MiB of the file; the figure that counts has 1024. */
const SIZE = Number(process.env.PORTOLAN_BENCH_ATTACHMENT ?? 256)
const ROUNDS = 5
const MIB = 2 ** 20

/**
 * Octets per second of an attachment that is read, sealed to an office's key, signed, sent to a server in a process of its
 * own, recorded and made durable there, against `gpg --compress-algo none` that encrypts the same file to the same key into
 * a file on the same disk: ratio. In the profile that gpg reads, which both write, and in the modern one, which gpg does
 * not know. They take turns, and the median of each counts.
 */
export async function attachmentVsGpg(): Promise<Figure[]> {
  const store = await openStore('attachment')
  const folder = mkdtempSync(join(PORTOLAN, 'bench', 'attachment-'))
  const cast = await makeCast([{ office: 'ne-dst', modern: true, persons: { aicha: 'FOCAL_POINT' } }])
  const port = await freePort()
  const served = await serve({
    login: store.login,
    genesis: cast.genesis,
    home: join(folder, 'home'),
    port,
  })
  try {
    const file = join(folder, 'file')
    makeFile(file)
    const gpg = openGpg(folder, cast.key('office:ne-dst').publicKey)
    const session = await login({ url: served.url, key: cast.key('ne-dst.aicha') })
    const ours = async (profile: Profile) => {
      const key = await readKey({ armoredKey: cast.key('office:ne-dst', profile).publicKey })
      return () => upload(file, { key, profile, session, home: join(folder, 'home') })
    }
    const [compat, modern, theirs] = await ratesOf([
      await ours('compat'),
      await ours('modern'),
      () => gpg(file),
    ])
    const rounded = [compat, modern, theirs].map((rate) => Math.round(rate!))
    say(`attachment of ${SIZE} MiB: ${rounded[0]}, modern ${rounded[1]}, against ${rounded[2]} MiB/s`)
    return [
      { name: 'attachment.vs-gpg', value: compat! / theirs!, unit: 'ratio' },
      { name: 'attachment.modern-vs-gpg', value: modern! / theirs!, unit: 'ratio' },
    ]
  } finally {
    await served.kill()
    await store.stop()
    rmSync(folder, { recursive: true })
  }
}

/** MiB per second of each, the median of some rounds in which they take turns; the first one warms them. */
async function ratesOf(sides: Side[]): Promise<number[]> {
  const rates: number[][] = sides.map(() => [])
  for (let round = 0; round <= ROUNDS; round++)
    for (const [side, run] of sides.entries()) {
      const started = performance.now()
      const after = await run()
      if (round > 0) rates[side]!.push((SIZE * 1_000) / (performance.now() - started))
      after()
    }
  return rates.map(median)
}

function makeFile(file: string): void {
  const piece = Buffer.alloc(MIB)
  const handle = openSync(file, 'w')
  for (let nth = 0; nth < SIZE; nth++) writeSync(handle, randomFillSync(piece))
  closeSync(handle)
}

/** Gives back what clears up after it. */
type Side = () => Promise<() => void> | (() => void)

type Uploading = {
  profile: Profile
  key: Awaited<ReturnType<typeof readKey>>
  session: Awaited<ReturnType<typeof login>>
  home: string
}

async function upload(file: string, { key, profile, session, home }: Uploading): Promise<() => void> {
  const { size } = statSync(file)
  const object = newObjectId()
  const to = [{ holder: officeHolder('ne-dst'), key }]
  const sealing = await newAttachmentKey(object, { to, profile, at: new Date() })
  const whole = { key: sealing, file, size, chunkSize: chunkSizeFor(padme(size)), audience: ['ne-dst'] }
  const { chunks } = await uploadChunks(whole, {
    async send(body) {
      const { status, body: answer } = await session.object(body)
      if (status !== 200 || !Buffer.from(answer).includes('true'))
        throw new Error(Buffer.from(answer).toString())
    },
    purpose: { code: 'OPERATIONAL', justification: PURPOSE.justification },
    held: new Set(),
    step: () => {},
  })
  if (chunks.length !== chunksOf(whole)) throw new Error(`expected every chunk, got ${chunks.length}`)
  return () => rmSync(join(home, 'attachments', object), { recursive: true })
}

/** gpg with the office's key in a home of its own. */
function openGpg(folder: string, publicKey: string): (file: string) => () => void {
  const home = mkdtempSync('/tmp/pg-')
  const gpg = (args: string[], input = '') =>
    execFileSync(
      'gpg',
      ['--homedir', home, '--batch', '--quiet', '--yes', '--trust-model', 'always', ...args],
      { input },
    )
  gpg(['--import'], publicKey)
  const listed = gpg(['--with-colons', '--list-keys']).toString()
  const recipient = /^fpr:+([0-9A-F]{40}):/m.exec(listed)![1]!
  const output = join(folder, 'file.gpg')
  return (file) => {
    gpg(['--compress-algo', 'none', '--recipient', recipient, '--output', output, '--encrypt', file])
    return () => rmSync(output)
  }
}
