import { describe, expect, it } from 'vitest'
import { ACTORS } from '../../../clients/scenario/actors.ts'
import { CHART } from '../../../clients/scenario/chart.ts'
import { MODI } from '../../../clients/scenario/networks.ts'
import { keyOf, SCENARIO } from '../../../clients/scenario/scenario.ts'
import type { Correct, Submit } from '../../../clients/scenario/steps.ts'
import { FACET_GROUPS, KINDS, LEVELS } from '../../../schema/wire/codes.ts'
import { RELATION_KINDS } from '../../../schema/wire/model.ts'
import { checkReport, IdempotencyKey } from '../../../schema/wire/report.ts'

const reports = SCENARIO.filter((step): step is Submit | Correct => 'report' in step)
const submitted = SCENARIO.filter((step) => step.act === 'submit')
const claims = reports.flatMap(({ report, office, name }) =>
  report.claims.map((claim) => ({
    office,
    name,
    claim: { ...report.defaults, ...claim } as unknown as Claim,
  })),
)
/** The fields that these tests look at. */
type Claim = Record<string, unknown> & {
  source: string
  information: string
  handling: string[]
  actor?: { category: string; minor?: boolean; coerced?: boolean }
  memberOf?: { from: string; to: string; level: string }
  linkedTo?: { from: string; to: string }
}
const id = '0'.repeat(26)

/** As the loader would send it, with any id for what is known and any ciphertext for the note. */
function asSent(step: Submit | Correct) {
  const facts = {
    id,
    report: keyOf(step),
    office: step.office,
    created: '2026-01-01T00:00:00Z',
    profile: 'compat',
  }
  return {
    key: keyOf(step),
    release: { to: [] },
    ...step.report,
    entities: step.report.entities.map(({ local, kind, ref }) => ({ local, kind, ...(ref && { id }) })),
    ...(step.note && { note: { facts, audience: [step.office], ciphertext: 'AAAA', signature: '' } }),
  }
}

