import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { buildGoProgram } from './go-program.ts'

// Tessera's own checker of logs in C2SP tiles, from its Go module. It shares nothing with us but the specification.

const MODULE = 'github.com/transparency-dev/tessera/cmd/fsck'
const VERSION = 'v1.0.4'
const RUN_LIMIT = 60_000

export const buildFsck = () => buildGoProgram(MODULE, VERSION)

/** What fsck says of the log in `dir`, served on loopback; its exit status says nothing, its last line does. */
export async function runFsck(program: string, dir: string, vkey: string): Promise<string> {
  const keyFile = join(dir, '..', 'log.vkey')
  writeFileSync(keyFile, vkey)
  const server = createServer(async (request, response) => {
    const path = request.url ?? ''
    const bytes =
      /^\/(checkpoint|tile\/[\w/.]+)$/.test(path) && (await readFile(join(dir, path)).catch(() => null))
    response.writeHead(bytes ? 200 : 404).end(bytes || undefined)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    return await said(program, [`--storage_url=${url}`, `--public_key=${keyFile}`, '-N=8', '--ui=false'])
  } finally {
    server.closeAllConnections()
    await new Promise((done) => server.close(done))
  }
}

function said(program: string, args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: RUN_LIMIT })
    let text = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        text += chunk
      })
    child.on('error', reject)
    child.on('close', () => resolve(text))
  })
}
