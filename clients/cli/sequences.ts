import { z } from 'zod'
import { Envelope } from '../../schema/wire/envelope.ts'
import { Fault, type FaultCode } from '../../schema/wire/fault.ts'
import { writeWhole } from '../core/write-whole.ts'
import { alone, readJson } from '../gateway/home.ts'
import type { Shell } from './shell.ts'

export type Mail = { id: string; envelope: string; sender: string; signer: string; received: string }
type Inbox = { hasNextPage: boolean; endCursor: string | null; nodes: Mail[] }

const QUERY = `query messageEnvelopes($after: String) { inbox(first: 100, after: $after) {
  hasNextPage endCursor nodes { id envelope sender signer received } } }`
const MOST_PAGES = 50

/** Every envelope to and from the officer's office, newest first. */
export async function envelopes(shell: Shell): Promise<(Mail & { facts: Envelope })[]> {
  const found: (Mail & { facts: Envelope })[] = []
  let after: string | null = null
  for (let page = 0; page < MOST_PAGES; page++) {
    const { inbox }: { inbox: Inbox } = await shell.ask(QUERY, { after })
    for (const mail of inbox.nodes) {
      const facts = Envelope.safeParse(JSON.parse(mail.envelope))
      if (facts.success) found.push({ ...mail, facts: facts.data })
    }
    if (!inbox.hasNextPage) break
    after = inbox.endCursor
  }
  return found
}

const NO_ANSWER: readonly FaultCode[] = ['DEADLINE', 'NEO4J_UNAVAILABLE', 'UNREACHABLE']
const Counts = z.record(z.string(), z.int().min(0))

/** Numbers from an office to each recipient. */
export type Numbers = Record<string, number>

/**
 * The next number from an office to each recipient, counted from 1. An office's officers write from several machines:
 * a number is one more than the most that either this home or the office's own sent messages know of. It is on disk
 * before it is used, so that a crash leaves a gap and never a number twice; two commands at once draw two.
 */
export async function nextNumbers(shell: Shell, sender: string, recipients: string[]): Promise<Numbers> {
  // Without an answer this home's own count goes on; where a colleague wrote meanwhile, readers are told of the repetition.
  const known = await envelopes(shell).catch((error: unknown) => {
    if (error instanceof Fault && NO_ANSWER.includes(error.code)) return []
    throw error
  })
  const sent = known.filter(({ facts }) => facts.sender === sender)
  let numbers: Numbers = {}
  await recount(shell, (kept) => {
    numbers = Object.fromEntries(
      recipients.map((to) => {
        const known = sent.filter(({ facts }) => facts.recipients.includes(to)).length
        return [to, Math.max(kept[`${sender} ${to}`] ?? 0, known) + 1]
      }),
    )
    return Object.fromEntries(recipients.map((to) => [`${sender} ${to}`, numbers[to]!]))
  })
  return numbers
}

/**
 * Gives back numbers that were drawn for a message that was not sent, unless later ones are drawn already: a gap would tell
 * its readers that the server withholds a message.
 */
export async function giveBack(shell: Shell, sender: string, numbers: Numbers): Promise<void> {
  await recount(shell, (kept) =>
    Object.fromEntries(
      Object.entries(numbers)
        .filter(([to, number]) => kept[`${sender} ${to}`] === number)
        .map(([to, number]) => [`${sender} ${to}`, number - 1]),
    ),
  )
}

async function recount(shell: Shell, change: (kept: Numbers) => Numbers): Promise<void> {
  const file = (await shell.home()).path('sequences.json')
  await alone(file, async () => {
    const kept = (await readJson(file, Counts)) ?? {}
    await writeWhole(file, JSON.stringify({ ...kept, ...change(kept) }))
  })
}

/**
 * How many messages of a sender the server has not shown to `office`, by the number that one of them carries inside:
 * it was the `number`th, and so many of them stand in the inbox up to its time.
 */
export function withheld(
  mails: { facts: Envelope; received: string }[],
  opened: Envelope,
  office: string,
  number: number,
): number {
  const upTo = mails.find(({ facts }) => facts.id === opened.id)?.received
  if (!upTo) return 0
  const shown = mails.filter(
    ({ facts, received }) =>
      facts.sender === opened.sender && facts.recipients.includes(office) && received <= upTo,
  )
  return Math.max(0, number - shown.length)
}
