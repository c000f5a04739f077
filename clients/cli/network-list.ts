import { say } from '../../schema/words/index.ts'
import { type Command, text } from './command.ts'
import { named } from './names.ts'
import { AS_OF, ENTITY_PAGE, entityTable, PAGE, type Page, pageOf } from './page.ts'

const QUERY = `query networkList($name: String, $level: Level, $status: NetworkStatus, $place: ID, $crime: LinkedCrime,
  $facet: Facet, $from: Day, $to: Day, $first: Int, $after: String, $asOf: Time) {
  networks(name: $name, level: $level, status: $status, place: $place, crime: $crime, facet: $facet, from: $from, to: $to,
    first: $first, after: $after, asOf: $asOf) ${ENTITY_PAGE} }`

export const networkList: Command = {
  name: 'network list',
  about: 'cli.aboutNetworkList',
  options: [
    { flags: '--name <part>', about: 'cli.optName' },
    { flags: '--level <code>', about: 'cli.optLevel' },
    { flags: '--status <code>', about: 'cli.optStatus' },
    { flags: '--place <place>', about: 'cli.optPlace' },
    { flags: '--crime <code>', about: 'cli.optCrime' },
    { flags: '--facet <code>', about: 'cli.optFacet' },
    { flags: '--from <day>', about: 'cli.optFrom' },
    { flags: '--to <day>', about: 'cli.optTo' },
    ...PAGE,
    AS_OF,
  ],
  examples: [
    { line: 'network list --level L3 --from 2014-01-01', about: 'cli.tryNetworkList' },
    { line: 'network list --place Agadez --json', about: 'cli.tryNetworkListJson' },
  ],
  async run(shell, _, options) {
    const place = text(options, 'place')
    const codes = ['name', 'level', 'status', 'crime', 'facet', 'from', 'to']
    const { networks } = await shell.ask<{ networks: Page }>(QUERY, {
      ...Object.fromEntries(codes.map((code) => [code, text(options, code) ?? null])),
      place: place ? (await named(shell, place, ['PLACE'])).id : null,
      ...pageOf(shell, options),
    })
    shell.show(networks, () => {
      shell.line(say(shell.language, 'cli.networks', { count: networks.totalCount }))
      entityTable(shell, 'NETWORK', networks, ['status'])
    })
  },
}
