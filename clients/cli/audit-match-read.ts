import { Fault } from '../../schema/wire/fault.ts'
import { say } from '../../schema/words/index.ts'
import { HISTORY_DAYS } from '../core/desk/volumes.ts'
import type { PruningRecord } from '../core/erased.ts'
import { type MatchRecords, openMatchRecords } from '../core/match/records.ts'
import { Sample } from '../core/match/sample.ts'
import { parse } from '../core/parse.ts'
import { auditorKeys, DAY, readLog, type Span } from './audit-read.ts'
import { readGiven } from './log-trust.ts'
import { progress } from './progress.ts'
import { prunedText } from './pruned.ts'
import type { Shell } from './shell.ts'

/** Of whole states: whose a record is that nobody here opens, nobody here can tell. */
export type MatchReading = MatchRecords & { unread: number; erased: number }

/**
 * Orders of a month by officers of the auditor's own state. With `history` the days before are read as well, which only tell
 * what cases the officers know.
 */
export async function readMatching(shell: Shell, span: Span, history: boolean): Promise<MatchReading> {
  const keys = await auditorKeys(shell)
  const start = span.from - (history ? HISTORY_DAYS * DAY : 0)
  const records = openMatchRecords(span)
  const [unread, erased] = [{ count: 0 }, { count: 0 }]
  let pruned: PruningRecord | null = null
  const bar = progress(shell, say(shell.language, 'cli.searching'), Math.ceil((span.to - start) / DAY))
  try {
    for (const part of start < span.from ? [{ from: start, to: span.from }, span] : [span])
      for await (const read of readLog(shell, keys, { wanted: {}, span: part, countUnread: part === span })) {
        for (const record of read.records) records.take(record)
        pruned = read.pruned ?? pruned
        if (part === span) unread.count += read.unread.records
        if (part === span) erased.count += read.erased.length
        bar.step(Math.ceil((read.until - start) / DAY))
      }
  } finally {
    bar.stop()
  }
  if (pruned) shell.note(prunedText(shell.language, pruned))
  if (unread.count > 0) shell.note(say(shell.language, 'cli.reportUnread', { count: unread.count }))
  if (erased.count > 0) shell.note(say(shell.language, 'cli.erasedFound', { count: erased.count }))
  return { ...records.found, unread: unread.count, erased: erased.count }
}

/** A sample that an auditor drew. @throws Fault BAD_INPUT with every fault of it */
export async function readSample(shell: Shell, file: string): Promise<Sample> {
  const text = (await readGiven(shell, file, 16 * 2 ** 20)).toString('utf8')
  return parse(Sample, jsonOf(text))
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Fault('BAD_INPUT', 'expected a file of JSON')
  }
}
