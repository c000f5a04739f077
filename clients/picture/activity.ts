import type { Language } from '../../schema/wire/codes.ts'
import { number, say } from '../../schema/words/index.ts'
import {
  countsOf,
  type MonthBand,
  type MonthCount,
  monthNumber,
  monthOf,
  niceStep,
  type Span,
} from './activity-months.ts'
import { activityLegend, describeActivity, monthName } from './activity-words.ts'
import { HELPERS, INKS } from './colours.ts'
import { framed } from './frame.ts'
import type { Stamp } from './stamp.ts'
import { el, type Markup, num, textWidth, together, wrapped, written } from './svg.ts'

export type Series = { name: string; months: readonly MonthCount[]; band?: readonly MonthBand[] | undefined }
export type Intervention = { /** `2016-08` or a day of it. */ at: string; label: string }

export type ActivityPicture = {
  language: Language
  title: string
  series: readonly Series[]
  interventions?: readonly Intervention[]
  /** What has to be known of the counts. */
  notes?: readonly string[]
  stamp: Stamp
}

const WIDTH = 860
const PANEL = { height: 110, title: 34, gap: 12, left: 46 }
const FOOT = 34

/**
 * Counts for each month as bars, one panel for each series, all on one span and each on its own scale: series are
 * never added to one another. The same bytes for the same content, in whatever order it comes.
 * @throws RangeError for a month or a count that is none
 */
export function drawActivity(picture: ActivityPicture): string {
  const { language, interventions = [], notes = [] } = picture
  const series = [...picture.series].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
  const marks = [...interventions].sort((a, b) => (a.at + a.label < b.at + b.label ? -1 : 1))
  const span = spanOf(series, marks)
  const pitch = PANEL.title + PANEL.height + PANEL.gap
  const head = marks.length * 15
  const body = span
    ? together([
        ...series.map((one, i) => drawPanel(language, one, span, head + i * pitch)),
        ...marks.map((mark, i) =>
          drawIntervention(mark, span, i * 15, head + series.length * pitch - PANEL.gap),
        ),
        drawMonths(language, span, head + series.length * pitch - PANEL.gap),
      ])
    : written([say(language, 'picture.nothingDrawn')], { x: 0, y: 40, size: 13, fill: INKS.grey })
  return framed({
    ...{ language, title: picture.title, stamp: picture.stamp, body, width: WIDTH },
    height: span ? head + series.length * pitch - PANEL.gap + FOOT : 60,
    desc: describeActivity(language, series, span),
    legend: activityLegend(language, series, marks),
    notes: [...notes, say(language, 'picture.noBar')],
  })
}

function spanOf(series: readonly Series[], marks: readonly Intervention[]): Span | null {
  const all = [
    ...series.flatMap(({ months, band = [] }) => [...months, ...band].map(({ month }) => monthNumber(month))),
    ...marks.map(({ at }) => monthNumber(at.slice(0, 7))),
  ]
  if (series.length === 0 || all.length === 0) return null
  return { from: all.reduce((a, b) => Math.min(a, b)), to: all.reduce((a, b) => Math.max(a, b)) }
}

const pitchOf = ({ from, to }: Span): number => (WIDTH - PANEL.left) / (to - from + 1)
const leftOf = (span: Span, month: number): number => PANEL.left + (month - span.from) * pitchOf(span)

