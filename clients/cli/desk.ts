import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { PrivateKey } from 'openpgp'
import { type PacketState, RESCUE_REASONS, type SealedKind } from '../../schema/wire/codes.ts'
import { activeOffice, type DirectoryState, formerKeys } from '../../schema/wire/directory-state.ts'
import { Fault } from '../../schema/wire/fault.ts'
import { type Holder, officeHolder, recoveryHolder } from '../../schema/wire/holder.ts'
import type { HeldPage } from '../core/handover.ts'
import { combineRecovery } from '../core/recovery.ts'
import { type Options, text, texts } from './command.ts'
import { badFile } from './file-fault.ts'
import { reasonOf } from './reason.ts'
import type { Shell } from './shell.ts'

// What the commands that pass a desk on have in common: its sealed objects, and the keys that open them.

export type Held = {
  id: string
  kind: SealedKind
  owner: string
  facts: string
  packets: number
  state: PacketState
  ciphertext: string
}
export type DeskPage = HeldPage<Held> & { totalCount?: number }

const FIELDS = 'id kind owner facts packets state'
const queryOf = (ciphertext: boolean, total: boolean) =>
  `query handoverObjects($states: [PacketState!], $since: Time, $after: String) {
  sealedObjects(states: $states, since: $since, after: $after, first: 100) {
    ${total ? 'totalCount' : ''} walked endCursor hasNextPage nodes { ${FIELDS} ${ciphertext ? 'ciphertext' : ''} } } }`

export type Wanted = { states?: readonly PacketState[]; since?: string | null; ciphertext?: boolean }

/** One page after another of what the office holds sealed; the first also tells how many there are. */
export async function deskPage(
  shell: Shell,
  { states, since, ciphertext = true }: Wanted,
  after: string | null,
): Promise<DeskPage> {
  const query = queryOf(ciphertext, after === null)
  const answer = await shell.ask<{ sealedObjects: DeskPage }>(query, {
    ...{ states: states ?? null, since: since ?? null, after },
  })
  return answer.sealedObjects
}

/** How many sealed objects of the office are in each state. */
export async function deskStates(shell: Shell): Promise<Record<PacketState, number>> {
  const counts = { FORMER_KEY: 0, PRESENT_KEY: 0, WRAPPED: 0, CONFIRMED: 0 }
  for (let after: string | null = null; ; ) {
    const page = await deskPage(shell, { ciphertext: false }, after)
    for (const { state } of page.nodes) counts[state] += 1
    if (!page.hasNextPage) return counts
    after = page.endCursor
  }
}

/** Fingerprints of the role keys that the directory gives an office today. */
export function presentKeys(state: DirectoryState, code: string, now: number): string[] {
  const office = activeOffice(state, code, now)
  if (!office) throw new Fault('DIRECTORY', `expected an office with a key in force, got ${code}`)
  return [office.key, office.modern].flatMap((key) => (key ? [key.facts.fingerprint] : []))
}

export type Opener = { openWith: PrivateKey[]; signWith: PrivateKey; reason?: string }

/**
 * The keys that open a desk: an office's own, or in a rescue its custodian's, or its country's from enough shares. A rescue
 * is signed with the key that it uses, so that it is announced, and states its reason.
 * @throws Fault NOT_FOUND where this machine has none of them, RECOVERY for shares that give no key
 */
export async function openerOf(shell: Shell, state: DirectoryState, options: Options): Promise<Opener> {
  const { caller } = await shell.link()
  const own = officeHolder(caller.office)
  const holder = (text(options, 'with') ?? own) as Holder
  if (holder === own) {
    const { privateKey } = await shell.key(caller.person)
    return { openWith: await keysOn(shell, state, holder), signWith: privateKey }
  }
  const reason = reasonOf(shell, text(options, 'reason'), 'RescueReason', RESCUE_REASONS)
  if (holder === recoveryHolder(caller.country)) {
    const { compat, modern } = await recoveryKey(shell, state, texts(options, 'shares'))
    return { openWith: [compat.privateKey, modern.privateKey], signWith: compat.privateKey, reason }
  }
  if (holder !== `custodian:${caller.office}`)
    throw new Fault('BAD_INPUT', `expected a holder of ${caller.office} or its country, got ${holder}`)
  const openWith = await keysOn(shell, state, holder)
  return { openWith, signWith: (await shell.key(holder)).privateKey, reason }
}

async function keysOn(shell: Shell, state: DirectoryState, holder: Holder): Promise<PrivateKey[]> {
  const keys = await shell.keysNamed(holder, formerKeys(state, holder))
  if (keys.length === 0)
    throw new Fault('NOT_FOUND', `expected a private key of ${holder} on this machine, got none`)
  return keys.map(({ privateKey }) => privateKey)
}

/** The recovery key of the caller's country, from shares that were passed to him. It stays in memory. */
export async function recoveryKey(shell: Shell, state: DirectoryState, files: string[]) {
  const { caller, now } = await shell.link()
  const known = state.recoveries.get(caller.country)
  if (!known)
    throw new Fault('DIRECTORY', `expected a recovery key of ${caller.country} in the directory, got none`)
  const shares = await Promise.all(files.map((file) => shareIn(shell, file)))
  const { privateKey } = await shell.key(caller.person)
  return combineRecovery({ country: caller.country, key: known.key.armored }, shares, {
    openWith: privateKey,
    at: new Date(now()),
  })
}

export const shareIn = (shell: Shell, file: string): Promise<string> =>
  readFile(resolve(shell.terminal.cwd, file), 'utf8').catch((error: unknown) => {
    throw badFile(shell, file, error)
  })
