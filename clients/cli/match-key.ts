import { Fault } from '../../schema/wire/fault.ts'
import { MatchKey } from '../../schema/wire/match.ts'
import { say } from '../../schema/words/index.ts'
import { parse } from '../core/parse.ts'
import { fingerprintOf, keepMatchKey } from '../gateway/match-keys.ts'
import type { Command } from './command.ts'
import { lastKept } from './draft.ts'
import { readGiven } from './log-trust.ts'
import { table } from './table.ts'

export const matchKeyAdd: Command = {
  name: 'match key add',
  about: 'cli.aboutMatchKeyAdd',
  args: ['<file>'],
  without: ['as', 'office', 'purpose', 'justification', 'case', 'legalBasis', 'server', 'passphraseFd'],
  examples: [{ line: 'match key add match-key-2027.json', about: 'cli.tryMatchKeyAdd' }],
  async run(shell, [file]) {
    const key = parse(MatchKey, jsonOf((await readGiven(shell, file!)).toString('utf8')))
    const instance = (await lastKept(shell))?.state.genesis?.instance
    if (instance !== undefined && instance !== key.instance)
      throw new Fault('BAD_INPUT', `expected a match key of ${instance}, got one of ${key.instance}`)
    const added = await keepMatchKey(await shell.home(), key)
    const { epoch, threshold, evaluators } = key
    const fingerprint = fingerprintOf(key)
    shell.show({ epoch, threshold, evaluators, fingerprint, added }, () => {
      const { language } = shell
      shell.line(
        say(language, 'cli.matchKeyIs', {
          epoch: String(epoch),
          threshold,
          count: evaluators.length,
        }),
      )
      const head = [
        say(language, 'cli.headNumber'),
        say(language, 'cli.headCountry'),
        say(language, 'cli.headAddress'),
      ]
      table(
        shell,
        head,
        evaluators.map(({ index, country, url }) => [String(index), country, url]),
      )
      shell.line(say(language, 'cli.matchKeyCompare', { fingerprint }))
    })
  },
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Fault('BAD_INPUT', 'expected a file of JSON')
  }
}
