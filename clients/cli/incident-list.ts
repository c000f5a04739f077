import { say } from '../../schema/words/index.ts'
import { type Command, text } from './command.ts'
import { named } from './names.ts'
import { AS_OF, ENTITY_PAGE, entityTable, PAGE, type Page, pageOf } from './page.ts'

const QUERY = `query incidentList($type: IncidentType, $place: ID, $from: Day, $to: Day, $first: Int, $after: String, $asOf: Time) {
  incidents(type: $type, place: $place, from: $from, to: $to, first: $first, after: $after, asOf: $asOf) ${ENTITY_PAGE} }`

export const incidentList: Command = {
  name: 'incident list',
  about: 'cli.aboutIncidentList',
  options: [
    { flags: '--type <code>', about: 'cli.optIncidentType' },
    { flags: '--place <place>', about: 'cli.optPlace' },
    { flags: '--from <day>', about: 'cli.optFrom' },
    { flags: '--to <day>', about: 'cli.optTo' },
    ...PAGE,
    AS_OF,
  ],
  examples: [{ line: 'incident list --type SHIPWRECK --from 2015-01-01', about: 'cli.tryIncidentList' }],
  async run(shell, _, options) {
    const place = text(options, 'place')
    const { incidents } = await shell.ask<{ incidents: Page }>(QUERY, {
      ...Object.fromEntries(['type', 'from', 'to'].map((name) => [name, text(options, name) ?? null])),
      place: place ? (await named(shell, place, ['PLACE'])).id : null,
      ...pageOf(shell, options),
    })
    shell.show(incidents, () => {
      shell.line(say(shell.language, 'cli.incidents', { count: incidents.totalCount }))
      entityTable(shell, 'INCIDENT', incidents, ['type', 'dead', 'missing', 'rescued'])
    })
  },
}
