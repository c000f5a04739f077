import type { Language } from '../../schema/wire/codes.ts'
import { say, words } from '../../schema/words/index.ts'
import type { Intervention, Series } from './activity.ts'
import { countsOf, monthOf, type Span } from './activity-months.ts'
import { INKS } from './colours.ts'
import type { LegendItem } from './frame.ts'
import { el, together } from './svg.ts'

// What a picture of activity says in words.

export const monthName = (language: Language, month: string): string =>
  new Intl.DateTimeFormat(words(language).locale, {
    month: 'short',
    year: 'numeric',
    timeZone: 'UTC',
  }).format(new Date(`${month}-01T00:00:00Z`))

export function describeActivity(language: Language, series: readonly Series[], span: Span | null): string {
  if (!span) return say(language, 'picture.nothingDrawn')
  const said = series.map(({ name, months }) => {
    const counts = [...countsOf(months)].sort(([a], [b]) => a - b)
    const [first] = counts
    if (!first) return say(language, 'picture.seriesNone', { name })
    const [month, most] = counts.reduce((best, one) => (one[1] > best[1] ? one : best), first)
    const total = counts.reduce((sum, [, count]) => sum + count, 0)
    return say(language, 'picture.seriesIs', {
      name,
      total,
      most,
      month: monthName(language, monthOf(month)),
    })
  })
  const [from, to] = [span.from, span.to].map((month) => monthName(language, monthOf(month)))
  return say(language, 'picture.activityDesc', { from: from!, to: to!, series: said.join('; ') })
}

export function activityLegend(
  language: Language,
  series: readonly Series[],
  marks: readonly Intervention[],
): LegendItem[] {
  const rim = { x1: 2, x2: 32, stroke: INKS.rust, 'stroke-width': 1.2, 'stroke-dasharray': '3 2' }
  const band = together([
    el('rect', { x: 2, y: 4, width: 30, height: 12, fill: INKS.rust, 'fill-opacity': '0.13' }),
    el('line', { ...rim, y1: 4, y2: 4 }),
    el('line', { ...rim, y1: 16, y2: 16 }),
  ])
  const line = el('line', {
    x1: 17,
    x2: 17,
    y1: 0,
    y2: 20,
    stroke: INKS.red,
    'stroke-width': 1.8,
    'stroke-dasharray': '7 3',
  })
  return [
    ...(series.some((one) => one.band?.length) ? [{ mark: band, text: say(language, 'picture.band') }] : []),
    ...(marks.length > 0 ? [{ mark: line, text: say(language, 'picture.intervention') }] : []),
  ]
}
