import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { markdownTable } from '../../../clients/cli/markdown.ts'
import { drawActivity } from '../../../clients/picture/activity.ts'
import { type Print, printed } from '../../../clients/print/print.ts'
import { hostile, STAMP } from '../picture/parts.ts'
import { pagesOf, poppler } from './pdf.ts'

const rows = Array.from({ length: 90 }, (_, i) => [
  `Portée n° ${i}`,
  String(i * 3),
  'ne-dst B2, à l’été 2016',
])
const MARKDOWN = `# Tableau de la menace : Agadez-transport-2

Œuvre d’un réseau *présumé* et **très actif** ; Agadez → Sabha, ≥ 3, 1\u202f234 km.

## Indicateurs

${markdownTable(['Indicateur', 'Valeur', 'Assertions'], rows)}

1. un
2. deux
   - sous-point

![Activité](picture:activity)

![Ailleurs](https://example.org/a.png) et [un lien](https://example.org/b).

<script>alert(1)</script>
`
const activity = drawActivity({
  ...{ language: 'fr', title: 'Activité au fil du temps', stamp: STAMP },
  series: [{ name: 'Agadez-Sabha', months: [{ month: '2016-08', count: 4 }] }],
})
const whole: Print = {
  ...{ language: 'fr', title: 'Menace', markdown: MARKDOWN, pictures: { activity }, stamp: STAMP },
  created: '2016-08-03T10:00:00.000Z',
}
const print = (more: Partial<Print> = {}) => printed({ ...whole, ...more })

describe('a printed report', () => {
  it('says on every page how it may be handled, who asked, where it is on record, and which page it is', async () => {
    const pages = pagesOf(await print())
    expect(pages.length).toBeGreaterThan(2)
    for (const [i, page] of pages.entries()) {
      expect(
        page.match(/Traitement : H1 : pas en justice sans autorisation/g)!.length,
        `${i}`,
      ).toBeGreaterThan(1)
      expect(page).toContain('Demandé par ne-dst.aicha pour ne-dst, 3 août 2016, 10:00 UTC')
      expect(page).toContain('2 inscriptions au journal : 1204–1205')
      expect(page).toContain(`Page ${i + 1} sur ${pages.length}`)
    }
  })

  it('keeps that on every page however long it is', async () => {
    const entries = Array.from({ length: 60 }, (_, i) => ({ asked: 1_000 + i * 9, answered: 1_004 + i * 9 }))
    const stamp = { ...STAMP, handling: ['H0', 'H1', 'H2', 'H3'], entries }
    for (const page of pagesOf(await print({ stamp }))) {
      expect(page).toContain('120 inscriptions au journal : 1000, 1004, 1009')
      expect(page).toContain('1535')
      expect(page).toMatch(/Page \d sur \d/)
    }
  })

  it('holds the whole text, accents, arrows and narrow blanks included, and repeats the head of a table', async () => {
    const pages = pagesOf(await print())
    const text = pages.join('\n')
    expect(text).toMatch(/Œuvre d’un réseau présumé et très actif ; Agadez → Sabha, ≥ 3, 1\s234 km\./)
    for (const [name] of rows) expect(text).toContain(name)
    expect(text.match(/Indicateur {2,}Valeur {2,}Assertions/g)!.length).toBeGreaterThan(1)
    expect(text).toMatch(/1\. +un\s+2\. +deux\s+sous-point/)
  })

  it('keeps pictures as vectors and embeds every face', async () => {
    const pdf = await print()
    expect(pagesOf(pdf).join('')).toContain('Activité au fil du temps')
    expect(poppler('pdfimages', pdf).trim().split('\n')).toHaveLength(2)
    const fonts = poppler('pdffonts', pdf).trim().split('\n').slice(2)
    expect(fonts.length).toBeGreaterThan(1)
    for (const line of fonts) expect(line).toMatch(/DejaVuSans\S* +CID TrueType +Identity-H +yes yes yes/)
  })

  it('makes no link and fetches nothing: of an address only its words are left, of HTML its letters', async () => {
    const pdf = await print()
    const text = pagesOf(pdf).join('')
    expect(text).toContain('Ailleurs et un lien.')
    expect(text).toContain('<script>alert(1)</script>')
    expect(text).not.toContain('example.org')
    expect(pdf.toString('latin1')).not.toMatch(/\/URI|\/JavaScript|\/Annots \[\d/)
  })

  it('is the same octets for the same content and the same time', async () => {
    const [once, again] = [await print(), await print()]
    expect(again.equals(once)).toBe(true)
    expect((await print({ created: '2016-08-03T10:00:01.000Z' })).equals(once)).toBe(false)
    expect(poppler('pdfinfo', once)).toMatch(/Title: +Menace\n/)
  })

  it('takes an empty text, and gives it a title', async () => {
    const [page] = pagesOf(await print({ markdown: '' }))
    expect(page).toContain('Menace')
  })

  it('prints what officers wrote as they wrote it', async () => {
    const typed = [
      '**not bold**',
      '[a](http://x.org)',
      '|3|4|',
      '&amp; &lt;',
      '# no heading',
      '`code`',
      '~~del~~',
    ]
    const markdown = markdownTable(
      ['name', 'n'],
      typed.map((text, i) => [text, String(i)]),
    )
    const text = pagesOf(await print({ markdown })).join('\n')
    for (const one of typed) expect(text).toContain(one)
    for (const text of fc.sample(hostile, { numRuns: 10, seed: 6 }))
      expect(pagesOf(await print({ title: text, markdown: markdownTable(['a'], [[text]]) })).length).toBe(1)
  })
})
