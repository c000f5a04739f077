import { say } from '../../schema/words/index.ts'
import type { Roster } from '../evaluator/roster.ts'
import { hashOfMatchKey, matchKeyFile, matchKeyText } from '../evaluator/shares.ts'
import { dealEpoch, finishEpoch, revealEpoch } from '../evaluator/state.ts'
import { type Command, text } from './command.ts'
import {
  EPOCH,
  epochIn,
  handOut,
  OUT,
  openedVault,
  readFiles,
  STATE,
  stateIn,
  WITHOUT_OFFICER,
} from './evaluator.ts'
import { readGiven } from './log-trust.ts'
import { needed } from './needed.ts'
import type { Shell } from './shell.ts'
import { Usage } from './terminal.ts'

const shown = (value: unknown): string => `${JSON.stringify(value)}\n`

export const evaluatorDeal: Command = {
  name: 'evaluator deal',
  about: 'cli.aboutEvaluatorDeal',
  options: [
    EPOCH,
    { flags: '--roster <file>', about: 'cli.optRoster' },
    { flags: '--threshold <count>', about: 'cli.optEvaluators' },
    STATE,
    OUT,
  ],
  without: WITHOUT_OFFICER,
  examples: [
    {
      line: 'evaluator deal --epoch 2027 --roster roster-2027.jsonl --threshold 2 --state evaluator',
      about: 'cli.tryEvaluatorDeal',
    },
  ],
  async run(shell, _, options) {
    const folder = stateIn(shell, options)
    const epoch = epochIn(shell, options)
    const threshold = text(options, 'threshold') ?? '2'
    if (!/^\d{1,3}$/.test(threshold))
      throw new Usage(say(shell.language, 'cli.badCount', { option: '--threshold' }))
    const roster = (await readGiven(shell, needed(shell, options, 'roster'))).toString('utf8')
    const vault = await openedVault(shell, folder)
    const dealt = await dealEpoch(folder, vault, { text: roster, epoch, threshold: Number(threshold) })
    const file = await handOut(shell, options, `deal-${epoch}-${dealt.country}.json`, shown(dealt.deal))
    shell.show({ file, ...told(dealt.roster) }, () => {
      tellRoster(shell, dealt.roster)
      shell.line(say(shell.language, 'cli.evaluatorDealt', { file }))
    })
  },
}

export const evaluatorReveal: Command = {
  name: 'evaluator reveal',
  about: 'cli.aboutEvaluatorReveal',
  args: ['<deals...>'],
  options: [EPOCH, STATE, OUT],
  without: WITHOUT_OFFICER,
  examples: [
    {
      line: 'evaluator reveal --epoch 2027 --state evaluator deal-2027-*.json',
      about: 'cli.tryEvaluatorReveal',
    },
  ],
  async run(shell, files, options) {
    const folder = stateIn(shell, options)
    const epoch = epochIn(shell, options)
    const deals = await readFiles(shell, files)
    const vault = await openedVault(shell, folder)
    const { reveal, roster, country } = await revealEpoch(folder, vault, { epoch, files: deals })
    const file = await handOut(shell, options, `reveal-${epoch}-${country}.json`, shown(reveal))
    shell.show({ file, ...told(roster) }, () =>
      shell.line(say(shell.language, 'cli.evaluatorRevealed', { file })),
    )
  },
}

export const evaluatorFinish: Command = {
  name: 'evaluator finish',
  about: 'cli.aboutEvaluatorFinish',
  args: ['<reveals...>'],
  options: [EPOCH, STATE, OUT],
  without: WITHOUT_OFFICER,
  examples: [
    {
      line: 'evaluator finish --epoch 2027 --state evaluator reveal-2027-*.json',
      about: 'cli.tryEvaluatorFinish',
    },
  ],
  async run(shell, files, options) {
    const { language } = shell
    const folder = stateIn(shell, options)
    const epoch = epochIn(shell, options)
    const reveals = await readFiles(shell, files)
    const vault = await openedVault(shell, folder)
    const { matchKey, index } = await finishEpoch(folder, vault, { epoch, files: reveals })
    const hash = hashOfMatchKey(matchKey)
    const file = await handOut(shell, options, `match-key-${epoch}.json`, matchKeyText(matchKey))
    shell.show({ file, index, hash, kept: matchKeyFile(folder, epoch) }, () => {
      const { threshold, evaluators } = matchKey
      shell.line(
        say(language, 'cli.evaluatorFinished', {
          ...{ epoch: String(epoch), index: String(index) },
          ...{ threshold: String(threshold), evaluators: String(evaluators.length) },
        }),
      )
      shell.line(say(language, 'cli.matchKeyWritten', { file }))
      shell.line(`  ${hash}`)
    })
  },
}

const told = ({ hash, threshold, members }: Roster) => ({
  roster: hash,
  threshold,
  evaluators: members.map(({ index, country, name, url }) => ({ index, country, name, url })),
})

function tellRoster(shell: Shell, roster: Roster): void {
  const { language } = shell
  shell.line(say(language, 'cli.rosterHash'))
  shell.line(`  ${roster.hash}`)
  for (const { index, country, name, url } of roster.members)
    shell.line(`  ${index}  ${country}  ${name}  ${url}`)
}
