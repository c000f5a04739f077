import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type AnchorBody, subjectOf } from '../../schema/wire/directory.ts'
import { anchorsOf } from '../../schema/wire/directory-state.ts'
import { Fault } from '../../schema/wire/fault.ts'
import { say } from '../../schema/words/index.ts'
import { fingerprintOf, signEntry } from '../core/directory.ts'
import type { OpenKey } from '../core/keys.ts'
import type { KeptDirectory } from '../gateway/directory.ts'
import { type Command, text, texts } from './command.ts'
import { lastKept, readDraft, tellStanding } from './draft.ts'
import type { Shell } from './shell.ts'
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
    for (const name of names) signers.push(await signerOf(shell, kept, name))
    const signed = await signEntry(body, signers, { instance, supersedes })
    const mine = new Set(signed.signatures.map(({ by }) => by))
    const others = before.signatures.filter(({ by }) => !mine.has(by))
    // Signatures of other machines stay: an anchor adds its own and hands the file on.
    const entry = { ...signed, signatures: [...others, ...signed.signatures] }
    if (body.type === 'anchor') await tellAnchor(shell, body)
    if (kept !== null) await tellStanding(shell, kept, entry)
    shell.show(entry, () => shell.line(JSON.stringify(entry, null, 2)))
  },
}

/**
 * The key of that name, or of `name=fingerprint`. An anchor's is by itself the one that stands in the directory: the next one
 * may be on this machine before its entry is in force.
 */
async function signerOf(shell: Shell, kept: KeptDirectory | null, typed: string): Promise<OpenKey> {
  const [name, fingerprint] = typed.split('=') as [string, string?]
  const anchors = kept && name.startsWith('anchor:') ? anchorsOf(kept.state, name.slice(7)) : []
  const standing = anchors.map(({ facts }) => facts.fingerprint)
  const [found] = await shell.keysNamed(name, fingerprint === undefined ? standing : [fingerprint])
  if (found !== undefined) return found
  if (fingerprint === undefined) return shell.key(name)
  throw new Fault('NOT_FOUND', `expected the key ${fingerprint} of ${name} on this machine, got none`)
}

/** Whoever agrees to a key compares it with what its owner reads out to him. */
async function tellAnchor(shell: Shell, { country, key, replaces, lost }: AnchorBody): Promise<void> {
  const about = { country, fingerprint: await fingerprintOf(key), former: replaces }
  const said = lost ? ('cli.anchorAgreedLost' as const) : ('cli.anchorAgreed' as const)
  shell.note(say(shell.language, said, about))
}
