import { type CommanderError, Option as Flag, Command as Noun } from 'commander'
import type { Language } from '../../schema/wire/codes.ts'
import { say } from '../../schema/words/index.ts'
import type { Command, Option, Options, Text } from './command.ts'
import { COMMANDS } from './commands.ts'
import { GLOBALS, nameOf } from './globals.ts'
import { Usage } from './terminal.ts'

/** `everywhere` is what every command takes; `own` beside it the command's own, some of which may mean otherwise. */
type Typed = { everywhere: Options; own: Options }
type Perform = (command: Command, args: string[], typed: Typed) => Promise<void>

/**
 * The words that can be typed, as commander reads them. Every option of all commands is taken after the command, so
 * that one of them may mean something of its own there; before it they hold for whatever command follows.
 */
export function programFor(language: Language, write: (text: string) => void, perform: Perform): Noun {
  const tell = (key: Text) => say(language, key as 'cli.nothing')
  const program = new Noun('portolan').description(tell('cli.aboutPortolan')).enablePositionalOptions()
  dress(program, language, write)
  for (const option of GLOBALS) program.addOption(flagOf(option, tell))
  for (const command of COMMANDS) {
    const words = command.name.split(' ')
    const parent = words
      .slice(0, -1)
      .reduce((noun, _, at) => nounOf(noun, words.slice(0, at + 1), language, write), program)
    const verb = parent.command(words.at(-1)!).description(tell(command.about))
    dress(verb, language, write)
    for (const argument of command.args ?? []) verb.argument(argument)
    const own = command.options ?? []
    const shared = GLOBALS.filter((option) => !command.without?.includes(nameOf(option)))
    for (const option of own) verb.addOption(flagOf(option, tell))
    for (const option of shared)
      verb.addOption(flagOf(option, tell).helpGroup(say(language, 'cli.everywhere')))
    verb.addHelpText('after', examplesOf(command, language))
    verb.action((...given) => {
      const args = given
        .slice(0, -2)
        .flat()
        .filter((arg) => arg !== undefined) as string[]
      const typed: Options = verb.opts()
      const everywhere = { ...rootOptions(program), ...picked(typed, shared.map(nameOf)) }
      return perform(command, args, { everywhere, own: { ...everywhere, ...typed } })
    })
  }
  return program
}

const picked = (options: Options, names: string[]): Options =>
  Object.fromEntries(Object.entries(options).filter(([name]) => names.includes(name)))

const rootOptions = (program: Noun): Options => program.opts()

/** The noun that `path` leads to from its parent: `match`, or within that `hit`. */
function nounOf(parent: Noun, path: string[], language: Language, write: (text: string) => void): Noun {
  const name = path.at(-1)!
  const known = parent.commands.find((one) => one.name() === name)
  if (known) return known
  const words = path
    .flatMap((word) => word.split('-'))
    .map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`)
  const key = `cli.about${words.join('')}` as 'cli.aboutReport'
  const noun = parent.command(name).description(say(language, key)).enablePositionalOptions()
  dress(noun, language, write)
  return noun
}

function flagOf({ flags, about, many }: Option, tell: (key: Text) => string): Flag {
  const flag = new Flag(flags, tell(about))
  if (many) flag.argParser((value: string, former: string[] | undefined) => [...(former ?? []), value])
  return flag
}

function examplesOf({ examples }: Command, language: Language): string {
  const lines = examples.map(
    ({ line, about }) => `  ${say(language, about as 'cli.nothing')}\n    portolan ${line}`,
  )
  return `\n${say(language, 'cli.examples')}\n${lines.join('\n')}\n`
}

/** Help and faults in the reader's language: commander's own words never show. */
function dress(command: Noun, language: Language, write: (text: string) => void): void {
  const titles: Record<string, string> = {
    'Usage:': say(language, 'cli.usage'),
    'Arguments:': say(language, 'cli.arguments'),
    'Options:': say(language, 'cli.options'),
    'Commands:': say(language, 'cli.commands'),
  }
  command
    .exitOverride()
    .helpCommand(false)
    .helpOption('-h, --help', say(language, 'cli.optHelp'))
    .configureHelp({ styleTitle: (title) => titles[title] ?? title })
    .configureOutput({ writeOut: write, writeErr: write, outputError: () => {} })
}

/** What commander found wrong, as a sentence; null where it only showed help. */
export function usageOf(error: CommanderError, language: Language): Usage | null {
  const [name = ''] = /(?<=')[^']*(?=')/.exec(error.message) ?? []
  switch (error.code) {
    case 'commander.helpDisplayed':
    case 'commander.help':
      return null
    case 'commander.unknownCommand':
      return new Usage(say(language, 'cli.unknownCommand', { command: name }))
    case 'commander.unknownOption':
      return new Usage(say(language, 'cli.unknownOption', { option: name }))
    case 'commander.optionMissingArgument':
      return new Usage(say(language, 'cli.missingValue', { option: name }))
    case 'commander.missingArgument':
      return new Usage(say(language, 'cli.missingArgument', { name }))
    default:
      return new Usage(say(language, 'cli.tooMany'))
  }
}
