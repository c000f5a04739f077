import { describe, expect, it } from 'vitest'
import { leadsOf, median, openVolumes } from '../../../../clients/core/desk/volumes.ts'
import { deed } from './deed.ts'

const DAY = 86_400_000
const OCTOBER = Date.UTC(2026, 9, 1, 9)

/** So many requests on the days from September 1st; `counts` begin there. */
function volumesOf(counts: number[], person = 'ne-dst.aicha') {
  const volumes = openVolumes()
  for (const [i, count] of counts.entries())
    for (let n = 0; n < count; n++) volumes.add(deed({ at: OCTOBER + (i - 30) * DAY + n * 1_000, person }))
  return volumes
}
const october = (volumes: ReturnType<typeof openVolumes>) => leadsOf(volumes.days('ne-dst'), '2026-10')

const quiet = Array.from({ length: 30 }, (_, i) => 8 + (i % 5))

describe('a day', () => {
  it('is a lead when it lies far above the office’s own days before, and says against what', () => {
    const { leads, unmeasured } = october(volumesOf([...quiet, 9, 10, 80]))
    expect(unmeasured).toEqual([])
    expect(leads).toEqual([
      {
        day: '2026-10-03',
        person: null,
        measure: 'REQUESTS',
        count: 80,
        median: 10,
        mad: 1,
        limit: 26,
        of: 32,
      },
      expect.objectContaining({ day: '2026-10-03', person: 'ne-dst.aicha', count: 80 }),
    ])
  })

  it('is none when it is as busy as that office is used to', () => {
    expect(october(volumesOf([...quiet.map((count) => count * 10), 100, 110])).leads).toEqual([])
  })

  it('is not measured while too few days lie before it, and is named', () => {
    const { leads, unmeasured } = october(volumesOf([...Array(30).fill(0), 5, 500]))
    expect(leads).toEqual([])
    expect(unmeasured).toEqual(['2026-10-01', '2026-10-02'])
  })

  it('is measured by earlier days only: what follows changes nothing', () => {
    const before = october(volumesOf([...quiet, 80])).leads
    const after = october(volumesOf([...quiet, 80, 90, 90, 90])).leads
    expect(after.filter(({ day }) => day === '2026-10-01')).toEqual(before)
  })

  it('is none for few requests, however quiet the office was', () => {
    expect(october(volumesOf([...Array(30).fill(1), 9])).leads).toEqual([])
  })

  it('with many entities in few requests is a lead of its own', () => {
    const volumes = volumesOf(quiet)
    const shown = Array.from({ length: 900 }, (_, i) => `e${i}`)
    volumes.add(deed({ at: OCTOBER, shown, person: 'ne-dst.salif' }))
    expect(october(volumes).leads.map(({ person, measure, count }) => [person, measure, count])).toEqual([
      [null, 'ENTITIES', 900],
      ['ne-dst.salif', 'ENTITIES', 900],
    ])
  })
})

describe('the median', () => {
  it.each([
    [[], 0],
    [[3], 3],
    [[9, 1, 5], 5],
    [[1, 2, 10, 3], 2.5],
  ])('of %j is %d', (values, expected) => expect(median(values)).toBe(expected))
})
