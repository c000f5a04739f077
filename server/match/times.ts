/** A batch runs at every full minute (ms). */
export const MINUTE = 60_000
/** How long an answer is kept (ms). */
export const ANSWER_LIFE = 30 * 24 * 3_600_000
/** After how long an office that was told first, and has not decided, is reminded of a hit, and how often from then on (ms). */
export const FIRST_REMINDER = 3 * 24 * 3_600_000
export const NEXT_REMINDER = 7 * 24 * 3_600_000
