import type { Caller } from '../../schema/wire/caller.ts'
import { EU_MEMBERS } from '../../schema/wire/codes.ts'
import type { FaultDetail } from '../../schema/wire/fault.ts'
import type { Release } from '../../schema/wire/release.ts'
import type { Directory } from '../directory.ts'

/**
 * The transfer gate. A release that reaches another state is a transfer (Directive (EU) 2016/680 art. 35): every country
 * that it reaches needs a ground from the closed list, with its assessment. None, no release.
 */
export function checkRelease(release: Release, caller: Caller, directory: Directory): FaultDetail[] {
  const faults: FaultDetail[] = []
  const reached = new Set<string>()
  release.to.forEach((principal, i) => {
    if (!directory.principalExists(principal, caller))
      faults.push({
        code: 'BAD_REFERENCE',
        path: ['release', 'to', i],
        message: 'expected a principal of the directory',
      })
    else for (const country of directory.membersCountries(principal)) reached.add(country)
  })
  release.except.forEach((principal, i) => {
    if (!directory.principalExists(principal, caller))
      faults.push({
        code: 'BAD_REFERENCE',
        path: ['release', 'except', i],
        message: 'expected a principal of the directory',
      })
  })
  reached.delete(caller.country)
  const grounds = new Set(release.transfers.map((transfer) => transfer.country))
  const missing = [...reached].filter((country) => !grounds.has(country)).sort()
  if (missing.length > 0)
    faults.push({
      code: 'TRANSFER_BASIS_MISSING',
      path: ['release', 'transfers'],
      message: `expected a transfer basis for ${missing.join(', ')}, got none`,
    })
  release.transfers.forEach((transfer, i) => {
    if (transfer.basis === 'EU_MEMBER' && !(isMember(caller.country) && isMember(transfer.country)))
      faults.push({
        code: 'TRANSFER_BASIS_MISSING',
        path: ['release', 'transfers', i, 'basis'],
        message: 'expected EU_MEMBER between two member states only',
      })
  })
  return faults
}

const isMember = (country: string) => (EU_MEMBERS as readonly string[]).includes(country)
