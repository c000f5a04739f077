import { type LogSource, Missing } from './source.ts'
import { TILE_WIDTH } from './tile.ts'

/**
 * A tile or a bundle of `width`, of at most `most` octets; more where only the full one is left. A partial one may have
 * gone when the full one came: its beginning is the same.
 * @throws Fault LOG where neither is there; UNREACHABLE
 */
export async function readPart(
  source: LogSource,
  path: (width: number) => string,
  width: number,
  most: number,
): Promise<{ bytes: Buffer; isFull: boolean }> {
  try {
    return { bytes: await source.read(path(width), most), isFull: width === TILE_WIDTH }
  } catch (error) {
    if (width === TILE_WIDTH || !(error instanceof Missing)) throw error
    const full = await source.read(path(TILE_WIDTH), (most / width) * TILE_WIDTH).catch(() => null)
    if (full === null) throw error
    return { bytes: full, isFull: true }
  }
}
