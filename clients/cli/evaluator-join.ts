import { resolve } from 'node:path'
import { Fault } from '../../schema/wire/fault.ts'
import { say } from '../../schema/words/index.ts'
import { readGenesis } from '../evaluator/directory.ts'
import { RosterLine } from '../evaluator/roster.ts'
import { type Joining, joinEpoch } from '../evaluator/state.ts'
import type { Command } from './command.ts'
import { chosenVault, EPOCH, epochIn, STATE, stateIn, WITHOUT_OFFICER } from './evaluator.ts'
import { needed } from './needed.ts'

export const evaluatorJoin: Command = {
  name: 'evaluator join',
  about: 'cli.aboutEvaluatorJoin',
  options: [
    EPOCH,
    { flags: '--name <name>', about: 'cli.optEvaluatorName' },
    { flags: '--country <code>', about: 'cli.optEvaluatorCountry' },
    { flags: '--url <url>', about: 'cli.optEvaluatorUrl' },
    { flags: '--genesis <file>', about: 'cli.optGenesisFile' },
    STATE,
  ],
  without: WITHOUT_OFFICER,
  examples: [
    {
      line: 'evaluator join --epoch 2027 --name eval.interno.it --country IT --url https://eval.interno.it --genesis genesis.json --state evaluator',
      about: 'cli.tryEvaluatorJoin',
    },
  ],
  async run(shell, _, options) {
    const folder = stateIn(shell, options)
    const { instance } = await readGenesis(resolve(shell.terminal.cwd, needed(shell, options, 'genesis')))
    const [name, country] = [needed(shell, options, 'name'), needed(shell, options, 'country')]
    const joining = {
      instance,
      name,
      country,
      url: needed(shell, options, 'url'),
      epoch: epochIn(shell, options),
    }
    // Before anybody chooses a passphrase for it.
    expectForm(joining)
    const line = await joinEpoch(folder, await chosenVault(shell, options, folder, name), joining)
    shell.show(line, () => {
      shell.note(say(shell.language, 'cli.evaluatorJoined', { epoch: String(joining.epoch), instance }))
      shell.line(JSON.stringify(line))
    })
  },
}

const FORMS: Record<string, string> = {
  name: '3 to 63 lower-case letters, digits, dots and hyphens',
  country: 'the two capital letters of a state',
  url: 'an http or https address',
}

function expectForm({ name, country, url }: Joining): void {
  const shape = RosterLine.pick({ name: true, country: true, url: true }).safeParse({ name, country, url })
  if (shape.success) return
  const option = String(shape.error.issues[0]!.path[0])
  throw new Fault('BAD_INPUT', `expected ${FORMS[option]} for --${option}, got something else`)
}
