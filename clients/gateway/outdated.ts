import type { MessageType, NoticeKind } from '../../schema/wire/codes.ts'

// The originator decides, also about what a desk has kept for days without a link: what was kept before something was taken
// back may show it, whatever was asked, so all of that is forgotten.

const TAKEN_BACK: NoticeKind[] = ['NARROWED', 'WITHDRAWN', 'ERASED', 'CARD_NARROWED', 'CARD_ERASED']
/** By a colleague, as the acts on a report tell. */
const ACTS: readonly unknown[] = ['WITHDRAW', 'ERASE']
const ERASES: MessageType = 'ERASURE_NOTICE'
const TAKES_BACK = /^(?:erase|withdraw|release)/

/** Whether a change takes back what its own officer may have seen. */
export const takesBack = (field: string): boolean => TAKES_BACK.test(field)

type Parts = {
  kind?: unknown
  time?: unknown
  type?: unknown
  envelope?: { type?: unknown }
  received?: unknown
}

/** The newest time (ms) at which, as an answer or an event tells, something was taken back; null where it tells of nothing. */
export function takenBackIn(told: unknown): number | null {
  let newest: number | null = null
  const look = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    const at = timeOf(value as Parts)
    if (at !== null) newest = Math.max(newest ?? at, at)
    for (const part of Object.values(value)) look(part)
  }
  look(told)
  return newest
}

/** Of a notice, of a message, or of the event of one. */
function timeOf({ kind, time, type, envelope, received }: Parts): number | null {
  if (TAKEN_BACK.includes(kind as NoticeKind) || ACTS.includes(kind) || type === ERASES) return timeIn(time)
  return envelope?.type === ERASES ? timeIn(received) : null
}

function timeIn(text: unknown): number | null {
  const at = typeof text === 'string' ? Date.parse(text) : Number.NaN
  return Number.isNaN(at) ? null : at
}
