import type { AssignmentBody, SignedBody } from '../../schema/wire/directory.ts'
import type { DirectoryState } from '../../schema/wire/directory-state.ts'

/**
 * Whether an entry does nothing but take away: it revokes a key, or ends an assignment sooner. Whoever has lost a key or a
 * post is shut out at once, whatever state the stores are in. Not whether the entry is right: that is checked as ever.
 */
export function narrows(
  { assignments }: Pick<DirectoryState, 'assignments'>,
  { body }: Pick<SignedBody, 'body'>,
): boolean {
  if (body.type === 'revocation') return true
  if (body.type !== 'assignment') return false
  const before = assignments.get(body.assignment)
  return before !== undefined && isSame(before, body) && isWithin(before, body)
}

const isSame = (before: AssignmentBody, after: AssignmentBody) =>
  before.person === after.person && before.office === after.office && before.role === after.role

const isWithin = (before: AssignmentBody, after: AssignmentBody) =>
  after.from >= before.from && after.to !== null && (before.to === null || after.to <= before.to)
