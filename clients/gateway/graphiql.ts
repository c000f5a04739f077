import type { Language } from '../../schema/wire/codes.ts'
import { say } from '../../schema/words/index.ts'

/** Worth running first: it shows as whom one asks, and some of what he may see. */
export const FIRST_QUERY = `query first {
  me {
    person
    office
  }
  networks(first: 5) {
    totalCount
    edges {
      node {
        id
        label
      }
    }
  }
}
`

/**
 * GraphiQL as one page that brings its scripts with it: nothing is fetched from elsewhere. The token is not in it, for
 * anybody on this machine can ask for the page: the officer puts it into the headers tab.
 */
export async function graphiqlPage(language: Language): Promise<string> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql')
  return renderGraphiQL({
    title: 'Portolan',
    defaultQuery: `# ${say(language, 'cli.graphiqlHint')}\n\n${FIRST_QUERY}`,
    headers: '{"authorization": "Bearer "}',
    shouldPersistHeaders: false,
  } as Parameters<typeof renderGraphiQL>[0])
}
