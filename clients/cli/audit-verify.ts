import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Fault } from '../../schema/wire/fault.ts'
import { plain, say } from '../../schema/words/index.ts'
import { checkLog } from '../core/log/check-log.ts'
import { type Checkpoint, openCheckpoint } from '../core/log/checkpoint.ts'
import { fraudOf, isFraud, openFraud } from '../core/log/fraud.ts'
import type { Policy } from '../core/log/policy.ts'
import { isProof, openProof } from '../core/log/proof-file.ts'
import { proverOf } from '../core/log/prove.ts'
import { isAddress, type LogSource, sourceOf } from '../core/log/source.ts'
import { readHash } from '../core/log/text.ts'
import { writeWhole } from '../core/write-whole.ts'
import { type Command, type Options, text } from './command.ts'
import { openKept, tellKept } from './kept-details.ts'
import {
  expectQuorum,
  newestBy,
  newestOf,
  readGiven,
  signedBy,
  TRUST,
  tellSigned,
  trustIn,
  WITHOUT_SERVER,
} from './log-trust.ts'
import { progress } from './progress.ts'
import type { Shell } from './shell.ts'

export const auditVerify: Command = {
  name: 'audit verify',
  about: 'cli.aboutAuditVerify',
  args: ['<log>'],
  options: [
    ...TRUST,
    { flags: '--leaf <hash>', about: 'cli.optLeaf' },
    { flags: '--checkpoint <file>', about: 'cli.optKeptCheckpoint' },
    { flags: '--fraud <file>', about: 'cli.optFraud' },
  ],
  without: WITHOUT_SERVER,
  examples: [
    { line: 'audit verify copy/2026h2 --key sahel.keys', about: 'cli.tryAuditVerify' },
    {
      line: 'audit verify https://log.example/2026h2 --policy quorum --checkpoint kept --fraud fraud.json',
      about: 'cli.tryAuditVerifyKept',
    },
    { line: 'audit verify entry.tlog-proof --policy quorum', about: 'cli.tryAuditVerifyProof' },
  ],
  async run(shell, [given], options) {
    const policy = await trustIn(shell, options)
    if (await isLog(shell, given!)) return verifyLog(shell, given!, policy, options)
    const bytes = await readGiven(shell, given!)
    if (isFraud(bytes)) return verifyFraud(shell, bytes, policy)
    if (isProof(bytes)) return verifyProof(shell, bytes, policy, options)
    return verifyCheckpoint(shell, bytes, policy, options)
  },
}

async function isLog({ terminal }: Shell, given: string): Promise<boolean> {
  if (isAddress(given)) return true
  return stat(resolve(terminal.cwd, given)).then(
    (found) => found.isDirectory(),
    () => false,
  )
}

async function verifyLog(shell: Shell, given: string, policy: Policy, options: Options): Promise<void> {
  const { language } = shell
  const source = sourceOf(given, shell.terminal.cwd)
  const newest = await newestOf(source, policy)
  const { checkpoint } = newest
  const kept = await expectKept(shell, { source, checkpoint, policy }, options)
  const bar = progress(shell, say(language, 'cli.checkingLog'), checkpoint.size)
  const kinds = openKept()
  const { beyond } = await checkLog(source, checkpoint, (leaves) => bar.step(leaves), kinds.take).finally(
    () => bar.stop(),
  )
  const signed = newestBy(policy, newest)
  const { erasures, pruned } = kinds
  shell.show({ kind: 'LOG', ...signed, kept, beyond, erasures: erasures(), pruned: pruned() }, () => {
    shell.line(say(language, 'cli.logHolds', { origin: checkpoint.origin, count: checkpoint.size }))
    if (kept !== null) shell.line(say(language, 'cli.logBegins', { size: kept }))
    tellKept(shell, kinds)
    tellSigned(shell, signed)
    if (beyond.length > 0) shell.line(say(language, 'cli.beyondCheckpoint', { count: beyond.length }))
    for (const path of beyond) shell.line(`  ${plain(path)}`)
  })
  expectQuorum(signed)
}

