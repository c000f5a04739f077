import { type Language, LEG_STATUSES, MEANS } from '../../schema/wire/codes.ts'
import { label, list, say } from '../../schema/words/index.ts'
import { INKS, PAPERS } from './colours.ts'
import type { LegendItem } from './frame.ts'
import type { NumberedLeg } from './map.ts'
import { CONTRARY, drawCourse, legStyle, STATUS_STYLES, type StatusStyle, UNKNOWN } from './map-legs.ts'
import { type MapPlace, otherSpots } from './map-places.ts'
import { nameOf } from './network-layers.ts'
import { el, type Markup, together } from './svg.ts'

// What a map says in words: its description, its legend, and the list of its legs.

type Said = {
  language: Language
  places: readonly MapPlace[]
  legs: readonly NumberedLeg[]
  isCut: boolean
  /** Of the outlines. */
  scale: string
}

const codeIn = <C extends string>(codes: readonly C[], code: string): C | undefined =>
  codes.find((one) => one === code)

export function describeMap({ language, places, legs }: Said): string {
  if (places.length === 0) return say(language, 'picture.nothingDrawn')
  const names = new Map(places.map((place) => [place.id, nameOf(place)]))
  return say(language, 'picture.mapDesc', {
    places: places.map(nameOf).join(', '),
    legs: legs.map((one) => endsOf(language, one, names)).join('; ') || '–',
  })
}

const named = (ids: readonly string[], names: ReadonlyMap<string, string>): string =>
  [...ids]
    .sort()
    .map((id) => names.get(id) ?? id)
    .join(' / ') || '?'

const endsOf = (
  language: Language,
  { number, leg }: NumberedLeg,
  names: ReadonlyMap<string, string>,
): string =>
  say(language, 'picture.legIs', {
    number: String(number),
    from: named(leg.from, names),
    to: named(leg.to, names),
  })

/** `1. Agadez → Dirkou (Agadez-Dirkou): car or pick-up; open; B2` */
function aboutLeg(language: Language, one: NumberedLeg, names: ReadonlyMap<string, string>): string {
  const { leg, between } = one
  const means = leg.means.map((code) => {
    const known = codeIn(MEANS, code)
    return known ? label(language, 'Means', known) : code
  })
  const statuses = leg.statuses.map((code) => {
    const known = codeIn(LEG_STATUSES, code)
    return known ? label(language, 'LegStatus', known) : code
  })
  const facts = [
    list(language, means),
    statuses.length > 1
      ? `${statuses.join(' / ')} (${say(language, 'picture.contrary')})`
      : (statuses[0] ?? say(language, 'picture.noStatus')),
    leg.isLawful ? say(language, 'picture.lawful') : '',
    [...new Set(leg.gradings)].sort().join(', '),
    between.length === 0 ? say(language, 'picture.legNotOnMap') : '',
  ]
  return `${endsOf(language, one, names)} · ${nameOf(leg)} · ${facts.filter(Boolean).join(' · ')}`
}

export function mapNotes({ language, places, legs, isCut, scale }: Said): string[] {
  const names = new Map(places.map((place) => [place.id, nameOf(place)]))
  const without = places.filter(({ positions }) => positions.length === 0).map(nameOf)
  return [
    ...legs.map((one) => aboutLeg(language, one, names)),
    ...(without.length > 0 ? [say(language, 'picture.notOnMap', { names: without.join(', ') })] : []),
    ...(isCut ? [say(language, 'picture.cut')] : []),
    say(language, 'picture.naturalEarth', { scale }),
  ]
}

export function mapLegend({ language, places, legs }: Said): LegendItem[] {
  const used = new Set(legs.map(({ leg }) => legStyle(leg)))
  const line = (style: StatusStyle, isFirm = true): Markup =>
    together(
      drawCourse(
        [
          { x: 2, y: 10 },
          { x: 12, y: 10 },
          { x: 22, y: 10 },
          { x: 30, y: 10 },
        ],
        style,
        isFirm,
      ),
    )
  const statuses = LEG_STATUSES.map(
    (code) => [STATUS_STYLES[code]!, label(language, 'LegStatus', code)] as const,
  )
  const all = [
    ...statuses,
    [UNKNOWN, say(language, 'picture.noStatus')] as const,
    [CONTRARY, say(language, 'picture.contrary')] as const,
  ]
  const square = el('rect', {
    x: 12.5,
    y: 5.5,
    width: 9,
    height: 9,
    fill: PAPERS.paper,
    stroke: INKS.brown,
    'stroke-width': 2,
  })
  const circle = el('circle', {
    cx: 17,
    cy: 10,
    r: 8,
    fill: 'none',
    stroke: INKS.brown,
    'stroke-dasharray': '2 3',
  })
  const cross = el('path', {
    d: 'M12 5L22 15M12 15L22 5',
    fill: 'none',
    stroke: INKS.brown,
    'stroke-width': 1.8,
  })
  const item = (mark: Markup, key: 'place' | 'accuracy' | 'otherClaim' | 'legEnd' | 'hollow') => ({
    mark,
    text: say(language, `picture.${key}`),
  })
  return [
    ...all.filter(([style]) => used.has(style)).map(([style, text]) => ({ mark: line(style), text })),
    ...(legs.some(({ leg }) => !leg.isFirm) ? [item(line(STATUS_STYLES.OPEN!, false), 'hollow')] : []),
    ...(legs.length > 0 ? [item(line(STATUS_STYLES.OPEN!), 'legEnd')] : []),
    item(square, 'place'),
    ...(places.some(({ positions }) => positions.some(({ precision }) => precision))
      ? [item(circle, 'accuracy')]
      : []),
    ...(places.some(({ positions }) => positions.length > 1 && otherSpots(positions).length > 0)
      ? [item(cross, 'otherClaim')]
      : []),
  ]
}
