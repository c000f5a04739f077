import { type OfficeBody, type RecoveryBody, subjectOf } from './directory.ts'
import { type Change, signedWithApproval } from './directory-approval.ts'
import { bringPairs, type Effect, expectPeriod, keysOf, readPair, type Walk } from './directory-keys.ts'
import type { DirectoryState, KeyPair, Office } from './directory-state.ts'
import { custodianHolder, officeHolder, recoveryHolder } from './holder.ts'

// Entries about those whom something is sealed to: offices with their custodians, and the recovery keys of countries.

export async function checkOffice(walk: Walk, body: OfficeBody): Promise<Effect> {
  const { state } = walk
  if (!body.office.startsWith(`${body.country.toLowerCase()}-`))
    throw new Error('expected a code that starts with its country')
  expectPeriod(body)
  expectParent(state, body)
  const pair = await readPair(walk, body)
  const custodian = body.custodian === undefined ? null : await readPair(walk, body.custodian)
  await signedWithApproval(walk, body.country, changesOf(state.offices.get(body.office), pair, custodian))
  const bring = bringPairs(state, body.country, [
    [subjectOf(body), pair],
    [custodianHolder(body.office), custodian],
  ])
  return () => {
    bring()
    state.offices.set(body.office, { body, ...pair, custodian })
  }
}

/** What becomes of an office's keys. It answers for its custodian too, who may open what is sealed to it. */
function changesOf(before: Office | undefined, next: KeyPair, custodian: KeyPair | null): Change[] {
  if (before === undefined) return []
  const { office } = before.body
  const own = keysOf(before)
  const rescue = before.custodian
  return [
    { holder: officeHolder(office), former: before, next, own },
    {
      holder: custodianHolder(office),
      former: rescue,
      next: custodian,
      own: [...own, ...keysOf(rescue)],
    },
  ]
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
  const pair = await readPair(walk, body)
  const former = state.recoveries.get(body.country) ?? null
  const holder = recoveryHolder(body.country)
  await signedWithApproval(walk, body.country, [{ holder, former, next: pair, own: keysOf(former) }])
  const bring = bringPairs(state, body.country, [[subjectOf(body), pair]])
  return () => {
    bring()
    state.recoveries.set(body.country, { body, ...pair })
  }
}