type Shown = { source: LogSource; checkpoint: Checkpoint; policy: Policy }

/**
 * The size of the checkpoint that was kept, once the log is seen to begin with it; null where none was.
 * @throws Fault LOG where it does not: the fraud is then proven to anybody, if `--fraud` names a file for that
 */
async function expectKept(
  shell: Shell,
  { source, checkpoint, policy }: Shown,
  options: Options,
): Promise<number | null> {
  const file = text(options, 'checkpoint')
  if (file === undefined) return null
  const { checkpoint: kept } = openCheckpoint(await readGiven(shell, file), policy.logs)
  const broken = (got: string) =>
    new Fault(
      'LOG',
      `expected ${checkpoint.origin} to begin with the ${kept.size} leaves of ${file}, got ${got}`,
    )
  if (kept.origin !== checkpoint.origin) throw broken(`a checkpoint of ${kept.origin}`)
  // What a smaller log has lost nobody can prove from what is left: whoever serves it may be behind.
  if (kept.size > checkpoint.size) throw broken(`${checkpoint.size} leaves`)
  const prover = proverOf(source, checkpoint)
  if ((await prover.consistency(kept)) !== null) return kept.size
  const fraud = await fraudOf(kept, checkpoint, prover)
  const out = text(options, 'fraud')
  if (fraud !== null && out !== undefined) {
    const target = resolve(shell.terminal.cwd, out)
    await writeWhole(target, fraud)
    shell.note(say(shell.language, 'cli.fraudWritten', { file: target }))
  }
  throw broken('others')
}

function verifyProof(shell: Shell, bytes: Buffer, policy: Policy, options: Options): void {
  const leaf = text(options, 'leaf')
  const proof = openProof(bytes, policy, leaf === undefined ? undefined : readHash(leaf, '--leaf'))
  const signed = signedBy(policy, proof.checkpoint, proof.signers)
  const { index, leafHash, entry } = proof
  const about = { index, leaf: leafHash.toString('base64'), entry: entry?.toString('base64') ?? null }
  shell.show({ kind: 'PROOF', ...about, ...signed }, () => {
    shell.line(say(shell.language, 'cli.proofHolds', { index, origin: signed.origin, size: signed.size }))
    tellSigned(shell, signed)
  })
  expectQuorum(signed)
}

function verifyFraud(shell: Shell, bytes: Buffer, policy: Policy): void {
  const { older, newer } = openFraud(bytes, policy.logs)
  const { origin } = older
  shell.show({ kind: 'FRAUD', origin, older: older.size, newer: newer.size }, () =>
    shell.line(say(shell.language, 'cli.fraudHolds', { origin, older: older.size, newer: newer.size })),
  )
}

/** Two checkpoints of one size are compared as they are; between two sizes the tiles would have to be read. */
const NO_TILES: LogSource = {
  read: async () => {
    throw new Fault('LOG', 'expected a log, to compare checkpoints of two sizes, got a checkpoint alone')
  },
  list: async () => [],
}

async function verifyCheckpoint(
  shell: Shell,
  bytes: Buffer,
  policy: Policy,
  options: Options,
): Promise<void> {
  const { checkpoint, signers } = openCheckpoint(bytes, policy.logs, policy.witnesses)
  const kept = await expectKept(shell, { source: NO_TILES, checkpoint, policy }, options)
  const signed = signedBy(policy, checkpoint, signers)
  shell.show({ kind: 'CHECKPOINT', ...signed, kept }, () => {
    shell.line(say(shell.language, 'cli.checkpointHolds', { origin: signed.origin, size: signed.size }))
    if (kept !== null) shell.line(say(shell.language, 'cli.logBegins', { size: kept }))
    tellSigned(shell, signed)
  })
  expectQuorum(signed)
}
