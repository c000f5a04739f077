// Reports for tests: small, valid, and varied by what a test passes.

export const SUBMIT = `mutation($input: ReportInput!) {
  submitReport(input: $input) { replayed ids { local id } report { id office status recorded } }
}`

export const GRADING = {
  source: 'B',
  information: 'N2',
  basis: 'ASSESSMENT',
  handling: ['H0'],
  sensitivity: 'S1_ROUTINE',
  evidenceUse: 'NOT_CONSENTED',
  onward: 'WITH_CONSENT',
}

export const toItaly = {
  to: ['country:IT'],
  transfers: [{ country: 'IT', basis: 'SAFEGUARDS', assessment: 'MoU-2012' }],
}

export function report(key: string, changes: Record<string, unknown> = {}) {
  return {
    key,
    purpose: 'OPERATIONAL',
    legalBasis: 'Law-2010-86',
    reviewDue: '2030-01-01',
    release: toItaly,
    defaults: GRADING,
    entities: [
      { local: 'boss', kind: 'ACTOR' },
      { local: 'ring', kind: 'NETWORK' },
    ],
    claims: [
      { actor: { entity: 'boss', label: 'Boss-1', category: 'SUSPECT', benefit: 'SHOWN' } },
      { network: { entity: 'ring', label: 'Agadez-transport', status: 'ACTIVE' } },
      {
        memberOf: { from: 'boss', to: 'ring', level: 'L2', role: 'GHETTO_BOSS' },
        observedFrom: '2013-01-01',
      },
    ],
    ...changes,
  }
}
