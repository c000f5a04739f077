import { request } from 'node:http'
import { join, resolve } from 'node:path'
import type { z } from 'zod'
import { Fault } from '../../schema/wire/fault.ts'
import { OPERATOR_SOCKET } from '../../schema/wire/operator.ts'
import { say } from '../../schema/words/index.ts'
import { type Options, text } from './command.ts'
import { purposeIn } from './purpose.ts'
import type { Shell } from './shell.ts'
import { Usage } from './terminal.ts'

/** What no order of an operator has: he has no key, no office and no session. */
export const NO_CALLER = ['as', 'office', 'case', 'legalBasis', 'server', 'home', 'passphraseFd'] as const

/**
 * Orders something of the running server whose home is named or usual, with the purpose that was stated.
 * Throws UNREACHABLE where no server of this home runs.
 */
export async function order<A extends z.ZodType>(
  { language, terminal }: Shell,
  options: Options,
  { path, body, answer }: { path: string; body: object; answer: A },
): Promise<z.infer<A>> {
  const stated = purposeIn(options, language)
  if (!stated) throw new Usage(say(language, 'cli.needPurpose'))
  const { code: purpose, justification } = stated
  const home = resolve(terminal.cwd, text(options, 'home') ?? terminal.env.PORTOLAN_HOME ?? '.portolan')
  const socketPath = join(home, OPERATOR_SOCKET)
  const said = await sent(socketPath, path, JSON.stringify({ ...body, purpose, justification }))
  const parsed = said.status === 200 ? answer.safeParse(JSON.parse(said.text)) : null
  if (parsed?.success) return parsed.data
  throw unreachable(socketPath, `status ${said.status}`)
}

const unreachable = (socketPath: string, got: string) =>
  new Fault('UNREACHABLE', `expected a running server at ${socketPath}, got ${got}`)

function sent(socketPath: string, path: string, body: string): Promise<{ status: number; text: string }> {
  return new Promise((settle, fail) => {
    const call = request({ socketPath, method: 'POST', path }, (answer) => {
      let said = ''
      answer.on('data', (chunk) => {
        said += chunk
      })
      answer.on('error', () => fail(unreachable(socketPath, 'half an answer')))
      answer.on('end', () => settle({ status: answer.statusCode!, text: said }))
    })
    call.on('error', (error: NodeJS.ErrnoException) =>
      fail(unreachable(socketPath, error.code ?? 'no answer')),
    )
    call.end(body)
  })
}
