import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { contrast, HELPERS, INKS, PAPERS } from '../../../clients/picture/colours.ts'
import { drawNetwork, type NetworkPicture } from '../../../clients/picture/network.ts'
import { CELL, layOut } from '../../../clients/picture/network-layout.ts'
import { linesOf } from '../../../clients/picture/network-lines.ts'
import { LINE_STYLES, NODE_INKS } from '../../../clients/picture/network-styles.ts'
import { KINDS } from '../../../schema/wire/codes.ts'
import { RELATION_KINDS, RELATIONS } from '../../../schema/wire/model.ts'
import { claim, hostile, node, STAMP, shuffled } from './parts.ts'
import { count, faultsOfXml } from './xmllint.ts'

const RING = 'Agadez-transport-2'
const nodes = [
  node(RING, 'NETWORK'),
  node('Addax', 'ACTOR'),
  node('Forger', 'ACTOR'),
  ...[0, 1, 2, 3, 4, 5].map((i) => node(`Driver-${i}`, 'ACTOR')),
  node('Agadez', 'PLACE'),
]
const claims = [
  claim('Addax', 'MEMBER_OF', RING, { level: 'L3', handling: ['H3'], sensitivity: 'S3_HIGH' }),
  claim('Addax', 'MEMBER_OF', RING, { level: 'L2', basis: 'ASSESSMENT' }),
  claim('Forger', 'MEMBER_OF', RING, { level: 'L2', basis: 'ASSESSMENT' }),
  ...[0, 1, 2, 3, 4, 5].map((i) => claim(`Driver-${i}`, 'MEMBER_OF', RING, { level: 'L1' })),
  claim('Addax', 'WORKS_WITH', 'Forger', { source: 'C' }),
  claim('Forger', 'WORKS_WITH', 'Addax'),
  claim(RING, 'LOCATED_AT', 'Agadez'),
]
const whole: NetworkPicture = {
  ...{ language: 'en', title: `Network ${RING}`, focus: RING },
  ...{ nodes, claims, stamp: STAMP },
}
const draw = (more: Partial<NetworkPicture> = {}) => drawNetwork({ ...whole, ...more })

