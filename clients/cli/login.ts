import { Hash } from '../../schema/wire/directory.ts'
import { Fault, type FaultCode } from '../../schema/wire/fault.ts'
import { say } from '../../schema/words/index.ts'
import type { Officer } from '../gateway/home.ts'
import { type Command, text } from './command.ts'
import { KEY_WARNINGS, type ToldWarning, tellWarnings } from './key-warnings.ts'
import { purposeIn } from './purpose.ts'
import { teamsOf } from './report-file.ts'
import { lineOf } from './run.ts'
import type { Shell } from './shell.ts'
import { Usage } from './terminal.ts'

export const login: Command = {
  name: 'login',
  about: 'cli.aboutLogin',
  options: [{ flags: '--genesis <hash>', about: 'cli.optGenesis' }],
  examples: [
    {
      line: 'login --as ne-dst.aicha --purpose OPERATIONAL --justification "NE-2016/0117: Agadez"',
      about: 'cli.tryLogin',
    },
    {
      line: 'login --as ne-dst.aicha --server https://portolan.example --genesis 3f1c…',
      about: 'cli.tryLoginFirst',
    },
  ],
  async run(shell, _, options) {
    const { language } = shell
    const home = await shell.home()
    await rememberSite(shell, options)
    const stated = purposeIn(options, language)
    const person = await shell.person()
    const { url } = await shell.site()
    shell.note(say(language, 'cli.signingIn', { server: url }))
    const { caller, expires, now, isGateway } = await shell.link()
    if (expires === null && !isGateway)
      throw new Fault('UNREACHABLE', `expected an answer of ${url}, got none`)
    const logins = await home.logins()
    const { office, role, country, teams } = caller
    const until = expires ?? new Date(now()).toISOString()
    const officer: Officer = { office, role, country, teams, purpose: stated, until }
    await home.setLogins({ current: person, officers: { ...logins.officers, [person]: officer } })
    if (stated && expires) await prepare(shell)
    shell.show({ person, ...officer }, () => {
      shell.line(say(language, 'cli.signedIn', { person, office, until: new Date(until) }))
      if (!officer.purpose) shell.note(say(language, 'cli.needPurpose'))
    })
    if (officer.purpose) await tellKeys(shell)
  },
}

/** What sealing needs is fetched while there is a link, for days without one. A login does not fail for it. */
async function prepare(shell: Shell): Promise<void> {
  try {
    await shell.directory()
    await teamsOf(shell)
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    const { code, message } = error
    shell.note(lineOf({ code, message }, shell.language))
  }
}

/** Nothing is answered just now, and that is no reason to refuse a login. */
const NOT_NOW: readonly FaultCode[] = ['UNREACHABLE', 'AUDIT_UNAVAILABLE', 'LOG_UNWITNESSED', 'LOG']

/** Without a link nobody knows better than last time. */
async function tellKeys(shell: Shell): Promise<void> {
  const asked = shell.ask<{ me: { keyWarnings: ToldWarning[] } }>(`query myKeys { me { ${KEY_WARNINGS} } }`)
  const found = await asked.catch((error: unknown) => {
    if (!(error instanceof Fault) || !NOT_NOW.includes(error.code)) throw error
    // He is signed in all the same.
    const { code, message } = error
    if (code !== 'UNREACHABLE') shell.note(lineOf({ code, message }, shell.language))
    return null
  })
  if (found !== null) tellWarnings(shell, found.me.keyWarnings)
}

async function rememberSite(shell: Shell, options: Parameters<Command['run']>[2]): Promise<void> {
  const [url, genesis] = [text(options, 'server'), text(options, 'genesis')]
  if (genesis === undefined) return
  const genesisHash = Hash.safeParse(genesis)
  if (!genesisHash.success || !url) throw new Usage(say(shell.language, 'cli.needGenesis'))
  await (await shell.home()).setSite({ url, genesisHash: genesisHash.data })
}
