import type { Language } from '../../schema/wire/codes.ts'
import { say, words } from '../../schema/words/index.ts'
import { INKS, PAPERS } from './colours.ts'
import { askedLine, handlingLine, type Stamp } from './stamp.ts'
import { el, lineHeight, type Markup, num, textWidth, together, wrapped, written } from './svg.ts'

/** One line of the legend: a mark in a box of 34 by 18, and what it means. */
export type LegendItem = { mark: Markup; text: string }

export type Framed = {
  language: Language
  title: string
  /** The picture in words, for who does not see it. */
  desc: string
  stamp: Stamp
  body: Markup
  width: number
  height: number
  legend: readonly LegendItem[]
  /** Sentences below the legend, and lists that belong to the picture. */
  notes: readonly string[]
}

const MARGIN = 24
const LEAST_WIDTH = 720
const SMALL = 11
/** Of a text in the legend, in pixels, before it is broken. */
const WIDEST = 370
const MARK = { width: 34, height: 20 }

/**
 * A whole SVG document: handling code, title, the picture, its legend and notes, and at the foot the handling code again
 * and who asked for it. Attributes only, no style sheet, no script, no address but the namespace: it is shown alike
 * everywhere, and asks no network.
 */
export function framed({ language, title, desc, stamp, body, width, height, legend, notes }: Framed): string {
  const inner = Math.max(LEAST_WIDTH, width)
  const whole = inner + 2 * MARGIN
  const parts: Markup[] = []
  let y = MARGIN
  const text = (line: string, size: number, options: { bold?: boolean; ink?: string } = {}) => {
    const lines = wrapped(line, inner, size, 12)
    const { bold, ink = INKS.ink } = options
    parts.push(written(lines, { x: MARGIN, y: y + size, size, fill: ink, ...(bold && { weight: 'bold' }) }))
    y += lines.length * lineHeight(size) + 4
  }
  text(handlingLine(language, stamp), SMALL, { bold: true, ink: INKS.red })
  text(title, 18, { bold: true })
  y += 6
  parts.push(el('g', { transform: `translate(${num(MARGIN + (inner - width) / 2)} ${num(y)})` }, body))
  y += height + 14
  if (legend.length > 0) {
    text(say(language, 'picture.legend'), 13, { bold: true })
    const laid = legendIn(legend, inner)
    parts.push(el('g', { transform: `translate(${num(MARGIN)} ${num(y)})` }, laid.markup))
    y += laid.height + 6
  }
  for (const note of notes) text(note, SMALL, { ink: INKS.grey })
  y += 4
  parts.push(
    el('line', { x1: MARGIN, x2: whole - MARGIN, y1: y, y2: y, stroke: INKS.grey, 'stroke-width': 1 }),
  )
  y += 6
  text(askedLine(language, stamp), SMALL)
  text(handlingLine(language, stamp), SMALL, { bold: true, ink: INKS.red })
  return document(language, { title, desc, width: whole, height: y + MARGIN - 8, parts })
}

type Whole = { title: string; desc: string; width: number; height: number; parts: Markup[] }

function document(language: Language, { title, desc, width, height, parts }: Whole): string {
  const root = el(
    'svg',
    {
      ...{
        xmlns: 'http://www.w3.org/2000/svg',
        role: 'img',
        'aria-labelledby': 'portolan-title portolan-desc',
      },
      ...{ lang: language, direction: words(language).direction },
      ...{ width, height, viewBox: `0 0 ${num(width)} ${num(height)}` },
    },
    together([
      el('title', { id: 'portolan-title' }, title),
      el('desc', { id: 'portolan-desc' }, desc),
      el('rect', { x: 0, y: 0, width, height, fill: PAPERS.paper }),
      ...parts,
    ]),
  )
  return `<?xml version="1.0" encoding="UTF-8"?>\n${root.markup}\n`
}

/** Items in columns that hold the longest of them. */
function legendIn(items: readonly LegendItem[], width: number): { markup: Markup; height: number } {
  const room = width - MARK.width - 8
  const longest = Math.max(...items.map(({ text }) => textWidth(text, SMALL)))
  const columns = Math.max(1, Math.floor(width / (Math.min(longest, room, WIDEST) + MARK.width + 24)))
  const column = width / columns
  const rows = Math.ceil(items.length / columns)
  const parts: Markup[] = []
  let y = 0
  for (let row = 0; row < rows; row++) {
    let lines = 1
    for (let at = 0; at < columns; at++) {
      const item = items[at * rows + row]
      if (!item) continue
      const x = at * column
      const lines_ = wrapped(item.text, column - MARK.width - 12, SMALL)
      lines = Math.max(lines, lines_.length)
      parts.push(el('g', { transform: `translate(${num(x)} ${num(y)})` }, item.mark))
      parts.push(written(lines_, { x: x + MARK.width + 8, y: y + 14, size: SMALL, fill: INKS.ink }))
    }
    y += Math.max(MARK.height, lines * lineHeight(SMALL) + 4)
  }
  return { markup: together(parts), height: y }
}
