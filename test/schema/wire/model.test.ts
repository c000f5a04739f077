import { describe, expect, it } from 'vitest'
import { DESCRIPTIONS, shapeOf } from '../../../schema/wire/model.ts'
import { checkReport } from '../../../schema/wire/report.ts'
import { report } from '../../report.ts'

describe('the nationalities of those carried', () => {
  const shape = shapeOf(DESCRIPTIONS.incident.fields.nationalities)

  it('are a set in order, whoever told them how often', () => {
    expect(shape.parse(['SN', 'ML', 'SN', 'XXA'])).toEqual(['ML', 'SN', 'XXA'])
    expect(shape.parse([])).toEqual([])
  })

  it.each([
    ['a country that is none', ['NE', 'QQ']],
    ['a name', ['Moussa']],
    ['a number beside each', [{ NE: 12 }]],
    ['one alone, not as a list', 'NE'],
    ['more than sixty', Array(61).fill('NE')],
  ])('are not %s', (_, value) => {
    expect(shape.safeParse(value).success).toBe(false)
  })

  it('are told of several persons, or of nobody knows how many, and never of the only one', () => {
    const faultsOf = (fields: object) =>
      checkReport(
        report('carried-1', {
          entities: [{ local: 'one', kind: 'INCIDENT' }],
          claims: [{ incident: { entity: 'one', type: 'RESCUE', ...fields } }],
        }),
      ).faults.map(({ code, path }) => [code, path?.join('.')])
    expect(faultsOf({ nationalities: ['ML'] })).toEqual([])
    expect(faultsOf({ persons: 2, nationalities: ['ML'] })).toEqual([])
    expect(faultsOf({ persons: 1 })).toEqual([])
    expect(faultsOf({ persons: 1, nationalities: [] })).toEqual([])
    const refused = [['PROTECTED_PERSON', 'claims.0.incident.nationalities']]
    expect(faultsOf({ persons: 1, nationalities: ['ML'] })).toEqual(refused)
    expect(faultsOf({ persons: 0, nationalities: ['ML'] })).toEqual(refused)
  })
})
