import { generateKey, type PrivateKey, type PublicKey } from 'openpgp'
import type { z } from 'zod'
import type { Signer, VerifyWith } from '../../../clients/core/open.ts'
import type { Recipient } from '../../../clients/core/seal.ts'
import { type Envelope, newObjectId } from '../../../schema/wire/envelope.ts'
import { officeHolder } from '../../../schema/wire/holder.ts'

export const NOW = new Date()

export type TestOffice = { office: string; secret: PrivateKey; key: PublicKey }
export type Options = { modern?: boolean; date?: Date; expires?: number; rsa?: number }

/** An office with a key of its own, as the directory would name it. */
export async function makeOffice(
  office: string,
  { modern, date, expires, rsa }: Options = {},
): Promise<TestOffice> {
  const { privateKey } = await generateKey({
    userIDs: [{ name: office }],
    format: 'object',
    ...(rsa ? { type: 'rsa' as const, rsaBits: rsa } : modern ? { type: 'curve25519' as const } : {}),
    // Keys made after NOW could not sign at NOW.
    date: date ?? new Date(NOW.getTime() - 3_600_000),
    ...(expires && { keyExpirationTime: expires }),
    ...(modern && { config: { v6Keys: true, aeadProtect: true } }),
  })
  return { office, secret: privateKey, key: privateKey.toPublic() }
}

export const to = (...offices: TestOffice[]): Recipient[] =>
  offices.map(({ office, key }) => ({ holder: officeHolder(office), key }))

/** A directory of these offices: finds a key by the fingerprint of its primary or any subkey. */
export function directoryOf(...offices: TestOffice[]): VerifyWith {
  return (fingerprint): Signer | null => {
    const found = offices.find(({ key }) =>
      key.getKeys().some((each) => each.getFingerprint() === fingerprint),
    )
    return found ? { office: found.office, key: found.key } : null
  }
}

/** A request from Niger to Mali, changed where a test says. */
export function envelopeOf(changes: Partial<z.input<typeof Envelope>> = {}): z.input<typeof Envelope> {
  const id = newObjectId()
  const isRequest = (changes.type ?? 'REQUEST') === 'REQUEST'
  return {
    id,
    type: 'REQUEST',
    thread: changes.id ?? id,
    urgency: 'URGENT',
    ...(isRequest && { urgencyReason: 'LOSING_RELEVANCE', necessity: 'LINK_CASES' }),
    access: 'DIRECT',
    ...(isRequest && { dueAt: '2026-05-02T18:00:00Z' }),
    sender: 'ne-dst',
    recipients: ['ml-dnlt'],
    handling: ['H0', 'H1'],
    sensitivity: 'S2_SENSITIVE',
    evidenceUse: 'NOT_CONSENTED',
    onward: 'WITH_CONSENT',
    purpose: 'EXCHANGE',
    legalBasis: 'NE-loi-2015-36',
    case: 'NE-2026/0412',
    created: '2026-05-02T10:00:00Z',
    profile: 'compat',
    ...changes,
  }
}

export const content = (text = 'Le convoi part de la gare à 4 h.') => ({
  language: 'fr' as const,
  text,
  necessityText: 'Le même chauffeur paraît dans nos deux dossiers.',
})
