import { z } from 'zod'
import { canonical } from './canonical.ts'
import { CodeName } from './code-name.ts'
import { TRANSFER_BASES } from './codes.ts'
import { isCountry } from './identifiers.ts'
import { Principal } from './principal.ts'

/** The legal ground on which one state's data may reach another (Directive (EU) 2016/680 art. 35–38). */
export const Transfer = z.strictObject({
  country: z.string().refine((value) => isCountry(value) === null, {
    error: 'expected an ISO 3166-1 alpha-2 country',
    params: { fault: 'BAD_IDENTIFIER' },
  }),
  basis: z.enum(TRANSFER_BASES),
  assessment: CodeName,
})
export type Transfer = z.infer<typeof Transfer>

/** Who sees a report: principals, less the excluded ones, and the ground for each foreign country. */
export const Release = z.strictObject({
  to: z.array(Principal).max(200),
  except: z.array(Principal).max(200).default([]),
  transfers: z.array(Transfer).max(250).default([]),
})
export type Release = z.infer<typeof Release>

/**
 * What a compartment stands for. `countries` are those that the release may reach: the originator's own and those
 * with a transfer basis, so that a country which joins a team or the platform later is not reached unexamined.
 */
export type Reach = { to: string[]; except: string[]; countries: string[] }

export function reachOf(release: Release, origin: { office: string; country: string }): Reach {
  return {
    to: [...new Set([...release.to, `office:${origin.office}`])].sort(),
    except: [...new Set(release.except)].sort(),
    countries: [
      ...new Set([...release.transfers.map((transfer) => transfer.country), origin.country]),
    ].sort(),
  }
}

/** One text for one reach: equal reaches share one compartment. */
export const reachKey = (reach: Reach): string => canonical(reach)