function drawPanel(language: Language, { name, months, band = [] }: Series, span: Span, top: number): Markup {
  const counts = countsOf(months)
  const highest = [...counts.values(), ...band.map(({ high }) => high)].reduce((a, b) => Math.max(a, b), 1)
  const step = niceStep(highest, 5)
  const most = Math.ceil(highest / step) * step
  const foot = top + PANEL.title + PANEL.height
  const y = (count: number) => foot - (count / most) * PANEL.height
  const ticks = Array.from({ length: Math.round(most / step) + 1 }, (_, i) => i * step)
  const room = pitchOf(span)
  const bars = [...counts].sort(([a], [b]) => a - b)
  return el(
    'g',
    {},
    written(wrapped(name, WIDTH - PANEL.left, 12, 1), {
      x: PANEL.left,
      y: top + 14,
      size: 12,
      fill: INKS.ink,
      weight: 'bold',
    }),
    ...ticks.flatMap((tick) => [
      el('line', {
        x1: PANEL.left,
        x2: WIDTH,
        y1: y(tick),
        y2: y(tick),
        stroke: HELPERS.grid,
        'stroke-width': 0.7,
      }),
      written([number(language, tick)], {
        x: PANEL.left - 6,
        y: y(tick) + 4,
        size: 10,
        fill: INKS.grey,
        anchor: 'end',
      }),
    ]),
    ...drawBand(band, span, y),
    ...bars.map(([month, count]) => {
      const about = `${monthName(language, monthOf(month))}: ${number(language, count)}`
      const width = Math.min(48, room * 0.76)
      const x = leftOf(span, month) + (room - width) / 2
      // A count of nothing is said by a line: no bar means that nobody reported.
      const shape = {
        x,
        y: count === 0 ? foot - 1.2 : y(count),
        width,
        height: count === 0 ? 1.2 : foot - y(count),
      }
      return el('g', {}, el('title', {}, about), el('rect', { ...shape, fill: INKS.blue }))
    }),
    ...(room >= 22
      ? bars.map(([month, count]) => countOn(language, leftOf(span, month) + room / 2, y(count) - 3, count))
      : []),
    el('line', { x1: PANEL.left, x2: WIDTH, y1: foot, y2: foot, stroke: INKS.ink, 'stroke-width': 1.2 }),
  )
}

const countOn = (language: Language, x: number, y: number, count: number): Markup =>
  written([number(language, count)], { x, y, size: 10, fill: INKS.ink, anchor: 'middle' })

/** One box for each month that has one: months without are open. Its rims are dashed, to be seen in black and white. */
function drawBand(band: readonly MonthBand[], span: Span, y: (count: number) => number): Markup[] {
  const room = pitchOf(span)
  return [...band]
    .sort((a, b) => (a.month < b.month ? -1 : 1))
    .flatMap(({ month, low, high }) => {
      const x = leftOf(span, monthNumber(month))
      const rim = { x1: x, x2: x + room, stroke: INKS.rust, 'stroke-width': 1.2, 'stroke-dasharray': '3 2' }
      return [
        el('rect', {
          x,
          y: y(high),
          width: room,
          height: y(low) - y(high),
          fill: INKS.rust,
          'fill-opacity': '0.13',
        }),
        el('line', { ...rim, y1: y(high), y2: y(high) }),
        el('line', { ...rim, y1: y(low), y2: y(low) }),
      ]
    })
}

/** A line through all panels, with its words at its head. A day stands where it is in its month. */
function drawIntervention({ at, label }: Intervention, span: Span, top: number, foot: number): Markup {
  const day = Number(at.slice(8, 10) || '1')
  const x = leftOf(span, monthNumber(at.slice(0, 7))) + (pitchOf(span) * (day - 1)) / 31
  const text = `${label} (${at})`
  const isRight = x + 6 + textWidth(text, 11) > WIDTH
  return el(
    'g',
    {},
    el('line', {
      x1: x,
      x2: x,
      y1: top,
      y2: foot,
      stroke: INKS.red,
      'stroke-width': 1.8,
      'stroke-dasharray': '7 3',
    }),
    written(wrapped(text, WIDTH / 2, 11, 1), {
      ...{ x: isRight ? x - 5 : x + 5, y: top + 10, size: 11, fill: INKS.red },
      ...(isRight && { anchor: 'end' as const }),
    }),
  )
}

/** Names of months below, as many as there is room for; of many years only the years. */
function drawMonths(language: Language, span: Span, foot: number): Markup {
  const every = [1, 2, 3, 6, 12, 24, 60, 120].find((one) => one * pitchOf(span) >= 62) ?? 240
  const months = Array.from({ length: span.to - span.from + 1 }, (_, i) => span.from + i)
  const named = months.filter((month) => month % every === 0)
  const shown = named.length > 0 ? named : [span.from]
  return together(
    shown.map((month) => {
      const x = leftOf(span, month) + pitchOf(span) / 2
      const text = every >= 12 ? String(Math.floor(month / 12)) : monthName(language, monthOf(month))
      return el(
        'g',
        {},
        el('path', { d: `M${num(x)} ${num(foot)}v5`, stroke: INKS.ink, fill: 'none' }),
        written([text], { x, y: foot + 18, size: 10, fill: INKS.ink, anchor: 'middle' }),
      )
    }),
  )
}
