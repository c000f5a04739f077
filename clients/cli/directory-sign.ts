import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { subjectOf } from '../../schema/wire/directory.ts'
import { say } from '../../schema/words/index.ts'
import { signEntry } from '../core/directory.ts'
import { type Command, text, texts } from './command.ts'
import { lastKept, readDraft, tellStanding } from './draft.ts'
import { Usage } from './terminal.ts'

export const directorySign: Command = {
  name: 'directory sign',
  about: 'cli.aboutDirectorySign',
  args: ['<file>'],
  options: [
    { flags: '--with <names>', about: 'cli.optSignWith', many: true },
    { flags: '--instance <name>', about: 'cli.optInstance' },
    { flags: '--supersedes <hash>', about: 'cli.optSupersedes' },
  ],
  examples: [
    { line: 'directory sign genesis.json --with anchor:NE', about: 'cli.tryDirectorySign' },
    {
      line: 'directory sign office.json --with anchor:NE --instance sahel-corridors',
      about: 'cli.tryDirectorySignOffice',
    },
    { line: 'directory sign office.json --with ne-dst.aicha', about: 'cli.tryDirectorySignApproval' },
  ],
  async run(shell, [file], options) {
    const { language } = shell
    const before = readDraft(await readFile(resolve(shell.terminal.cwd, file!), 'utf8'))
    const { body } = before
    const names = texts(options, 'with')
    // An officer's machine knows both; an anchor's, which has never seen a server, is told.
    const kept = body.type === 'genesis' ? null : await lastKept(shell)
    const instance =
      body.type === 'genesis'
        ? body.instance
        : (text(options, 'instance') ?? kept?.state.genesis?.instance ?? undefined)
    if (names.length === 0 || instance === undefined) throw new Usage(say(language, 'cli.needSigners'))
    const latest = kept?.state.latest.get(subjectOf(body)) ?? null
    const supersedes = text(options, 'supersedes') ?? before.supersedes ?? latest
    const signers = []
    for (const name of names) signers.push(await shell.key(name))
    const signed = await signEntry(body, signers, { instance, supersedes })
    const mine = new Set(signed.signatures.map(({ by }) => by))
    const others = before.signatures.filter(({ by }) => !mine.has(by))
    // Signatures of other machines stay: an anchor adds its own and hands the file on.
    const entry = { ...signed, signatures: [...others, ...signed.signatures] }
    if (kept !== null) await tellStanding(shell, kept, entry)
    shell.show(entry, () => shell.line(JSON.stringify(entry, null, 2)))
  },
}
