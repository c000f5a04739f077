import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { INFORMATIONS, LINKED_CRIMES, SOURCES } from '../../../schema/wire/codes.ts'
import { type CrimeLinks, crimeMatrix, returnCargo } from '../../../server/analysis/crime-matrix.ts'

const NAMES = ['subject', 'crime', 'link', 'claim', 'report', 'office', 'source', 'information'] as const
type Row = Record<(typeof NAMES)[number], number>

function linksOf(rows: Row[]): CrimeLinks {
  const column = (name: keyof Row) => rows.map((row) => row[name])
  return {
    ...{ count: rows.length, subject: column('subject'), crime: column('crime'), link: column('link') },
    ...{ claim: column('claim'), report: column('report'), office: column('office') },
    ...{ source: column('source'), information: column('information') },
  }
}
const drawnRows = fc.array(
  fc.record({
    ...{ subject: fc.nat(3), crime: fc.nat(2), link: fc.nat(2), claim: fc.nat(9), report: fc.nat(4) },
    ...{ office: fc.nat(2), source: fc.nat(3), information: fc.nat(3) },
  }),
  { maxLength: 24 },
)
const row = (changes: Partial<Row> = {}): Row => ({
  ...{ subject: 0, crime: 0, link: 0, claim: 0, report: 0, office: 0, source: 0, information: 0, ...changes },
})

describe('the matrix of other crimes', () => {
  it('counts distinct claims, reports and offices of each cell, and grades it, as a plain look does', () => {
    fc.assert(
      fc.property(drawnRows, (rows) => {
        const naive = [0, 1, 2, 3].flatMap((subject) =>
          [0, 1, 2].flatMap((crime) => {
            const own = rows.filter((one) => one.subject === subject && one.crime === crime)
            if (own.length === 0) return []
            const all = (name: keyof Row) => own.map((one) => one[name])
            const number = (name: keyof Row) => new Set(all(name)).size
            return [
              {
                ...{
                  subject,
                  crime,
                  claims: number('claim'),
                  reports: number('report'),
                  offices: number('office'),
                },
                links: [...new Set(all('link'))].sort((a, b) => a - b),
                best: { source: Math.min(...all('source')), information: Math.min(...all('information')) },
                worst: { source: Math.max(...all('source')), information: Math.max(...all('information')) },
              },
            ]
          }),
        )
        expect(crimeMatrix(linksOf(rows))).toEqual(naive)
        expect(crimeMatrix(linksOf([...rows].reverse()))).toEqual(naive)
      }),
    )
  })

  it('never sums trafficking with anything: each crime has a cell of its own, and no cell another’s claims', () => {
    const trafficking = LINKED_CRIMES.indexOf('LNK_01')
    const rows = [
      row({ crime: trafficking }),
      row({ crime: trafficking + 1, claim: 1 }),
      row({ crime: 2, claim: 2 }),
    ]
    const cells = crimeMatrix(linksOf(rows))
    expect(cells.map(({ crime, claims }) => [crime, claims])).toEqual([
      [0, 1],
      [1, 1],
      [2, 1],
    ])
    const without = crimeMatrix(linksOf(rows.slice(1)))
    expect(cells.filter(({ crime }) => crime !== trafficking)).toEqual(without)
    for (const cell of cells)
      expect(Object.keys(cell).sort()).toEqual(
        ['best', 'claims', 'crime', 'links', 'offices', 'reports', 'subject', 'worst'].sort(),
      )
  })

  it('grades by the order of the lists, in which what cannot be assessed comes last', () => {
    expect([SOURCES, INFORMATIONS]).toEqual([
      ['A', 'B', 'C', 'X'],
      ['N1', 'N2', 'N3', 'N4'],
    ])
    expect(crimeMatrix(linksOf([]))).toEqual([])
    const [cell] = crimeMatrix(linksOf([row({ source: 3 }), row({ information: 2, claim: 1 })]))
    expect(cell).toMatchObject({
      claims: 2,
      best: { source: 0, information: 0 },
      worst: { source: 3, information: 2 },
    })
    expect(() => crimeMatrix({ ...linksOf([row()]), office: [] })).toThrow(RangeError)
  })
})

describe('return cargo', () => {
  it('is what is linked to legs that lead back between the same places, and no other', () => {
    const ends = fc.array(fc.tuple(fc.nat(2), fc.nat(2)), { maxLength: 8 })
    fc.assert(
      fc.property(ends, drawnRows, (legs, rows) => {
        const cells = crimeMatrix(linksOf(rows))
        const naive = legs.flatMap(([from, to], leg) =>
          legs.flatMap(([start, end], back) => {
            const own = cells.filter(({ subject }) => subject === back)
            return from !== to && start === to && end === from && own.length > 0
              ? [{ leg, back, cells: own }]
              : []
          }),
        )
        const columns = { from: legs.map(([from]) => from), to: legs.map(([, to]) => to) }
        expect(returnCargo(columns, cells)).toEqual(naive)
      }),
    )
  })

  it('has people northward and tobacco southward apart', () => {
    const cells = crimeMatrix(linksOf([row({ subject: 1, crime: 5 })]))
    const legs = { from: [0, 1, 0], to: [1, 0, 2] }
    expect(returnCargo(legs, cells)).toEqual([{ leg: 0, back: 1, cells }])
    expect(returnCargo({ from: [], to: [] }, cells)).toEqual([])
    expect(returnCargo({ from: [1], to: [1] }, crimeMatrix(linksOf([row()])))).toEqual([])
    expect(() => returnCargo({ from: [1], to: [] }, cells)).toThrow(RangeError)
  })
})
