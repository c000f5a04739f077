import type { Graph } from '../../server/graph.ts'

/** A real graph that counts what reaches it, and does what a test asks before each statement. */
export type SpiedGraph = Graph & {
  /** Names of the statements that came, in order. */
  calls: string[]
  /** Runs before a statement reaches Neo4j; what it throws, the server gets. */
  before: (statement: string) => Promise<void> | void
  /** Runs after Neo4j has answered: a test can lose the answer here. */
  after: (statement: string) => Promise<void> | void
}

export function spiedGraph(graph: Graph): SpiedGraph {
  const spy: SpiedGraph = {
    ...graph,
    calls: [],
    before: () => {},
    after: () => {},
    read: (statement, params, deadline) =>
      watched(spy, statement.name, () => graph.read(statement, params, deadline)),
    write(statement, params, deadline, changes) {
      const write = () => graph.write(statement, params, deadline, changes)
      // The server forgets what is answered when it likes: it comes with no request.
      return statement.name === 'outbox/clear' ? write() : watched(spy, statement.name, write)
    },
  }
  return spy
}

async function watched<T>(spy: SpiedGraph, name: string, run: () => Promise<T>): Promise<T> {
  spy.calls.push(name)
  await spy.before(name)
  const answer = await run()
  await spy.after(name)
  return answer
}
