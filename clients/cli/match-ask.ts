import { randomBytes } from 'node:crypto'
import { base32 } from '../../schema/wire/canonical.ts'
import { Fault } from '../../schema/wire/fault.ts'
import { MOST_ASKED } from '../../schema/wire/match.ts'
import { moment, say } from '../../schema/words/index.ts'
import { type Asked, unasked, waiting, withKey, withQuestion, withTokens } from '../core/match/asked.ts'
import type { SealedFiles } from '../core/match/sealed-files.ts'
import { each, type Selector, selectorOf } from '../core/match/selectors.ts'
import { goesOn, makeTokens } from '../core/match/tokens.ts'
import { matchKeys } from '../gateway/match-keys.ts'
import { type Command, type Options, text } from './command.ts'
import { readGiven } from './log-trust.ts'
import { caseOf, matchFiles, tokenRoadOf, usedKey } from './matching.ts'
import { progress } from './progress.ts'
import { selectorsIn } from './selector-file.ts'
import type { Shell } from './shell.ts'
import { Usage } from './terminal.ts'

const ASK = `mutation matchAsk($key: String!, $input: MatchInput!) {
  match(key: $key, input: $input) { id due } }`

export const matchAsk: Command = {
  name: 'match ask',
  about: 'cli.aboutMatchAsk',
  args: ['[type]', '[value]'],
  options: [
    { flags: '--country <code>', about: 'cli.optSelectorCountry' },
    { flags: '--platform <name>', about: 'cli.optSelectorPlatform' },
    { flags: '--file <file>', about: 'cli.optSelectorFile' },
    { flags: '--notice <text>', about: 'cli.optNotice' },
  ],
  examples: [
    { line: 'match ask PHONE +22790123456 --case NE-2027/0412', about: 'cli.tryMatchAsk' },
    { line: 'match ask PLATE AA1234 --country NE --case NE-2027/0412', about: 'cli.tryMatchPlate' },
    {
      line: 'match ask PHONE +22790123456 --case NE-2027/0412 --notice "…"',
      about: 'cli.tryMatchNotice',
    },
    { line: 'match ask --file selectors.csv --case NE-2027/0412', about: 'cli.tryMatchFile' },
  ],
  async run(shell, [kind, value], options) {
    const selectors = await selectorsOf(shell, kind, value, options)
    const asked: Asked = {
      id: base32(randomBytes(8)),
      case: await caseOf(shell),
      epoch: (await usedKey(shell)).epoch,
      created: new Date((await shell.link()).now()).toISOString(),
      ...{ notice: text(options, 'notice') ?? null, noticed: [] },
      items: selectors.map((one) => ({ ...one, token: null, key: null, question: null })),
    }
    const { asked: files } = await matchFiles(shell)
    await files.put(asked.id, asked)
    tell(shell, [await goOn(shell, files, asked)])
  },
}

export const matchResume: Command = {
  name: 'match resume',
  about: 'cli.aboutMatchResume',
  examples: [{ line: 'match resume', about: 'cli.tryMatchResume' }],
  async run(shell) {
    const { asked: files } = await matchFiles(shell)
    const done: Outcome[] = []
    for (const name of await files.names()) {
      const asked = (await files.get(name))!
      if (asked.items.every(({ question }) => question !== null)) continue
      done.push(await goOn(shell, files, asked))
      if (done.at(-1)!.left > 0) break
    }
    tell(shell, done)
  },
}

async function selectorsOf(
  shell: Shell,
  kind: string | undefined,
  value: string | undefined,
  options: Options,
): Promise<Selector[]> {
  const file = text(options, 'file')
  const missing = (name: string) => new Usage(say(shell.language, 'cli.missingArgument', { name }))
  if (file === undefined) {
    if (kind === undefined || value === undefined) throw missing(kind === undefined ? 'type' : 'value')
    const [country, platform] = [text(options, 'country'), text(options, 'platform')]
    return [selectorOf({ kind: kind.toUpperCase(), value, country, platform })]
  }
  if (kind !== undefined) throw new Usage(say(shell.language, 'cli.tooMany'))
  const selectors = each(selectorsIn((await readGiven(shell, file)).toString('utf8')))
  if (selectors.length >= 1 && selectors.length <= MOST_ASKED) return selectors
  throw new Fault('BAD_INPUT', `expected 1 to ${MOST_ASKED} selectors, got ${selectors.length}`)
}

/** `goesOn` says when the budget allows what is left, where somebody has said so. */
type Outcome = { id: string; asked: number; left: number; due: string | null; goesOn: string | null }

/** Asks about as much as the budget allows; the rest is kept. Cut off anywhere, it goes on from there. */
async function goOn(shell: Shell, files: SealedFiles<Asked>, before: Asked): Promise<Outcome> {
  let asked = before
  const keep = (next: Asked) => {
    asked = next
    return files.put(next.id, next)
  }
  const stopped = await tokensFor(shell, before, async (made) => keep(withTokens(asked, made)))
  await keep(withKey(asked, `match.${base32(randomBytes(10))}`))
  let due: string | null = null
  for (const [key, items] of unasked(asked)) {
    const tokens = items.map(({ type, token }) => ({ type, token }))
    const input = { epoch: asked.epoch, case: asked.case, tokens }
    const { match } = await shell.ask<{ match: { id: string; due: string } }>(ASK, { key, input })
    await keep(withQuestion(asked, key, match.id))
    due = match.due
  }
  const left = waiting(asked).length
  return { id: asked.id, asked: asked.items.length - left, left, due, goesOn: stopped?.goesOn ?? null }
}

const isoOf = (time: number | null) => (time === null ? null : new Date(time).toISOString())

/** Set where the budget did not allow the rest: when it does, ISO, as far as somebody said. */
async function tokensFor(
  shell: Shell,
  asked: Asked,
  onMade: Parameters<typeof makeTokens>[3],
): Promise<{ goesOn: string | null } | null> {
  const todo = waiting(asked)
  if (todo.length === 0) return null
  const key = (await matchKeys(await shell.home())).find(({ epoch }) => epoch === asked.epoch)
  if (!key) throw new Fault('NOT_FOUND', `expected the match key of ${asked.epoch}, got none`)
  const bar = progress(shell, say(shell.language, 'cli.matchMaking'), todo.length)
  let done = 0
  try {
    const wanted = { aim: 'MATCH' as const, case: asked.case, key }
    await makeTokens(await tokenRoadOf(shell), wanted, todo, async (made) => {
      await onMade(made)
      done += made.length
      bar.step(done)
    })
    return null
  } catch (error) {
    if (error instanceof Fault && error.code === 'BUDGET_EXHAUSTED') return { goesOn: isoOf(goesOn(error)) }
    shell.note(say(shell.language, 'cli.matchCut', { count: todo.length - done }))
    throw error
  } finally {
    bar.stop()
  }
}

function tell(shell: Shell, outcomes: Outcome[]): void {
  const { language } = shell
  shell.show(outcomes, () => {
    if (outcomes.length === 0) shell.line(say(language, 'cli.nothing'))
    for (const { asked, left, due, goesOn: on } of outcomes) {
      if (due)
        shell.line(say(language, 'cli.matchAsked', { count: asked, time: moment(language, new Date(due)) }))
      if (left > 0 && on === null) shell.line(say(language, 'cli.matchCut', { count: left }))
      else if (left > 0)
        shell.line(say(language, 'cli.matchLeft', { count: left, time: moment(language, new Date(on!)) }))
    }
  })
}
