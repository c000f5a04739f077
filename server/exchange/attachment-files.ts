import { randomBytes } from 'node:crypto'
import { chmod, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { canonical, type Json } from '../../schema/wire/canonical.ts'
import { ObjectId, Profile } from '../../schema/wire/envelope.ts'
import { Fault } from '../../schema/wire/fault.ts'
import { flushFolder } from '../flush-folder.ts'
import { absent, linkOnce } from './store.ts'
import { openUnderWay } from './under-way.ts'
import { makeDurable, writeDurably, writeNew } from './write.ts'

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

/** What stands on disk of an attachment; a hash also of what is on its way there. */
type Begun = { facts: Facts | null; packets: Buffer | null; hashes: Map<number, string> }

/** The hash is of the whole chunk as it came. */
export type ChunkName = { chunk: number; hash: string }
/** `size` counts the octets of the data packet. */
export type HeldChunk = ChunkName & { file: string; size: number }

/**
 * Attachments on disk, a folder each: `facts`, `packets` (the session key packets that all chunks share), `<number>.<hash>`
 * (the data packet of a chunk), `closing`, and `message`, which names it. Each
 * file appears whole or not at all and stays as it is, so that a crash at any point leaves a part of an upload that goes on.
 * A chunk bears its name when its octets are on disk; the names themselves are there for good with `closing`.
 */
export type AttachmentFiles = {
  /** Takes note of an attachment, durably. Other facts or packets under a known id: IDEMPOTENCY_CONFLICT. */
  begin(facts: Facts, packets: Uint8Array): Promise<void>
  facts(object: string): Promise<Facts | null>
  packets(object: string): Promise<Uint8Array | null>
  /**
   * Resolves when the chunk is written; it is made durable behind, while the next one comes, and `chunks` tells what has
   * become of it. The same chunk again: nothing. Another one: IDEMPOTENCY_CONFLICT.
   */
  put(object: string, chunk: ChunkName, data: Uint8Array): Promise<void>
  /** What is held, by number. Waits for what is on its way, and throws, once, why something of it could not be kept. */
  chunks(object: string): Promise<HeldChunk[]>
  closing(object: string): Promise<Closing | null>
  close(object: string, closing: Closing): Promise<void>
  /** The message that names it, where one does. */
  message(object: string): Promise<string | null>
  /** Puts the message in the place of one that never came to be. */
  name(object: string, message: string): Promise<void>
  /** When something of it was written last (ms since 1970), for every attachment. */
  all(): Promise<{ object: string; touched: number }[]>
  /** Waits for what is on its way. */
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

  const temporaryOf = (object: string) => join(incoming, `${object}.${randomBytes(8).toString('hex')}`)

  /** The whole file or, after a crash, none. */
  async function keep(object: string, name: string, bytes: Uint8Array): Promise<void> {
    const temporary = temporaryOf(object)
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

  const namesIn = (object: string) => readdir(home(object)).catch(absent([] as string[]))
  const packetsOf = (object: string) => readFile(join(home(object), 'packets')).catch(absent(null))

  const underWay = openUnderWay<Begun>(async (object) => {
    const held = (await namesIn(object)).flatMap(chunkNamed)
    return {
      facts: await record(object, 'facts', Facts),
      packets: await packetsOf(object),
      hashes: new Map(held.map(({ chunk, hash }) => [chunk, hash])),
    }
  })

  async function chunks(object: string): Promise<HeldChunk[]> {
    await underWay.settled(object)
    const found = (await namesIn(object)).sort().map(async (name) => {
      const file = join(home(object), name)
      const named = chunkNamed(name)
      return named.length > 0 ? [{ ...named[0]!, file, size: (await stat(file)).size }] : []
    })
    return (await Promise.all(found)).flat()
  }

  /** The octets are with the system when it resolves, and on disk under their name when what it gives back has resolved. */
  async function write(object: string, { chunk, hash }: ChunkName, data: Uint8Array) {
    const temporary = temporaryOf(object)
    const failed = async (error: unknown) => {
      await rm(temporary, { force: true })
      throw error
    }
    const file = await writeNew(temporary, data).catch(failed)
    const name = `${String(chunk).padStart(3, '0')}.${hash}`
    return () =>
      makeDurable(file)
        .then(() => rename(temporary, join(home(object), name)))
        .catch(failed)
  }

  return {
    begin: (facts, packets) =>
      underWay.use(facts.object, async (begun) => {
        const { object } = facts
        if (begun.packets?.equals(packets)) return
        if (await mkdir(home(object), { recursive: true, mode: 0o700 })) await flushFolder(dir)
        await keepRecord(object, 'facts', facts)
        await keep(object, 'packets', packets)
        begun.facts = facts
        begun.packets = Buffer.from(packets)
      }),
    facts: (object) => underWay.use(object, async ({ facts }) => facts),
    packets: packetsOf,
    put: (object, { chunk, hash }, data) =>
      underWay.use(object, async ({ hashes }, behind) => {
        const before = hashes.get(chunk)
        if (before === hash) return
        if (before !== undefined)
          throw new Fault('IDEMPOTENCY_CONFLICT', `expected the same octets for chunk ${chunk}, got others`)
        // From now on, so that another one in its place is a conflict also while this one is written.
        hashes.set(chunk, hash)
        const failed = (error: unknown) => {
          hashes.delete(chunk)
          throw error
        }
        const settle = await write(object, { chunk, hash }, data).catch(failed)
        await behind(() => settle().catch(failed))
      }),
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
      await underWay.forget(object)
      await rm(home(object), { recursive: true, force: true })
      await flushFolder(dir)
    },
  }
}

const CHUNK_NAME = /^(\d{3})\.([0-9a-f]{64})$/

function chunkNamed(name: string): ChunkName[] {
  const [, chunk, hash] = CHUNK_NAME.exec(name) ?? []
  return hash === undefined ? [] : [{ chunk: Number(chunk), hash }]
}

/** The data packet of a chunk. */
export async function readChunk({ file }: HeldChunk): Promise<Uint8Array> {
  const handle = await open(file, 'r')
  try {
    return await handle.readFile()
  } finally {
    await handle.close()
  }
}