describe('the reports of the scenario', () => {
  it.each(reports.map((step) => [step.name, step] as const))('%s has no fault', (_, step) => {
    expect(checkReport(asSent(step)).faults).toEqual([])
  })

  it('have keys and names of their own', () => {
    const keys = SCENARIO.map(keyOf)
    expect(new Set(keys).size).toBe(keys.length)
    for (const key of keys) expect(IdempotencyKey.safeParse(key).success).toBe(true)
  })

  it('are about 150, in the order of the days, from every office that reports', () => {
    expect(submitted.length).toBeGreaterThanOrEqual(150)
    expect(submitted.length).toBeLessThanOrEqual(180)
    expect(SCENARIO.map(({ day }) => day)).toEqual(SCENARIO.map(({ day }) => day).sort())
    const offices =
      'dz-dgsn es-fiscalia es-ucrif fr-ocriest it-dda-palermo it-sco ml-dnlt ne-dst ne-dst-agadez ne-pole nl-liaison sn-dpaf'
    expect([...new Set(reports.map(({ office }) => office))].sort()).toEqual(offices.split(' '))
  })

  it('speak of everything that is charted: about 60 actors over all levels, and 20 places', () => {
    const spoken = new Set(reports.flatMap(({ report }) => report.entities.map(({ local }) => local)))
    expect([...CHART.keys()].filter((name) => !spoken.has(name))).toEqual([])
    expect(Object.keys(ACTORS).length).toBeGreaterThanOrEqual(58)
    expect(Object.keys(ACTORS).length).toBeLessThanOrEqual(70)
    expect([...CHART.values()].filter(({ kind }) => kind === 'PLACE')).toHaveLength(20)
    expect(new Set([...CHART.values()].map(({ kind }) => kind))).toEqual(new Set(KINDS))
    expect(new Set(Object.values(ACTORS).map(({ level }) => level))).toEqual(new Set(LEVELS))
  })

  it('use every kind of relation and every group of facets', () => {
    const used = new Set(claims.flatMap(({ claim }) => Object.keys(claim)))
    expect(RELATION_KINDS.filter((kind) => !used.has(kind))).toEqual([])
    const facets = Object.values(MODI).flatMap(({ facets }) => facets as string[])
    expect(new Set(facets.map((facet) => facet.slice(0, 3)))).toEqual(new Set(FACET_GROUPS))
  })

  it('use every kind of release, with exclusions and every transfer basis', () => {
    const releases = submitted.map(({ office, report }) => ({ office, ...report.release }))
    const first = (prefix: string) => releases.some(({ to }) => to.some((one) => one.startsWith(prefix)))
    for (const prefix of ['all', 'country:', 'office:', 'team:', 'person:'])
      expect(first(prefix), prefix).toBe(true)
    expect(releases.some(({ office, to }) => to.join() === `office:${office}`)).toBe(true)
    expect(releases.some(({ to }) => to.length === 1 && to[0]!.startsWith('country:'))).toBe(true)
    expect(releases.filter(({ except }) => except.length > 0).length).toBeGreaterThanOrEqual(2)
    const bases = new Set(releases.flatMap(({ transfers }) => transfers.map(({ basis }) => basis)))
    expect([...bases].sort()).toEqual(['ADEQUACY', 'EU_MEMBER', 'SAFEGUARDS', 'SPECIAL_CIRCUMSTANCES'])
  })

  it('spread over the gradings and use every handling code', () => {
    const grades = new Set(claims.map(({ claim }) => `${claim.source}${claim.information}`))
    expect(grades.size).toBeGreaterThanOrEqual(8)
    expect([...new Set(claims.flatMap(({ claim }) => claim.handling))].sort()).toEqual([
      'H0',
      'H1',
      'H2',
      'H3',
    ])
  })

  it('dispute the level of at least two actors between two offices', () => {
    const levels = Map.groupBy(
      claims.filter(({ claim }) => claim.memberOf),
      ({ claim }) => `${claim.memberOf?.from} in ${claim.memberOf?.to}`,
    )
    const disputed = [...levels].filter(([, said]) => {
      const byOffice = new Map(said.map(({ office, claim }) => [office, claim.memberOf?.level]))
      return new Set(byOffice.values()).size > 1
    })
    expect(disputed.map(([who]) => who)).toEqual(
      expect.arrayContaining(['Addax in Agadez-transport-1', 'Mirage in Agadez-transport-2']),
    )
  })

  it('grade one link to tobacco A2 and another C4', () => {
    const links = claims.filter(
      ({ claim }) => claim.linkedTo?.from === 'Gao-Kidal-1' && claim.linkedTo.to === 'Tobacco-Gao',
    )
    expect(links.map(({ claim }) => `${claim.source}${claim.information}`).sort()).toEqual(['AN2', 'CN4'])
  })

  it('correct, withdraw, erase, widen and narrow', () => {
    const count = (act: string) => SCENARIO.filter((step) => step.act === act).length
    expect(count('correct')).toBeGreaterThanOrEqual(5)
    expect([count('withdraw'), count('erase')]).toEqual([1, 1])
    expect(count('release')).toBeGreaterThanOrEqual(2)
  })

  it('never call a minor or a coerced person a suspect, and protect the helmsman of seventeen', () => {
    const actors = claims.flatMap(({ claim }) => (claim.actor ? [claim.actor] : []))
    for (const actor of actors.filter(({ minor, coerced }) => minor || coerced))
      expect(actor.category).toBe('OTHER')
    expect(ACTORS.Mousse!.says).toMatchObject({ minor: true, coerced: true, benefit: 'NONE' })
    expect(ACTORS.Jujube!.says).toMatchObject({ humanitarian: true, benefit: 'NONE' })
  })

  it('never invoke the law of 2015 before it was enforced', () => {
    const early = reports.filter(
      ({ day, report }) => report.legalBasis === 'NE-loi-2015-36' && day < '2016-07-01',
    )
    expect(early).toEqual([])
  })

  it('hold the facts of October 2013 and of 25 June 2017, and a successor with eleven facets of the old way', () => {
    expect(CHART.get('Desert-deaths-2013')!.says).toMatchObject({ dead: 92, women: 37, children: 48, men: 7 })
    expect(CHART.get('Stranding-25-Jun-2017')!.says).toMatchObject({ persons: 75, rescued: 24, missing: 51 })
    const before = MODI['MO-Agadez-ghetto']!.facets as string[]
    const after = MODI['MO-Agadez-ghetto-2']!.facets as string[]
    expect([before.length, before.filter((facet) => after.includes(facet)).length]).toEqual([13, 11])
  })
})

describe('the texts of the scenario', () => {
  const texts = SCENARIO.flatMap((step) =>
    step.act === 'message' ? [step.text] : 'note' in step && step.note ? [step.note] : [],
  )

  it('stand in English and in French, in about 25 notes and in every message', () => {
    expect(texts.length).toBeGreaterThanOrEqual(25)
    for (const { en, fr } of texts) {
      expect(en.length).toBeGreaterThan(40)
      expect(fr.length).toBeGreaterThan(40)
      expect(fr).not.toBe(en)
    }
  })

  it('state the restriction wherever a claim carries H3', () => {
    const restricted = reports.filter(({ report }) => JSON.stringify(report).includes('"H3"'))
    expect(restricted.length).toBeGreaterThanOrEqual(3)
    for (const { note } of restricted) {
      expect(note!.en).toMatch(/^Restriction/)
      expect(note!.fr).toMatch(/^Restriction/)
    }
  })

  it('name nobody: actors are single invented words, and no text has a telephone or document number', () => {
    for (const name of Object.keys(ACTORS)) expect(name).toMatch(/^[A-Z][a-z]+$/)
    for (const { en, fr } of texts) expect(`${en} ${fr}`).not.toMatch(/\+?\d[\d ]{6,}\d/)
  })
})
