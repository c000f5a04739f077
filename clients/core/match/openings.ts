import { createMessage, encrypt, type PrivateKey } from 'openpgp'
import { z } from 'zod'
import { activeOffice, type DirectoryState } from '../../../schema/wire/directory-state.ts'
import { Fault } from '../../../schema/wire/fault.ts'
import { officeHolder } from '../../../schema/wire/holder.ts'
import { OfficeCode } from '../../../schema/wire/principal.ts'
import { openPayload, type Reader } from '../open.ts'
import { openpgpConfig } from '../openpgp-config.ts'
import { checkKey, pad, type Recipient } from '../seal.ts'
import { Commitment } from './commitments.ts'
import { Sample, SampleEntry } from './sample.ts'
import type { SealedFiles } from './sealed-files.ts'

/** What opens one commitment of a sample. */
export const Opening = Commitment.extend({ position: z.int().min(0) })
export type Opening = z.infer<typeof Opening>

/** What one officer opens to his auditor, signed by him and sealed to that office alone. */
export const Openings = z.strictObject({
  format: z.literal('portolan.match-openings.1'),
  ...{ instance: Sample.shape.instance, month: Sample.shape.month },
  auditor: OfficeCode,
  person: z.string().max(120),
  made: z.iso.datetime(),
  openings: z.array(Opening),
  /** What his log does not have any more. */
  missing: z.array(SampleEntry.pick({ order: true, position: true, commitment: true })),
  padding: z.string().regex(/^0*$/),
})
export type Openings = z.infer<typeof Openings>

type Log = Pick<SealedFiles<Commitment[]>, 'get'>

/** What an officer's log has of his own entries of a sample, and what it does not. */
export async function openingsOf(
  sample: Sample,
  person: string,
  log: Log,
): Promise<Pick<Openings, 'openings' | 'missing'>> {
  const found: Pick<Openings, 'openings' | 'missing'> = { openings: [], missing: [] }
  for (const { order, position, commitment } of sample.entries.filter((one) => one.person === person)) {
    const kept = ((await log.get(order).catch(unlessSeal)) ?? []).find((one) => one.commitment === commitment)
    if (kept) found.openings.push({ ...kept, position })
    else found.missing.push({ order, position, commitment })
  }
  return found
}

/** A file that is damaged says no more than one that is not there; that it is missing, the auditor is told. */
export function unlessSeal(error: unknown): null {
  if (error instanceof Fault && error.code === 'SEAL') return null
  throw error
}

/**
 * The auditors' office that a sample names, if it is one of this officer's own state now: nobody else is opened anything.
 * @throws Fault NOT_ALLOWED
 */
export function expectOwnAuditor(
  state: DirectoryState,
  { auditor, instance }: Pick<Sample, 'auditor' | 'instance'>,
  country: string,
  now: number,
): { armored: string } {
  const office = activeOffice(state, auditor, now)
  if (office?.body.kind !== 'AUDITOR' || office.body.country !== country)
    throw new Fault('NOT_ALLOWED', `expected an auditor of your own state, got ${auditor}`)
  if (instance !== state.genesis?.instance)
    throw new Fault('NOT_ALLOWED', `expected a sample of ${state.genesis?.instance}, got one of ${instance}`)
  return office.key
}

/** Signs what is opened and seals it to the auditors' office: not even the officer's own office opens it. */
export async function sealOpenings(
  openings: Omit<Openings, 'format' | 'padding'>,
  { to, signWith, at }: { to: Recipient; signWith: PrivateKey; at: Date },
): Promise<Uint8Array> {
  if (to.holder !== officeHolder(openings.auditor))
    throw new Fault('NOT_ALLOWED', `expected the key of ${openings.auditor}, got one of ${to.holder}`)
  await checkKey(to, 'compat', at)
  const payload: Openings = { format: 'portolan.match-openings.1', ...openings, padding: '' }
  return encrypt({
    message: await createMessage({ binary: pad(payload) }),
    ...{ encryptionKeys: to.key, signingKeys: signWith, date: at, format: 'binary', config: openpgpConfig },
  })
}

/**
 * Opens what an officer sealed to this auditors' office.
 * @throws Fault SEAL where it is not signed by the officer that it names; NOT_ALLOWED where it is for another office
 */
export async function readOpenings(reader: Reader & { auditor: string }): Promise<Openings> {
  const { payload, signer } = await openPayload(reader, Openings)
  if (signer.person !== payload.person)
    throw new Fault('SEAL', `expected a signature of ${payload.person}, got one of ${signer.person}`)
  if (payload.auditor === reader.auditor) return payload
  throw new Fault('NOT_ALLOWED', `expected openings for ${reader.auditor}, got some for ${payload.auditor}`)
}
