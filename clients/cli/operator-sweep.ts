import { request } from 'node:http'
import { join, resolve } from 'node:path'
import { Fault } from '../../schema/wire/fault.ts'
import { OPERATOR_SOCKET, SweepAnswer, type SweepOrder } from '../../schema/wire/operator.ts'
import { say } from '../../schema/words/index.ts'
import { type Command, text } from './command.ts'
import { purposeIn } from './purpose.ts'
import { Usage } from './terminal.ts'

export const operatorSweep: Command = {
  name: 'operator sweep',
  about: 'cli.aboutOperatorSweep',
  options: [
    { flags: '--remove', about: 'cli.optRemove' },
    { flags: '--home <folder>', about: 'cli.optServerHome' },
  ],
  without: ['as', 'office', 'case', 'legalBasis', 'server', 'home', 'passphraseFd'],
  examples: [
    {
      line: 'operator sweep --purpose ADMINISTRATION --justification "monthly upkeep"',
      about: 'cli.tryOperatorSweep',
    },
    {
      line: 'operator sweep --remove --purpose ADMINISTRATION --justification "after the power cut"',
      about: 'cli.tryOperatorSweepRemove',
    },
  ],
  async run(shell, _, options) {
    const { language, terminal } = shell
    const stated = purposeIn(options, language)
    if (!stated) throw new Usage(say(language, 'cli.needPurpose'))
    const { code: purpose, justification } = stated
    const home = resolve(terminal.cwd, text(options, 'home') ?? terminal.env.PORTOLAN_HOME ?? '.portolan')
    const remove = options.remove === true
    const swept = await order(join(home, OPERATOR_SOCKET), { remove, purpose, justification })
    shell.show(swept, () => {
      const counts = { held: swept.held, orphans: swept.orphans.length, removed: swept.removed.length }
      shell.line(say(language, remove ? 'cli.sweptRemoved' : 'cli.swept', counts))
      for (const id of swept.orphans) shell.line(`  ${id}`)
    })
  },
}

/** Throws UNREACHABLE where no server of this home runs: it sweeps by itself when it starts. */
function order(socketPath: string, body: SweepOrder): Promise<SweepAnswer> {
  return new Promise((settle, fail) => {
    const unreachable = (got: string) =>
      fail(new Fault('UNREACHABLE', `expected a running server at ${socketPath}, got ${got}`))
    const call = request({ socketPath, method: 'POST', path: '/sweep' }, (answer) => {
      let said = ''
      answer.on('data', (chunk) => {
        said += chunk
      })
      answer.on('error', () => unreachable('half an answer'))
      answer.on('end', () => {
        const parsed = answer.statusCode === 200 ? SweepAnswer.safeParse(JSON.parse(said)) : null
        if (parsed?.success) settle(parsed.data)
        else unreachable(`status ${answer.statusCode}`)
      })
    })
    call.on('error', (error: NodeJS.ErrnoException) => unreachable(error.code ?? 'no answer'))
    call.end(JSON.stringify(body))
  })
}
