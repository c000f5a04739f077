import type { Change } from '../../cypher/outbox/outbox.ts'
import {
  type AuditPage,
  type AuditPeriod,
  type AuditQuestion,
  type Receipt,
  receiptText,
} from '../../schema/wire/audit.ts'
import type { EraseOrder } from '../../schema/wire/audit-erasure.ts'
import { commitAnswered, commitAsked, linkOf } from '../../schema/wire/audit-leaf.ts'
import { pruningMark } from '../../schema/wire/audit-pruning.ts'
import { Fault } from '../../schema/wire/fault.ts'
import type { Clock } from '../clock.ts'
import { type AuditTree, auditFeed, STEP } from './audit-feed.ts'
import { type Erased, Eraser } from './erase.ts'
import { finishCutShort } from './erased-frames.ts'
import { type ErasedList, openErasedList } from './erased-list.ts'
import { type Period, Periods } from './period.ts'
import { ownChanges, type Progress, progressOf } from './progress.ts'
import { type Pruned, type PruneMark, Pruner, readPruneMark } from './prune.ts'
import { openReading } from './reading.ts'
import { paddingOf, plain, random, type Sealed, sealed, type Written } from './record.ts'
import { findPeriods, findRecords, findReplays, type Reading } from './search.ts'
import { closeSegment, loadSegments, rollOver, SEGMENT_LEAVES } from './segments.ts'
import { machineTimer, reason, Sequencer, type Timer, unavailable } from './sequencer.ts'
import { fileShelf, type Shelf } from './storage.ts'
import {
  type Answered,
  type Asked,
  type AuditedCaller,
  answeredText,
  answerTokens,
  askedText,
  callerTokens,
  closing,
  interruptedText,
} from './text.ts'
import type { Feed } from './tree/feed.ts'
import { makeSigningKey, type SigningKey, signingKeyOf } from './tree/note.ts'

export type { Answered, Asked, AuditedCaller }

/** A question on record that waits for its answer. */
export type Open = { index: number; leaf: Buffer; s1: Buffer; caller: AuditedCaller }

export type Audit = {
  /** Resolves once the question is durable: nothing runs before. Rejects with AUDIT_UNAVAILABLE. */
  asked(asked: Asked): Promise<Open>
  /** Resolves once the answer is durable: nothing leaves before. Once per event where an answer is a stream. */
  answered(open: Open, answer: Answered): Promise<Receipt>
  /** Every (session, nonce) tag on record since a time (ms), to rebuild the replay window after a crash. */
  replays(since: number): AsyncIterable<{ replay: Buffer; at: number }>
  /** A state's periods that overlap [from, to) in ms, with their wrapped keys. */
  periods(country: string, from: number, to: number): Promise<AuditPeriod[]>
  /** Sealed records of that state's callers; see `AuditQuestion`. */
  search(country: string, question: AuditQuestion): Promise<AuditPage>
  /** Erases the details of records of that state's callers, as a question that is on record orders; see `Eraser`. */
  erase(country: string, order: EraseOrder, question: number): Promise<Erased[]>
  /** Removes details that were recorded before a time (ms); without a question that orders it, counts them only. See `Pruner`. */
  prune(before: number, question: number | null): Promise<Pruned>
  /** The key by which receipts are signed: raw Ed25519, base64url. */
  receiptKey: string
  /** How far it has come. */
  readonly progress: Progress
  /** Why nothing can be recorded, or null. */
  failure(): Fault | null
  /** Why nothing may be answered although it can be recorded, or null: what is on record is not published. */
  suspended(): Fault | null
  /** Lets what was appended land, wipes every key, and takes nothing more. */
  close(): Promise<void>
}

export type AuditOptions = {
  /** Directory, or another place to put the log. */
  store: string | Shelf
  clock: Clock
  /** Armored OpenPGP public keys of the state's auditors; where it has none, its national anchor's. */
  auditorsOf: (country: string) => Promise<string[]> | string[]
  timer?: Timer
  /** Longest wait for durability (ms): other than 500 in tests alone. */
  acknowledge?: number
  /** Milliseconds that are never set back; default the machine's. */
  now?: () => number
  segmentLeaves?: number
  /** Where the list of erased records lies, which is put back from no copy; default with the log. */
  erased?: string | Shelf
  /** The instance's own, by which it signs receipts; one of the moment where nobody keeps them. */
  receipts?: SigningKey
  /** Where the log is published as a tree, under which origin, and where its keys are; without it, nowhere. */
  tree?: AuditTree
  /** What is left in the graph of changes: those whose question this log has are said to have committed. */
  left?: readonly Change[]
}

/**
 * Opens the audit log and puts it in order: an unfinished write is cut off and counted in a RECOVERED record, and every
 * question without an answer gets its INTERRUPTED, with what it committed all the same; what was to be erased is. Throws AUDIT_UNAVAILABLE, naming
 * the record, when records that were acknowledged are damaged or missing, or when the storage fails.
 */
