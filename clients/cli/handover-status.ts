import { PACKET_STATES } from '../../schema/wire/codes.ts'
import { moment, say } from '../../schema/words/index.ts'
import { coded, fieldName } from './claims.ts'
import type { Command } from './command.ts'
import { deskStates } from './desk.ts'
import { heading, table } from './table.ts'

type Handover = {
  office: string
  holder: string
  officer: string
  reason: string | null
  objects: number
  confirmed: number
  began: string
  ended: string
}

const QUERY =
  'query handoverStatus { handovers(first: 100) { office holder officer reason objects confirmed began ended } }'

export const handoverStatus: Command = {
  name: 'handover status',
  about: 'cli.aboutHandoverStatus',
  examples: [{ line: 'handover status', about: 'cli.tryHandoverStatus' }],
  async run(shell) {
    const { language } = shell
    const states = await deskStates(shell)
    const { handovers } = await shell.ask<{ handovers: Handover[] }>(QUERY)
    shell.show({ states, handovers }, () => {
      table(
        shell,
        [say(language, 'cli.headSealedFor'), say(language, 'cli.headCount')],
        PACKET_STATES.map((state) => [coded(language, 'PacketState', state), states[state]]),
      )
      heading(shell, say(language, 'cli.headHandovers'))
      const head = [
        fieldName(language, 'office'),
        say(language, 'cli.headOpenedBy'),
        fieldName(language, 'person'),
        say(language, 'cli.headReason'),
        say(language, 'cli.headCount'),
        say(language, 'cli.headConfirmed'),
        fieldName(language, 'time'),
      ]
      const rows = handovers.map(({ office, holder, officer, reason, objects, confirmed, ended }) => [
        office,
        holder,
        officer,
        reason && coded(language, 'RescueReason', reason),
        objects,
        confirmed,
        moment(language, new Date(ended)),
      ])
      table(shell, head, rows)
    })
  },
}
