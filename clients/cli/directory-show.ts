import { inForce } from '../../schema/wire/directory.ts'
import type { DirectoryState } from '../../schema/wire/directory-state.ts'
import { say } from '../../schema/words/index.ts'
import { coded, fieldName } from './claims.ts'
import type { Command } from './command.ts'
import { table } from './table.ts'

export const directoryShow: Command = {
  name: 'directory show',
  about: 'cli.aboutDirectoryShow',
  examples: [{ line: 'directory show', about: 'cli.tryDirectoryShow' }],
  async run(shell) {
    const state = await shell.directory()
    const { language } = shell
    const now = (await shell.link()).now()
    const offices = officesIn(state, now)
    const { genesisHash } = await shell.site()
    const summary = { genesis: genesisHash, entries: state.length, head: state.head, offices }
    shell.show(summary, () => {
      shell.line(say(language, 'cli.directoryVerified', { count: state.length, genesis: genesisHash }))
      const head = ['office', 'kind', 'fingerprint', 'status'].map((field) => fieldName(language, field))
      const rows = offices.map((one) => [
        one.office,
        coded(language, 'OfficeKind', one.kind),
        one.fingerprint,
        say(language, one.revoked ? 'cli.revoked' : one.inForce ? 'cli.inForce' : 'cli.notInForce'),
      ])
      table(shell, head, rows)
    })
  },
}

const officesIn = (state: DirectoryState, now: number) =>
  [...state.offices.values()].map(({ body, key }) => ({
    office: body.office,
    kind: body.kind,
    fingerprint: key.facts.fingerprint,
    inForce: inForce(body, now),
    revoked: state.revoked.has(key.facts.fingerprint),
  }))
