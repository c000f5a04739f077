import { expect } from 'vitest'
import { openMessage } from '../../clients/core/open.ts'
import { composeMessage, signUpload } from '../../clients/core/seal.ts'
import type { Envelope } from '../../schema/wire/envelope.ts'
import { officeHolder } from '../../schema/wire/holder.ts'
import { type Admitted, gate } from '../../server/exchange/gate.ts'
import { holderKeys } from '../../server/exchange/holder-keys.ts'
import {
  content as contentOf,
  directoryOf,
  envelopeOf,
  type TestOffice,
  to,
} from '../clients/core/offices.ts'

// What every peer is put through: its messages pass the gate and open; ours open there.

export type Letter = { envelope: ReturnType<typeof envelopeOf>; text: string; payload: Uint8Array }
type Changes = Parameters<typeof envelopeOf>[0]

/** A plain payload file as an office composes it before it signs and encrypts with its own program. */
export function letterOf(
  sender: TestOffice,
  recipients: TestOffice[],
  text: string,
  changes: Changes = {},
): Letter {
  const envelope = envelopeOf({
    sender: sender.office,
    recipients: recipients.map(({ office }) => office),
    ...changes,
  })
  const sequence = Object.fromEntries(recipients.map(({ office }) => [office, 1]))
  const content = contentOf(text)
  return {
    envelope,
    text,
    payload: composeMessage({ envelope, content, sequence, to: to(sender, ...recipients) }),
  }
}

/** The message passes the gate, and every office of its audience opens it and finds its text and sender. */
export async function expectExchanged(
  ciphertext: Uint8Array,
  letter: Letter,
  sender: TestOffice,
  recipients: TestOffice[],
): Promise<Admitted> {
  const admitted = await admit(ciphertext, letter, sender, recipients)
  for (const reader of [sender, ...recipients])
    await expectOpened(ciphertext, letter, sender, recipients, reader)
  return admitted
}

/** The gate's judgment on the message, which its sender signs for the upload. */
export async function admit(
  ciphertext: Uint8Array,
  { envelope }: Letter,
  sender: TestOffice,
  recipients: TestOffice[],
): Promise<Admitted> {
  const at = new Date()
  const audience = [sender, ...recipients].map(({ office }) => office)
  const holders = await Promise.all(
    [sender, ...recipients].map(({ office, key }) => holderKeys(officeHolder(office), key.armor(), at)),
  )
  const upload = { audience, object: envelope.id, version: 1 }
  const signature = await signUpload({ ...upload, ciphertext }, { signWith: sender.secret, at })
  return gate(ciphertext, { ...upload, holders, signature, signers: [sender.key.armor()], at })
}

export async function expectOpened(
  ciphertext: Uint8Array,
  { envelope, text }: Letter,
  sender: TestOffice,
  recipients: TestOffice[],
  reader: TestOffice,
): Promise<void> {
  const opened = await openMessage({
    ciphertext,
    envelope: envelope as Envelope,
    decryptWith: [reader.secret],
    verifyWith: directoryOf(sender, ...recipients),
    office: reader.office,
    at: new Date(),
  })
  expect(opened.content.text).toBe(text)
  expect(opened.signer.office).toBe(sender.office)
}
