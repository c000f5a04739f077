import type { OfficeKind, OfficeRole } from './codes.ts'

/** Who sent a request: a person acting for an office in a role, and every principal he answers to right now. */
export type Caller = {
  session: string
  person: string
  country: string
  office: string
  /** His own office first, then its ancestors. */
  offices: string[]
  officeKind: OfficeKind
  role: OfficeRole
  principals: string[]
  teams: string[]
}

/** Whether an office of this kind is reached by `country:XX` and `all`, and may sign a team's agreement. */
export function isOperational(kind: OfficeKind): boolean {
  return kind === 'POLICE' || kind === 'PROSECUTION' || kind === 'LIAISON'
}

const OPERATIONAL: readonly OfficeKind[] = ['POLICE', 'PROSECUTION', 'LIAISON']

/** The kinds of office that each office role exists in: nobody audits his own unit, a partner never analyses. */
export const ROLE_OFFICES: Readonly<Record<OfficeRole, readonly OfficeKind[]>> = {
  FOCAL_POINT: OPERATIONAL,
  ANALYST: OPERATIONAL,
  PROSECUTOR: ['PROSECUTION'],
  LIAISON: OPERATIONAL,
  AUDITOR: ['AUDITOR'],
  PARTNER: ['PARTNER'],
  OBSERVER: ['OBSERVATORY'],
  // Whoever runs the machine is no caller.
  OPERATOR: [],
}
