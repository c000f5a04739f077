import { readKey } from 'openpgp'
import type { Language } from '../../schema/wire/codes.ts'
import { leastDue } from '../../schema/wire/due.ts'
import { newObjectId } from '../../schema/wire/envelope.ts'
import { officeHolder } from '../../schema/wire/holder.ts'
import type { Release } from '../../schema/wire/release.ts'
import type { NoteInput } from '../../schema/wire/report.ts'
import type { CardFile, SealInput } from '../cli/card-file.ts'
import { sealedCard } from '../core/card.ts'
import type { OpenKey } from '../core/keys.ts'
import { type Recipient, sealMessage, sealNote } from '../core/seal.ts'
import type { Message } from './steps.ts'

export type Said = { language: Language; text: string; necessityText?: string }
/** As `sendMessage` takes it; `id` and `thread` are for whoever answers. */
export type SealedMessage = {
  id: string
  thread: string
  input: { envelope: string; ciphertext: string; signature: string }
}
export type NoteToSeal = { person: string; office: string; report: string; audience: string[]; content: Said }
/** As `sealCard` takes it. */
export type SealedCard = SealInput
export type CardToSeal = {
  person: string
  office: string
  entity: string
  audience: string[]
  release: Release
  card: CardFile & { language: Language }
}
export type MessageToSeal = {
  message: Message
  content: Said
  sequence: Record<string, number>
  answers?: { id: string; thread: string }
}

/** How the loader seals: with the officer's key, to the offices' keys of the verified directory. */
export type Sealing = {
  note(note: NoteToSeal): Promise<NoteInput>
  message(message: MessageToSeal): Promise<SealedMessage>
  card(card: CardToSeal): Promise<SealedCard>
}

type Keys = {
  /** The open key of a person. */
  keyOf(person: string): Promise<OpenKey>
  /** The armored public key of an office. */
  publicKeyOf(office: string): Promise<string>
  /** The server's time, as login told it. */
  now(): Date
}

export function sealWith({ keyOf, publicKeyOf, now }: Keys): Sealing {
  const recipients = (offices: string[]): Promise<Recipient[]> =>
    Promise.all(
      offices.map(async (office) => ({
        holder: officeHolder(office),
        key: await readKey({ armoredKey: await publicKeyOf(office) }),
      })),
    )

  return {
    async note({ person, office, report, audience, content }) {
      const at = now()
      const facts = {
        id: newObjectId(),
        report,
        office,
        created: at.toISOString(),
        profile: 'compat' as const,
      }
      const { privateKey: signWith } = await keyOf(person)
      const sealed = await sealNote({ facts, content, to: await recipients(audience), signWith, at })
      return {
        facts,
        audience,
        ciphertext: Buffer.from(sealed.ciphertext).toString('base64'),
        signature: sealed.uploadSignature,
      }
    },

    async message({ message, content, sequence, answers }) {
      const at = now()
      const envelope = envelopeOf(message, at, answers)
      const { id, thread } = envelope
      const { privateKey: signWith } = await keyOf(message.person)
      const to = await recipients([...envelope.recipients, message.office])
      const sealed = await sealMessage({ envelope, content, sequence, to, signWith, at })
      return {
        id,
        thread,
        input: {
          envelope: JSON.stringify(envelope),
          ciphertext: Buffer.from(sealed.ciphertext).toString('base64'),
          signature: sealed.uploadSignature,
        },
      }
    },

    async card({ person, office, entity, audience, release, card: { kind, ...content } }) {
      const at = now()
      const facts = {
        ...{ id: newObjectId(), entity, kind, office },
        ...{ created: at.toISOString(), profile: 'compat' as const, version: 1 },
      }
      const { privateKey: signWith } = await keyOf(person)
      const to = await recipients(audience)
      return { facts, release, sealed: await sealedCard({ facts, content, to, signWith, at }) }
    },
  }
}

function envelopeOf(message: Message, at: Date, answers?: { id: string; thread: string }) {
  const id = newObjectId()
  const { type, urgency, access, necessity, refusal } = message
  const facts = { type, urgency, ...(access && { access }), created: at.toISOString() }
  const due = leastDue(facts)
  return {
    ...facts,
    id,
    thread: answers?.thread ?? id,
    ...(answers && { inReplyTo: answers.id }),
    ...(answers && type === 'ACK' && { concerns: [answers.id] }),
    ...(due !== null && { dueAt: new Date(due).toISOString() }),
    ...(necessity && { necessity: necessity.code }),
    ...(refusal && { refusal }),
    sender: message.office,
    recipients: [...message.recipients].sort(),
    handling: [...message.handling].sort(),
    sensitivity: message.sensitivity ?? 'S1_ROUTINE',
    evidenceUse: message.evidenceUse,
    onward: message.onward ?? 'WITH_CONSENT',
    purpose: message.purpose,
    case: message.case,
    profile: 'compat' as const,
  }
}
