import { anchorSubject, type EntryBody } from '../../schema/wire/directory.ts'
import { anchorsOf } from '../../schema/wire/directory-state.ts'
import { Fault } from '../../schema/wire/fault.ts'
import { say } from '../../schema/words/index.ts'
import { signEntry } from '../core/directory.ts'
import type { KeptDirectory } from '../gateway/directory.ts'
import { type Option, type Options, text } from './command.ts'
import { type Draft, lastKept, tellStanding } from './draft.ts'
import type { Shell } from './shell.ts'
import { Usage } from './terminal.ts'

// An anchor's key is replaced on a machine that has perhaps never seen a server: whatever it cannot know, it is told.

export const ANCHOR_OPTIONS: Option[] = [
  { flags: '--lost', about: 'cli.optLost' },
  { flags: '--former <fingerprint>', about: 'cli.optFormer' },
  { flags: '--instance <name>', about: 'cli.optInstance' },
]

/**
 * Drafts the entry by which another key comes in the place of an anchor's, signed by that one unless it is lost. The new key
 * is drawn here; that of a lost anchor was made by `key new` before, for there is no passphrase to take over.
 */
export async function rotateAnchor(shell: Shell, name: string, options: Options): Promise<void> {
  const { language } = shell
  const kept = await lastKept(shell)
  const instance = text(options, 'instance') ?? kept?.state.genesis?.instance
  if (instance === undefined) throw new Usage(say(language, 'cli.needInstance'))
  const lost = options.lost === true
  const country = name.slice('anchor:'.length)
  const mine = await fingerprintsHere(shell, name)
  const former = formerOf(shell, { kept, country, mine, lost }, text(options, 'former'))
  const key = lost ? await madeBefore(shell, name, mine, former) : await drawn(shell, name, former)
  const body: EntryBody = { type: 'anchor', country, key: key.publicKey, replaces: former, lost }
  // Nothing ever stood there for it to supersede: each key has one successor.
  const place = { instance, supersedes: kept?.state.latest.get(anchorSubject(country, former)) ?? null }
  const signers = lost ? [] : [await openFormer(shell, name, former)]
  const draft: Draft = await signEntry(body, signers, place)
  shell.note(say(language, 'cli.anchorDrafted', { name, fingerprint: key.fingerprint, former }))
  if (kept !== null) await tellStanding(shell, kept, draft)
  shell.show(draft, () => shell.line(JSON.stringify(draft, null, 2)))
}

/** Oldest first. */
async function fingerprintsHere(shell: Shell, name: string): Promise<string[]> {
  const keys = await (await shell.keys()).listKeys()
  return keys.filter((key) => key.name === name).map(({ fingerprint }) => fingerprint)
}

type Known = { kept: KeptDirectory | null; country: string; mine: string[]; lost: boolean }

/** Which key is replaced: as typed; or the one that stands in the directory and, unless it is lost, is on this machine. */
function formerOf(shell: Shell, { kept, country, mine, lost }: Known, typed: string | undefined): string {
  if (typed !== undefined) return typed.toLowerCase()
  const standing = kept && anchorsOf(kept.state, country).map(({ facts }) => facts.fingerprint)
  const known = lost ? (standing ?? []) : mine.filter((one) => standing === null || standing.includes(one))
  const [former, ...others] = known
  if (former !== undefined && others.length === 0) return former
  if (former === undefined && !lost)
    throw new Fault('NOT_FOUND', `expected the key of anchor:${country} on this machine, got none`)
  throw new Usage(say(shell.language, 'cli.needFormer'))
}

async function drawn(shell: Shell, name: string, fingerprint: string) {
  const passphrase = () => shell.passphrase(name)
  return (await shell.keys()).rotate({
    ...{ name, fingerprint, passphrase, whole: true },
    date: new Date(shell.terminal.clock()),
  })
}

async function madeBefore(shell: Shell, name: string, mine: string[], former: string) {
  const next = mine.findLast((one) => one !== former)
  if (next === undefined)
    throw new Fault('NOT_FOUND', `expected a new key of ${name} on this machine, got none: key new ${name}`)
  return (await shell.keys()).showKey(name, next)
}

const openFormer = async (shell: Shell, name: string, fingerprint: string) =>
  (await shell.keys()).loadKey(name, () => shell.passphrase(name), fingerprint)
