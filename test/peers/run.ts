import { spawn } from 'node:child_process'

/** Runs another program with its input piped in, and gives what it wrote; its standard error is the error's text. */
export function run(program: string, args: string[], input: Uint8Array | string = ''): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] })
    const out: Buffer[] = []
    let complaints = ''
    child.stdout.on('data', (chunk) => out.push(chunk))
    child.stderr.on('data', (chunk) => {
      complaints += chunk
    })
    child.on('error', reject)
    // A program that refuses its input closes it early; its exit status tells the rest.
    child.stdin.on('error', () => {})
    child.on('close', (status) =>
      status === 0 ? resolve(Buffer.concat(out)) : reject(new Error(`${program}: ${status}\n${complaints}`)),
    )
    child.stdin.end(input)
  })
}
