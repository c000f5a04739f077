import { inflateRawSync, inflateSync } from 'node:zlib'
import { CompressedDataPacket, type Config, enums } from 'openpgp'

/** The library hands its settings on; its types leave them out. */
type Read = (this: CompressedDataPacket, octets: Uint8Array, config: Config) => Promise<void>

/**
 * What gpg and sq compressed, inflated within bounds. By default sq pads: it writes octets after the end of the compressed
 * stream, which every inflater that knows where its stream ends can skip, and gpg does. The library inflates with the
 * platform's `DecompressionStream`, and since Node 24 that one refuses them, as its standard asks (`ERR_TRAILING_JUNK_AFTER_STREAM_END`);
 * under Node 20 the same message opened. zlib itself stops where the stream ends, so here it inflates, and hands the
 * library a packet that is not compressed. That is parsed under the library's own grammar, and both the verifier and the reader take
 * it; nothing nested is inflated. bzip2 has no padding, and the library's own inflater has the same bound.
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
