import type { z } from 'zod'
import {
  type CardContent,
  CardFacts,
  CardPayload,
  isProtected,
  type SealedInput,
} from '../../schema/wire/card.ts'
import { newObjectId } from '../../schema/wire/envelope.ts'
import { Fault } from '../../schema/wire/fault.ts'
import { officeOf } from '../../schema/wire/holder.ts'
import { normalForm } from '../../schema/wire/identifiers/normal.ts'
import { checkProfile, checkSigner, matchFields, openPayload, type Reader, type SignedBy } from './open.ts'
import { parse } from './parse.ts'
import { pad, type Recipient, type Sealed, type Signing, seal } from './seal.ts'

export type OutgoingCard = {
  facts: z.input<typeof CardFacts>
  content: z.input<typeof CardContent>
  /** One key for each holder of the offices, the writer's own included. */
  to: Recipient[]
  /** The object that the sealed card becomes: it is another each time, the card stays. */
  object: string
  /** The writer's office and its sub-units: a card about a protected person is read by nobody else. */
  own?: string[]
}

/**
 * Seals a card: checked, its identifiers brought to their one spelling, signed, padded, encrypted.
 * @throws Fault PROTECTED_PERSON where the subject is protected and somebody else would read it (law 6)
 */
export async function sealCard({
  facts,
  content,
  to,
  object,
  own = [facts.office],
  signWith,
  at,
}: OutgoingCard & Signing): Promise<Sealed> {
  const checked = parse(CardFacts, facts, ['facts'])
  const offices = to.flatMap(({ holder }) => officeOf(holder) ?? [])
  if (!offices.includes(checked.office))
    throw new Fault('SEAL', `expected a key of ${checked.office}, which writes the card, got none`)
  const payload = parse(
    CardPayload,
    { format: 'portolan.card.1', facts, content: spelled(content), padding: '' },
    [],
  )
  if (offices.some((office) => !own.includes(office))) refuseProtected(payload)
  return seal({ payload: pad(payload), to, signWith, at, object: { id: object, profile: checked.profile } })
}

/** Seals a card as a new object, as the API takes it, for the offices whose keys are in `to`. */
export async function sealedCard(card: Omit<OutgoingCard, 'object'> & Signing): Promise<SealedInput> {
  const object = newObjectId()
  const { ciphertext, uploadSignature } = await sealCard({ ...card, object })
  return {
    object,
    audience: card.to.flatMap(({ holder }) => officeOf(holder) ?? []),
    ciphertext: Buffer.from(ciphertext).toString('base64'),
    signature: uploadSignature,
  }
}

/** Raw values stay as they are; the one spelling stands beside those that have one. */
function spelled(content: z.input<typeof CardContent>): z.input<typeof CardContent> {
  const identifiers = content.identifiers.map(({ normal: _, ...identifier }) => {
    const normal = normalForm(identifier)
    return { ...identifier, ...(normal !== null && { normal }) }
  })
  return { ...content, identifiers }
}

export type OpenedCard = { facts: CardFacts; content: CardContent; signer: SignedBy }

/**
 * Opens a card; `facts` are those that stand outside, each of which must stand inside too;
 * `offices` are the reader's own and those that it is part of. A card of another office about a
 * protected person is not shown, whoever sealed it.
 */
export async function openCard(
  reader: Reader & { facts: Readonly<Record<string, unknown>>; offices: string[] },
): Promise<OpenedCard> {
  const { payload, signer, profile } = await openPayload(reader, CardPayload)
  const { facts, content } = payload
  matchFields(facts, reader.facts, Object.keys(CardFacts.shape) as (keyof CardFacts)[])
  checkSigner(signer, facts.office, 'office')
  checkProfile(profile, facts.profile)
  if (!reader.offices.includes(facts.office)) refuseProtected(payload)
  return { facts, content, signer }
}

function refuseProtected({ content }: CardPayload): void {
  if (content.subject && isProtected(content.subject))
    throw new Fault(
      'PROTECTED_PERSON',
      'expected a card that stays in its office: this person is protected',
      {
        path: ['content', 'subject'],
      },
    )
}
