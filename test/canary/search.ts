import { gunzipSync, inflateRawSync, inflateSync } from 'node:zlib'

// Looks for a text in octets, in every form in which a program may have kept it.

export type Find = { form: string; at: number }

/** The octets of a text in each form that is looked for. Base64 has three, by where in it the text begins. */
export function formsOf(text: string): [form: string, octets: Buffer][] {
  const utf8 = Buffer.from(text)
  const hex = utf8.toString('hex')
  const base64 = [0, 1, 2].flatMap((shift): [string, Buffer][] => {
    // The characters at both ends depend on what stands beside the text; those in between do not.
    const all = Buffer.concat([Buffer.alloc(shift), utf8])
      .toString('base64')
      .replace(/=+$/, '')
    const certain = all.slice(Math.ceil((shift * 4) / 3), all.length - 1)
    const url = certain.replaceAll('+', '-').replaceAll('/', '_')
    return [
      [`base64+${shift}`, Buffer.from(certain)],
      ...(url === certain ? [] : ([[`base64url+${shift}`, Buffer.from(url)]] as [string, Buffer][])),
    ]
  })
  return [
    ['utf-8', utf8],
    ['utf-16le', Buffer.from(text, 'utf16le')],
    ['utf-16be', Buffer.from(text, 'utf16le').swap16()],
    ['hex', Buffer.from(hex)],
    ['HEX', Buffer.from(hex.toUpperCase())],
    ...base64,
  ]
}

/** Every form of `text` in `octets`, also inside what is compressed there. */
export function search(octets: Buffer, text: string): Find[] {
  const found: Find[] = []
  const forms = formsOf(text)
  for (const [form, needle] of forms) {
    const at = octets.indexOf(needle)
    if (at >= 0) found.push({ form, at })
  }
  for (const [kind, at, inside] of streamsIn(octets))
    for (const [form, needle] of forms)
      if (inside.includes(needle)) found.push({ form: `${form} in ${kind}`, at })
  return found
}

const GZIP = Buffer.of(0x1f, 0x8b, 0x08)
/** zlib's first two octets by level. */
const ZLIB = [0x01, 0x5e, 0x9c, 0xda].map((level) => Buffer.of(0x78, level))
/** Of one stream (octets): a canary is within the first ones, and memory is full of things that only look like a stream. */
const LOOKED_AT = 1 << 18

function* streamsIn(octets: Buffer): Generator<[kind: string, at: number, inside: Buffer]> {
  for (const at of places(octets, GZIP)) {
    const inside = inflated(() => gunzipSync(octets.subarray(at, at + LOOKED_AT), LENIENT))
    if (inside) yield ['gzip', at, inside]
  }
  for (const magic of ZLIB)
    for (const at of places(octets, magic)) {
      const piece = octets.subarray(at, at + LOOKED_AT)
      const inside =
        inflated(() => inflateSync(piece, LENIENT)) ??
        inflated(() => inflateRawSync(piece.subarray(2), LENIENT))
      if (inside && inside.length > 16) yield ['zlib', at, inside]
    }
}

const LENIENT = { finishFlush: 2, maxOutputLength: 1 << 22 }

function* places(octets: Buffer, magic: Buffer): Generator<number> {
  for (let at = octets.indexOf(magic); at >= 0; at = octets.indexOf(magic, at + 1)) yield at
}

function inflated(make: () => Buffer): Buffer | null {
  try {
    return make()
  } catch {
    return null
  }
}
