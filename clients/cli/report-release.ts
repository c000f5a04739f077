import { randomBytes } from 'node:crypto'
import { base32 } from '../../schema/wire/canonical.ts'
import { TRANSFER_BASES } from '../../schema/wire/codes.ts'
import { Release } from '../../schema/wire/release.ts'
import { say } from '../../schema/words/index.ts'
import { parse } from '../core/parse.ts'
import { type Command, type Options, text, texts } from './command.ts'
import type { Shell } from './shell.ts'
import { SUBMITTED, type Submitted, showSubmitted } from './submitted.ts'
import { Usage } from './terminal.ts'

const QUERY = `mutation reportRelease($report: ID!, $key: String!, $release: ReleaseInput!) {
  releaseReport(report: $report, key: $key, release: $release) ${SUBMITTED} }`

export const reportRelease: Command = {
  name: 'report release',
  about: 'cli.aboutReportRelease',
  args: ['<report>'],
  options: [
    { flags: '--to <principals>', about: 'cli.optReleaseTo', many: true },
    { flags: '--except <principals>', about: 'cli.optExcept', many: true },
    { flags: '--transfer <country=basis:assessment>', about: 'cli.optTransfer', many: true },
    { flags: '--key <key>', about: 'cli.optKey' },
  ],
  examples: [
    {
      line: 'report release 4t2m… --to country:IT,office:ml-dnlt --transfer IT=SAFEGUARDS:MoU-2012 --transfer ML=SAFEGUARDS:MoU-2011',
      about: 'cli.tryReportRelease',
    },
  ],
  async run(shell, [report], options) {
    if (options.to === undefined)
      throw new Usage(say(shell.language, 'cli.missingOption', { option: '--to' }))
    const release = parse(
      Release,
      {
        to: texts(options, 'to'),
        except: texts(options, 'except'),
        transfers: transfersIn(shell, options),
      },
      ['release'],
    )
    // Told before it is sent: with the same key the same command repeats nothing.
    const key = text(options, 'key') ?? `release.${base32(randomBytes(10))}`
    shell.note(say(shell.language, 'cli.usingKey', { key }))
    const done = await shell.ask<{ releaseReport: Submitted }>(QUERY, { report, key, release })
    showSubmitted(shell, done.releaseReport, 'cli.reportReleased')
  },
}

export function transfersIn(shell: Shell, options: Options) {
  return texts(options, 'transfer').map((text) => {
    const [, country, basis, assessment] = /^([A-Z]{2})=([A-Z_]+):(.+)$/.exec(text) ?? []
    if (country && basis && assessment) return { country, basis, assessment }
    throw new Usage(say(shell.language, 'cli.badTransfer', { bases: TRANSFER_BASES.join(', ') }))
  })
}
