import * as openpgp from 'openpgp'
import {
  type Entry,
  type EntryBody,
  entryBytes,
  entryHash,
  Line,
  type SignedBody,
} from '../../schema/wire/directory.ts'
import { type DirectoryState, emptyState } from '../../schema/wire/directory-state.ts'
import { checkEntry } from '../../schema/wire/directory-walk.ts'
import { Fault } from '../../schema/wire/fault.ts'
import { keyTools } from '../../schema/wire/key-tools.ts'
import type { OpenKey } from './keys.ts'

const tools = keyTools(openpgp)

/** What an entry is signed for: the instance, and the hash of the entry about the same subject that it replaces. */
export type EntryPlace = { instance: string; supersedes?: string | null; date?: Date }

/** A directory entry with the signatures of all of `signers`. */
export async function signEntry(
  body: EntryBody,
  signers: readonly OpenKey[],
  place: EntryPlace,
): Promise<SignedBody> {
  const supersedes = place.supersedes ?? null
  const bytes = entryBytes(place.instance, supersedes, body)
  const signatures = await Promise.all(
    signers.map(async (key) => ({ by: key.fingerprint, signature: await key.sign(bytes, place.date) })),
  )
  return { supersedes, body, signatures }
}

export type GenesisOptions = {
  instance: string
  created: Date
  /** How many of the anchors must sign. */
  threshold: number
  demo: boolean
  anchors: readonly { country: string; key: OpenKey }[]
}

/** Entry 0 of a new instance, signed by all its anchors. */
export async function makeGenesis(options: GenesisOptions): Promise<SignedBody> {
  const { anchors, created, demo, instance, threshold } = options
  const body: EntryBody = {
    type: 'genesis',
    instance,
    created: created.toISOString(),
    threshold,
    demo,
    anchors: anchors.map(({ country, key }) => ({ country, key: key.publicKey })),
  }
  const keys = anchors.map(({ key }) => key)
  return signEntry(body, keys, { instance, date: created })
}

/**
 * Reads a directory that somebody else keeps: every signature is checked, back to the genesis that was pinned out of
 * band. Of teams that the reader may not see he gets the hash only; no entry is changed, added, dropped or put in another order.
 * @throws Fault DIRECTORY naming the first entry that is wrong
 */
export async function readDirectory(
  entries: readonly unknown[],
  pinnedGenesis: string,
): Promise<DirectoryState> {
  const state = emptyState()
  for (const [position, line] of entries.entries()) {
    const parsed = Line.safeParse(line)
    if (!parsed.success)
      throw new Fault('DIRECTORY', `expected a directory entry at ${position}, got something else`)
    if (position === 0 && entryHash(parsed.data) !== pinnedGenesis)
      throw new Fault('DIRECTORY', `expected the genesis ${pinnedGenesis}, got ${entryHash(parsed.data)}`)
    await continueDirectory(state, [parsed.data])
  }
  if (state.genesis === null) throw new Fault('DIRECTORY', 'expected a genesis, got an empty directory')
  return state
}

/** Checks the lines that follow and lets them take effect. Throws DIRECTORY; then `state` holds those before the wrong one. */
export async function continueDirectory(state: DirectoryState, lines: readonly Line[]): Promise<void> {
  for (const line of lines) {
    const takeEffect = await checkEntry(state, line, { tools })
    takeEffect()
  }
}

/** Why `entry` could not stand next in this directory, or null where it could. The state does not change. */
export async function checkNext(state: DirectoryState, entry: Entry, now: number): Promise<string | null> {
  try {
    await checkEntry(state, entry, { tools, now })
    return null
  } catch (error) {
    return (error as Error).message
  }
}

/** The fingerprint of an armored public key. Throws where it is none, or too weak. */
export async function fingerprintOf(armored: string): Promise<string> {
  return (await tools.read(armored)).fingerprint
}

/** Who signed an entry, as the directory names him, and when he says he did. */
export async function signaturesOf(
  { signatures }: Entry,
  state: DirectoryState,
): Promise<{ by: string; fingerprint: string; at: Date }[]> {
  return Promise.all(
    signatures.map(async ({ by: fingerprint, signature }) => {
      const { packets } = await openpgp.readSignature({ armoredSignature: signature })
      const by = (state.owners.get(fingerprint)?.subject ?? fingerprint).replace(/^(anchor:..):.*/, '$1')
      return { by, fingerprint, at: packets[0]?.created ?? new Date(0) }
    }),
  )
}
