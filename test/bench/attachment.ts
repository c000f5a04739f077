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
import { officeHolder } from '../../schema/wire/holder.ts'
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
 * a file on the same disk: ratio. They take turns, and the median of each counts.
 */
export async function attachmentVsGpg(): Promise<Figure[]> {
  const store = await openStore('attachment')
  const folder = mkdtempSync(join(PORTOLAN, 'bench', 'attachment-'))
  const cast = await makeCast([{ office: 'ne-dst', persons: { aicha: 'FOCAL_POINT' } }])
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
    const key = await readKey({ armoredKey: cast.key('office:ne-dst').publicKey })
    const ours = () => upload(file, { key, session, home: join(folder, 'home') })
    const rates: [number[], number[]] = [[], []]
    for (let round = 0; round <= ROUNDS; round++)
      for (const [side, run] of [ours, gpg].entries()) {
        const started = performance.now()
        const after = await run(file)
        // The first round warms both.
        if (round > 0) rates[side as 0 | 1].push((SIZE * 1_000) / (performance.now() - started))
        after()
      }
    const [portolan, theirs] = [median(rates[0]), median(rates[1])]
    say(`attachment of ${SIZE} MiB: ${Math.round(portolan)} against ${Math.round(theirs)} MiB/s`)
    return [{ name: 'attachment.vs-gpg', value: portolan / theirs, unit: 'ratio' }]
  } finally {
    await served.kill()
    await store.stop()
    rmSync(folder, { recursive: true })
  }
}

function makeFile(file: string): void {
  const piece = Buffer.alloc(MIB)
  const handle = openSync(file, 'w')
  for (let nth = 0; nth < SIZE; nth++) writeSync(handle, randomFillSync(piece))
  closeSync(handle)
}

type Uploading = {
  key: Awaited<ReturnType<typeof readKey>>
  session: Awaited<ReturnType<typeof login>>
  home: string
}

async function upload(file: string, { key, session, home }: Uploading): Promise<() => void> {
  const { size } = statSync(file)
  const object = newObjectId()
  const to = [{ holder: officeHolder('ne-dst'), key }]
  const sealing = await newAttachmentKey(object, { to, profile: 'compat', at: new Date() })
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
