/**
 * Neo4j for tests.
 *
 * - `testNeo4j()` borrows a shared instance of the vitest run (test/global-setup.ts), empty, for this test
 *   file alone: other files that ask wait until this one has ended. Call it in `beforeAll`, or at the top with
 *   `await`; the same file gets the same loan again. Nothing to stop.
 * - `startNeo4j(name)` starts a further one for a test that compares two; the caller stops it.
 */
import { connect, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { inject } from 'vitest'
import type {} from './global-setup.ts'
import type { Login } from './neo4j-instance.ts'

export { type Login, ping, startNeo4j } from './neo4j-instance.ts'

// On the process, not in the module: if a worker goes on to another file, that file ends the loan of the former.
const LOAN = Symbol.for('portolan.test.neo4j')
const holder = process as { [LOAN]?: Socket }
holder[LOAN]?.destroy()

let loan: Promise<Login> | undefined

/** The shared Neo4j, empty at the first call of a test file. */
export function testNeo4j(): Promise<Login> {
  loan ??= borrow()
  return loan
}

async function borrow(): Promise<Login> {
  const socket = connect(inject('neo4jDoor'))
  holder[LOAN] = socket
  const lines = createInterface({ input: socket })
  const line = await new Promise<string>((settle, fail) => {
    lines.once('line', settle)
    socket.once('error', fail)
    lines.once('close', () => fail(new Error('the shared Neo4j closed the door')))
  })
  // The loan must not keep the worker alive: its end gives the instance back.
  socket.unref()
  const answer = JSON.parse(line) as Login | { error: string }
  if ('error' in answer) throw new Error(answer.error)
  return answer
}
