import { type OfficeBody, type RecoveryBody, subjectOf } from './directory.ts'
import {
  bringPairs,
  type Effect,
  expectPeriod,
  readPair,
  signedByAnchor,
  type Walk,
} from './directory-keys.ts'
import type { DirectoryState } from './directory-state.ts'
import { custodianHolder } from './holder.ts'

// Entries about those whom something is sealed to: offices with their custodians, and the recovery keys of countries.

export async function checkOffice(walk: Walk, body: OfficeBody): Promise<Effect> {
  const { state } = walk
  if (!body.office.startsWith(`${body.country.toLowerCase()}-`))
    throw new Error('expected a code that starts with its country')
  expectPeriod(body)
  expectParent(state, body)
  await signedByAnchor(walk, body.country)
  const pair = await readPair(walk, body)
  const custodian = body.custodian === undefined ? null : await readPair(walk, body.custodian)
  const bring = bringPairs(state, body.country, [
    [subjectOf(body), pair],
    [custodianHolder(body.office), custodian],
  ])
  return () => {
    bring()
    state.offices.set(body.office, { body, ...pair, custodian })
  }
}

function expectParent(state: DirectoryState, body: OfficeBody): void {
  if (body.parent === null) return
  const parent = state.offices.get(body.parent)
  if (parent?.body.country !== body.country) throw new Error('expected a parent office of the same country')
  for (let up: string | null = body.parent; up !== null; up = state.offices.get(up)?.body.parent ?? null)
    if (up === body.office) throw new Error('expected a parent that is not below the office itself')
}

export async function checkRecovery(walk: Walk, body: RecoveryBody): Promise<Effect> {
  const { state } = walk
  await signedByAnchor(walk, body.country)
  const pair = await readPair(walk, body)
  const bring = bringPairs(state, body.country, [[subjectOf(body), pair]])
  return () => {
    bring()
    state.recoveries.set(body.country, { body, ...pair })
  }
}
