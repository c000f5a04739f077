// A process of its own that publishes N leaves to simulated objects and prints two numbers: by how many MiB it grew, and leaves per second.
//   node audit-tree-grow.ts N
import { makeSigningKey, signingKeyOf } from '../../server/audit/tree/note.ts'
import type { Objects } from '../../server/audit/tree/objects.ts'
import { openPublisher } from '../../server/audit/tree/publisher.ts'

const BATCH = 4_096
const WARM_UP = 200_000
const total = Number(process.argv[2])

/** Holds the parts of one batch until its checkpoint, in one piece of memory that is used again, as a disk is. */
function passing(): Objects {
  const room = Buffer.alloc(4_194_304)
  const places = new Map<string, [number, number]>()
  let end = 0
  let checkpoint: Buffer | null = null
  return {
    async read(name) {
      const place = places.get(name)
      return place ? Buffer.from(room.subarray(...place)) : null
    },
    async write(parts) {
      for (const { name, bytes } of parts) {
        places.set(name, [end, end + bytes.length])
        end += bytes.copy(room, end)
      }
    },
    checkpoint: async () => checkpoint,
    async swap(_, next) {
      checkpoint = next
      places.clear()
      end = 0
      return true
    },
    async discard() {},
    async close() {},
  }
}

const bytes = Buffer.alloc(BATCH * 128)
const leaves = Array.from({ length: BATCH }, (_, at) => bytes.subarray(at * 128, at * 128 + 128))
/** Always the same buffers with other contents: what grows is the tree's. */
function batch(from: number): Buffer[] {
  for (const [at, leaf] of leaves.entries()) leaf.writeUIntBE(from + at, 6, 6)
  return leaves
}

const key = signingKeyOf(makeSigningKey('bench.portolan/audit/2026h2').skey)
const publisher = await openPublisher({ objects: passing(), signers: [key] })
await publisher.publish(batch(0).slice(0, 1))
while (publisher.head().size < WARM_UP) await publisher.publish(batch(publisher.head().size))
const before = process.memoryUsage.rss()
const started = performance.now()
let most = before
const last = publisher.head().size + total
while (publisher.head().size < last) {
  await publisher.publish(batch(publisher.head().size))
  most = Math.max(most, process.memoryUsage.rss())
}
const rate = total / ((performance.now() - started) / 1_000)
process.stdout.write(`${((most - before) / 1_048_576).toFixed(1)} ${Math.round(rate)}\n`)
