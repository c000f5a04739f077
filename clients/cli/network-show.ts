import { LEVELS } from '../../schema/wire/codes.ts'
import { say } from '../../schema/words/index.ts'
import {
  coded,
  type Node,
  relationsByType,
  relationTable,
  SAID,
  type Said,
  saidTable,
  titleOf,
} from './claims.ts'
import type { Command } from './command.ts'
import { showDescriptions, type Thing, thing } from './entity-show.ts'
import { AS_OF } from './page.ts'
import { heading } from './table.ts'

type Network = Thing & { modusOperandi: (Node & { said: Said[] })[] }

export const networkShow: Command = {
  name: 'network show',
  about: 'cli.aboutNetworkShow',
  args: ['<name-or-id>'],
  options: [AS_OF],
  examples: [
    { line: 'network show Agadez-transport-2', about: 'cli.tryNetworkShow' },
    { line: 'network show Agadez-transport-2 --as-of 2016-08-01', about: 'cli.tryAsOf' },
  ],
  async run(shell, [name], options) {
    const asked = {
      kind: 'NETWORK' as const,
      field: 'network',
      more: `modusOperandi { id kind label said ${SAID} }`,
    }
    const network = await thing<Network>(shell, name!, asked, options)
    shell.show(network, () => {
      titleOf(shell, network)
      showDescriptions(shell, network)
      for (const level of LEVELS) {
        const members = network.relations.filter((one) => one.type === 'MEMBER_OF' && one.level === level)
        if (members.length === 0) continue
        heading(
          shell,
          say(shell.language, 'cli.headMembers', { level: coded(shell.language, 'Level', level) }),
        )
        relationTable(shell, members)
      }
      for (const way of network.modusOperandi) {
        heading(shell, `${coded(shell.language, 'Kind', 'MODUS_OPERANDI')} ${way.label ?? way.id}`)
        saidTable(shell, 'MODUS_OPERANDI', way.said)
      }
      relationsByType(
        shell,
        network.relations.filter((one) => one.type !== 'MEMBER_OF'),
      )
    })
  },
}
