import { z } from 'zod'
import {
  CARD_KINDS,
  type CardKind,
  IDENTIFIER_KINDS,
  INFORMATIONS,
  type Kind,
  LANGUAGES,
  SOURCES,
  SUBJECT_CATEGORIES,
} from './codes.ts'
import { ObjectId } from './envelope.ts'
import { isDate } from './identifiers.ts'
import { OfficeCode } from './principal.ts'
import { EntityId } from './report-shape.ts'

// A card holds what the graph never does: the names, numbers and documents of one entity, as one office knows them. Only its
// facts stand outside the seal.

/** The entities that a card of each kind may be about. */
export const CARD_ENTITIES: Readonly<Record<CardKind, readonly Kind[]>> = {
  PERSON: ['ACTOR'],
  VEHICLE: ['VEHICLE'],
  SELECTOR: ['ACTOR', 'VEHICLE', 'NETWORK'],
}

/** The routing facts. Whom the card is released to stands nowhere inside: that is its originator's secret. */
export const CardFacts = z.strictObject({
  id: ObjectId,
  entity: EntityId,
  kind: z.enum(CARD_KINDS),
  office: OfficeCode,
  created: z.iso.datetime(),
  profile: z.enum(['compat', 'modern']),
  /** From 1; a correction is the next one and takes the place of the one before. */
  version: z.int().min(1).max(10_000),
})
export type CardFacts = z.infer<typeof CardFacts>

const Day = z.string().refine((value) => isDate(value) === null, {
  error: 'expected a date YYYY-MM-DD',
  params: { fault: 'BAD_DATE' },
})

/** One identifier with its own grading: a card is a bundle of claims, and some are better than others. */
export const CardIdentifier = z.strictObject({
  kind: z.enum(IDENTIFIER_KINDS),
  /** As it was written down. */
  value: z.string().min(1).max(500),
  /** The one spelling (`identifiers/normal.ts`); left out where the value has none. */
  normal: z.string().min(1).max(600).optional(),
  country: z.string().max(3).optional(),
  platform: z.string().max(40).optional(),
  source: z.enum(SOURCES),
  information: z.enum(INFORMATIONS),
  observedFrom: Day.optional(),
  observedTo: Day.optional(),
})
export type CardIdentifier = z.infer<typeof CardIdentifier>

const Subject = z.strictObject({
  category: z.enum(SUBJECT_CATEGORIES),
  minor: z.boolean().optional(),
  coerced: z.boolean().optional(),
})
export type Subject = z.infer<typeof Subject>

export const CardContent = z.strictObject({
  language: z.enum(LANGUAGES),
  /** Who the person is to the office; a card of a person needs one, and no other takes one. */
  subject: Subject.optional(),
  identifiers: z.array(CardIdentifier).max(500),
  text: z.string().max(100_000).default(''),
})
export type CardContent = z.infer<typeof CardContent>

/** What is signed and sealed. `padding` brings its length to a Padmé class. */
export const CardPayload = z
  .strictObject({
    format: z.literal('portolan.card.1'),
    facts: CardFacts,
    content: CardContent,
    padding: z.string().regex(/^0*$/),
  })
  .superRefine(({ facts, content }, ctx) => {
    const wrong = (path: string[], message: string) => ctx.addIssue({ code: 'custom', path, message })
    if ((facts.kind === 'PERSON') !== (content.subject !== undefined))
      wrong(['content', 'subject'], 'expected a subject on the card of a person, and on no other')
    if (facts.kind === 'SELECTOR' && content.identifiers.length !== 1)
      wrong(['content', 'identifiers'], `expected one identifier, got ${content.identifiers.length}`)
  })
export type CardPayload = z.infer<typeof CardPayload>

/** Who is protected as what he is to the police. */
export const PROTECTED_CATEGORIES = ['VICTIM', 'WITNESS', 'INFORMANT'] as const

/**
 * Law 6: a victim, a witness, an informant, a minor and whoever was coerced. A card about one stays in the office that wrote it.
 * It reads a sealed subject and a visible description alike.
 */
export function isProtected(said: Record<string, unknown>): boolean {
  return (
    (PROTECTED_CATEGORIES as readonly string[]).includes(String(said.category)) ||
    said.minor === true ||
    said.coerced === true ||
    said.age === 'CHILD' ||
    said.age === 'UNDER_18_CLAIMED'
  )
}

/** The sealed object of a card or note, made by the client, and the offices that it is sealed to. */
export const SealedInput = z.strictObject({
  object: ObjectId,
  audience: z.array(OfficeCode).min(1).max(64),
  ciphertext: z.base64(),
  signature: z.string().max(20_000),
})
export type SealedInput = z.infer<typeof SealedInput>
