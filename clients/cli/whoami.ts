import type { Language } from '../../schema/wire/codes.ts'
import { country, list, moment, number, say } from '../../schema/words/index.ts'
import { type QuorumState, quorumStateIn } from '../gateway/quorum.ts'
import { coded, fieldName } from './claims.ts'
import type { Command } from './command.ts'
import { KEY_WARNINGS, type ToldWarning, tellWarnings } from './key-warnings.ts'
import { table } from './table.ts'

type Team = { team: string; name: { en: string; fr: string }; from: string; to: string | null }
type Me = {
  person: string
  office: string
  country: string
  role: string
  principals: string[]
  shownToday: number
  budget: number
  keyWarnings: ToldWarning[]
  teams: Team[]
}

const QUERY = `query whoami { me { person office country role principals shownToday budget
  ${KEY_WARNINGS} teams { team kind name { en fr } signatories members from to } } }`

/** What is known of the log here: nothing is asked for it. */
function quorumText(language: Language, quorum: QuorumState): string {
  if (quorum === 'NO_POLICY') return say(language, 'cli.quorumUnset')
  if (quorum === 'NOT_ASKED') return say(language, 'cli.quorumNotAsked')
  const { since, minutes } = quorum
  if (since === null) return say(language, 'cli.quorumUnseen', { minutes })
  return say(language, 'cli.quorumSeen', { minutes, time: moment(language, new Date(since)) })
}

export const whoami: Command = {
  name: 'whoami',
  about: 'cli.aboutWhoami',
  examples: [{ line: 'whoami --as ne-dst.aicha', about: 'cli.tryWhoami' }],
  async run(shell) {
    const { me } = await shell.ask<{ me: Me }>(QUERY)
    const { language } = shell
    const quorum = await quorumStateIn(await shell.home())
    tellWarnings(shell, me.keyWarnings)
    shell.show({ ...me, quorum }, () => {
      const used = say(language, 'cli.usedToday', {
        used: number(language, me.shownToday),
        most: number(language, me.budget),
      })
      const rows = [
        [fieldName(language, 'person'), me.person],
        [fieldName(language, 'office'), me.office],
        [fieldName(language, 'country'), country(language, me.country)],
        [fieldName(language, 'role'), coded(language, 'OfficeRole', me.role)],
        [say(language, 'cli.headSees'), me.principals.join('\n')],
        [
          say(language, 'cli.headTeams'),
          list(
            language,
            me.teams.map(({ name }) => name[language]),
          ),
        ],
        [say(language, 'cli.headBudget'), used],
        [say(language, 'cli.headLog'), quorumText(language, quorum)],
      ]
      table(shell, [say(language, 'cli.headField'), me.person], rows)
    })
  },
}
