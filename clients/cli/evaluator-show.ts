import { Fault } from '../../schema/wire/fault.ts'
import { MatchKey } from '../../schema/wire/match.ts'
import { say } from '../../schema/words/index.ts'
import { destroyShare, epochsIn, hashOfMatchKey, matchKeyFile } from '../evaluator/shares.ts'
import { ceremoniesIn, destroyCeremony, identityIn } from '../evaluator/state.ts'
import { readJson } from '../gateway/home.ts'
import type { Command } from './command.ts'
import { EPOCH, epochIn, STATE, stateIn, WITHOUT_OFFICER } from './evaluator.ts'
import { WITHOUT_SERVER } from './log-trust.ts'
import { Usage } from './terminal.ts'

export const evaluatorShow: Command = {
  name: 'evaluator show',
  about: 'cli.aboutEvaluatorShow',
  options: [STATE],
  without: WITHOUT_SERVER,
  examples: [{ line: 'evaluator show --state evaluator', about: 'cli.tryEvaluatorShow' }],
  async run(shell, _, options) {
    const { language } = shell
    const folder = stateIn(shell, options)
    const identity = await identityIn(folder)
    if (identity === null) throw new Usage(say(language, 'cli.noEvaluator', { folder }))
    const shares = await Promise.all(
      (await epochsIn(folder)).map(async (epoch) => {
        const key = await readJson(matchKeyFile(folder, epoch), MatchKey)
        return { epoch, matchKey: key && hashOfMatchKey(key) }
      }),
    )
    const ceremonies = await ceremoniesIn(folder)
    shell.show({ ...identity, shares, ceremonies }, () => {
      shell.line(`${identity.name}  ${identity.country}  ${identity.sign}`)
      for (const { epoch, matchKey } of shares)
        shell.line(say(language, 'cli.shareHeld', { epoch: String(epoch), hash: matchKey ?? '—' }))
      for (const { epoch, step } of ceremonies)
        shell.line(say(language, `cli.ceremony${step}`, { epoch: String(epoch) }))
      if (shares.length + ceremonies.length === 0) shell.line(say(language, 'cli.shareNone'))
    })
  },
}

export const evaluatorDestroy: Command = {
  name: 'evaluator destroy',
  about: 'cli.aboutEvaluatorDestroy',
  options: [EPOCH, STATE],
  without: WITHOUT_OFFICER,
  examples: [{ line: 'evaluator destroy --epoch 2027 --state evaluator', about: 'cli.tryEvaluatorDestroy' }],
  async run(shell, _, options) {
    const folder = stateIn(shell, options)
    const epoch = epochIn(shell, options)
    const share = await destroyShare(folder, epoch)
    const ceremony = await destroyCeremony(folder, epoch)
    if (!share && !ceremony)
      throw new Fault('NOT_FOUND', `expected a share or a ceremony of ${epoch} in ${folder}, got none`)
    shell.show({ epoch, share, ceremony }, () =>
      shell.line(
        say(shell.language, share ? 'cli.shareDestroyed' : 'cli.ceremonyDestroyed', { epoch: String(epoch) }),
      ),
    )
  },
}
