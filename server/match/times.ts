/** A batch runs at every full minute (ms). */
export const MINUTE = 60_000
/** How long an answer is kept (ms). */
export const ANSWER_LIFE = 30 * 24 * 3_600_000
