import {
  activeOffice,
  type DirectoryState,
  holdersOf,
  usable,
  withAncestors,
} from '../../schema/wire/directory-state.ts'
import { Fault } from '../../schema/wire/fault.ts'
import { MAX_RECIPIENTS, walk } from '../../schema/wire/packet.ts'
import { widen } from '../core/widen.ts'
import { officesReached, type Release, recipientsOf } from './recipients.ts'
import { teamsOf } from './report-file.ts'
import type { Shell } from './shell.ts'

/** What every sealing on this desk needs: the verified directory, the server's time, and whose desk it is. */
export type Desk = {
  state: DirectoryState
  now: number
  at: Date
  office: string
  /** The office and its sub-units. */
  ownUnits: string[]
  /** Offices that a release reaches and that have a key to be sealed to; those without one are told apart. */
  reached(release: Release): Promise<{ offices: string[]; keyless: string[] }>
}

export async function deskOf(shell: Shell): Promise<Desk> {
  const { caller, now: clock } = await shell.link()
  const state = await shell.directory()
  const now = clock()
  return {
    ...{ state, now, at: new Date(now), office: caller.office },
    ownUnits: [...state.offices.keys()].filter((one) =>
      withAncestors(state, one, now).includes(caller.office),
    ),
    async reached(release) {
      const teams = release.to.some((one) => one.startsWith('team:')) ? await teamsOf(shell) : []
      const all = officesReached(state, release, { ...caller, teams, now })
      const isGood = (office: string) => {
        const found = activeOffice(state, office, now)
        return found !== null && usable(state, found.key, 'encrypt', now).length > 0
      }
      return { offices: all.filter(isGood), keyless: all.filter((office) => !isGood(office)) }
    },
  }
}

/**
 * The offices in groups that one set of session key packets can serve, each with its custodian and its country. The first holds
 * the own office and is what the object is sealed to; the others are let in afterwards.
 */
export function groupsOf({ state, now, office }: Desk, offices: string[], most = MAX_RECIPIENTS): string[][] {
  const groups: string[][] = [[office]]
  for (const one of offices.filter((other) => other !== office)) {
    const longer = [...groups.at(-1)!, one]
    if (holdersOf(state, longer, 'compat', now).length <= most) groups[groups.length - 1] = longer
    else groups.push([one])
  }
  return groups
}

const REWRAP = 'mutation reseal($input: [RewrapInput!]!) { rewrap(input: $input) }'

/** Lets further offices read what is sealed already. Each group is one request: cut off between two, the rest stays a task. */
export async function letIn(
  shell: Shell,
  desk: Desk,
  { object, ciphertext }: { object: string; ciphertext: Uint8Array },
  groups: string[][],
): Promise<void> {
  const { caller } = await shell.link()
  const decryptWith = (await shell.officeKeys([desk.office])).map(({ key }) => key)
  if (decryptWith.length === 0)
    throw new Fault('NOT_FOUND', `expected the private key of ${desk.office} on this machine, got none`)
  const { privateKey: signWith } = await shell.key(caller.person)
  for (const group of groups) {
    const to = await recipientsOf(desk.state, group, desk.now, walk(ciphertext).profile)
    const input = await widen({ object, ciphertext, decryptWith, to, signWith, at: desk.at })
    await shell.ask(REWRAP, { input: [input] })
  }
}
