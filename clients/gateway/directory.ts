import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { entryHash, Hash, Line } from '../../schema/wire/directory.ts'
import type { DirectoryState } from '../../schema/wire/directory-state.ts'
import { Fault } from '../../schema/wire/fault.ts'
import { continueDirectory, readDirectory } from '../core/directory.ts'
import { writeWhole } from '../core/write-whole.ts'
import { type Home as ClientHome, readJson } from './home.ts'

// The directory as this home has verified it. What it once saw it never lets go: a server that drops, changes or forks an
// entry is found out by the next command, for what is asked next begins with the last entry that this home knows.

/** Where its two files are: of a home nothing else is asked here. */
type Home = Pick<ClientHome, 'path'>

/** `verifiedAt` is the server's time (ms since 1970) when it last confirmed that this is all there is. */
export type KeptDirectory = { state: DirectoryState; lines: Line[]; verifiedAt: number }

/** How long a directory that no server has confirmed since may be sealed by (ms). */
export const OFFLINE_LIFE = 7 * 24 * 3_600_000

/** Gives the lines from `from` on. Throws UNREACHABLE where there is no server to say. */
export type AskDirectory = (from: number) => Promise<unknown>

const Seen = z.strictObject({ genesis: Hash, length: z.int().min(1), head: Hash, verifiedAt: z.number() })
type Seen = z.infer<typeof Seen>

/**
 * What this home verified last, every signature checked again; null where it never saw this Portolan's directory, or where
 * its file is damaged: then only a server can give it back, and `refreshDirectory` still knows what it has to contain.
 */
export async function loadDirectory(home: Home, genesis: string): Promise<KeptDirectory | null> {
  const seen = await seenIn(home, genesis)
  if (seen === null) return null
  try {
    const text = await readFile(linesFile(home), 'utf8')
    const lines = text
      .split('\n')
      .slice(0, -1)
      .map((line) => Line.parse(JSON.parse(line)))
    expectSeen(lines, seen)
    return { state: await readDirectory(lines, genesis), lines, verifiedAt: seen.verifiedAt }
  } catch {
    return null
  }
}

/**
 * Asks for what is new, checks it against what this home has seen and keeps it; a crash leaves the former directory or this one.
 * @throws Fault DIRECTORY naming the first entry that differs from what was seen, is no longer there or is not rightly signed
 */
export async function refreshDirectory(
  home: Home,
  { genesis, ask, now }: { genesis: string; ask: AskDirectory; now: () => number },
): Promise<KeptDirectory> {
  const kept = await loadDirectory(home, genesis)
  const next = kept === null ? await readAll(home, genesis, ask) : await goOn(kept, ask)
  const verifiedAt = now()
  if (next.lines.length > (kept?.lines.length ?? 0))
    await writeWhole(linesFile(home), next.lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
  await remember(home, { genesis, length: next.lines.length, head: next.state.head!, verifiedAt })
  return { ...next, verifiedAt }
}

/** Expects one that was confirmed at most seven days ago. Throws DIRECTORY. */
export function expectFresh(kept: KeptDirectory | null, now: number): KeptDirectory {
  if (kept !== null && Math.abs(now - kept.verifiedAt) <= OFFLINE_LIFE) return kept
  const got = kept === null ? 'none' : `one of ${new Date(kept.verifiedAt).toISOString()}`
  throw new Fault('DIRECTORY', `expected a directory that a server confirmed within 7 days, got ${got}`)
}

type Read = Pick<KeptDirectory, 'state' | 'lines'>

async function readAll(home: Home, genesis: string, ask: AskDirectory): Promise<Read> {
  const lines = linesOf(await ask(0))
  const state = await readDirectory(lines, genesis)
  const seen = await seenIn(home, genesis)
  if (seen !== null) expectSeen(lines, seen)
  return { state, lines }
}

async function goOn({ state, lines }: KeptDirectory, ask: AskDirectory): Promise<Read> {
  const [last, ...news] = linesOf(await ask(lines.length - 1))
  if (last === undefined || last.index !== lines.length - 1 || entryHash(last) !== state.head)
    throw differing(lines, linesOf(await ask(0)))
  await continueDirectory(state, news)
  return { state, lines: [...lines, ...news] }
}

/** Names where the server's directory begins to be another one. */
function differing(seen: readonly Line[], got: readonly Line[]): Fault {
  const at = seen.findIndex((line, i) => got[i] === undefined || entryHash(got[i]) !== entryHash(line))
  // The server may tell two stories in a row; what it was asked first is then what differs.
  return unlike(at < 0 ? seen.length - 1 : at, got[at] === undefined ? 'none' : 'another one')
}

function expectSeen(lines: readonly Line[], { length, head }: Seen): void {
  const last = lines[length - 1]
  if (last === undefined || entryHash(last) !== head)
    throw unlike(Math.min(length - 1, lines.length), last === undefined ? 'none' : 'another one')
}

const unlike = (index: number, got: string): Fault =>
  new Fault('DIRECTORY', `directory entry ${index}: expected what this machine saw before, got ${got}`)

function linesOf(answer: unknown): Line[] {
  const parsed = z.array(Line).safeParse(answer)
  if (parsed.success) return parsed.data
  throw new Fault('DIRECTORY', `expected directory entries, got something else at ${place(parsed.error)}`)
}

const place = ({ issues }: z.ZodError): string => issues[0]!.path.map(String).join('.') || 'the top'

/** Never fewer than before: another command of this home may have seen more in the meantime. */
async function remember(home: Home, seen: Seen): Promise<void> {
  const before = await seenIn(home, seen.genesis)
  if (before !== null && before.length > seen.length) return
  await writeWhole(seenFile(home), JSON.stringify(seen))
}

/** Null for the directory of another Portolan. Throws CONFIG where the file holds something else. */
async function seenIn(home: Home, genesis: string): Promise<Seen | null> {
  const seen = await readJson(seenFile(home), Seen)
  return seen?.genesis === genesis ? seen : null
}

// A demonstration's home has a `directory.json` of its own: the entries that it was made with.
const linesFile = (home: Home): string => home.path('directory.jsonl')
const seenFile = (home: Home): string => home.path('directory-seen.json')
