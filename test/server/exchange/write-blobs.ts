import { newObjectId } from '../../../schema/wire/envelope.ts'
import { openStore } from '../../../server/exchange/store.ts'

// Writes blobs until it is killed, and says each id once its blob is durable. Every blob repeats its id.
const store = await openStore(process.argv[2]!)
for (;;) {
  const ids = Array.from({ length: 4 }, newObjectId)
  await Promise.all(
    ids.map(async (id) => {
      await store.put(id, Buffer.from(id.repeat(8_000)))
      process.stdout.write(`${id}\n`)
    }),
  )
}
