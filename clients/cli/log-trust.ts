import { readFile, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Fault } from '../../schema/wire/fault.ts'
import { moment, say } from '../../schema/words/index.ts'
import { type Checkpoint, openCheckpoint } from '../core/log/checkpoint.ts'
import { MOST_NOTE, type Signers } from '../core/log/note.ts'
import { type Policy, parseKeys, parsePolicy, quorumSince } from '../core/log/policy.ts'
import { type LogSource, Missing } from '../core/log/source.ts'
import { type Option, type Options, text } from './command.ts'
import type { Shell } from './shell.ts'
import { Usage } from './terminal.ts'

export const TRUST: Option[] = [
  { flags: '--key <file>', about: 'cli.optLogKey' },
  { flags: '--policy <file>', about: 'cli.optLogPolicy' },
]

/** A log is checked without a server, an identity or a reason to state. */
export const WITHOUT_SERVER = [
  ...['as', 'office', 'purpose', 'justification', 'case', 'legalBasis'],
  ...['server', 'home', 'passphraseFd'],
]

/** Reads a file that somebody hands over. @throws Fault NOT_FOUND, TOO_LARGE */
export async function readGiven(shell: Shell, file: string, most = 2_097_152): Promise<Buffer> {
  const path = resolve(shell.terminal.cwd, file)
  const { size } = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw new Fault('NOT_FOUND', `expected a file at ${file}, got ${error.code ?? 'none'}`)
  })
  if (size <= most) return readFile(path)
  throw new Fault('TOO_LARGE', `expected at most ${most} octets in ${file}, got ${size}`)
}

/** Whose signatures are believed, by `--key` or `--policy`. @throws Usage where neither, or both, are given */
export async function trustIn(shell: Shell, options: Options): Promise<Policy> {
  const [keys, policy] = [text(options, 'key'), text(options, 'policy')]
  if ((keys === undefined) === (policy === undefined)) throw new Usage(say(shell.language, 'cli.needLogKey'))
  return keys === undefined
    ? parsePolicy(await readGiven(shell, policy!))
    : parseKeys(await readGiven(shell, keys))
}

/** `judged` is which of the log's two heads it is: the one that is co-signed, or its newest. */
export type Newest = { checkpoint: Checkpoint; signers: Signers; judged: 'COSIGNED' | 'CHECKPOINT' }

/**
 * The head of a log by which it is judged. Where a quorum is asked for it is the last one that the log shows as
 * co-signed, some seconds behind its newest; a copy that lacks it is judged by its checkpoint, and that is said.
 * @throws Fault LOG where no known key of the log signed it; UNREACHABLE
 */
export async function newestOf(source: LogSource, policy: Policy): Promise<Newest> {
  const { logs, witnesses, quorum } = policy
  const read = (name: string) => source.read(name, MOST_NOTE)
  const cosigned = quorum && (await read('cosigned').catch(unlessMissing))
  const bytes = cosigned ?? (await read('checkpoint'))
  return { ...openCheckpoint(bytes, logs, witnesses), judged: cosigned ? 'COSIGNED' : 'CHECKPOINT' }
}

function unlessMissing(error: unknown): null {
  if (error instanceof Missing) return null
  throw error
}

export type Signed = {
  origin: string
  size: number
  root: string
  /** Since when a quorum has signed: `NOT_ASKED` by the policy, or null where there is none. */
  quorum: string | null
  witnesses: { name: string; at: string }[]
  /** Which head of a log it is; not there where it is a checkpoint that somebody handed over. */
  judged?: Newest['judged']
}

/** What is to be said of a checkpoint and of those who signed it. */
export function signedBy(policy: Policy, { origin, size, root }: Checkpoint, signers: Signers): Signed {
  const since = quorumSince(policy, signers)
  return {
    origin,
    size,
    root: root.toString('base64'),
    quorum: policy.quorum === null ? 'NOT_ASKED' : since === null ? null : iso(since),
    witnesses: [...signers].flatMap(([{ name }, { time }]) =>
      time === null ? [] : [{ name, at: iso(time) }],
    ),
  }
}

/** Seconds that no calendar has are shown as the last one that it has. */
const LAST_SECOND = 8_640_000_000_000
const iso = (seconds: number) => new Date(Math.min(seconds, LAST_SECOND) * 1_000).toISOString()

export const newestBy = (policy: Policy, { checkpoint, signers, judged }: Newest): Signed => ({
  ...signedBy(policy, checkpoint, signers),
  judged,
})

export function tellSigned(shell: Shell, { quorum, witnesses, judged }: Signed): void {
  const { language } = shell
  if (judged === 'CHECKPOINT' && quorum !== 'NOT_ASKED') shell.line(say(language, 'cli.cosignedMissing'))
  for (const { name, at } of witnesses)
    shell.line(say(language, 'cli.witnessed', { name, time: moment(language, new Date(at)) }))
  if (quorum === null) shell.line(say(language, 'cli.quorumMissing'))
  else if (quorum === 'NOT_ASKED') shell.line(say(language, 'cli.quorumNotAsked'))
  else shell.line(say(language, 'cli.quorumSince', { time: moment(language, new Date(quorum)) }))
}

/** @throws Fault LOG where the policy asks for a quorum and there is none */
export function expectQuorum({ quorum, origin, witnesses }: Signed): void {
  if (quorum !== null) return
  const names = witnesses.map(({ name }) => name).join(', ')
  throw new Fault('LOG', `expected a quorum of witnesses for ${origin}, got ${names || 'none'}`)
}
