import { type KeyWarning, WARNING_DAYS } from '../../schema/wire/key-warnings.ts'
import { say } from '../../schema/words/index.ts'
import type { Shell } from './shell.ts'

export const KEY_WARNINGS = 'keyWarnings { holder fingerprint expires days }'
/** As the API tells them. */
export type ToldWarning = Omit<KeyWarning, 'expires'> & { expires: string }

const [, SOON, NOW] = WARNING_DAYS

/** Tells on stderr which of the officer's keys end, whatever the command shows. */
export function tellWarnings(shell: Shell, warnings: readonly ToldWarning[]): void {
  for (const { holder, fingerprint, expires, days } of warnings) {
    const key = `${holder} (${fingerprint.slice(-16)})`
    // As `key rotate` names it: an officer's own key goes by his name alone.
    const name = holder.replace(/^person:/, '')
    shell.note(say(shell.language, textFor(days), { key, name, count: days, until: new Date(expires) }))
  }
}

function textFor(days: number) {
  if (days <= 0) return 'cli.keyEnded' as const
  if (days <= NOW) return 'cli.keyEndsNow' as const
  return days <= SOON ? ('cli.keyEndsSoon' as const) : ('cli.keyEnds' as const)
}
