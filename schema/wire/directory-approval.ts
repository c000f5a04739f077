import type { OfficeRole } from './codes.ts'
import { inForce } from './directory.ts'
import { signersAmong, type Walk } from './directory-keys.ts'
import { anchorsOf, type DirectoryState, type HeldKey, type KeyPair, type Person } from './directory-state.ts'
import type { Holder } from './holder.ts'

// Whoever changes a holder's keys decides who reads what is sealed to him from then on. An anchor alone may not: the holder
// agrees with the key that he has, or two persons of the country do. A revocation needs neither: it only takes away, and
// must be quick.

/** The keys of one holder before an entry and after it, and the keys by any of which he agrees. */
export type Change = { holder: Holder; former: KeyPair | null; next: KeyPair | null; own: HeldKey[] }

const APPROVALS = 2
const NEVER: readonly OfficeRole[] = ['PARTNER', 'OBSERVER']

/** Expects an anchor of the country to have signed, and whoever must agree to the changes, and nobody else. */
export async function signedWithApproval(walk: Walk, country: string, all: Change[]): Promise<void> {
  const changes = all.filter(isChange)
  const anchors = anchorsOf(walk.state, country)
  const persons = changes.length === 0 ? [] : personsOf(walk.state, country)
  if (!anchors.some(({ facts }) => walk.entry.signatures.some(({ by }) => by === facts.fingerprint)))
    throw new Error(`expected one signature by an anchor of ${country}`)
  const own = changes.flatMap((change) => change.own)
  const may = new Set([...anchors, ...own, ...persons.map(({ key }) => key)])
  const signers = await signersAmong(walk, [...may])
  const signed = (key: HeldKey) => signers.has(key.facts.fingerprint)
  const approvers = persons.filter(({ key }) => signed(key))
  for (const { body, key } of approvers)
    expectInForce(walk, body.person, walk.now ?? signers.get(key.facts.fingerprint)!)
  const open = changes.filter((change) => !change.own.some(signed) && !isFirst(change, persons))
  if (open.length > 0 && approvers.length < APPROVALS) throw missing(open, country, approvers)
}

const isChange = ({ former, next }: Change): boolean =>
  former?.key.armored !== next?.key.armored || former?.modern?.armored !== next?.modern?.armored

/** A country's first recovery key, before there are two persons to ask: its anchor decides alone. */
const isFirst = ({ own }: Change, persons: Person[]): boolean =>
  own.length === 0 && persons.length < APPROVALS

/** Those who may approve: persons of the country who have, or had, a part in the work of an office. */
const personsOf = (state: DirectoryState, country: string): Person[] =>
  [...state.persons.values()].filter(
    ({ body }) => body.country === country && assignmentsOf(state, body.person).length > 0,
  )

const assignmentsOf = (state: DirectoryState, person: string) =>
  [...state.assignments.values()].filter((held) => held.person === person && !NEVER.includes(held.role))

function expectInForce({ state }: Walk, person: string, at: number): void {
  if (!assignmentsOf(state, person).some((held) => inForce(held, at)))
    throw new Error(`expected a person in force, got ${person}`)
}

function missing(open: Change[], country: string, approvers: Person[]): Error {
  const holders = open.map(({ holder }) => holder).join(' and ')
  const came = approvers.length === 0 ? 'none' : approvers.map(({ body }) => body.person).join(', ')
  return new Error(
    `expected a signature by the former key of ${holders}, or by ${APPROVALS} persons of ${country}, got ${came}`,
  )
}
