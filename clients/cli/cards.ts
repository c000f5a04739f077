import type { CardContent } from '../../schema/wire/card.ts'
import { plain, say } from '../../schema/words/index.ts'
import { type OpenedCard, openCard } from '../core/card.ts'
import { coded, fieldName } from './claims.ts'
import { signersIn } from './recipients.ts'
import type { Shell } from './shell.ts'
import { heading, table } from './table.ts'

// Cards as they come from the server, opened on this machine and nowhere else.

export type Card = {
  id: string
  entity: string
  kind: string
  office: string
  facts: string
  recorded: string
  ciphertext: string | null
}
export const CARD = '{ id entity kind office facts recorded ciphertext }'

export const CARDS = `query cardShow($entity: ID!, $after: String, $asOf: Time) {
  cards(entity: $entity, first: 20, after: $after, asOf: $asOf) { totalCount hasNextPage endCursor nodes ${CARD} } }`
type Page = { totalCount: number; hasNextPage: boolean; endCursor: string | null; nodes: Card[] }

/** Every card about an entity, page by page. */
export async function cardsOf(shell: Shell, entity: string, asOf: string | null = null): Promise<Card[]> {
  const cards: Card[] = []
  let after: string | null = null
  do {
    const { cards: page }: { cards: Page } = await shell.ask<{ cards: Page }>(CARDS, { entity, after, asOf })
    cards.push(...page.nodes)
    after = page.hasNextPage ? page.endCursor : null
  } while (after !== null)
  return cards
}

/** What opens cards here; null for a card that no key on this machine opens. */
export async function opener(shell: Shell): Promise<(card: Card) => Promise<OpenedCard | null>> {
  const { caller, now } = await shell.link()
  const keys = (await shell.officeKeys([caller.office])).map(({ key }) => key)
  const state = await shell.directory()
  return async (card) =>
    card.ciphertext === null || keys.length === 0
      ? null
      : openCard({
          ciphertext: Buffer.from(card.ciphertext, 'base64'),
          decryptWith: keys,
          verifyWith: signersIn(state, card.office),
          at: new Date(now()),
          facts: { ...(JSON.parse(card.facts) as object), ...outside(card) },
          office: caller.office,
        })
}

/** From 1; it stands in the facts, as all that is signed. */
export const versionOf = ({ facts }: { facts: string }) => (JSON.parse(facts) as { version: number }).version

/** What the answer says of a card beside its facts: each must stand inside, too. */
const outside = ({ id, entity, kind, office }: Card) => ({ id, entity, kind, office })

export function showCard(shell: Shell, card: Card, opened: OpenedCard | null): void {
  const { language } = shell
  heading(
    shell,
    say(language, 'cli.headCard', { card: card.id, version: versionOf(card), office: card.office }),
  )
  if (!opened) {
    shell.line(say(language, 'cli.noteClosed'))
    return
  }
  const { content, signer } = opened
  shell.line(
    say(language, 'cli.messageOpened', { person: signer.person ?? signer.office, office: signer.office }),
  )
  if (content.subject) shell.line(subjectText(shell, content.subject))
  const head = [
    say(language, 'cli.headIdentifier'),
    say(language, 'cli.headValue'),
    say(language, 'cli.headNormal'),
    fieldName(language, 'grading'),
    say(language, 'cli.headSeen'),
  ]
  table(
    shell,
    head,
    content.identifiers.map((one) => [
      coded(language, 'IdentifierKind', one.kind),
      one.value,
      one.normal ?? '',
      `${one.source}${one.information.slice(1)}`,
      [one.observedFrom, one.observedTo].filter(Boolean).join(' – '),
    ]),
  )
  for (const line of content.text.split('\n')) if (line !== '') shell.line(`  ${plain(line)}`)
}

export function subjectText(shell: Shell, { category }: NonNullable<CardContent['subject']>): string {
  return `${fieldName(shell.language, 'category')}: ${coded(shell.language, 'SubjectCategory', category)}`
}
