import { z } from 'zod'
import { canonical, type Json, sha256 } from './canonical.ts'
import { MATCH_CHOICES, type MatchChoice, OFFICE_ROLES, SELECTOR_TYPES, type SelectorType } from './codes.ts'
import { ObjectId } from './envelope.ts'
import { LoginRequest } from './login.ts'
import { OfficeCode } from './principal.ts'

// Who else knows this? A selector becomes a token by an oblivious function whose key no single state holds: the officer's
// client blinds it, t of n evaluators answer, each with a proof, and the client makes the token of their answers. The
// platform compares tokens and holds no share of the key; an evaluator sees blinded points and no token.

export { MATCH_CHOICES, type MatchChoice, SELECTOR_TYPES, type SelectorType }

/** Why tokens are made: for a card that is sealed, for a question, or for a card at a change of epoch. */
export const EVALUATION_AIMS = ['SEAL', 'MATCH', 'RENEW'] as const
export type EvaluationAim = (typeof EVALUATION_AIMS)[number]

/** The year in which a key is used; the next year's key is in use beside it while cards are renewed. */
export const Epoch = z.int().min(2026).max(2200)

/** 32 octets, base64url: a group element, a scalar, a token or a commitment. */
export const Octets32 = z.string().regex(/^[A-Za-z0-9_-]{43}$/)
/** The function's whole output (RFC 9497 §4.1, SHA-512): 64 octets, base64url. */
export const Token = z.string().regex(/^[A-Za-z0-9_-]{86}$/)

/** Selectors of one officer in one day (UTC), of one state, and of one officer in any minute. */
export const MATCH_BUDGET = { officerDay: 200, stateDay: 2_000, officerMinute: 20 } as const
/** Selectors in one file that is asked about. */
export const MOST_ASKED = 1_000
/** Selectors in one order; a renewal spends the state's budget alone. */
export const MOST_EVALUATED = 500
/** How long an order may be under way (ms). */
export const ORDER_LIFE = 300_000

/** What an officer asks the evaluators to do, each of them the same. */
export const EvaluationOrder = z.strictObject({
  format: z.literal('portolan.evaluate.1'),
  /** 128 random bits, base64url. The same order again is answered the same and costs nothing. */
  id: z.string().regex(/^[A-Za-z0-9_-]{22}$/),
  /** The instance whose directory says who the officer is. */
  instance: z.string().max(300),
  person: z.string().max(120),
  office: OfficeCode,
  role: z.enum(OFFICE_ROLES),
  country: z.string().length(2),
  aim: z.enum(EVALUATION_AIMS),
  case: z.string().min(1).max(80),
  epoch: Epoch,
  created: z.iso.datetime(),
  /** Blinded selectors. */
  elements: z.array(Octets32).min(1).max(MOST_EVALUATED),
  /** One salted commitment to each selector, which only the officer's own auditor may have opened. */
  commitments: z.array(Octets32).min(1).max(MOST_EVALUATED),
})
export type EvaluationOrder = z.infer<typeof EvaluationOrder>

/** SHA-256 by which permit and signatures name an order. */
export const orderHash = (order: EvaluationOrder): Buffer => sha256(Buffer.from(canonical(order as Json)))

/** The text that the session key signs, byte for byte. */
export const orderText = (order: EvaluationOrder): string =>
  `portolan.evaluate.1\n${orderHash(order).toString('base64url')}\n`

/** The platform's leave, by the key of its receipts: the order is on record and within the budget. */
export const permitText = (order: EvaluationOrder): string =>
  `portolan.permit.1\n${orderHash(order).toString('base64url')}\n`

/**
 * `POST /evaluate` takes this. The platform's permit alone is not enough, for a platform could permit itself: the officer's
 * own key certified the session key (`login`), and the session key signed the order. Nor is the officer's: the platform has it
 * on record.
 */
export const EvaluationRequest = z.strictObject({
  order: EvaluationOrder,
  permit: z.base64url().length(86),
  login: LoginRequest,
  /** Ed25519 by the session key. */
  signature: z.base64url().length(86),
})
export type EvaluationRequest = z.infer<typeof EvaluationRequest>

/** Its answer: each element by this evaluator's share, and one proof for all of them (RFC 9497 §2.2). */
export const Evaluation = z.strictObject({
  order: z.string(),
  evaluator: z.int().min(1).max(255),
  epoch: Epoch,
  elements: z.array(Octets32),
  proof: z.strictObject({ c: Octets32, s: Octets32 }),
})
export type Evaluation = z.infer<typeof Evaluation>

/** An evaluator as clients know it. `key` is its share's public key in this epoch. */
const EvaluatorEntry = z.strictObject({
  index: z.int().min(1).max(255),
  country: z.string().length(2),
  url: z.url(),
  key: Octets32,
})

/** The outcome of one key ceremony: which evaluators hold a share of which key, and how many of them it takes. */
export const MatchKey = z.strictObject({
  format: z.literal('portolan.match-key.1'),
  instance: z.string().max(300),
  epoch: Epoch,
  threshold: z.int().min(2).max(255),
  /** The key of all together. */
  key: Octets32,
  evaluators: z.array(EvaluatorEntry).min(2).max(255),
})
export type MatchKey = z.infer<typeof MatchKey>

/** One selector as an input of the function: nothing of one type or epoch can meet anything of another. */
export const selectorInput = (epoch: number, type: SelectorType, normal: string): Buffer =>
  Buffer.from(`portolan.selector.1\n${epoch}\n${type}\n${normal}\n`)

/** SHA-256 over salt and input: says nothing without the salt, and cannot be opened as another selector. */
export const commitmentTo = (salt: Uint8Array, input: Uint8Array): Buffer =>
  sha256(Buffer.concat([Buffer.from('portolan.commitment.1\n'), salt, input]))

/** The tokens of a card, as its office leaves them on watch. */
export const TokensInput = z.strictObject({
  card: ObjectId,
  /** The version of the card that they were made of. */
  version: z.int().min(1).max(10_000),
  epoch: Epoch,
  choice: z.enum(MATCH_CHOICES),
  tokens: z.array(z.strictObject({ type: z.enum(SELECTOR_TYPES), token: Token })).max(500),
})
export type TokensInput = z.infer<typeof TokensInput>

/** A question of up to a thousand selectors. It is answered with the batch of its minute. */
export const MatchInput = z.strictObject({
  epoch: Epoch,
  case: z.string().min(1).max(80),
  tokens: z
    .array(z.strictObject({ type: z.enum(SELECTOR_TYPES), token: Token }))
    .min(1)
    .max(MOST_ASKED),
})
export type MatchInput = z.infer<typeof MatchInput>
