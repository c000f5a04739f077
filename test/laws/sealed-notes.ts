import { readKey } from 'openpgp'
import type { z } from 'zod'
import { sealMessage, sealNote } from '../../clients/core/seal.ts'
import { type Envelope, newObjectId } from '../../schema/wire/envelope.ts'
import { officeHolder } from '../../schema/wire/holder.ts'
import type { Cast } from '../cast.ts'
import type { TestPortolan } from '../instance.ts'
import { sealedCard } from './sealed-cards.ts'
import type { World } from './world.ts'

// Sealed notes and messages, made once for a run: sealing is the slow part of a world.

export type SealedNote = {
  key: string
  office: string
  input: { facts: object; audience: string[]; ciphertext: string; signature: string }
}
export type SealedNotes = {
  /** A note that an office has not used in this world yet. */
  take(office: string, world: World): SealedNote | undefined
  /** A card, sealed now: what it is about stands inside. */
  card(...card: Card): ReturnType<typeof sealedCard>
}
type Card = Parameters<typeof sealedCard> extends [Cast, ...infer Rest] ? Rest : never

const recipients = (cast: Cast, offices: string[]) =>
  Promise.all(
    offices.map(async (office) => ({
      holder: officeHolder(office),
      key: await readKey({ armoredKey: cast.key(`office:${office}`).publicKey }),
    })),
  )

export async function sealedNote(
  cast: Cast,
  key: string,
  audience: string[],
  at: number,
  text = 'Le convoi part à 4 h.',
): Promise<SealedNote> {
  const office = audience[0]!
  const facts = {
    id: newObjectId(),
    report: key,
    office,
    created: new Date(at).toISOString(),
    profile: 'compat' as const,
  }
  const { ciphertext, uploadSignature } = await sealNote({
    ...{ facts, content: { language: 'fr', text, identifiers: [] }, to: await recipients(cast, audience) },
    signWith: cast.key(`office:${office}`).privateKey,
    at: new Date(at),
  })
  return {
    key,
    office,
    input: {
      facts,
      audience,
      ciphertext: Buffer.from(ciphertext).toString('base64'),
      signature: uploadSignature,
    },
  }
}

export async function makeNotes(cast: Cast, at: number): Promise<SealedNotes> {
  const made = await Promise.all([
    sealedNote(cast, 'noted-niger', ['ne-dst', 'it-sco'], at),
    sealedNote(cast, 'noted-mali', ['ml-dnlt', 'ne-dst'], at),
    sealedNote(cast, 'noted-italy', ['it-sco', 'fr-liaison', 'it-proc'], at),
  ])
  const used = new WeakMap<World, Set<string>>()
  return {
    card: (...card) => sealedCard(cast, ...card),
    take(office, world) {
      const taken = used.get(world) ?? new Set()
      used.set(world, taken)
      const note = made.find((one) => one.office === office && !taken.has(one.key))
      if (note) taken.add(note.key)
      return note
    },
  }
}

export const SEND = 'mutation($input: SendInput!) { sendMessage(input: $input) { id } }'

/** The routing facts of a request that an office sends to others. */
export const envelopeOf = (sender: string, recipients: string[], at: number, id = newObjectId()) => ({
  ...{ id, type: 'REQUEST' as const, thread: id, urgency: 'NORMAL' as const, sender, recipients },
  ...{ handling: ['H0' as const], evidenceUse: 'NOT_CONSENTED' as const, purpose: 'EXCHANGE' as const },
  ...{ sensitivity: 'S1_ROUTINE' as const, onward: 'WITH_CONSENT' as const, legalBasis: 'NE-loi-2015-36' },
  ...{ necessity: 'LINK_CASES' as const, dueAt: new Date(at + 7 * 24 * 3_600_000).toISOString() },
  ...{ created: new Date(at).toISOString(), profile: 'compat' as const },
})

/** A request that an office made and signed at a time. */
export async function sealedMessage(
  cast: Cast,
  sender: string,
  to: string[],
  at: number,
  text = 'Rendez-vous mardi.',
  changes: Partial<z.input<typeof Envelope>> = {},
) {
  const envelope = { ...envelopeOf(sender, to, at), ...changes }
  const { ciphertext, uploadSignature } = await sealMessage({
    ...{ envelope, content: { language: 'fr', text, necessityText: 'Le même véhicule.' } },
    sequence: Object.fromEntries(to.map((office) => [office, 1])),
    to: await recipients(cast, [sender, ...to]),
    signWith: cast.key(`office:${sender}`).privateKey,
    at: new Date(at),
  })
  const input = {
    envelope: JSON.stringify(envelope),
    ciphertext: Buffer.from(ciphertext).toString('base64'),
    signature: uploadSignature,
  }
  return { id: envelope.id, input }
}

export async function sendSealed(
  portolan: Pick<TestPortolan, 'ask'>,
  cast: Cast,
  from: { person: string; office: string },
  to: string[],
  at: number,
  text?: string,
  changes?: Partial<z.input<typeof Envelope>>,
) {
  const { id, input } = await sealedMessage(cast, from.office, to, at, text, changes)
  const reply = await portolan.ask(from.person, SEND, { input })
  return { id, input, reply }
}
