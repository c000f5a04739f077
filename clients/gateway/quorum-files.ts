import { readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { Fault } from '../../schema/wire/fault.ts'
import type { VerifierKey } from '../core/log/note.ts'
import { type Policy, parsePolicy } from '../core/log/policy.ts'
import { writeWhole } from '../core/write-whole.ts'
import { alone, type Home, readJson } from './home.ts'

// What a home holds about the log. The office puts `log/policy` there, and `log/allowance` where it is not the usual one;
// the rest is written here, and everything is read anew each time: other programs of the office use the same home.

const MINUTE = 60_000
/** How long answers are shown without a quorum where the office says nothing else (ms): as long as the server answers. */
const ALLOWANCE = 15 * MINUTE

/** Whose signatures the office asks for, and how old they may be (ms). */
export type Trust = { policy: Policy; allowance: number }

/**
 * The newest checkpoint of a log that a quorum had signed. `since` is when, by the server's clock, and `deskSince` the same
 * by the desk's (ms); `base` the index of the tree's first leaf in the whole log, null where there was none yet.
 */
const Seen = z.strictObject({
  checkpoint: z.string(),
  since: z.number(),
  deskSince: z.number(),
  base: z.int().min(0).nullable(),
})
export type Seen = z.infer<typeof Seen>
const AllSeen = z.record(z.string(), Seen)

/** Receipts of about one moment: the highest index, and when the first of them came, by both clocks. */
const Owed = z.strictObject({
  index: z.int().min(0),
  minute: z.int().min(0),
  at: z.number(),
  deskAt: z.number(),
})
export type Owed = z.infer<typeof Owed>

/** One log's key is one log: under another key of the same name nothing has been seen yet. */
export const nameOf = ({ name, id }: VerifierKey): string => `${name}+${id}`

export type QuorumFiles = {
  /** Null where the office asks for nothing. @throws Fault CONFIG where what it asks for cannot be read */
  trust(): Promise<Trust | null>
  /** By the names of logs. */
  seen(): Promise<Record<string, Seen>>
  /** Goes on from `former` to `next`, durably; false where another program has gone on meanwhile. */
  advance(name: string, former: Seen | null, next: Seen): Promise<boolean>
  owed(): Promise<Owed[]>
  setOwed(owed: Owed[]): Promise<void>
  /** Keeps a fraud proof for good. Gives its name. */
  accuse(proof: Buffer, digest: string): Promise<string>
  /** The first fraud proof that lies here; answers are held back until somebody takes it away. */
  fraud(): Promise<string | null>
}

export function quorumFiles(home: Home): QuorumFiles {
  const path = (name: string) => home.path('log', name)
  const seen = async () => (await readJson(path('seen.json'), AllSeen)) ?? {}
  return {
    trust: () => trustIn(path('policy'), path('allowance')),
    seen,
    advance: (name, former, next) =>
      alone(path('seen.json'), async () => {
        const all = await seen()
        if ((all[name]?.checkpoint ?? null) !== (former?.checkpoint ?? null)) return false
        await writeWhole(path('seen.json'), JSON.stringify({ ...all, [name]: next }))
        return true
      }),
    owed: () => readJson(path('owed.json'), z.array(Owed)).then((owed) => owed ?? []),
    async setOwed(owed) {
      // Not flushed: a power cut loses the last moments, and the next receipt has a higher index.
      const draft = path(`owed.json.${process.pid}.tmp`)
      await writeFile(draft, JSON.stringify(owed), { mode: 0o600 })
      await rename(draft, path('owed.json'))
    },
    async accuse(proof, digest) {
      const name = `fraud-${digest}.json`
      await writeWhole(path(name), proof)
      return join('log', name)
    },
    async fraud() {
      const names = await readdir(path('.')).catch(() => [])
      const found = names.find((name) => /^fraud-.*\.json$/.test(name))
      return found === undefined ? null : join('log', found)
    },
  }
}

async function trustIn(policyFile: string, allowanceFile: string): Promise<Trust | null> {
  const text = await given(policyFile)
  if (text === null) return null
  const policy = policyIn(text, policyFile)
  const minutes = (await given(allowanceFile))?.toString('utf8').trim() ?? String(ALLOWANCE / MINUTE)
  if (/^[1-9]\d{0,3}$/.test(minutes)) return { policy, allowance: Number(minutes) * MINUTE }
  throw new Fault('CONFIG', `expected a number of minutes up to 9999 in ${allowanceFile}, got something else`)
}

function policyIn(text: Buffer, file: string): Policy {
  try {
    return parsePolicy(text)
  } catch (error) {
    throw new Fault('CONFIG', `${file}: ${(error as Error).message}`)
  }
}

const given = (file: string): Promise<Buffer | null> =>
  readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw new Fault('CONFIG', `expected a readable file at ${file}, got ${error.code}`)
  })
