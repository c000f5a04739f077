import { open, readFile } from 'node:fs/promises'

export type Region = { name: string; octets: Buffer }

/** Read at once (octets). Two pieces overlap by more than any canary is long, in whatever form. */
const PIECE = 64 << 20
const OVERLAP = 1_024

/**
 * The memory of a live process, as a core dump would have it: every mapping that can be read, the heaps, the stacks and the
 * files that it has mapped to write. The process is stopped meanwhile, so that nothing moves out of sight.
 */
export async function* memoryOf(pid: number): AsyncGenerator<Region> {
  process.kill(pid, 'SIGSTOP')
  const memory = await open(`/proc/${pid}/mem`, 'r')
  try {
    for (const line of (await readFile(`/proc/${pid}/maps`, 'utf8')).split('\n')) {
      const [range, rights, , , , name = 'anonymous'] = line.split(/\s+/)
      if (!range || !rights?.startsWith('rw')) continue
      const [from, to] = range.split('-').map((hex) => Number.parseInt(hex, 16)) as [number, number]
      for (let at = from; at < to; at += PIECE - OVERLAP) {
        const octets = Buffer.alloc(Math.min(PIECE, to - at))
        const read = await memory.read(octets, 0, octets.length, at).catch(() => null)
        if (read && read.bytesRead > 0) yield { name, octets: octets.subarray(0, read.bytesRead) }
      }
    }
  } finally {
    await memory.close()
    process.kill(pid, 'SIGCONT')
  }
}
