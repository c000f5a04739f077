import { gunzipSync, inflateRawSync, inflateSync } from 'node:zlib'
import { finderOf } from './finder.ts'

// Looks for texts in octets, in every form in which a program may have kept them.

export type Find = { form: string; at: number }
/** A text, or octets that are none. */
export type Sought = string | Uint8Array

/** The octets of what is sought in each form that is looked for. Base64 has three, by where in it the text begins. */
export function formsOf(sought: Sought): [form: string, octets: Buffer][] {
  const utf8 = typeof sought === 'string' ? Buffer.from(sought) : Buffer.from(sought)
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
  const asText: [string, Buffer][] =
    typeof sought === 'string'
      ? [
          ['utf-8', utf8],
          ['utf-16le', Buffer.from(sought, 'utf16le')],
          ['utf-16be', Buffer.from(sought, 'utf16le').swap16()],
        ]
      : [['octets', utf8]]
  return [...asText, ['hex', Buffer.from(hex)], ['HEX', Buffer.from(hex.toUpperCase())], ...base64]
}

/** Every form of `sought` in `octets`, also inside what is compressed there. */
export const search = (octets: Buffer, sought: Sought): Find[] => searchAll(octets, [sought])

/** The same for several: what is compressed is opened once for all of them. */
export function searchAll<T extends Sought>(
  octets: Buffer,
  allSought: readonly T[],
): (Find & { sought: T })[] {
  const found: (Find & { sought: T })[] = []
  const forms = allSought.flatMap((sought) =>
    formsOf(sought).map(([form, needle]) => ({ sought, form, needle })),
  )
  const find = finderOf(forms.map(({ needle }) => needle))
  const within = (place: Buffer, kind = '', stream = -1) => {
    for (const [nth, at] of find(place)) {
      const { sought, form } = forms[nth]!
      found.push({ sought, form: `${form}${kind}`, at: stream < 0 ? at : stream })
    }
  }
  within(octets)
  for (const [kind, at, inside] of streamsIn(octets)) within(inside, ` in ${kind}`, at)
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
