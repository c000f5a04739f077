import { readFile } from 'node:fs/promises'
import { EntryBody, SignedBody } from '../../schema/wire/directory.ts'
import { Fault, faultOf } from '../../schema/wire/fault.ts'
import { faultsOf } from '../../schema/wire/report.ts'
import { say } from '../../schema/words/index.ts'
import { signEntry } from '../core/directory.ts'
import { type Command, text, texts } from './command.ts'
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
  ],
  async run(shell, [file], options) {
    const { language } = shell
    const before = signedOrBody(await readFile(file!, 'utf8'))
    const { body } = before
    const names = texts(options, 'with')
    const instance = body.type === 'genesis' ? body.instance : text(options, 'instance')
    if (names.length === 0 || instance === undefined) throw new Usage(say(language, 'cli.needSigners'))
    const supersedes = text(options, 'supersedes') ?? before.supersedes
    const signers = []
    for (const name of names) signers.push(await shell.key(name))
    const signed = await signEntry(body, signers, { instance, supersedes })
    const mine = new Set(signed.signatures.map(({ by }) => by))
    const others = before.signatures.filter(({ by }) => !mine.has(by))
    // Signatures of other machines stay: an anchor adds its own and hands the file on.
    const entry = { ...signed, signatures: [...others, ...signed.signatures] }
    shell.show(entry, () => shell.line(JSON.stringify(entry, null, 2)))
  },
}

/** What the file holds: the body of an entry, or an entry that others have signed already. */
function signedOrBody(json: string): SignedBody {
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    throw new Fault('BAD_INPUT', 'expected a file of JSON')
  }
  const signed = SignedBody.safeParse(value)
  if (signed.success) return signed.data
  const body = EntryBody.safeParse(value)
  if (!body.success) throw faultOf(faultsOf(body.error, []))
  return { supersedes: null, body: body.data, signatures: [] }
}