export async function openAudit(options: AuditOptions): Promise<Audit> {
  const { store, segmentLeaves = SEGMENT_LEAVES } = options
  try {
    const shelf = typeof store === 'string' ? await fileShelf(store) : store
    const { erased = shelf } = options
    const list = typeof erased === 'string' ? await fileShelf(erased) : erased
    const log = new Log(options, shelf, segmentLeaves, await load(shelf, segmentLeaves, list))
    await log.putInOrder(options.left ?? [])
    await log.publish()
    return log
  } catch (error) {
    throw error instanceof Fault
      ? error
      : unavailable(`expected the audit storage to open, got ${reason(error)}`)
  }
}

type Loaded = Awaited<ReturnType<typeof loadSegments>> & {
  list: ErasedList
  marks: Shelf
  mark: PruneMark | null
}

async function load(shelf: Shelf, segmentLeaves: number, erased: Shelf): Promise<Loaded> {
  const list = await openErasedList(erased)
  await finishCutShort(shelf, list)
  const mark = await readPruneMark(erased)
  return { ...(await loadSegments(shelf, segmentLeaves, mark)), list, marks: erased, mark }
}

class Log implements Audit {
  readonly progress: Progress
  #clock: Clock
  #loaded: Loaded
  #periods: Periods
  #sequencer: Sequencer
  #reading: Reading
  #eraser: Eraser
  #pruner: Pruner
  #receipts: SigningKey
  #feed: Feed | null = null
  /** The state of the last record, under whose keys padding is sealed. */
  #country: string | null = null

