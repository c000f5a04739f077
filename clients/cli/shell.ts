import type { PrivateKey } from 'openpgp'
import type { EntryNumbers } from '../../schema/wire/audit.ts'
import type { Language } from '../../schema/wire/codes.ts'
import type { DirectoryState } from '../../schema/wire/directory-state.ts'
import { Fault } from '../../schema/wire/fault.ts'
import { officeHolder } from '../../schema/wire/holder.ts'
import type { Purpose } from '../../schema/wire/purpose.ts'
import { moment, plain, say } from '../../schema/words/index.ts'
import { type KeyStore, type OpenKey, openKeyStore } from '../core/keys.ts'
import { expectFresh, type KeptDirectory, loadDirectory, refreshDirectory } from '../gateway/directory.ts'
import { type Home, openHome, type Site } from '../gateway/home.ts'
import type { Delivery } from '../gateway/outbox.ts'
import { type Options, text } from './command.ts'
import { once, openKeyRing } from './key-ring.ts'
import { dataOf, type Link, linkByGateway, linkByLogin } from './link.ts'
import { passphrasesFrom } from './passphrase.ts'
import { besides, purposeCodes, purposeIn } from './purpose.ts'
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
  /** Asked for once for each name. */
  passphrase(name: string): Promise<string>
  /** The open private keys of those of `offices` that this machine has: of each its newest first, and those it replaced. */
  officeKeys(offices: readonly string[]): Promise<{ office: string; key: PrivateKey }[]>
  /** Those keys of one name that this machine has, by the fingerprints of their primary keys: former ones as well. */
  keysNamed(name: string, fingerprints: readonly string[]): Promise<OpenKey[]>
  link(): Promise<Link>
  /** Says what came of a change that had waited for a link. */
  delivered(delivery: Delivery): void
  purpose(): Promise<Purpose>
  /** The data of one signed request, all faults in one where there are any. */
  ask<T>(query: string, variables?: object): Promise<T>
  /** Where the audit log has what this command has asked so far, and since when the oldest answer that was kept stands. */
  onRecord(): { entries: readonly EntryNumbers[]; keptSince: string | null }
  /** As `ask`; null where the change is kept until the link is back. */
  change<T>(query: string, variables?: object): Promise<T | null>
  /**
   * The directory, every signature checked back to the pinned genesis, with nothing of it missing that this home saw before.
   * Without a link it is the last that was confirmed, for seven days. Throws DIRECTORY.
   */
  directory(): Promise<DirectoryState>
  /** The same with its lines, and when a server last confirmed it. */
  kept(): Promise<KeptDirectory>
  /** Runs another command line on another terminal: the tour does. */
  again(argv: string[], terminal: Terminal): Promise<number>
}

const DIRECTORY = 'query directory($from: Int) { directory(from: $from) }'

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
  const home = once(() => openHome(text(options, 'home') ?? terminal.env.PORTOLAN_CLIENT_HOME, terminal.cwd))
  const keys = once(async () => openKeyStore((await home()).keys))
  const { key, passphrase, allKeys, keysNamed } = openKeyRing(keys, askPassphrase)

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

  function delivered({ id, operation, refused }: Delivery): void {
    shell.note(
      refused.length === 0
        ? say(language, 'cli.delivered', { operation })
        : say(language, 'cli.deliveryRefused', { id, operation, codes: refused }),
    )
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
    return linkByLogin({
      home: folder,
      key: await key(who),
      url,
      office,
      role,
      clock: terminal.clock,
      former: before,
      onDelivery: delivered,
    }).catch((error: unknown) => {
      if (!before && error instanceof Fault && error.code === 'UNREACHABLE')
        shell.note(say(language, 'cli.loginBefore'))
      throw error
    })
  })

  const purpose = once(async () => {
    const stated = purposeIn(options, language)
    if (stated) return stated
    const kept = await former()
    const isInForce = kept?.purpose && Date.parse(kept.until) > (await link()).now()
    if (isInForce) return { ...kept.purpose!, ...besides(options) }
    throw new Usage(`${say(language, 'cli.needPurpose')}\n${purposeCodes(language)}`)
  })

  /** Since when the oldest answer that this command was given without a link stands; it is told once, before the data. */
  let oldest: { since: string; why?: string | undefined } | null = null
  function tellOffline(): void {
    if (oldest !== null) {
      const since = moment(language, new Date(oldest.since))
      const { why } = oldest
      shell.note(
        why === undefined
          ? say(language, 'cli.offlineSince', { since })
          : say(language, 'cli.withheldSince', { since, why: plain(why) }),
      )
    }
    oldest = null
  }

  const entries: EntryNumbers[] = []
  let keptSince: string | null = null

  async function answer(query: string, variables: object) {
    const why = await purpose()
    const found = await (await link()).ask(query, variables, why)
    const offline = found.extensions?.offline
    if (found.entries) entries.push(found.entries)
    if (offline && (keptSince === null || offline.since < keptSince)) keptSince = offline.since
    if (offline && (oldest === null || offline.since < oldest.since)) oldest = offline
    return found
  }

  const kept = once(async (): Promise<KeptDirectory> => {
    const [folder, { genesisHash: genesis }] = [await home(), await site()]
    const now = await link().then(
      (found) => found.now,
      () => terminal.clock,
    )
    try {
      return await refreshDirectory(folder, { genesis, now, ask: directoryFrom })
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'UNREACHABLE') throw error
      const former = expectFresh(await loadDirectory(folder, genesis), now())
      shell.note(
        say(language, 'cli.directoryOffline', { since: moment(language, new Date(former.verifiedAt)) }),
      )
      return former
    }
  })

  /** An answer that the gateway kept is no confirmation. */
  async function directoryFrom(from: number): Promise<unknown> {
    const found = await answer(DIRECTORY, { from })
    if (found.extensions?.offline)
      throw new Fault('UNREACHABLE', 'expected the server to confirm the directory, got no link')
    return dataOf(found).directory
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
      tellOffline()
      if (isJson) terminal.stdout.write(`${JSON.stringify(data, null, 2)}\n`)
      else people()
    },
    home,
    site,
    keys,
    person,
    key,
    passphrase,
    async officeKeys(offices) {
      const found = []
      for (const office of offices)
        for (const { privateKey } of await allKeys(officeHolder(office)))
          found.push({ office, key: privateKey })
      return found
    },
    keysNamed,
    link,
    delivered,
    purpose,
    ask: async <T>(query: string, variables: object = {}) => dataOf(await answer(query, variables)) as T,
    onRecord: () => ({ entries: [...entries], keptSince }),
    async change<T>(query: string, variables: object = {}) {
      const found = await answer(query, variables)
      if (!found.extensions?.queued) return dataOf(found) as T
      // That there is no link is what the officer is told of it; the answers that led here are none that he asked for.
      oldest = null
      return null
    },
    directory: async () => (await kept()).state,
    kept,
    again,
  }
  return shell
}
