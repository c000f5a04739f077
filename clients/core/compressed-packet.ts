import { inflateRawSync, inflateSync } from 'node:zlib'
import { CompressedDataPacket, type Config, enums } from 'openpgp'

/** The library hands its settings on; its types leave them out. */
type Read = (this: CompressedDataPacket, octets: Uint8Array, config: Config) => Promise<void>

/**
 * What gpg and sq compressed, inflated within bounds. sq pads by default: it writes octets after the end of the compressed
 * stream, which gpg skips and the library refuses. They are skipped here too. Then the library parses what was inflated under
 * its own grammar, and both the verifier and the reader take that; nothing nested is inflated.
 */
export class BoundedCompressedPacket extends CompressedDataPacket {
  override async read(octets: Uint8Array | ReadableStream<Uint8Array>, config?: Config): Promise<void> {
    const whole = octets instanceof Uint8Array ? octets : await collect(octets)
    const settings = { ...config!, additionalAllowedPackets: [] }
    const inflate = INFLATE.get(whole[0]!)
    const plain = inflate?.(whole.subarray(1), { maxOutputLength: settings.maxDecompressedMessageSize })
    const bare = plain ? Buffer.concat([Uint8Array.of(enums.compression.uncompressed), plain]) : whole
    await (super.read as Read).call(this, bare, settings)
  }
}

const INFLATE = new Map<number, typeof inflateSync>([
  [enums.compression.zip, inflateRawSync],
  [enums.compression.zlib, inflateSync],
])

/** The library's own kind of stream cannot be iterated; it has a reader like any other. */
async function collect(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const reader = stream.getReader()
  const chunks: Uint8Array[] = []
  for (;;) {
    const { value, done } = await reader.read()
    if (done) return Buffer.concat(chunks)
    chunks.push(value)
  }
}
