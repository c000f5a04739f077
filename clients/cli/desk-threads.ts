import type { ThreadState } from '../../schema/wire/codes.ts'
import type { Shell } from './shell.ts'

export type Owed = { message: string; to: string; office: string; state: ThreadState; due: string }
export type Thread = {
  id: string
  state: ThreadState
  latest: string
  owed: Owed[]
  messages: { id: string; envelope: string; received: string }[]
}

const QUERY = `query deskThreads($state: ThreadState, $after: String) { threads(state: $state, first: 20, after: $after) {
  hasNextPage endCursor nodes { id state latest owed { message to office state due } messages { id envelope received } } } }`

/** What presses first. */
const PRESSING: readonly ThreadState[] = ['OVERDUE', 'OPEN', 'ACKNOWLEDGED']

type Page = { nodes: Thread[]; hasNextPage: boolean; endCursor: string | null }

/** Every thread of the office in which somebody still owes something, the overdue ones first. */
export async function openThreads(shell: Shell): Promise<Thread[]> {
  const found: Thread[] = []
  for (const state of PRESSING) {
    let after: string | null = null
    do {
      const { threads }: { threads: Page } = await shell.ask(QUERY, { state, after })
      found.push(...threads.nodes)
      after = threads.hasNextPage ? threads.endCursor : null
    } while (after)
  }
  return found
}
