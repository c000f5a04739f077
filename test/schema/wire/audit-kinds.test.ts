import { describe, expect, it } from 'vitest'
import { STATEMENTS } from '../../../cypher/index.ts'
import { isExport, kindsOf, STATEMENT_KINDS } from '../../../schema/wire/audit-kinds.ts'
import { AUDIT_OPERATIONS } from '../../../schema/wire/codes.ts'

const ran = (...names: string[]) => names.map((name) => ({ name, digest: '' }))

describe('the kinds of Art. 25', () => {
  it('stand for every statement, and for no other', () => {
    const names = Object.values(STATEMENTS).map(({ name }) => name)
    expect(Object.keys(STATEMENT_KINDS).sort()).toEqual(names.sort())
  })

  it('stand for every statement that changes what offices said, and each kind is some statement’s or a disclosure', () => {
    const changes = Object.values(STATEMENTS).filter(({ access }) => access === 'write')
    const without = changes.map(({ name }) => name).filter((name) => STATEMENT_KINDS[name] === null)
    // Of the server’s own, and a note that a notice was read.
    expect(without).toEqual([
      ...['compartment/intern', 'event/add', 'match/forget', 'match/found', 'match/remind', 'match/told'],
      ...['outbox/add', 'outbox/clear', 'outbox/restore'],
      'report/acknowledge',
    ])
    expect(new Set(Object.values(STATEMENT_KINDS).filter(Boolean))).toEqual(new Set(AUDIT_OPERATIONS))
  })

  it('are those of what ran, whatever the caller called it', () => {
    const said = { outcome: 'OK', operation: 'harmless', query: '{ me { person } }' }
    expect(kindsOf({ ...said, statements: ran('entity/open', 'entity/connection') })).toEqual([
      'CONSULTATION',
      'COMBINATION',
    ])
    expect(kindsOf({ ...said, statements: [] })).toEqual([])
  })

  it('leave out what a change read on its way', () => {
    const statements = ran('card/own', 'entity/open', 'card/seal')
    expect(kindsOf({ outcome: 'OK', statements })).toEqual(['COLLECTION'])
  })

  it('count a release as a disclosure where it reaches another office, and a withdrawal as none', () => {
    const statements = ran('report/release')
    expect(kindsOf({ outcome: 'OK', statements, disclosedTo: ['it-sco'] })).toEqual([
      'ALTERATION',
      'DISCLOSURE',
    ])
    expect(kindsOf({ outcome: 'OK', statements, disclosedTo: [] })).toEqual(['ALTERATION'])
  })

  it('count an auditor’s own reading', () => {
    const query = 'query x($question: Json!) { mine: auditEntries(question: $question) { after } }'
    expect(kindsOf({ outcome: 'OK', statements: [], query })).toEqual(['CONSULTATION'])
    expect(kindsOf({ outcome: 'NOT_ALLOWED', statements: [], query })).toEqual([])
  })
})

describe('an export', () => {
  it('is a package, a piece of an attachment, or the objects of a desk, once it came', () => {
    const detail = { outcome: 'OK', shown: [], statements: [] }
    expect(isExport({ ...detail, operation: 'cardMerge' })).toBe(true)
    expect(isExport({ ...detail, operation: 'x', statements: ran('packets/held') })).toBe(true)
    expect(isExport({ ...detail, operation: 'networkShow' })).toBe(false)
    expect(isExport({ ...detail, operation: 'chunk', outcome: 'NOT_FOUND' })).toBe(false)
  })
})
