import { randomBytes } from 'node:crypto'
import { chmod, mkdir, open, readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { canonical, type Json } from '../../schema/wire/canonical.ts'
import { ObjectId, Profile } from '../../schema/wire/envelope.ts'
import { Fault } from '../../schema/wire/fault.ts'
import { flushFolder } from '../flush-folder.ts'
import { absent, linkOnce, writeDurably } from './store.ts'

/** What was said of an attachment with its first chunk, and holds for all of them. */
const Facts = z.object({
  object: ObjectId,
  office: z.string(),
  person: z.string(),
  chunks: z.int(),
  audience: z.array(z.string()),
  profile: Profile,
})
export type Facts = z.infer<typeof Facts>

/** Who vouches for the whole: nothing is added any more. */
const Closing = z.object({ signature: z.string(), signer: z.string(), time: z.int() })
export type Closing = z.infer<typeof Closing>

/** `size` counts the octets of the data packet. */
export type HeldChunk = { chunk: number; hash: string; file: string; size: number }

/**
 * Attachments on disk, a folder each: `facts`, `packets` (the session key packets that all chunks share), `<number>.<hash>`
 * (the data packet of a chunk; the hash is of the whole chunk as it came), `closing`, and `message`, which names it. Each
 * file appears whole or not at all and stays as it is, so that a crash at any point leaves a part of an upload that goes on.
 */
export type AttachmentFiles = {
  /** Takes note of an attachment, durably. Other facts or packets under a known id: IDEMPOTENCY_CONFLICT. */
  begin(facts: Facts, packets: Uint8Array): Promise<void>
  facts(object: string): Promise<Facts | null>
  packets(object: string): Promise<Uint8Array | null>
  /** Resolves when the chunk is durable. The same chunk again: nothing. Another one: IDEMPOTENCY_CONFLICT. */
  put(object: string, chunk: { chunk: number; hash: string }, data: Uint8Array): Promise<void>
  /** What is held, by number. */
  chunks(object: string): Promise<HeldChunk[]>
  closing(object: string): Promise<Closing | null>
  close(object: string, closing: Closing): Promise<void>
  /** The message that names it, where one does. */
  message(object: string): Promise<string | null>
  /** Puts the message in the place of one that never came to be. */
  name(object: string, message: string): Promise<void>
  /** When something of it was written last (ms since 1970), for every attachment. */
  all(): Promise<{ object: string; touched: number }[]>
  erase(object: string): Promise<void>
}

export async function openAttachmentFiles(dir: string): Promise<AttachmentFiles> {
  const incoming = join(dir, 'incoming')
  for (const folder of [dir, incoming]) {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await chmod(folder, 0o700)
  }
  for (const name of await readdir(incoming)) await rm(join(incoming, name), { force: true })
  await flushFolder(dir)
  const home = (object: string) => join(dir, ObjectId.parse(object))

  /** The whole file or, after a crash, none. */
  async function keep(object: string, name: string, bytes: Uint8Array): Promise<void> {
    const temporary = join(incoming, `${object}.${randomBytes(8).toString('hex')}`)
    try {
      await writeDurably(temporary, bytes)
      await linkOnce(temporary, join(home(object), name), bytes)
    } finally {
      await rm(temporary, { force: true })
    }
    await flushFolder(home(object))
  }

  const text = (object: string, name: string) =>
    readFile(join(home(object), name), 'utf8').catch(absent(null))
  async function record<T>(object: string, name: string, shape: z.ZodType<T>): Promise<T | null> {
    const found = await text(object, name)
    return found === null ? null : shape.parse(JSON.parse(found))
  }
  const keepRecord = (object: string, name: string, value: Json) =>
    keep(object, name, Buffer.from(canonical(value)))

  async function chunks(object: string): Promise<HeldChunk[]> {
    const names = await readdir(home(object)).catch(absent([] as string[]))
    const found = names.sort().map(async (name) => {
      const [, chunk, hash] = CHUNK_NAME.exec(name) ?? []
      const file = join(home(object), name)
      return hash === undefined ? [] : [{ chunk: Number(chunk), hash, file, size: (await stat(file)).size }]
    })
    return (await Promise.all(found)).flat()
  }

  return {
    async begin(facts, packets) {
      const held = await readFile(join(home(facts.object), 'packets')).catch(absent(null))
      if (held?.equals(packets)) return
      if (await mkdir(home(facts.object), { recursive: true, mode: 0o700 })) await flushFolder(dir)
      await keepRecord(facts.object, 'facts', facts)
      await keep(facts.object, 'packets', packets)
    },
    facts: (object) => record(object, 'facts', Facts),
    packets: (object) => readFile(join(home(object), 'packets')).catch(absent(null)),
    async put(object, { chunk, hash }, data) {
      const number = String(chunk).padStart(3, '0')
      const before = (await readdir(home(object))).find((name) => name.startsWith(`${number}.`))
      if (before === `${number}.${hash}`) return
      if (before)
        throw new Fault('IDEMPOTENCY_CONFLICT', `expected the same octets for chunk ${chunk}, got others`)
      await keep(object, `${number}.${hash}`, data)
    },
    chunks,
    closing: (object) => record(object, 'closing', Closing),
    close: (object, closing) => keepRecord(object, 'closing', closing),
    message: (object) => text(object, 'message'),
    async name(object, message) {
      await rm(join(home(object), 'message'), { force: true })
      await keep(object, 'message', Buffer.from(message))
    },
    async all() {
      const objects = (await readdir(dir)).filter((name) => ObjectId.safeParse(name).success).sort()
      const found = objects.map(async (object) => ({ object, touched: (await stat(home(object))).mtimeMs }))
      return Promise.all(found)
    },
    async erase(object) {
      await rm(home(object), { recursive: true, force: true })
      await flushFolder(dir)
    },
  }
}

const CHUNK_NAME = /^(\d{3})\.([0-9a-f]{64})$/

/** The data packet of a chunk. */
export async function readChunk({ file }: HeldChunk): Promise<Uint8Array> {
  const handle = await open(file, 'r')
  try {
    return await handle.readFile()
  } finally {
    await handle.close()
  }
}
