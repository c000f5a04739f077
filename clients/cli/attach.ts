import { stat } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { chunkSizeFor } from '../../schema/wire/attachment.ts'
import { MAX_FILE, newObjectId, type Profile, type SealedFile } from '../../schema/wire/envelope.ts'
import { Fault } from '../../schema/wire/fault.ts'
import { say } from '../../schema/words/index.ts'
import { chunksOf, type Upload, uploadChunks } from '../core/attach.ts'
import { newAttachmentKey } from '../core/attachment-key.ts'
import { padme } from '../core/pad.ts'
import { type Recipient, signUpload } from '../core/seal.ts'
import { openUploads, type Uploads } from '../gateway/uploads.ts'
import { badFile } from './file-fault.ts'
import { mediaType } from './media-type.ts'
import { progress } from './progress.ts'
import type { Shell } from './shell.ts'

/** Octets of all files that travel inside the message itself. */
const MOST_INSIDE = 256 * 1024
/** A bar counts in these. */
export const MIB = 2 ** 20

export type LargeFile = { name: string; file: string; size: number; written: number }

/** Parts files, in their order, into those that fit inside a message and those that travel beside it. */
export async function weigh(
  shell: Shell,
  names: string[],
): Promise<{ inside: string[]; large: LargeFile[] }> {
  const inside: string[] = []
  const large: LargeFile[] = []
  let weight = 0
  for (const name of names) {
    const file = resolve(shell.terminal.cwd, name)
    const { size, mtimeMs } = await stat(file).catch((error: unknown) => {
      throw badFile(shell, name, error)
    })
    if (size > MAX_FILE)
      throw new Fault('TOO_LARGE', `expected at most ${MAX_FILE} octets, got ${size}: ${name}`)
    if (weight + size > MOST_INSIDE) large.push({ name, file, size, written: mtimeMs })
    else inside.push(name)
    if (weight + size <= MOST_INSIDE) weight += size
  }
  return { inside, large }
}

export type Sealing = { to: Recipient[]; audience: string[]; profile: Profile }

export type Attached = {
  /** What the message says of each. */
  files: SealedFile[]
  /** The message that an earlier run had sent with them before it was cut off. */
  sentWith: string | null
  /** Called when the message that names them stands. */
  done(): Promise<void>
}

/**
 * Seals large files and uploads them, each to its end. What an earlier run had begun for the same offices goes on: the
 * server says which chunks it has. Throws UNREACHABLE where the link is cut for good; then the same command goes on later.
 */
export async function attach(shell: Shell, large: LargeFile[], sealing: Sealing): Promise<Attached> {
  if (large.length === 0) return { files: [], sentWith: null, done: async () => {} }
  const link = await shell.link()
  const uploads = openUploads(await shell.home(), await shell.key(link.caller.person), link.now)
  const begun: Upload[] = []
  const files: SealedFile[] = []
  let sentWith: string | null = null
  for (const one of large) {
    const upload = await begin(shell, uploads, { ...one, sealing })
    begun.push(upload)
    const held = await heldOf(shell, upload.key.object).catch((error) => offline(shell, one, error))
    sentWith = held?.message ?? null
    if (sentWith === null) files.push(await send(shell, one, { upload, held: held?.chunks ?? [] }))
  }
  return {
    files,
    sentWith,
    async done() {
      for (const { key } of begun) await uploads.drop(key.object)
    },
  }
}

async function begin(
  shell: Shell,
  uploads: Uploads,
  { file, size, written, sealing }: LargeFile & { sealing: Sealing },
): Promise<Upload> {
  const { audience, profile, to } = sealing
  const before = await uploads.find({ file, size, written, audience, profile })
  if (before) return before
  const at = new Date((await shell.link()).now())
  const key = await newAttachmentKey(newObjectId(), { to, profile, at })
  const upload = { key, file, size, chunkSize: chunkSizeFor(padme(size)), audience }
  await uploads.keep(upload, written)
  return upload
}

type Held = { chunks: number[]; closed: boolean; message: string | null }

const HELD = 'query attachment($id: ID!) { attachment(id: $id) { chunks closed message } }'
const CLOSE =
  'mutation closeAttachment($input: CloseAttachmentInput!) { closeAttachment(input: $input) { closed } }'

const heldOf = async (shell: Shell, id: string) =>
  (await shell.ask<{ attachment: Held | null }>(HELD, { id })).attachment

/** No copy of a large file waits on this machine; the command that is typed again does the whole. */
function offline(shell: Shell, { name, size }: LargeFile, error: unknown): never {
  if (!(error instanceof Fault) || error.code !== 'UNREACHABLE') throw error
  shell.note(say(shell.language, 'cli.largeOffline'))
  throw new Fault('UNREACHABLE', `expected a link for ${name} of ${size} octets, got none`)
}

async function send(
  shell: Shell,
  large: LargeFile,
  { upload, held, tries = 3 }: { upload: Upload; held: number[]; tries?: number },
): Promise<SealedFile> {
  const { language } = shell
  const { name, size } = large
  const { object } = upload.key
  const link = await shell.link()
  if (held.length > 0)
    shell.note(say(language, 'cli.uploadGoesOn', { file: name, held: held.length, chunks: chunksOf(upload) }))
  const bar = progress(shell, say(language, 'cli.uploading', { file: name }), Math.ceil(size / MIB), 'MiB')
  const { chunks, list } = await uploadChunks(upload, {
    send: link.object,
    purpose: await shell.purpose(),
    held: new Set(held),
    step: (done) => bar.step(Math.ceil(done / MIB)),
  })
    .catch((error: unknown) => {
      if (error instanceof Fault && error.code === 'UNREACHABLE')
        shell.note(say(language, 'cli.uploadCut', { file: name }))
      throw error
    })
    .finally(() => bar.stop())
  // A chunk is answered before it has its name on disk: a server that was killed meanwhile may lack some, and they are sent again.
  const there = (await heldOf(shell, object))?.chunks ?? []
  if (there.length < chunks.length && tries > 1)
    return send(shell, large, { upload, held: there, tries: tries - 1 })
  const { privateKey } = await shell.key(link.caller.person)
  const statement = { ciphertext: list, audience: upload.audience, object, version: 1 }
  const signature = await signUpload(statement, { signWith: privateKey, at: new Date(link.now()) })
  await shell.ask(CLOSE, { input: { id: object, signature } })
  return { object, name: basename(name), type: mediaType(name), size, chunkSize: upload.chunkSize, chunks }
}
