import { describe, expect, it } from 'vitest'
import { projectionDescriptions, projectionReports } from '../../../cypher/projection/projection.ts'
import { DESCRIPTION_KINDS, DESCRIPTIONS } from '../../../schema/wire/model.ts'

describe('the statements of a view', () => {
  it.each([projectionDescriptions, projectionReports])(
    '$name gives own fields in the order of the claims model',
    ({ text }) => {
      const given = [...text.matchAll(/WHEN '(\w+)' THEN \[([^\]]*)\]/g)].map(([, kind, fields]) => [
        kind,
        fields!.split(',').map((field) => field.trim().replace(/^d\./, '')),
      ])
      expect(given).toEqual(
        DESCRIPTION_KINDS.map((kind) => [DESCRIPTIONS[kind].kind, Object.keys(DESCRIPTIONS[kind].fields)]),
      )
    },
  )
})
