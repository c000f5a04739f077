import { readSync } from 'node:fs'
import type { Language } from '../../schema/wire/codes.ts'
import { say } from '../../schema/words/index.ts'
import { type Terminal, Usage } from './terminal.ts'

export type AskPassphrase = (key: string) => Promise<string>

/**
 * Passphrases come from a descriptor, a line for each key in the order in which keys are opened (the last one serves
 * all further keys), or from the terminal without echo; never from arguments or the environment, which others can read.
 */
export function passphrasesFrom(terminal: Terminal, language: Language, fd: number | null): AskPassphrase {
  let lines: string[] | null = null
  let asked = 0
  return async (key) => {
    if (fd === null) return fromTerminal(terminal, say(language, 'cli.askPassphrase', { key }), language)
    lines ??= linesOf(fd, language)
    const line = lines[Math.min(asked, lines.length - 1)]
    asked += 1
    return line ?? ''
  }
}

function linesOf(fd: number, language: Language): string[] {
  const chunks: Buffer[] = []
  const chunk = Buffer.alloc(4_096)
  try {
    for (let size = readSync(fd, chunk); size > 0; size = readSync(fd, chunk))
      chunks.push(Buffer.from(chunk.subarray(0, size)))
  } catch {
    throw new Usage(say(language, 'cli.badDescriptor', { fd: String(fd) }))
  }
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/\r?\n$/, '')
    .split(/\r?\n/)
}

async function fromTerminal(
  { stdin, stderr }: Terminal,
  prompt: string,
  language: Language,
): Promise<string> {
  if (!stdin.isTTY) throw new Usage(say(language, 'cli.noTerminal'))
  stderr.write(prompt)
  stdin.setRawMode(true)
  stdin.resume()
  try {
    return await typed(stdin)
  } finally {
    stdin.setRawMode(false)
    stdin.pause()
    stderr.write('\n')
  }
}

function typed(stdin: NodeJS.ReadStream): Promise<string> {
  return new Promise((settle, fail) => {
    let line = ''
    const take = (data: Buffer) => {
      for (const key of data.toString('utf8')) {
        if (key === '\r' || key === '\n' || key === '\u0004') return done(() => settle(line))
        if (key === '\u0003') return done(() => fail(new DOMException('stopped', 'AbortError')))
        line = key === '\u007f' || key === '\b' ? [...line].slice(0, -1).join('') : line + key
      }
    }
    const done = (end: () => void) => {
      stdin.off('data', take)
      end()
    }
    stdin.on('data', take)
  })
}
