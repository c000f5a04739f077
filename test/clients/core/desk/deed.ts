import type { Deed } from '../../../../clients/core/desk/deeds.ts'

/** A consultation as an auditor reads it, varied by what a test passes. */
export function deed(changes: Partial<Deed> & { at: number }): Deed {
  return {
    records: [],
    person: 'ne-dst.aicha',
    office: 'ne-dst',
    session: 's1',
    outcome: 'OK',
    kinds: ['CONSULTATION'],
    isExport: false,
    purpose: 'OPERATIONAL',
    justification: 'the Monday convoy',
    operation: 'networkShow',
    shown: [],
    disclosedTo: [],
    ...changes,
  }
}
