import { type LogSource, Missing } from './source.ts'
import { bundlePath, edgeOf, TILE_WIDTH, tilePath } from './tile.ts'
import { broken, HASH_SIZE } from './tree.ts'

// What lies in a log's folder beside the tiles of its checkpoint. Partial tiles of earlier checkpoints may stay for
// good, and whoever holds such a checkpoint reads them: they are checked as well.

type Place = { level: number; index: number }

/** Every narrower part of a tile, and of its bundle, begins as the tile does. @throws Fault LOG, naming the file */
export async function checkOlderParts(
  source: LogSource,
  { level, index }: Place,
  hashes: readonly Uint8Array[],
  entries?: readonly Uint8Array[],
): Promise<void> {
  const tile = (width: number) => tilePath({ level, index, width })
  await checkParts(source, tile, hashes.length, (width) =>
    Buffer.concat(hashes.slice(0, width), width * HASH_SIZE),
  )
  if (entries === undefined) return
  const bundle = (width: number) => bundlePath({ index, width })
  await checkParts(source, bundle, entries.length, (width) => bundleOf(entries.slice(0, width)))
}

async function checkParts(
  source: LogSource,
  pathOf: (width: number) => string,
  whole: number,
  bytesOf: (width: number) => Buffer,
): Promise<void> {
  for (const name of await source.list(`${pathOf(TILE_WIDTH)}.p`)) {
    const width = Number(name)
    if (String(width) !== name || !(width >= 1 && width < whole)) continue
    const expected = bytesOf(width)
    const path = pathOf(width)
    const found = await source.read(path, expected.length).catch((error: unknown) => {
      // It was listed, and has gone since: the log has grown.
      if (error instanceof Missing) return expected
      throw error
    })
    if (!found.equals(expected))
      throw broken(`expected the first ${width} of their tile in ${path}, got others`)
  }
}

function bundleOf(entries: readonly Uint8Array[]): Buffer {
  return Buffer.concat(entries.flatMap((entry) => [Buffer.of(entry.length >> 8, entry.length & 255), entry]))
}

/** What lies beyond the right edge of a log of `size`: more entries, wider tiles, higher levels. */
export async function beyondEdge(source: LogSource, size: number): Promise<string[]> {
  const edge = edgeOf(size)
  const levels = new Set(['entries', ...edge.map(({ level }) => String(level))])
  const found = (await source.list('tile')).filter((name) => !levels.has(name)).map((name) => `tile/${name}`)
  for (const tile of edge) {
    found.push(...(await beyondTile(source, tilePath({ ...tile, width: TILE_WIDTH }), tile.width)))
    if (tile.level === 0)
      found.push(...(await beyondTile(source, bundlePath({ ...tile, width: TILE_WIDTH }), tile.width)))
  }
  return found
}

/** Names sort as the indexes do: digits before `x`, and `067` before `067.p`. */
async function beyondTile(source: LogSource, full: string, width: number): Promise<string[]> {
  const found: string[] = []
  const parts = full.split('/')
  for (let depth = 2; depth < parts.length; depth++) {
    const folder = parts.slice(0, depth).join('/')
    const own = parts[depth]!
    const isLast = depth === parts.length - 1
    for (const name of await source.list(folder)) {
      const isOwn = name === own || (isLast && name === `${own}.p`)
      if (isLast && name === own && width < TILE_WIDTH) found.push(`${folder}/${name}`)
      else if (!isOwn && name > own) found.push(`${folder}/${name}`)
    }
  }
  for (const name of await source.list(`${full}.p`)) {
    const isPart = /^[1-9]\d{0,2}$/.test(name) && Number(name) < TILE_WIDTH
    if (!isPart || Number(name) > width) found.push(`${full}.p/${name}`)
  }
  return found
}
