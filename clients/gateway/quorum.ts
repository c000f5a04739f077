import type { CheckedReceipt } from '../../schema/wire/audit.ts'
import { Fault } from '../../schema/wire/fault.ts'
import { parseCheckpoint } from '../core/log/checkpoint.ts'
import type { Home } from './home.ts'
import { nameOf, type Owed, type QuorumFiles, quorumFiles, type Seen, type Trust } from './quorum-files.ts'
import { type Clocks, forked, look, watchedBy } from './quorum-look.ts'

/**
 * Whether answers may be shown: a quorum of those whom the office believes has co-signed the log lately, and what this home
 * has receipts for is below what they signed. Where the office names nobody, everything may be.
 */
export type Quorum = {
  /**
   * Resolves where answers may be shown: at once as long as what was seen is new enough, while a newer one may be looked for
   * beside it; and after one look where it is not.
   * @throws Fault LOG_UNWITNESSED; LOG where the log has signed two histories; CONFIG where the policy cannot be read
   */
  expect(): Promise<void>
  /** A receipt came, `at` by the server's clock: the log owes its record. */
  owe(receipt: CheckedReceipt, at: number): Promise<void>
  /** Looks for a newer one where it is time to. Nothing that fails is thrown: what is to be said of it `expect` says. */
  tend(): Promise<void>
}

/** What is seen ages so far before a newer one is looked for, and a moment of receipts is so long, in parts of the allowance. */
const DUE = 3
const MOMENT = 15
const MOST_MOMENTS = 64
/** Between two looks that nobody waits for, where the first came to nothing (ms). */
const REST = 30_000

/** Resolves when the server's time is known again, where the desk's clock was set since it was asked for. */
type Settle = () => Promise<unknown>

export function openQuorum(home: Home, clocks: Clocks, settle: Settle = async () => {}): Quorum {
  const files = quorumFiles(home)
  const looker = openLooker(files, clocks)
  let owing: Promise<unknown> = Promise.resolve()

  return {
    async expect() {
      const trust = await asking(files)
      if (trust === null) return
      await settle()
      const judged = await judge(files, trust, clocks)
      if (judged.fault === null) {
        if (isDue(judged, trust) && !looker.isResting()) looker.look(trust).catch(() => {})
        return
      }
      // Two histories stay two, whatever is seen next.
      if (judged.fault.code === 'LOG') throw judged.fault
      await looker.look(trust)
      const { fault } = await judge(files, trust, clocks)
      if (fault !== null) throw looker.explained(fault)
    },
    owe(receipt, at) {
      const owed = owing.then(() => add(files, { ...receipt, at, deskAt: clocks.clock() }))
      owing = owed.catch(() => {})
      return owed
    },
    async tend() {
      const trust = await asking(files)
      if (trust === null || looker.isResting()) return
      await settle()
      if (isDue(await judge(files, trust, clocks), trust)) await looker.look(trust)
    },
  }
}

/** Looks for a newer co-signed checkpoint, once at a time however many wait for it, and remembers why that came to nothing. */
function openLooker(files: QuorumFiles, clocks: Clocks) {
  let failed: Fault | null = null
  let failedAt = Number.NEGATIVE_INFINITY
  let looking: Promise<void> | null = null

  async function lookNow({ policy }: Trust): Promise<void> {
    try {
      await look(policy, files, clocks)
      failed = null
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      failed = error
      failedAt = performance.now()
    }
  }

  return {
    look(trust: Trust): Promise<void> {
      looking ??= lookNow(trust).finally(() => {
        looking = null
      })
      return looking
    },
    /** Nobody waits: there is no hurry after a look that came to nothing. */
    isResting: () => performance.now() - failedAt < REST,
    /** With what was wrong at the last look. */
    explained: (fault: Fault): Fault =>
      failed === null || fault.code === 'LOG'
        ? fault
        : new Fault(fault.code, `${fault.message}; ${failed.message}`),
  }
}

/** Of a log with two histories nothing newer is looked for. */
const isDue = ({ fault, age }: Judged, { allowance }: Trust) =>
  fault === null ? age > allowance / DUE : fault.code !== 'LOG'

/** Null where no witness is asked for. */
async function asking(files: QuorumFiles): Promise<Trust | null> {
  const trust = await files.trust()
  return trust?.policy.quorum ? trust : null
}

