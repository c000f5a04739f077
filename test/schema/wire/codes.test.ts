import { describe, expect, it } from 'vitest'
import {
  CODES,
  type CodeList,
  EU_MEMBERS,
  FACET_GROUPS,
  FACETS,
  FACETS_OF,
  HARMS,
  MEANS,
  OFFENCE_OF,
  SENSITIVITIES,
} from '../../../schema/wire/codes.ts'
import { COUNTRIES } from '../../../schema/wire/identifiers/lists.ts'

const lists = Object.entries(CODES) as [CodeList, readonly string[]][]

describe('the coded lists', () => {
  it.each(lists)('%s holds each code once, each fit for a GraphQL enum', (_name, codes) => {
    expect(codes.length).toBeGreaterThan(0)
    expect(new Set(codes).size).toBe(codes.length)
    for (const code of codes) expect(code).toMatch(/^(?!true$|false$|null$|__)[A-Za-z][A-Za-z0-9_]*$/)
  })

  it('are registered in order of their names', () => {
    const names = lists.map(([name]) => name)
    expect(names).toEqual([...names].sort())
  })

  it('hold every facet of a modus operandi under its group, numbered without a gap', () => {
    expect(Object.keys(FACETS_OF)).toEqual([...FACET_GROUPS])
    for (const group of FACET_GROUPS) {
      const numbered = FACETS_OF[group].map((_, index) => `${group}_${String(index + 1).padStart(2, '0')}`)
      expect([...FACETS_OF[group]]).toEqual(numbered)
    }
    expect(FACETS).toHaveLength(84)
  })

  it('take means and harms from the facets', () => {
    for (const code of [...MEANS, ...HARMS]) expect(FACETS).toContain(code)
  })

  it('order sensitivity, least first', () => {
    expect([...SENSITIVITIES]).toEqual([...SENSITIVITIES].sort())
  })

  it('count 27 Member States, all of them countries', () => {
    expect(EU_MEMBERS).toHaveLength(27)
    for (const country of EU_MEMBERS) expect(COUNTRIES.has(country)).toBe(true)
  })
})

describe('smuggling and trafficking', () => {
  const codesOf = (offence: string) =>
    Object.entries(OFFENCE_OF).flatMap(([name, of]) => (of === offence ? [...CODES[name as CodeList]] : []))

  it('share no element: a code says which offence it belongs to', () => {
    const trafficking = new Set<string>(codesOf('TIP'))
    expect(codesOf('SOM').filter((code) => trafficking.has(code))).toEqual([])
  })

  it('are never members of one list', () => {
    const smuggling = new Set<string>(codesOf('SOM'))
    const trafficking = new Set<string>(codesOf('TIP'))
    // TRANSPORT, TRANSFER … are words that other lists may use; an offence's own lists are those of OFFENCE_OF.
    for (const [name, codes] of lists) {
      const mixes = codes.some((code) => smuggling.has(code)) && codes.some((code) => trafficking.has(code))
      expect(mixes, name).toBe(false)
    }
  })

  it('have no code that stands for both', () => {
    const both = lists.flatMap(([, codes]) =>
      codes.filter((code) => /SOM.*TIP|TIP.*SOM|SMUGGLING.*TRAFFICKING/.test(code)),
    )
    expect(both).toEqual([])
  })

  it('meet only as a linked crime, where trafficking is what a smuggling network is linked to', () => {
    expect(CODES.LinkedCrime).toContain('LNK_01')
    expect(CODES.LinkType).toContain('EVOLVED_INTO')
    expect(CODES.LinkedCrime.filter((code) => /SOM|SMUGGLING/.test(code))).toEqual([])
  })
})
