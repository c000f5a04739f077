import { say } from '../../schema/words/index.ts'
import { type Command, text } from './command.ts'
import { AS_OF, ENTITY_PAGE, entityTable, PAGE, type Page, pageOf } from './page.ts'

const QUERY = `query routeList($name: String, $first: Int, $after: String, $asOf: Time) {
  routes(name: $name, first: $first, after: $after, asOf: $asOf) ${ENTITY_PAGE} }`

export const routeList: Command = {
  name: 'route list',
  about: 'cli.aboutRouteList',
  options: [{ flags: '--name <part>', about: 'cli.optName' }, ...PAGE, AS_OF],
  examples: [{ line: 'route list --name sea', about: 'cli.tryRouteList' }],
  async run(shell, _, options) {
    const variables = { name: text(options, 'name') ?? null, ...pageOf(shell, options) }
    const { routes } = await shell.ask<{ routes: Page }>(QUERY, variables)
    shell.show(routes, () => {
      shell.line(say(shell.language, 'cli.routes', { count: routes.totalCount }))
      entityTable(shell, 'ROUTE', routes, ['status'])
    })
  },
}
