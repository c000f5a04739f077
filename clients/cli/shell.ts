import type { PrivateKey } from 'openpgp'
import { type Language, PURPOSES } from '../../schema/wire/codes.ts'
import type { DirectoryState } from '../../schema/wire/directory-state.ts'
import { Fault } from '../../schema/wire/fault.ts'
import { Purpose } from '../../schema/wire/purpose.ts'
import { label, moment, say } from '../../schema/words/index.ts'
import { readDirectory } from '../core/directory.ts'
import { type KeyStore, type OpenKey, openKeyStore } from '../core/keys.ts'
import { type Home, openHome, type Site } from '../gateway/home.ts'
import { type Options, text } from './command.ts'
import { dataOf, type Link, linkByGateway, linkByLogin } from './link.ts'
import { passphrasesFrom } from './passphrase.ts'
import { type Terminal, Usage } from './terminal.ts'

/** What a command has in hand. Nothing is opened before it is asked for. */
export type Shell = {
  language: Language
  terminal: Terminal
  isJson: boolean
  /** A line for people; silent with `--json`. */
  line(text?: string): void
  /** A message beside the data, on stderr. */
  note(text: string): void
  /** Exactly the data with `--json`, else what `people` writes. */
  show(data: unknown, people: () => void): void
  home(): Promise<Home>
  site(): Promise<Site>
  keys(): Promise<KeyStore>
  /** As whom this command acts: `--as`, or whoever logged in last. */
  person(): Promise<string>
  key(name: string): Promise<OpenKey>
  /** The open private keys of those of `offices` that this machine has. */
  officeKeys(offices: readonly string[]): Promise<{ office: string; key: PrivateKey }[]>
  /** Those keys of one name that this machine has, by the fingerprints of their primary keys: former ones as well. */
  keysNamed(name: string, fingerprints: readonly string[]): Promise<OpenKey[]>
  link(): Promise<Link>
  purpose(): Promise<Purpose>
  /** The data of one signed request, all faults in one where there are any. */
  ask<T>(query: string, variables?: object): Promise<T>
  /** As `ask`; null where the gateway keeps the change until the link is back. */
  change<T>(query: string, variables?: object): Promise<T | null>
  /** The directory, every signature checked back to the pinned genesis. */
  directory(): Promise<DirectoryState>
  /** Runs another command line on another terminal: the tour does. */
  again(argv: string[], terminal: Terminal): Promise<number>
}

export type ShellOptions = {
  language: Language
  terminal: Terminal
  options: Options
  again: Shell['again']
}

export function openShell({ language, terminal, options, again }: ShellOptions): Shell {
  const isJson = options.json === true
  const fd = text(options, 'passphraseFd')
  if (fd !== undefined && !/^\d{1,3}$/.test(fd)) throw new Usage(say(language, 'cli.badDescriptor', { fd }))
  const askPassphrase = passphrasesFrom(terminal, language, fd === undefined ? null : Number(fd))
  const once = <T>(make: () => Promise<T>): (() => Promise<T>) => {
    let made: Promise<T> | null = null
    return () => {
      made ??= make()
      return made
    }
  }

  const home = once(() => openHome(text(options, 'home') ?? terminal.env.PORTOLAN_CLIENT_HOME, terminal.cwd))
  const keys = once(async () => openKeyStore((await home()).keys))
  const opened = new Map<string, Promise<OpenKey>>()

  function key(name: string): Promise<OpenKey> {
    const opening = opened.get(name) ?? keys().then((store) => store.loadKey(name, () => askPassphrase(name)))
    opened.set(name, opening)
    return opening
  }

  const person = once(async () => {
    const named = text(options, 'as') ?? (await (await home()).logins()).current
    if (named) return named
    throw new Usage(say(language, 'cli.notSignedIn'))
  })

  async function former() {
    return (await (await home()).logins()).officers[await person()]
  }

  async function site(): Promise<Site> {
    const kept = await (await home()).site()
    return { ...kept, url: text(options, 'server') ?? kept.url }
  }

  const link = once(async () => {
    const folder = await home()
    const who = await person()
    const before = await former()
    const byGateway = await linkByGateway(folder, who, before)
    if (byGateway) return byGateway
    const office = text(options, 'office') ?? before?.office
    const role = text(options, 'office') === undefined ? before?.role : undefined
    const { url } = await site()
    return linkByLogin({ home: folder, key: await key(who), url, office, role, clock: terminal.clock })
  })

  const purpose = once(async () => {
    const stated = purposeIn(options, language)
    if (stated) return stated
    const kept = await former()
    const isInForce = kept?.purpose && Date.parse(kept.until) > (await link()).now()
    if (isInForce) return kept.purpose!
    throw new Usage(`${say(language, 'cli.needPurpose')}\n${purposeCodes(language)}`)
  })

  async function answer(query: string, variables: object) {
    const why = await purpose()
    const found = await (await link()).ask(query, variables, why)
    const since = found.extensions?.offline?.since
    if (since) shell.note(say(language, 'cli.offlineSince', { since: moment(language, new Date(since)) }))
    return found
  }

  const shell: Shell = {
    language,
    terminal,
    isJson,
    line(line = '') {
      if (!isJson) terminal.stdout.write(`${line}\n`)
    },
    note: (line) => void terminal.stderr.write(`${line}\n`),
    show(data, people) {
      if (isJson) terminal.stdout.write(`${JSON.stringify(data, null, 2)}\n`)
      else people()
    },
    home,
    site,
    keys,
    person,
    key,
    async officeKeys(offices) {
      const found = await Promise.all(
        offices.map((office) =>
          key(`office:${office}`)
            .then(({ privateKey }) => [{ office, key: privateKey }])
            .catch((error: unknown) => {
              if (error instanceof Fault && error.code === 'NOT_FOUND') return []
              throw error
            }),
        ),
      )
      return found.flat()
    },
    async keysNamed(name, fingerprints) {
      const store = await keys()
      const found: OpenKey[] = []
      for (const fingerprint of fingerprints)
        await store
          .loadKey(name, () => askPassphrase(name), fingerprint)
          .then(
            (one) => found.push(one),
            (error: unknown) => {
              if (!(error instanceof Fault && error.code === 'NOT_FOUND')) throw error
            },
          )
      return found
    },
    link,
    purpose,
    ask: async <T>(query: string, variables: object = {}) => dataOf(await answer(query, variables)) as T,
    async change<T>(query: string, variables: object = {}) {
      const found = await answer(query, variables)
      return found.extensions?.queued ? null : (dataOf(found) as T)
    },
    directory: once(async () => {
      const { directory } = await shell.ask<{ directory: unknown[] }>('query directory { directory }')
      return readDirectory(directory, (await site()).genesisHash)
    }),
    again,
  }
  return shell
}

/** The purpose that the flags state; null where none of them is given. Throws Usage where they state half of one. */
export function purposeIn(options: Options, language: Language): Purpose | null {
  const [code, justification] = [text(options, 'purpose'), text(options, 'justification')]
  if (code === undefined && justification === undefined) return null
  const reference = text(options, 'case')
  const legalBasis = text(options, 'legalBasis')
  const stated = Purpose.safeParse({
    code,
    justification,
    ...(reference && { case: reference }),
    ...(legalBasis && { legalBasis }),
  })
  if (stated.success) return stated.data
  throw new Usage(`${say(language, 'cli.needPurpose')}\n${purposeCodes(language)}`)
}

const purposeCodes = (language: Language) =>
  PURPOSES.map((code) => `  ${code.padEnd(15)}${label(language, 'Purpose', code)}`).join('\n')
