/**
 * GraphiQL as one page that brings its scripts with it: nothing is fetched from elsewhere. The token is not in it, for
 * anybody on this machine can ask for the page: the officer puts it into the headers tab.
 */
export async function graphiqlPage(): Promise<string> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql')
  return renderGraphiQL({
    title: 'Portolan',
    headers: '{"authorization": "Bearer "}',
    shouldPersistHeaders: false,
  } as Parameters<typeof renderGraphiQL>[0])
}
