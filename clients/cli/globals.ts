import type { Option } from './command.ts'

/** What every command takes. */
export const GLOBALS: readonly Option[] = [
  { flags: '--as <who>', about: 'cli.optAs' },
  { flags: '--office <code>', about: 'cli.optOffice' },
  { flags: '--purpose <code>', about: 'cli.optPurpose' },
  { flags: '--justification <text>', about: 'cli.optJustification' },
  { flags: '--case <reference>', about: 'cli.optCase' },
  { flags: '--legal-basis <reference>', about: 'cli.optLegalBasis' },
  { flags: '--json', about: 'cli.optJson' },
  { flags: '--lang <language>', about: 'cli.optLang' },
  { flags: '--server <url>', about: 'cli.optServer' },
  { flags: '--home <folder>', about: 'cli.optHome' },
  { flags: '--passphrase-fd <number>', about: 'cli.optPassphraseFd' },
]

/** `--as-of <time>` as the name under which its value is found: `asOf`. */
export const nameOf = ({ flags }: Pick<Option, 'flags'>): string =>
  /--([a-z-]+)/.exec(flags)![1]!.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
