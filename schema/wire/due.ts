import type { Access, MessageType, Urgency } from './codes.ts'

// When an answer is due: Directive (EU) 2023/977 art. 5, binding between Member States and the default for others.

const HOUR = 3_600_000
/** LIFE_AT_RISK is acknowledged within this time, ms. */
export const LIFE_AT_RISK_MS = 15 * 60_000

type Asking = { type: MessageType; urgency: Urgency; access?: Access | undefined; created: string }

/**
 * How long the recipients of a message have, ms; null where it asks for nothing. Who does not say how the answering side
 * reaches what he asks for is taken to ask for what it must obtain.
 */
export function timeToAnswer({ type, urgency, access }: Omit<Asking, 'created'>): number | null {
  if (type === 'LIFE_AT_RISK') return LIFE_AT_RISK_MS
  if (type !== 'REQUEST') return null
  if (urgency === 'NORMAL') return 7 * 24 * HOUR
  return access === 'DIRECT' ? 8 * HOUR : 3 * 24 * HOUR
}

/** The earliest time that a sender may ask an answer by, ms since the epoch; he may always ask for a later one. */
export function leastDue(envelope: Asking): number | null {
  const time = timeToAnswer(envelope)
  return time === null ? null : Date.parse(envelope.created) + time
}
