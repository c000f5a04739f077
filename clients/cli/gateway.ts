import { say } from '../../schema/words/index.ts'
import { openGateway } from '../gateway/gateway.ts'
import { openRoad } from '../gateway/road.ts'
import { type Command, text } from './command.ts'
import { purposeIn } from './purpose.ts'
import { lineOf } from './run.ts'
import { stopped } from './stopped.ts'
import { Usage } from './terminal.ts'

export const gateway: Command = {
  name: 'gateway',
  about: 'cli.aboutGateway',
  options: [
    { flags: '--port <number>', about: 'cli.optPort' },
    { flags: '--graphiql', about: 'cli.optGraphiql' },
  ],
  examples: [
    {
      line: 'gateway --port 4378 --purpose OPERATIONAL --justification "NE-2016/0117: Agadez"',
      about: 'cli.tryGateway',
    },
    { line: 'gateway --graphiql', about: 'cli.tryGraphiql' },
  ],
  async run(shell, _, options) {
    const { language } = shell
    const port = text(options, 'port') ?? '0'
    if (!/^\d{1,5}$/.test(port)) throw new Usage(say(language, 'cli.badCount', { option: '--port' }))
    const home = await shell.home()
    const person = await shell.person()
    const key = await shell.key(person)
    const former = (await home.logins()).officers[person]
    const { url: server } = await shell.site()
    const office = text(options, 'office') ?? former?.office
    const road = openRoad({ home, key, url: server, office, clock: shell.terminal.clock })
    const purpose = purposeIn(options, language)
    const opened = await openGateway({
      home,
      key,
      road,
      purpose,
      port: Number(port),
      graphiql: options.graphiql === true,
      language,
      onDelivery: shell.delivered,
    })
    shell.show(
      { url: opened.url, token: opened.token, tokenFile: opened.tokenFile, socket: opened.socket },
      () => {
        shell.line(say(language, 'cli.gatewayUp', { person, url: opened.url }))
        shell.line(say(language, 'cli.gatewayToken', { token: opened.token, file: opened.tokenFile }))
        if (options.graphiql === true) shell.line(say(language, 'cli.gatewayGraphiql', { url: opened.url }))
      },
    )
    if (!purpose) shell.note(say(language, 'cli.gatewayNoPurpose'))
    await road
      .session()
      .catch((error) => shell.note(error.code ? lineOf(error, language) : String(error.message)))
    await stopped()
    shell.note(say(language, 'cli.interrupted'))
    await opened.close()
  },
}
