import { plain } from '../../schema/words/index.ts'

/** Text that is SVG already. A plain string never is: it is escaped wherever it is put. */
export type Markup = { readonly markup: string }
export type Attributes = Readonly<Record<string, string | number | undefined>>
export type Point = { x: number; y: number }

/** An element. Strings among `children` are text, and escaped; attributes are escaped and numbers rounded. */
export function el(name: string, attributes: Attributes, ...children: (Markup | string)[]): Markup {
  const given = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${typeof value === 'number' ? num(value) : escaped(value!)}"`)
  const inner = children.map((one) => (typeof one === 'string' ? escaped(one) : one.markup)).join('')
  return {
    markup: inner === '' ? `<${name}${given.join('')}/>` : `<${name}${given.join('')}>${inner}</${name}>`,
  }
}

/** Elements one after the other, each on a line of its own: a picture can be compared line by line. */
export const together = (parts: readonly Markup[]): Markup => ({
  markup: parts.map(({ markup }) => `\n${markup}`).join(''),
})

const NAMED: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Text that means only itself in XML, whoever wrote it: what XML cannot hold, or what steers a reader, is U+FFFD. */
export const escaped = (text: string): string =>
  plain(text)
    .replace(/[\p{Cs}\uFFFE\uFFFF]/gu, '\uFFFD')
    .replace(/[&<>"']/g, (one) => NAMED[one]!)

/**
 * A number as it stands in a picture: to a tenth of a pixel, so that the last bits of a sum change no byte.
 * @throws RangeError where it is none
 */
export function num(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`expected a number, got ${value}`)
  const rounded = Math.round(value * 10) / 10
  return String(rounded === 0 ? 0 : rounded)
}

export const FONT = 'DejaVu Sans, Verdana, Arial, sans-serif'

/** `[0.3, 'il']`: widths of letters in ems, of a wide face, so that what fits here fits in any other. */
const WIDTHS: [number, RegExp][] = [
  [0.36, /[ijlIJ.,:;|!'()[\]/ -]/],
  [0.98, /[mwMW@%]/],
  [0.76, /[A-Z]/],
  [0.64, /[\p{L}\p{N}]/u],
]

/** How wide a text is at most, in pixels, without measuring it on any machine. */
export function textWidth(text: string, size: number): number {
  let ems = 0
  for (const letter of text)
    ems += letter.charCodeAt(0) > 0x24f ? 1.02 : (WIDTHS.find(([, of]) => of.test(letter))?.[0] ?? 0.85)
  return ems * size
}

/** The lines of a text that fit `width`, broken after blanks and hyphens; what is over ends in an ellipsis. */
export function wrapped(text: string, width: number, size: number, most = 3): string[] {
  const lines: string[] = []
  let open = ''
  for (const piece of plain(text).match(/[^\s-]*[\s-]+|[^\s-]+/g) ?? []) {
    for (const part of pieces(piece, width, size)) {
      if (open !== '' && textWidth((open + part).trimEnd(), size) > width) {
        lines.push(open.trimEnd())
        open = ''
      }
      open += part
    }
  }
  if (open.trimEnd() !== '') lines.push(open.trimEnd())
  return lines.length <= most
    ? lines
    : [...lines.slice(0, most - 1), shortened(lines[most - 1]!, width, size)]
}

/** A word that is longer than a line, in pieces that are not. */
function pieces(word: string, width: number, size: number): string[] {
  if (textWidth(word.trimEnd(), size) <= width) return [word]
  const parts: string[] = []
  let open = ''
  for (const letter of word) {
    if (open !== '' && textWidth(open + letter, size) > width) {
      parts.push(open)
      open = ''
    }
    open += letter
  }
  return [...parts, open]
}

function shortened(line: string, width: number, size: number): string {
  const letters = [...line]
  while (letters.length > 0 && textWidth(`${letters.join('')}…`, size) > width) letters.pop()
  return `${letters.join('')}…`
}

export type Written = {
  x: number
  y: number
  size?: number
  fill: string
  weight?: 'bold'
  anchor?: 'middle' | 'end'
}

/** Lines of text, the first with its foot at `y`. */
export function written(
  lines: readonly string[],
  { x, y, size = 12, fill, weight, anchor }: Written,
): Markup {
  const style = {
    'font-family': FONT,
    'font-size': size,
    'font-weight': weight,
    'text-anchor': anchor,
    fill,
  }
  return {
    markup: lines
      .map((line, i) => el('text', { x, y: y + i * lineHeight(size), ...style }, line).markup)
      .join(''),
  }
}

export const lineHeight = (size: number): number => size * 1.3
