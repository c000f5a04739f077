import { Fault } from '../../../schema/wire/fault.ts'
import type { LogSource } from './source.ts'
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
): Promise<Buffer> {
  try {
    return await source.read(path(width), most)
  } catch (error) {
    if (width === TILE_WIDTH || !(error instanceof Fault) || error.code !== 'LOG') throw error
    const full = await source.read(path(TILE_WIDTH), (most / width) * TILE_WIDTH).catch(() => null)
    if (full === null) throw error
    return full
  }
}
