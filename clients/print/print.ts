import { createRequire } from 'node:module'
import pdfmake from 'pdfmake'
import type { TDocumentDefinitions, TFontDictionary } from 'pdfmake/interfaces.js'
import type { Language } from '../../schema/wire/codes.ts'
import { plain, say } from '../../schema/words/index.ts'
import { INKS } from '../picture/colours.ts'
import { askedLine, handlingLine, type Stamp } from '../picture/stamp.ts'
import { wrapped } from '../picture/svg.ts'
import { contentOf, type Pictures } from './markdown.ts'

export type Print = {
  language: Language
  title: string
  /** Headings, paragraphs, tables, lists, emphasis; `![words](picture:name)` shows one of `pictures`. */
  markdown: string
  pictures?: Pictures
  stamp: Stamp
  /** What the document says of when it was made, ISO: with it the same content is the same octets. */
  created: string
}

const A4 = { width: 595.28, height: 841.89 }
const SIDE = 48
const INNER = A4.width - 2 * SIDE
const SMALL = 7.5
const LINE = SMALL * 1.35

/**
 * A text as a PDF document, A4, whose every page says at its head how it may be handled, and at its foot the same, who
 * asked for it, where the audit log has it, and which page of how many it is. Pictures stay vectors. Nothing is fetched:
 * all fonts are on this machine.
 */
export async function printed({
  language,
  title,
  markdown,
  pictures = {},
  stamp,
  created,
}: Print): Promise<Buffer> {
  const head = wrapped(handlingLine(language, stamp), INNER, SMALL, 6)
  const foot = wrapped(askedLine(language, stamp), INNER, SMALL, 8)
  const [top, bottom] = [34 + head.length * LINE, 44 + (foot.length + head.length) * LINE]
  const room = { width: INNER, height: A4.height - top - bottom - 60 }
  const document: TDocumentDefinitions = {
    pageSize: 'A4',
    pageMargins: [SIDE, top, SIDE, bottom],
    language,
    displayTitle: true,
    compress: true,
    info: { title: plain(title), creator: 'Portolan', producer: 'Portolan', creationDate: new Date(created) },
    defaultStyle: { font: 'DejaVu Sans Condensed', fontSize: 9.5, lineHeight: 1.25, color: INKS.ink },
    styles: STYLES,
    header: { text: head.join('\n'), style: 'handling', margin: [SIDE, 22, SIDE, 0] },
    footer: (page, pages) => ({
      margin: [SIDE, 8, SIDE, 0],
      stack: [
        { text: foot.join('\n'), style: 'stamp' },
        { text: head.join('\n'), style: 'handling' },
        { text: say(language, 'picture.page', { page: String(page), pages: String(pages) }), style: 'page' },
      ],
    }),
    // A heading at the foot of a page goes with what it heads.
    pageBreakBefore: (node, nodes) =>
      node.headlineLevel !== undefined && nodes.getFollowingNodesOnPage().length === 0,
    // A text that begins with a title of its own needs no second one.
    content: [
      ...(/^\s*# /.test(markdown) ? [] : [{ text: plain(title), style: 'title' }]),
      ...contentOf(markdown, pictures, room),
    ],
  }
  return setUp().createPdf(document).getBuffer()
}

const STYLES: TDocumentDefinitions['styles'] = {
  title: { fontSize: 17, bold: true, margin: [0, 0, 0, 10] },
  heading1: { fontSize: 16, bold: true, margin: [0, 8, 0, 6] },
  heading2: { fontSize: 12, bold: true, margin: [0, 10, 0, 4] },
  heading3: { fontSize: 10.5, bold: true, margin: [0, 8, 0, 3] },
  heading4: { fontSize: 9.5, bold: true, italics: true, margin: [0, 6, 0, 3] },
  paragraph: { margin: [0, 0, 0, 6] },
  list: { margin: [6, 0, 0, 6] },
  quote: { margin: [14, 0, 0, 6], color: INKS.grey },
  rule: { margin: [0, 4, 0, 8] },
  picture: { margin: [0, 4, 0, 8] },
  table: { fontSize: 8.5, margin: [0, 2, 0, 10] },
  tableHead: { bold: true },
  handling: { fontSize: SMALL, bold: true, color: INKS.red, lineHeight: 1.1 },
  stamp: { fontSize: SMALL, color: INKS.ink, lineHeight: 1.1 },
  page: { fontSize: SMALL, alignment: 'right', color: INKS.ink },
}

const require = createRequire(import.meta.url)
const face = (name: string): string => require.resolve(`dejavu-fonts-ttf/ttf/${name}.ttf`)
const faces = (family: string) => ({
  normal: face(family),
  bold: face(`${family}-Bold`),
  italics: face(`${family}-Oblique`),
  bolditalics: face(`${family}-BoldOblique`),
})

/** The library with these fonts and no others: it may read no other file, and no address. */
function setUp(): typeof pdfmake {
  const fonts: TFontDictionary = {
    'DejaVu Sans Condensed': faces('DejaVuSansCondensed'),
    'DejaVu Sans': faces('DejaVuSans'),
  }
  const files = new Set(Object.values(fonts).flatMap((one) => Object.values(one)))
  pdfmake.setFonts(fonts)
  pdfmake.setUrlAccessPolicy(() => false)
  pdfmake.setLocalAccessPolicy((file) => files.has(file))
  return pdfmake
}
