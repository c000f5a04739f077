import { ReplayAnswer } from '../../schema/wire/operator.ts'
import { say } from '../../schema/words/index.ts'
import type { Command } from './command.ts'
import { NO_CALLER, order } from './operator-order.ts'

const SAID = {
  GRAPH: { found: 'cli.storeBehindGRAPH', accepted: 'cli.storeAcceptedGRAPH' },
  LOG: { found: 'cli.storeBehindLOG', accepted: 'cli.storeAcceptedLOG' },
} as const

export const operatorReplay: Command = {
  name: 'operator replay',
  about: 'cli.aboutOperatorReplay',
  options: [
    { flags: '--accept', about: 'cli.optAccept' },
    { flags: '--home <folder>', about: 'cli.optServerHome' },
  ],
  without: [...NO_CALLER],
  examples: [
    {
      line: 'operator replay --purpose ADMINISTRATION --justification "the disk of the graph failed"',
      about: 'cli.tryOperatorReplay',
    },
    {
      line: 'operator replay --accept --purpose ADMINISTRATION --justification "no newer copy exists"',
      about: 'cli.tryOperatorReplayAccept',
    },
  ],
  async run(shell, _, options) {
    const body = { accept: options.accept === true }
    const found = await order(shell, options, { path: '/replay', body, answer: ReplayAnswer })
    shell.show(found, () => {
      const { behind, accepted } = found
      if (behind === null) shell.line(say(shell.language, 'cli.storesAgree'))
      else shell.line(say(shell.language, SAID[behind][accepted ? 'accepted' : 'found'], found))
    })
  },
}