/** `age` is how old what matters most is (ms). */
type Judged = { fault: Fault | null; age: number }

async function judge(files: QuorumFiles, trust: Trust, clocks: Clocks): Promise<Judged> {
  const proof = await files.fraud()
  if (proof !== null) return { fault: forked(proof), age: 0 }
  const { allowance } = trust
  const newest = await newestOf(files, trust)
  const age = newest === null ? Number.POSITIVE_INFINITY : ageOf(newest.since, newest.deskSince, clocks)
  const minutes = allowance / 60_000
  if (newest === null || age > allowance) {
    const got = newest === null ? 'none' : `the last at ${new Date(newest.since).toISOString()}`
    return { fault: withheld(`a quorum of witnesses within ${minutes} minutes, got ${got}`), age }
  }
  const oldest = uncovered(await files.owed(), newest)[0]
  if (oldest === undefined) return { fault: null, age }
  const waits = ageOf(oldest.at, oldest.deskAt, clocks)
  if (waits <= allowance) return { fault: null, age: Math.max(age, waits) }
  const came = new Date(oldest.at).toISOString()
  const got = `${newest.name.split('+')[0]} of ${newest.size} leaves from ${newest.base ?? 0} on`
  return {
    fault: withheld(
      `record ${oldest.index} of ${came} below what witnesses signed within ${minutes} minutes, got ${got}`,
    ),
    age: waits,
  }
}

/**
 * By whichever clock more time has passed. A desk's clock may be hours off, but goes on at the right speed; a server that
 * lets its own stand still cannot keep an old checkpoint new.
 */
const ageOf = (at: number, deskAt: number, { clock, now }: Clocks) => Math.max(now() - at, clock() - deskAt)

const withheld = (expected: string) => new Fault('LOG_UNWITNESSED', `expected ${expected}`)

export type Newest = Seen & { name: string; size: number }

async function newestOf(files: QuorumFiles, { policy }: Trust): Promise<Newest | null> {
  const all = await files.seen()
  const name = watchedBy(policy)
    .map(({ key }) => nameOf(key))
    .find((one) => one in all)
  if (name === undefined) return null
  const seen = all[name]!
  return { ...seen, name, size: parseCheckpoint(Buffer.from(seen.checkpoint)).size }
}

/**
 * What no co-signed checkpoint covers. A record below the tree's first leaf is of a half-year that has ended, unless its
 * own minute says otherwise: then the first leaf has lied.
 */
function uncovered(owed: readonly Owed[], { name, base, size }: Newest): Owed[] {
  return owed.filter(({ index, minute }) => {
    const from = base ?? 0
    return index >= from + size || (index < from && !isBefore(minute, name))
  })
}

function isBefore(minute: number, name: string): boolean {
  const [, year, half] = /\/(\d{4})h([12])\+/.exec(name) ?? []
  return year !== undefined && minute * 60_000 < Date.UTC(Number(year), half === '1' ? 0 : 6)
}

type Came = Pick<CheckedReceipt, 'answeredIndex' | 'minute'> & { at: number; deskAt: number }

async function add(files: QuorumFiles, { answeredIndex: index, minute, at, deskAt }: Came): Promise<void> {
  const trust = await asking(files)
  if (trust === null) return
  const newest = await newestOf(files, trust)
  const all = await files.owed()
  const owed = newest === null ? all : uncovered(all, newest)
  const last = owed.at(-1)
  const isOfMoment = last && Math.abs(at - last.at) < trust.allowance / MOMENT
  // Whoever is held back still signs in: what is oldest counts, and is kept.
  if (last && (isOfMoment || owed.length >= MOST_MOMENTS)) last.index = Math.max(last.index, index)
  else owed.push({ index, minute, at, deskAt })
  await files.setOwed(owed)
}

/** What a home can say of the log without asking anybody. */
export type QuorumState = 'NO_POLICY' | 'NOT_ASKED' | { since: string | null; minutes: number }

export async function quorumStateIn(home: Home): Promise<QuorumState> {
  const files = quorumFiles(home)
  const trust = await files.trust()
  if (trust === null) return 'NO_POLICY'
  if (trust.policy.quorum === null) return 'NOT_ASKED'
  const newest = await newestOf(files, trust)
  return {
    since: newest && new Date(newest.since).toISOString(),
    minutes: trust.allowance / 60_000,
  }
}
