// A process that publishes a log until it kills itself in the midst of the n-th change of its disk, or for ever.
//   node publishing.ts DIRECTORY KEYFILE N
import { openDirectory } from '../../../../server/audit/tree/directory-objects.ts'
import { type Files, machineFiles } from '../../../../server/audit/tree/files.ts'
import { keepSigningKey } from '../../../../server/audit/tree/key-file.ts'
import { openPublisher } from '../../../../server/audit/tree/publisher.ts'
import { ORIGIN } from './fixture.ts'
import { leavesFrom } from './naive.ts'

const [dir, keyFile, at] = process.argv.slice(2) as [string, string, string]
let left = Number(at)

/** Half of the bytes are written, or all of the work is done, and nobody hears of it. */
async function count(work: () => Promise<unknown>): Promise<void> {
  left -= 1
  if (left !== 0) return
  await work()
  process.kill(process.pid, 'SIGKILL')
}

const inner = machineFiles
const files: Files = {
  ...inner,
  async create(path, bytes) {
    await count(() => inner.create(path, bytes.subarray(0, bytes.length >> 1)))
    await inner.create(path, bytes)
  },
  async link(from, to) {
    await count(() => inner.link(from, to))
    return inner.link(from, to)
  },
  async rename(from, to) {
    await count(() => inner.rename(from, to))
    await inner.rename(from, to)
  },
  async sync(folder) {
    await count(async () => {})
    await inner.sync(folder)
  },
}

try {
  const key = await keepSigningKey(keyFile, ORIGIN)
  const publisher = await openPublisher({ objects: await openDirectory(dir, { files }), signers: [key] })
  for (;;) {
    const { size } = publisher.head()
    process.stdout.write(`${size}\n`)
    await publisher.publish(leavesFrom(size, size + 97))
  }
} catch (error) {
  process.stdout.write(`${(error as { code: string }).code}\n`)
}
