import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { z } from 'zod'
import { canonical, type Json, sha256 } from '../../schema/wire/canonical.ts'
import { CardContent, type CardFacts, CardIdentifier, type SealedInput } from '../../schema/wire/card.ts'
import { CARD_KINDS, LANGUAGES } from '../../schema/wire/codes.ts'
import { newObjectId } from '../../schema/wire/envelope.ts'
import type { Release } from '../../schema/wire/release.ts'
import { plain, say } from '../../schema/words/index.ts'
import { sealedCard } from '../core/card.ts'
import { parse } from '../core/parse.ts'
import { writeWhole } from '../core/write-whole.ts'
import { readJson } from '../gateway/home.ts'
import { badFile } from './file-fault.ts'
import { recipientsOf } from './recipients.ts'
import { withoutRemarks } from './report-draft.ts'
import { type Desk, groupsOf } from './sealing.ts'
import type { Shell } from './shell.ts'

/** A card as an officer writes it; what it is about and to whom it goes are said on the command line. */
export const CardFile = z.strictObject({
  kind: z.enum(CARD_KINDS),
  language: z.enum(LANGUAGES).optional(),
  subject: CardContent.shape.subject,
  identifiers: z.array(CardIdentifier.omit({ normal: true })).max(500),
  text: z.string().max(100_000).optional(),
})
export type CardFile = z.infer<typeof CardFile>

export async function cardIn(shell: Shell, file: string): Promise<CardFile> {
  try {
    const text = await readFile(resolve(shell.terminal.cwd, file), 'utf8')
    return parse(CardFile, JSON.parse(withoutRemarks(text)), [])
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).errno)
      throw badFile(shell, file, error)
    throw error
  }
}

export type SealInput = { facts: CardFacts; release: Release | null; sealed: SealedInput }
/** `rest` are offices that one object has no room for. */
export type ReadyCard = { input: SealInput; rest: string[][] }

const Sent = z.strictObject({ of: z.string(), ready: z.custom<ReadyCard>() })

type Wanted = {
  file: string
  card: CardFile
  facts: Omit<CardFacts, 'id' | 'created' | 'profile'> & { id: string | null }
}

/**
 * A card ready to be sent. It is kept in `FILE.sent` before anything leaves, for a card sealed twice is two texts and would be
 * another card.
 */
export async function readyCard(
  shell: Shell,
  desk: Desk,
  { file, card, facts }: Wanted,
  { release, offices }: { release: Release | null; offices: string[] },
): Promise<ReadyCard> {
  const beside = `${resolve(shell.terminal.cwd, file)}.sent`
  const of = sha256(canonical([card, facts, release, desk.office] as unknown as Json)).toString('hex')
  const former = await readJson(beside, Sent)
  if (former?.of === of) return former.ready
  const [first, ...rest] = groupsOf(desk, offices)
  const { kind: _, ...content } = card
  const whole = {
    ...facts,
    id: facts.id ?? newObjectId(),
    created: desk.at.toISOString(),
    profile: 'compat' as const,
  }
  const sealed = await sealedFor(shell, desk, {
    facts: whole,
    content: { ...content, language: content.language ?? shell.language },
    offices: first!,
  })
  const ready = { input: { facts: whole, release, sealed }, rest }
  await writeWhole(beside, JSON.stringify({ of, ready }))
  return ready
}

/** Signed by the officer, sealed to these offices. */
export async function sealedFor(
  shell: Shell,
  desk: Desk,
  { facts, content, offices }: { facts: CardFacts; content: z.input<typeof CardContent>; offices: string[] },
): Promise<SealedInput> {
  const { caller } = await shell.link()
  const { privateKey: signWith } = await shell.key(caller.person)
  const to = await recipientsOf(desk.state, offices, desk.now, facts.profile)
  return sealedCard({ facts, content, to, signWith, at: desk.at })
}

/** Told before it is sealed: what has no normal form joins nothing when cards are merged. */
export function tellUnspelled(shell: Shell, unspelled: { kind: string; value: string }[]): void {
  for (const { kind, value } of unspelled)
    shell.note(say(shell.language, 'cli.cardUnspelled', { kind, value: plain(value) }))
}