describe('the picture of a network', () => {
  it('is the same octets for the same content, in whatever order it comes', () => {
    const once = draw()
    expect(draw().svg).toBe(once.svg)
    fc.assert(
      fc.property(
        fc.shuffledSubarray(nodes, { minLength: nodes.length }),
        fc.shuffledSubarray(claims, { minLength: claims.length }),
        (otherNodes, otherClaims) => {
          expect(draw({ nodes: otherNodes, claims: otherClaims })).toEqual(once)
        },
      ),
      { numRuns: 30 },
    )
  })

  it('stands in layers, each actor at the highest level that is claimed of him, with all that are', () => {
    const { svg, places } = draw()
    const y = (id: string) => places[id]!.y
    expect(y('Addax')).toBeLessThan(y('Forger'))
    expect(y('Forger')).toBeLessThan(y('Driver-0'))
    expect(y('Driver-0')).toBeLessThan(y(RING))
    expect(y(RING)).toBeLessThan(y('Agadez'))
    expect(svg).toContain('>L3 / L2</text>')
    expect(svg).toContain('Levels and roles are claims of offices, not ranks of persons')
  })

  it('shows claims of one type between the same two as one line with their number', () => {
    const { svg } = draw()
    expect(linesOf(claims).find(({ type }) => type === 'WORKS_WITH')!.claims).toHaveLength(2)
    // Addax in the network, and with the forger; the third is the legend’s.
    expect(svg.match(/>×\d</g)).toEqual(['>×2<', '>×2<', '>×3<'])
  })

  it('dashes a line that rests on assessments or weak sources only', () => {
    const firm = (more: object) => linesOf([claim('a', 'USES', 'b', more)])[0]!.isFirm
    expect([firm({}), firm({ source: 'A', information: 'N3' })]).toEqual([true, true])
    for (const weak of [{ basis: 'ASSESSMENT' }, { source: 'C' }, { source: 'X' }, { information: 'N4' }])
      expect(firm(weak), JSON.stringify(weak)).toBe(false)
    // Forger as a member; the second is the legend’s.
    expect(draw().svg.match(/stroke-dasharray/g)).toHaveLength(2)
  })

  it('draws no protected person, and tells nobody whether there was one', () => {
    const others = ['COERCED', 'MINOR'].map((state) => node(`Kid-${state}`, 'ACTOR', { states: [state] }))
    const migrant = node('Walker', 'ACTOR', { states: ['MIGRANT'] })
    const ties = [...others, migrant].map(({ id }) => claim(id, 'MEMBER_OF', RING, { level: 'L1' }))
    const without = draw({ nodes: [...nodes, migrant], claims: [...claims, ties[2]!] })
    const drawn = draw({ nodes: [...nodes, ...others, migrant], claims: [...claims, ...ties] })
    expect(drawn.svg).toBe(without.svg)
    expect(drawn.places).toEqual(without.places)
    expect([without.leftOut, drawn.leftOut]).toEqual([0, 2])
    expect(drawn.svg).toContain('Walker')
    expect(drawn.svg).toContain('Protected persons are never drawn')
  })

  it('says at the head and at the foot how it may be handled, and who asked where on record', () => {
    const { svg } = draw()
    expect(svg.match(/Handling: H1: not in judicial proceedings without permission/g)).toHaveLength(2)
    expect(svg).toContain('Asked by ne-dst.aicha for ne-dst, 3 Aug 2016, 10:00 UTC')
    expect(svg).toContain('2 audit entries: 1204–1205')
    const french = draw({ language: 'fr' }).svg
    expect(french).toContain('Traitement : H1')
    expect(french).toContain('Légende')
  })

  it('has a title and a description, and is one image to who hears it', () => {
    const { svg } = draw()
    expect(count(svg, '/*[@role="img"][@aria-labelledby="portolan-title portolan-desc"]')).toBe(1)
    expect(svg).toContain(`<title id="portolan-title">Network ${RING}</title>`)
    expect(svg).toMatch(/<desc id="portolan-desc">Nodes in layers\. L3: organiser, most profit: 1 \(Addax\);/)
  })

  it('is drawn of nothing, of one node and of what is claimed of an entity and itself', () => {
    const empty = draw({ nodes: [], claims: [] }).svg
    expect(empty).toContain('Nothing to draw')
    const one = draw({ nodes: [node('a', 'CRIME')], claims: [], focus: null }).svg
    const self = draw({ nodes: [node('a', 'ACTOR')], claims: [claim('a', 'SAME_AS', 'a')] }).svg
    expect(faultsOfXml([empty, one, self, draw().svg])).toBe('')
  })

  it('holds nothing that asks a network or runs', () => {
    expect(draw().svg.replace('http://www.w3.org/2000/svg', '')).not.toMatch(
      /https?:|href|url\(|<script|<style|\bon\w+=/,
    )
  })
})

describe('hostile names', () => {
  it('stay text: the document is whole, and holds the elements it would hold with plain ones', () => {
    const elements = (svg: string) => count(svg, '//*[not(local-name()="text")]')
    const named = (names: readonly string[]) =>
      draw({
        title: names[0]!,
        nodes: nodes.map((one, i) => ({ ...one, label: names[i % names.length]! })),
      }).svg
    const plain = elements(named(['a']))
    const found = fc.sample(fc.array(hostile, { minLength: 3, maxLength: 3 }), { numRuns: 60, seed: 6 })
    const svgs = found.map(named)
    expect(faultsOfXml(svgs)).toBe('')
    expect(svgs.slice(0, 12).map(elements)).toEqual(svgs.slice(0, 12).map(() => plain))
  })
})

describe('coordinates', () => {
  it('are taken again, so that what is new moves nothing', () => {
    const first = draw()
    const more = {
      nodes: [...nodes, node('Newcomer', 'ACTOR'), node('Tobacco', 'CRIME')],
      claims: [...claims, claim('Newcomer', 'MEMBER_OF', RING, { level: 'L1' })],
    }
    const kept = JSON.parse(JSON.stringify(first.places))
    const second = draw({ ...more, kept })
    for (const { id } of nodes) expect(second.places[id], id).toEqual(first.places[id])
    const all = Object.entries(second.places)
    for (const [id, { x, y }] of all)
      for (const [other, there] of all)
        if (id !== other)
          expect(Math.abs(x - there.x) >= CELL.width - 1 || Math.abs(y - there.y) >= CELL.height - 1).toBe(
            true,
          )
    // Who is new while somebody is away does not take his place.
    const offRing = (id: string) => Math.abs(first.places[id]!.x - first.places[RING]!.x)
    const [gone] = [0, 1, 2, 3, 4, 5].map((i) => `Driver-${i}`).sort((a, b) => offRing(a) - offRing(b))
    const meanwhile = draw({
      nodes: [...nodes.filter(({ id }) => id !== gone), node('Other', 'ACTOR')],
      claims: [...claims, claim('Other', 'MEMBER_OF', RING, { level: 'L1' })],
      kept: first.places,
    })
    expect(meanwhile.places[gone!]).toEqual(first.places[gone!])
    expect(meanwhile.places.Other).not.toEqual(first.places[gone!])
    // Who is away for once finds his place free again.
    const away = draw({ nodes: nodes.filter(({ id }) => id !== 'Forger'), kept: second.places })
    expect(draw({ ...more, kept: away.places }).svg).toBe(second.svg)
  })

  it('are to a tenth of a pixel, and the same for layers and ties in any order', () => {
    expect(draw().svg).not.toMatch(/\d\.\d{3}/)
    const layers = [
      ['a', 'b', 'c'],
      ['d', 'e', 'f', 'g'],
    ]
    const ties = [
      ['a', 'g'],
      ['b', 'd'],
      ['c', 'd'],
      ['c', 'e'],
    ] as const
    const once = layOut({ layers, ties })
    expect(layOut({ layers: layers.map((layer) => layer.toReversed()), ties: ties.toReversed() })).toEqual(
      once,
    )
  })

  it('cross less than in the order of ids', () => {
    const layers = [
      ['a1', 'a2', 'a3', 'a4', 'a5', 'a6'],
      ['b1', 'b2', 'b3', 'b4', 'b5', 'b6'],
    ]
    const ties = layers[0]!.map((id, i) => [id, layers[1]![(i * 5 + 3) % 6]!] as const)
    const found = layOut({ layers, ties })
    const crossings = (x: (id: string) => number) =>
      ties.flatMap(([a, b]) => ties.filter(([c, d]) => x(a) < x(c) && x(b) > x(d))).length
    expect(crossings((id) => Number(id.slice(1)))).toBeGreaterThan(5)
    expect(crossings((id) => found.get(id)!.x)).toBe(0)
  })

  it('give two thousand nodes a cell each', () => {
    const many = Array.from({ length: 2_000 }, (_, i) => node(`n${i}`, 'ACTOR'))
    const ties = many.flatMap(({ id }, i) => [
      claim(id, 'WORKS_WITH', `n${(i * 7) % 2_000}`),
      claim(id, 'WORKS_WITH', `n${(i * 131 + 5) % 2_000}`),
    ])
    const { svg, places } = draw({ nodes: many, claims: ties })
    const cells = new Set(Object.values(places).map(({ x, y }) => `${x} ${y}`))
    expect([cells.size, faultsOfXml([svg])]).toEqual([2_000, ''])
    expect(draw({ nodes: shuffled(many, 7), claims: shuffled(ties, 7) }).svg).toBe(svg)
  })
})

describe('the colours', () => {
  it('of all that says something stand out 4.5 to 1 from whatever is below', () => {
    for (const [name, ink] of Object.entries(INKS))
      for (const [below, paper] of Object.entries(PAPERS))
        expect(contrast(ink, paper), `${name} on ${below}`).toBeGreaterThanOrEqual(4.5)
    expect([contrast('#000000', '#ffffff'), contrast('#777777', '#ffffff').toFixed(2)]).toEqual([21, '4.48'])
  })

  it('are all that is in a picture', () => {
    const known = new Set<string>([
      ...Object.values(INKS),
      ...Object.values(PAPERS),
      ...Object.values(HELPERS),
      'none',
    ])
    const used = [...draw().svg.matchAll(/(?:fill|stroke)="([^"]*)"/g)].map(([, colour]) => colour!)
    expect(used.filter((colour) => !known.has(colour))).toEqual([])
  })

  it('are not needed: no two kinds have one shape, no two types of line one end', () => {
    expect(Object.keys(NODE_INKS).sort()).toEqual([...KINDS].sort())
    expect(Object.keys(LINE_STYLES).sort()).toEqual(RELATION_KINDS.map((kind) => RELATIONS[kind].type).sort())
    const ends = Object.values(LINE_STYLES).map(({ ink: _, width: __, ...rest }) => JSON.stringify(rest))
    expect(new Set(ends).size).toBe(ends.length)
  })
})
