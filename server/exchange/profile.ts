import { SENSITIVITIES, type Sensitivity } from '../../schema/wire/codes.ts'
import { Fault } from '../../schema/wire/fault.ts'
import type { Profile } from '../../schema/wire/holder.ts'
import type { Record } from '../ask.ts'
import type { Directory } from '../directory.ts'

/** `compatUpTo`: above this sensitivity the deployment takes nothing in the older profile. */
export type ProfileParts = { directory: Pick<Directory, 'profileFor'>; compatUpTo: Sensitivity }
export type Sealing = { profile: Profile; sensitivity: Sensitivity; audience: readonly string[] }

/**
 * The older profile is for those who read nothing else. Above the sensitivity that the deployment set it is refused, whoever
 * reads it; below, it goes on record where every holder could have read the newer one.
 * @throws Fault DOWNGRADE
 */
export function checkDowngrade(
  { directory, compatUpTo }: ProfileParts,
  { profile, sensitivity, audience }: Sealing,
  record: Record,
): void {
  if (profile === 'modern') return
  if (SENSITIVITIES.indexOf(sensitivity) > SENSITIVITIES.indexOf(compatUpTo))
    throw new Fault(
      'DOWNGRADE',
      `expected the modern profile above ${compatUpTo}, got compat at ${sensitivity}`,
    )
  if (directory.profileFor(audience) === 'modern') record.downgraded = true
}

/** The highest of what the claims of a report say: its note may hold any of it. */
export const highest = (found: readonly Sensitivity[]): Sensitivity =>
  SENSITIVITIES.findLast((one) => found.includes(one)) ?? SENSITIVITIES[0]
