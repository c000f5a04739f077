import { type FSWatcher, watch } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beyondEdge } from '../../clients/core/log/beside.ts'
import { type Checkpoint, openCheckpoint } from '../../clients/core/log/checkpoint.ts'
import { parseVerifierKey } from '../../clients/core/log/note.ts'
import { folderSource } from '../../clients/core/log/source.ts'
import { Frontier, hashLeaf, same } from '../../clients/core/log/tree.ts'
import { textOf, until, type World } from './world.ts'

// What a server has signed and published, seen from outside while it is killed: from its disk and from its listener.

export type PublishedLog = {
  /** Where it lies open, the log's folder, and the file with its public key. */
  url: string
  folder: string
  key: string
  /** Checkpoints in the order in which they were seen. */
  seen: readonly Checkpoint[]
  /**
   * Takes down the checkpoint that is served, and gives its size.
   * @throws where it is smaller than the one seen before it, or another of the same size
   */
  seeServed(): Promise<number>
  /** The same of what lies on the disk of a server that was killed. Says whether it was killed while it published. */
  seeDisk(): Promise<boolean>
  /** Calls at the first, second and further change that is made to what is published, until it is closed. */
  watch(told: () => void): Promise<{ close(): void }>
}

/** The log of the records of a world, as soon as its first checkpoint stands. */
export async function openPublishedLog({ home, logUrl }: World): Promise<PublishedLog> {
  const logs = join(home, 'log', 'audit')
  const named = async () => (await readdir(logs).catch(() => []))[0]
  await until(async () => (await textOf(join(logs, (await named()) ?? '', 'checkpoint'))) !== '')
  return logNamed(home, (await named())!, logUrl)
}

async function logNamed(home: string, name: string, logUrl: string): Promise<PublishedLog> {
  const folder = join(home, 'log', 'audit', name)
  const url = `${logUrl}/audit/${name}`
  const key = join(home, 'keys', `audit-${name}.vkey`)
  const logs = [parseVerifierKey((await readFile(key, 'utf8')).trim())]
  const seen: Checkpoint[] = []

  function see(bytes: Buffer): void {
    const { checkpoint } = openCheckpoint(bytes, logs)
    const last = seen.at(-1)
    if (last && checkpoint.size < last.size)
      throw new Error(`a checkpoint of ${checkpoint.size} leaves after one of ${last.size}`)
    if (last?.size === checkpoint.size && !same(last.root, checkpoint.root))
      throw new Error(`two roots of ${last.size} leaves`)
    seen.push(checkpoint)
  }

  return {
    ...{ url, folder, key, seen },
    async seeServed() {
      const served = await fetch(`${url}/checkpoint`)
      see(Buffer.from(await served.arrayBuffer()))
      return seen.at(-1)!.size
    },
    async seeDisk() {
      // What the server remembers apart from the log was signed as well, and before what is published or as that.
      const remembered = await readFile(join(home, 'audit', `checkpoint-${name}`))
      const published = await readFile(join(folder, 'checkpoint'))
      see(remembered)
      see(published)
      const beyond = await beyondEdge(folderSource(folder), seen.at(-1)!.size)
      // Not there where it was killed while it opened its log.
      const unnamed = await readdir(join(folder, '.new')).catch(() => [])
      return beyond.length + unnamed.length > 0 || !remembered.equals(published)
    },
    async watch(told) {
      // A log that is opened afresh, after a full disk, is without it for a moment.
      await until(async () => (await readdir(folder)).includes('.new'))
      const isCheckpoint = (file: string | null) => file?.startsWith('checkpoint')
      const watchers: FSWatcher[] = [
        // Every part is made here before it has its name.
        watch(join(folder, '.new'), told),
        watch(folder, (_, file) => isCheckpoint(file) && told()),
        watch(join(home, 'audit'), (_, file) => isCheckpoint(file) && told()),
      ]
      return { close: () => watchers.forEach((one) => void one.close()) }
    },
  }
}

/** Those checkpoints whose root is not that of the leaves up to their size. */
export function notOf(leaves: readonly Buffer[], checkpoints: readonly Checkpoint[]): Checkpoint[] {
  const bySize = Map.groupBy(checkpoints, ({ size }) => size)
  const wrong = checkpoints.filter(({ size }) => size > leaves.length)
  const tree = new Frontier()
  for (const leaf of leaves) {
    tree.add(hashLeaf(leaf))
    for (const one of bySize.get(tree.size) ?? []) if (!same(one.root, tree.root())) wrong.push(one)
  }
  return wrong
}