  constructor(options: AuditOptions, shelf: Shelf, segmentLeaves: number, loaded: Loaded) {
    const { clock, auditorsOf, timer = machineTimer } = options
    const { catalogue, segment, next } = loaded
    this.#clock = clock
    this.#receipts = options.receipts ?? signingKeyOf(makeSigningKey('receipts').skey)
    this.#loaded = loaded
    this.#sequencer = new Sequencer({
      ...{ next, segment, segmentLeaves, timer, acknowledge: options.acknowledge },
      landed: (entries, { number }, base, leaves) => {
        for (const entry of entries) catalogue.note(number, entry, base)
        this.#feed?.take(leaves)
      },
      roll: (full) => rollOver(shelf, full, catalogue),
    })
    if (options.tree)
      this.#feed = auditFeed(
        options.tree,
        {
          ...{ shelf, segmentLeaves, timer, now: options.now ?? (() => performance.now()) },
          pad: () => this.#pad(),
        },
        next,
      )
    this.#periods = new Periods({ clock, timer, auditorsOf, announce: (body) => this.#announce(body) })
    const { reading, alone } = openReading(shelf, catalogue)
    this.#reading = reading
    this.#eraser = new Eraser({
      ...{ reading, alone, segmentLeaves, list: loaded.list },
      sign: (text) => this.#receipts.sign(text),
      append: (body) => this.#plain({ kind: 'ERASED', body, erases: body.records }),
      fail: (fault) => this.#sequencer.fail(fault),
    })
    this.#pruner = new Pruner({
      ...{ catalogue, segmentLeaves, marks: loaded.marks, mark: loaded.mark, alone },
      sign: (text) => this.#receipts.sign(text),
      append: (body) => this.#plain({ kind: 'PRUNED', body, prunes: body, commitment: pruningMark(body) }),
    })
    this.progress = progressOf(this.#reading, segmentLeaves, () => this.#sequencer.next)
  }

  async putInOrder(left: readonly Change[]): Promise<void> {
    const { torn, catalogue } = this.#loaded
    try {
      if (torn > 0) await this.#plain({ kind: 'RECOVERED', body: { bytes: torn } })
      await this.#pruner.again()
      await this.#eraser.again()
      const stands = await ownChanges(this.progress, left)
      const open = [...catalogue.open]
      const answered = [...stands.values()].filter(({ asked }) => !catalogue.open.has(asked))
      await Promise.all([
        ...open.map(([asked, period]) =>
          this.#closing('INTERRUPTED', asked, this.#countryOf(period, asked), stands.get(asked)?.ids ?? []),
        ),
        ...answered.map(({ asked, country, ids }) => this.#closing('RECONCILED', asked, country, ids)),
      ])
    } catch (error) {
      await this.close().catch(() => {})
      throw error
    }
  }

  get receiptKey(): string {
    return this.#receipts.point.toString('base64url')
  }

  /** Publishes what was not; from now on everything is published that lands. */
  async publish(): Promise<void> {
    await this.#feed?.open().catch(async (error: unknown) => {
      await this.close().catch(() => undefined)
      throw error
    })
  }

  suspended(): Fault | null {
    return this.#feed?.failure() ?? null
  }

  async asked(asked: Asked): Promise<Open> {
    const { caller, at, request, replay } = asked
    const s1 = random(32)
    const { index, leaf } = await this.#sealed(caller.country, {
      kind: 'ASKED',
      at,
      asked: null,
      replay,
      text: askedText(asked, s1),
      tokens: callerTokens(caller),
      person: caller.person,
      commitment: commitAsked(s1, request),
      link: null,
    })
    return { index, leaf, s1, caller }
  }

  async answered(
    { index: asked, leaf, s1, caller }: Open,
    { status, body, detail, more = false, changed = false }: Answered,
  ): Promise<Receipt> {
    const at = this.#clock()
    const s2 = random(32)
    const written = await this.#sealed(caller.country, {
      kind: 'ANSWERED',
      more,
      changed,
      at,
      asked,
      replay: null,
      text: answeredText({ at, asked, caller, status, detail }, s2),
      tokens: [...callerTokens(caller), ...answerTokens(detail)],
      person: caller.person,
      commitment: commitAnswered(s2, status, body),
      link: linkOf(s2, asked),
    })
    const leaves = { asked: leaf, answered: written.leaf }
    const receipts = this.#receipts
    return {
      asked: leaves.asked,
      answered: leaves.answered,
      s1,
      s2,
      // When it is asked for: a signature takes as long as two records, and others wait for the log.
      get signature() {
        return receipts.sign(receiptText(leaves))
      },
    }
  }

  replays(since: number) {
    return findReplays(this.#reading, since)
  }

  periods(country: string, from: number, to: number): Promise<AuditPeriod[]> {
    return findPeriods(this.#reading, country, from, to)
  }

  search(country: string, question: AuditQuestion): Promise<AuditPage> {
    return findRecords(this.#reading, country, question)
  }

  erase(country: string, order: EraseOrder, question: number): Promise<Erased[]> {
    return this.#eraser.erase(country, order, question)
  }

  async prune(before: number, question: number | null): Promise<Pruned> {
    return question === null ? this.#pruner.countBefore(before) : this.#pruner.prune(before, question)
  }

  failure(): Fault | null {
    return this.#sequencer.failure
  }

  async close(): Promise<void> {
    await this.#sequencer.settled()
    await this.#feed?.close()
    this.#periods.close()
    await this.#sequencer.settled()
    const failed = this.#sequencer.failure
    this.#sequencer.fail(unavailable('expected an open log, got a closed one'))
    const { segment } = this.#sequencer
    // Leaves that are lost are made again.
    await this.#sequencer
      .writeLeaves()
      .then(() => segment.leaves.sync())
      .catch(() => {})
    // A storage that failed may not even close: there is nothing left to lose in it.
    await closeSegment(segment).catch((error: unknown) => {
      if (!failed) throw error
    })
  }

  #countryOf(period: number, asked: number): string {
    const country = this.#loaded.catalogue.periods.get(period)?.country
    if (country) return country
    throw unavailable(`expected record ${period} to hold the keys of record ${asked}, got none`)
  }

  /** Who asked can't be read back any more, so the record names the question only. */
  async #closing(
    outcome: Parameters<typeof closing>[0],
    asked: number,
    country: string,
    committed: string[],
  ): Promise<void> {
    const detail = closing(outcome, committed)
    const at = this.#clock()
    const s2 = random(32)
    await this.#sealed(country, {
      kind: 'INTERRUPTED',
      changed: committed.length > 0,
      at,
      asked,
      replay: null,
      text: interruptedText({ at, asked, detail }, s2),
      tokens: answerTokens(detail),
      person: null,
      commitment: commitAnswered(s2, 0, Buffer.alloc(0)),
      link: linkOf(s2, asked),
    })
  }

  /** Records of nobody, up to the next step. Where nobody has asked anything yet, there is nothing to hide. */
  async #pad(): Promise<void> {
    const country = this.#country
    if (country === null) return
    // Drawing keys is a record itself: only then is it known how many are wanted.
    const period = this.#periods.current(country) ?? (await this.#periods.get(country))
    const wanted = (STEP - (this.#sequencer.next % STEP)) % STEP
    const at = this.#clock()
    await Promise.all(
      Array.from({ length: wanted }, () => {
        const { size, encode } = sealed(period, paddingOf(at), () => undefined)
        return this.#sequencer.append(size, encode)
      }),
    )
  }

  async #announce(body: { country: string; from: number; to: number; wrapped: string }): Promise<number> {
    const { country, from, to } = body
    return (await this.#plain({ kind: 'PERIOD', body, opens: { country, from, to } })).index
  }

  async #plain(record: Omit<Parameters<typeof plain>[0], 'at'>): Promise<Written> {
    let at: Written | undefined
    const { size, encode } = plain({ ...record, at: this.#clock() }, (written) => {
      at = written
    })
    await this.#sequencer.append(size, encode)
    return at!
  }

  async #sealed(country: string, record: Sealed): Promise<Written> {
    if (this.#sequencer.failure) throw this.#sequencer.failure
    // No await between finding the keys and sealing under them: they can't be wiped in between.
    const period: Period = this.#periods.current(country) ?? (await this.#periods.get(country))
    this.#country = country
    let at: Written | undefined
    const { size, encode } = sealed(period, record, (written) => {
      at = written
    })
    await this.#sequencer.append(size, encode)
    return at!
  }
}
