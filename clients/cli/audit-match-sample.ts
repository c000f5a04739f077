import { randomBytes } from 'node:crypto'
import { access } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { Fault } from '../../schema/wire/fault.ts'
import { say } from '../../schema/words/index.ts'
import { countsOf } from '../core/match/check.ts'
import { LEAST_SHARE, partOf, type Sample, sampleOf } from '../core/match/sample.ts'
import { writeWhole } from '../core/write-whole.ts'
import { type MatchReading, readMatching } from './audit-match-read.ts'
import { monthIn } from './audit-report.ts'
import { fieldName } from './claims.ts'
import { type Command, type Options, text } from './command.ts'
import type { Shell } from './shell.ts'
import { table } from './table.ts'
import { Usage } from './terminal.ts'

export const auditMatchSample: Command = {
  name: 'audit match-sample',
  about: 'cli.aboutAuditMatchSample',
  options: [
    { flags: '--month <month>', about: 'cli.optAuditMonth' },
    { flags: '--share <percent>', about: 'cli.optMatchShare' },
    { flags: '--save <file>', about: 'cli.optMatchSampleSave' },
    { flags: '--parts <folder>', about: 'cli.optMatchSampleParts' },
  ],
  examples: [
    {
      line: 'audit match-sample --month 2026-11 --save november.json --parts november',
      about: 'cli.tryAuditMatchSample',
    },
    {
      line: 'audit match-sample --month 2026-11 --share 5 --save november-5.json',
      about: 'cli.tryAuditMatchShare',
    },
  ],
  async run(shell, _, options) {
    const { month, span } = monthIn(shell, options)
    const share = shareIn(shell, options)
    const file = await newFile(shell, text(options, 'save'))
    const until = Math.min(Math.floor((await shell.link()).now()), span.to)
    if (until < span.to) shell.note(say(shell.language, 'cli.reportNotOver'))
    const reading = await readMatching(shell, { from: span.from, to: Math.max(span.from, until) }, false)
    const sample = await drawn(shell, reading, { month, share, until: new Date(until).toISOString() })
    await writeWhole(file, textOf(sample))
    shell.note(say(shell.language, 'cli.saved', { file }))
    const parts = text(options, 'parts')
    if (parts !== undefined) await keepParts(shell, resolve(shell.terminal.cwd, parts), sample)
    shell.show(sample, () => tell(shell, reading, sample))
  },
}

const textOf = (sample: Sample) => `${JSON.stringify(sample, null, 1)}\n`

function shareIn(shell: Shell, options: Options): number {
  const typed = text(options, 'share') ?? String(LEAST_SHARE)
  const share = /^\d{1,3}(\.\d{1,3})?$/.test(typed) ? Number(typed) : 0
  if (share >= LEAST_SHARE && share <= 100) return share
  throw new Usage(say(shell.language, 'cli.badShare', { least: LEAST_SHARE }))
}

/** A draw is never put in the place of another: one could draw until one likes it. */
async function newFile(shell: Shell, named: string | undefined): Promise<string> {
  if (named === undefined) throw new Usage(say(shell.language, 'cli.missingOption', { option: '--save' }))
  const file = resolve(shell.terminal.cwd, named)
  const isThere = await access(file).then(
    () => true,
    () => false,
  )
  if (isThere) throw new Fault('BAD_INPUT', `expected a new file for this draw, got ${named}, which is there`)
  return file
}

async function drawn(
  shell: Shell,
  { orders, unread, erased }: MatchReading,
  facts: Pick<Sample, 'month' | 'share' | 'until'>,
): Promise<Sample> {
  const { caller, now } = await shell.link()
  const { genesis } = await shell.directory()
  return sampleOf(orders, {
    ...facts,
    instance: genesis!.instance,
    ...{ auditor: caller.office, country: caller.country, made: new Date(now()).toISOString() },
    ...{ seed: randomBytes(32).toString('base64url'), unread, erased },
  })
}

async function keepParts(shell: Shell, folder: string, sample: Sample): Promise<void> {
  for (const person of new Set(sample.entries.map((entry) => entry.person))) {
    // A record is a client's and a server's word: what is no name names no file.
    if (!/^[a-z0-9][a-z0-9.-]*$/.test(person))
      throw new Fault('SEAL', 'expected the name of an officer in a record, got another text')
    const file = join(folder, `${person}-${sample.month}.json`)
    await writeWhole(file, textOf(partOf(sample, person)))
    shell.note(say(shell.language, 'cli.saved', { file }))
  }
}

function tell(shell: Shell, { orders }: MatchReading, sample: Sample): void {
  const { language } = shell
  const unopened = sample.entries.map((entry) => ({ ...entry, verdict: 'UNSENT', flaws: [], selector: null }))
  table(
    shell,
    [fieldName(language, 'person'), say(language, 'cli.headAsked'), say(language, 'cli.headDrawn')],
    countsOf(orders, unopened as Parameters<typeof countsOf>[1]).map((one) => [
      one.person,
      one.asked,
      one.drawn,
    ]),
  )
  shell.line(
    say(language, 'cli.matchDrawn', {
      count: sample.entries.length,
      all: sample.commitments,
      orders: sample.orders,
    }),
  )
}
