import { lexer, type Token, type Tokens } from 'marked'
import type { Content, TableCell } from 'pdfmake'

/** SVG documents by the name under which a text shows them: `![Routes](picture:map)`. */
export type Pictures = Readonly<Record<string, string>>

/** Room for a picture on a page, in points. */
export type Room = { width: number; height: number }

/**
 * Our own Markdown as what is set on pages: headings, paragraphs, tables, lists, emphasis, and pictures by name. Links are
 * only their words, HTML is only its letters, and nothing is ever fetched: what a report holds was written by others.
 */
export function contentOf(markdown: string, pictures: Pictures, room: Room): Content[] {
  return lexer(settled(markdown), { gfm: true }).flatMap((token) => block(token, { pictures, room }))
}

/** Characters that steer a reader or that no text has are U+FFFD; lines stay. */
const settled = (text: string): string =>
  text.replace(/\r\n?/g, '\n').replace(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\uFFFE\uFFFF]/gu, '\uFFFD')

type Setting = { pictures: Pictures; room: Room }

function block(token: Token, setting: Setting): Content[] {
  switch (token.type) {
    case 'heading': {
      const { depth, tokens } = token as Tokens.Heading
      return [{ text: inlines(tokens), style: `heading${Math.min(depth, 4)}`, headlineLevel: depth }]
    }
    case 'paragraph': {
      const { tokens } = token as Tokens.Paragraph
      const [only] = tokens
      if (tokens.length === 1 && only!.type === 'image') return picture(only as Tokens.Image, setting)
      return [{ text: inlines(tokens), style: 'paragraph' }]
    }
    case 'text':
      return [{ text: inlines((token as Tokens.Text).tokens ?? [token]) }]
    case 'list':
      return [listOf(token as Tokens.List, setting)]
    case 'table':
      return [tableOf(token as Tokens.Table)]
    case 'blockquote':
      return [
        { stack: (token as Tokens.Blockquote).tokens.flatMap((one) => block(one, setting)), style: 'quote' },
      ]
    case 'hr':
      return [
        {
          canvas: [{ type: 'line', x1: 0, y1: 0, x2: setting.room.width, y2: 0, lineWidth: 0.7 }],
          style: 'rule',
        },
      ]
    case 'space':
    case 'def':
      return []
    default:
      // Code and HTML: its letters as they came.
      return [{ text: token.raw.trim(), style: 'paragraph' }]
  }
}

/** An SVG document as vectors, as wide as the page and no higher. Of one that is not given only the words stand. */
function picture({ href, text }: Tokens.Image, { pictures, room }: Setting): Content[] {
  const name = href.startsWith('picture:') ? href.slice('picture:'.length) : ''
  if (!Object.hasOwn(pictures, name)) return [{ text, style: 'paragraph' }]
  return [{ svg: pictures[name]!, fit: [room.width, room.height], style: 'picture' }]
}

function listOf({ ordered, start, items }: Tokens.List, setting: Setting): Content {
  const all = items.map((item): Content => {
    const parts = item.tokens.flatMap((one) => block(one, setting))
    return parts.length === 1 ? parts[0]! : { stack: parts }
  })
  return ordered ? { ol: all, start: Number(start) || 1, style: 'list' } : { ul: all, style: 'list' }
}

/** Letters in a cell, from which on its column shares the width that is left. */
const LONG = 26

function tableOf({ header, rows, align }: Tokens.Table): Content {
  const cells = [header, ...rows].map((row, i) =>
    row.map(
      (cell, column): TableCell => ({
        text: inlines(cell.tokens),
        alignment: align[column] ?? 'left',
        ...(i === 0 && { style: 'tableHead' }),
      }),
    ),
  )
  const widths = header.map((_, column) => {
    const longest = Math.max(...[header, ...rows].map((row) => row[column]?.text.length ?? 0))
    return longest > LONG ? '*' : 'auto'
  })
  return {
    table: { headerRows: 1, dontBreakRows: true, keepWithHeaderRows: 1, widths, body: cells },
    layout: 'lightHorizontalLines',
    style: 'table',
  }
}

type Style = { bold?: true; italics?: true }

/** Runs of text. Emphasis nests; whatever is no emphasis is its letters. */
function inlines(tokens: readonly Token[] = [], style: Style = {}): Content[] {
  return tokens.flatMap((token): Content[] => {
    switch (token.type) {
      case 'strong':
        return inlines((token as Tokens.Strong).tokens, { ...style, bold: true })
      case 'em':
        return inlines((token as Tokens.Em).tokens, { ...style, italics: true })
      case 'del':
      case 'link':
        return inlines((token as Tokens.Link).tokens, style)
      case 'br':
        return [{ text: '\n' }]
      case 'text':
        if ((token as Tokens.Text).tokens) return inlines((token as Tokens.Text).tokens, style)
        return [{ text: spaced(token.raw), ...style }]
      case 'escape':
      case 'codespan':
      case 'image':
        return [{ text: spaced((token as Tokens.Codespan).text), ...style }]
      default:
        return [{ text: spaced(token.raw), ...style }]
    }
  })
}

/** A line's end within a paragraph is a blank. */
const spaced = (text: string): string => text.replace(/\n/g, ' ')
