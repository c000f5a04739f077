import { z } from 'zod'
import { HIT_TYPES, MATCH_CHOICES, SELECTOR_TYPES } from '../../schema/wire/codes.ts'
import { statement } from '../statement.ts'

// What the server runs by itself, most of it once a minute: no caller may ask any of it.

const type = z.enum(SELECTOR_TYPES)
const hitType = z.enum(HIT_TYPES)
const choice = z.enum(MATCH_CHOICES)

const Holder = z
  .tuple([z.string(), z.string(), z.string(), choice])
  .transform(([card, office, entity, choice]) => ({ card, office, entity, choice }))
/** A card whose token equals another one. */
export type Holder = z.output<typeof Holder>

export const matchRenewable = statement({
  name: 'match/renewable',
  params: z.object({ office: z.string() }),
  row: z.object({ epoch: z.number(), tokens: z.number() }),
})

export const matchFresh = statement({
  name: 'match/fresh',
  params: z.object({ first: z.int() }),
  row: z.object({ key: z.string(), type, own: Holder, others: z.array(Holder) }),
})

const Asked = z.object({
  id: z.string(),
  office: z.string(),
  types: z.array(hitType),
  network: z.string().nullable(),
  traits: z.array(z.string()).nullable(),
  held: z.array(
    z
      .tuple([z.number(), z.string(), z.string(), z.string(), choice])
      .transform(([position, card, office, entity, choice]) => ({ position, card, office, entity, choice })),
  ),
})
export type Asked = z.output<typeof Asked>

export const matchAsked = statement({
  name: 'match/asked',
  params: z.object({ now: z.number(), first: z.int() }),
  row: Asked,
})

export const matchProtected = statement({
  name: 'match/protected',
  params: z.object({
    cards: z.array(z.object({ card: z.string(), entity: z.string(), office: z.string() })),
    sights: z.record(z.string(), z.array(z.number())),
    version: z.number(),
    categories: z.array(z.string()),
    ages: z.array(z.string()),
  }),
  row: z.object({ card: z.string() }),
})

const SideProps = z.object({
  /** Hit and office. */
  key: z.string(),
  id: z.string(),
  office: z.string(),
  compartment: z.int(),
  type: hitType,
  at: z.int(),
  card: z.string().optional(),
  network: z.string().optional(),
  question: z.string().optional(),
  position: z.int().optional(),
  /** Whether this office is announced to the other, and the other to this. */
  announced: z.boolean(),
  known: z.boolean(),
  // Of the other side: shown only once it is known.
  theirOffice: z.string(),
  theirCompartment: z.int(),
  theirCard: z.string().optional(),
  theirNetwork: z.string().optional(),
  theirQuestion: z.string().optional(),
  theirPosition: z.int().optional(),
  /** When the office is reminded next, in milliseconds: only of one that was told first, until it decides. */
  undecided: z.int().optional(),
  untold: z.literal('FOUND'),
})
export type SideProps = z.infer<typeof SideProps>
const NewHit = z.object({ id: z.string(), sides: z.array(SideProps) })
/** A hit with those of its sides that are told of it. */
export type NewHit = z.infer<typeof NewHit>

export const matchFound = statement({
  name: 'match/found',
  access: 'write',
  params: z.object({
    hits: z.array(NewHit),
    seen: z.array(z.string()),
    answered: z.array(z.string()),
  }),
  row: z.object({ hits: z.number() }),
})

const Step = z.enum(['FOUND', 'KNOWN', 'REFUSED', 'PROPOSED', 'JOINED', 'UNDECIDED'])

const Untold = z.object({
  ...{ key: z.string(), id: z.string(), office: z.string(), step: Step },
  undecided: z.number().nullable(),
})
export type Untold = z.infer<typeof Untold>

export const matchUntold = statement({
  name: 'match/untold',
  params: z.object({ first: z.int() }),
  row: Untold,
})

export const matchTold = statement({
  name: 'match/told',
  access: 'write',
  params: z.object({ rows: z.array(z.object({ key: z.string(), step: Step })) }),
  row: z.object({ key: z.string() }),
})

const Undecided = z.object({
  key: z.string(),
  office: z.string(),
  undecided: z.number(),
  card: z.string().nullable(),
  /** What the card is about, where it is on watch and its office is not silent; else nothing. */
  entities: z.array(z.string()),
  /** Whether the network is, likewise. */
  watched: z.boolean(),
  /** Whether the other office goes no further. */
  ended: z.boolean(),
})
export type Undecided = z.infer<typeof Undecided>

export const matchUndecided = statement({
  name: 'match/undecided',
  params: z.object({ now: z.number(), first: z.int() }),
  row: Undecided,
})

const Reminder = z.object({ key: z.string(), undecided: z.number(), next: z.int(), told: z.boolean() })

export const matchRemind = statement({
  name: 'match/remind',
  access: 'write',
  params: z.object({ rows: z.array(Reminder) }),
  row: z.object({ key: z.string() }),
})

export const matchForget = statement({
  name: 'match/forget',
  access: 'write',
  params: z.object({ before: z.number() }),
  row: z.object({ gone: z.number() }),
})
