import { type Entry, type Line, subjectOf } from '../../schema/wire/directory.ts'
import type { DirectoryState } from '../../schema/wire/directory-state.ts'
import { Fault } from '../../schema/wire/fault.ts'
import { moment, say } from '../../schema/words/index.ts'
import { signaturesOf } from '../core/directory.ts'
import type { Command } from './command.ts'
import { table } from './table.ts'

export const directoryHistory: Command = {
  name: 'directory history',
  about: 'cli.aboutDirectoryHistory',
  args: ['<subject>'],
  examples: [
    { line: 'directory history office:ne-dst', about: 'cli.tryDirectoryHistory' },
    { line: 'directory history person:ne-dst.aicha', about: 'cli.tryDirectoryHistoryPerson' },
    { line: 'directory history anchor:NE', about: 'cli.tryDirectoryHistoryAnchor' },
  ],
  async run(shell, [subject]) {
    const { state, lines } = await shell.kept()
    const entries = lines.filter((line): line is Entry => isAbout(state, line, subject!))
    if (entries.length === 0)
      throw new Fault('NOT_FOUND', `expected a subject such as office:ne-dst, got ${subject}`)
    const found = await Promise.all(
      entries.map(async (entry) => ({
        index: entry.index,
        body: entry.body,
        signed: await signaturesOf(entry, state),
      })),
    )
    const { language } = shell
    shell.show(found, () => {
      const head = [
        say(language, 'cli.headEntry'),
        say(language, 'cli.headWhat'),
        say(language, 'cli.headSignedBy'),
      ]
      const rows = found.map(({ index, body, signed }) => [
        index,
        whatOf(body),
        signed.map(({ by, at }) => `${by}, ${moment(language, at)}`).join('\n'),
      ])
      table(shell, head, rows)
    })
  },
}

/** Entries about it, those that revoke a key of it, those of the office whose custodian it is; of an anchor the genesis too. */
function isAbout(state: DirectoryState, line: Line, subject: string): boolean {
  if (!('body' in line)) return false
  const { body } = line
  if (subjectOf(body) === subject) return true
  if (body.type === 'genesis') return body.anchors.some(({ country }) => subject === `anchor:${country}`)
  if (body.type === 'anchor') return subject === `anchor:${body.country}`
  if (body.type === 'revocation') {
    const owner = state.owners.get(body.fingerprint)?.subject ?? ''
    return owner === subject || owner.startsWith(`${subject}:`)
  }
  return body.type === 'office' && body.custodian !== undefined && subject === `custodian:${body.office}`
}

/** Everything in it that a line can hold: keys stand in `directory show`, by their fingerprints. */
function whatOf(body: Entry['body']): string {
  const told = Object.entries(body).filter(
    ([name, value]) => !['type', 'key', 'modern'].includes(name) && typeof value !== 'object',
  )
  return [body.type, ...told.map(([name, value]) => `${name} ${value}`)].join('\n')
}
