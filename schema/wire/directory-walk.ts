import { isOperational, ROLE_OFFICES } from './caller.ts'
import {
  type AssignmentBody,
  entryHash,
  type Line,
  type PersonBody,
  type RevocationBody,
  subjectOf,
  type TeamBody,
} from './directory.ts'
import { checkAnchor, checkGenesis } from './directory-anchors.ts'
import {
  bringKey,
  type Effect,
  exactlyOneOf,
  expectPeriod,
  readKey,
  signedByAnchor,
  signersAmong,
  type Walk,
} from './directory-keys.ts'
import { checkOffice, checkRecovery } from './directory-offices.ts'
import { anchorsOf, type DirectoryState, type HeldKey } from './directory-state.ts'
import { Fault } from './fault.ts'
import type { KeyTools } from './key-tools.ts'

export type WalkOptions = {
  tools: KeyTools
  /** Ms since 1970 for an entry that is new: its signers' keys must be good now, not only when they signed. */
  now?: number | null
}

/**
 * Checks one entry against everything before it: place in the chain, signatures by those who may sign it, sense. The
 * state changes only when the returned function is called, so that a log can make the entry durable in between.
 * @throws Fault DIRECTORY naming the index
 */
export async function checkEntry(
  state: DirectoryState,
  line: Line,
  { tools, now = null }: WalkOptions,
): Promise<Effect> {
  try {
    expectChained(state, line)
    const effect = 'content' in line ? none : await checkNext({ state, entry: line, tools, now })
    return () => {
      effect()
      state.head = entryHash(line)
      if ('body' in line) state.latest.set(subjectOf(line.body), state.head)
      state.length = line.index + 1
    }
  } catch (error) {
    throw new Fault('DIRECTORY', `directory entry ${line.index}: ${(error as Error).message}`)
  }
}

const none: Effect = () => {}

function expectChained(state: DirectoryState, { index, previous }: Line): void {
  if (index !== state.length) throw new Error(`expected index ${state.length}`)
  if (previous !== state.head) throw new Error('expected the hash of the entry before it')
}

async function checkNext(walk: Walk): Promise<Effect> {
  const { state, entry } = walk
  const latest = state.latest.get(subjectOf(entry.body)) ?? null
  if (entry.supersedes !== latest) throw new Error('expected to supersede the last entry about its subject')
  return check(walk)
}

async function check(walk: Walk): Promise<Effect> {
  const { body } = walk.entry
  if ((body.type === 'genesis') !== (walk.entry.index === 0))
    throw new Error('expected one genesis, as entry 0')
  switch (body.type) {
    case 'genesis':
      return checkGenesis(walk, body)
    case 'anchor':
      return checkAnchor(walk, body)
    case 'office':
      return checkOffice(walk, body)
    case 'person':
      return checkPerson(walk, body)
    case 'assignment':
      return checkAssignment(walk, body)
    case 'team':
      return checkTeam(walk, body)
    case 'recovery':
      return checkRecovery(walk, body)
    case 'revocation':
      return checkRevocation(walk, body)
  }
}

async function checkPerson(walk: Walk, body: PersonBody): Promise<Effect> {
  const { state } = walk
  if (!body.person.startsWith(`${body.country.toLowerCase()}-`))
    throw new Error('expected an id that starts with its country')
  await signedByAnchor(walk, body.country)
  const key = await readKey(walk, body.key, {})
  const bring = bringKey(state, subjectOf(body), body.country, key)
  return () => {
    bring()
    state.persons.set(body.person, { body, key })
  }
}

async function checkAssignment(walk: Walk, body: AssignmentBody): Promise<Effect> {
  const { state } = walk
  expectPeriod(body)
  const office = state.offices.get(body.office)
  if (office === undefined || !state.persons.has(body.person))
    throw new Error('expected a known office and person')
  if (!ROLE_OFFICES[body.role].includes(office.body.kind))
    throw new Error(`expected a role of a ${office.body.kind} office, got ${body.role}`)
  const before = state.assignments.get(body.assignment)
  // Otherwise another country's anchor could end an assignment by taking over its id.
  if (before !== undefined && (before.person !== body.person || before.office !== body.office))
    throw new Error('expected the same person and office as before')
  await signedByAnchor(walk, office.body.country)
  return () => void state.assignments.set(body.assignment, body)
}

async function checkTeam(walk: Walk, body: TeamBody): Promise<Effect> {
  const { state } = walk
  expectPeriod(body)
  if (new Set(body.signatories).size !== body.signatories.length)
    throw new Error('expected every signatory once')
  if (body.members.some((member) => !state.persons.has(member))) throw new Error('expected known members')
  // Whoever is in must agree to whoever comes in, or a stranger could take over a team by its id.
  const former = state.teams.get(body.team)?.signatories ?? []
  const keys = [...new Set([...body.signatories, ...former])].map((code) => signatory(state, code))
  const signers = await signersAmong(walk, keys)
  if (signers.size !== keys.length)
    throw new Error(`expected ${keys.length} signatory signatures, got ${signers.size}`)
  return () => void state.teams.set(body.team, body)
}

function signatory(state: DirectoryState, code: string): HeldKey {
  const office = state.offices.get(code)
  if (office === undefined || !isOperational(office.body.kind))
    throw new Error('expected police, prosecution or liaison offices as signatories')
  return office.key
}

async function checkRevocation(walk: Walk, body: RevocationBody): Promise<Effect> {
  const { state } = walk
  const owner = state.owners.get(body.fingerprint)
  if (owner === undefined) throw new Error('expected the fingerprint of a known key')
  if (state.revoked.has(body.fingerprint)) throw new Error('expected a key that is not revoked yet')
  const may = [owner.key, ...anchorsOf(state, owner.country)]
  await exactlyOneOf(walk, may, `expected one signature by the key itself or an anchor of ${owner.country}`)
  return () => void state.revoked.set(body.fingerprint, body)
}
