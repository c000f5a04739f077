import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { openS3 } from '../../../../server/audit/tree/s3-objects.ts'
import { s3PlaceOf } from '../../../../server/audit/tree/s3-place.ts'
import type { S3Options } from '../../../../server/audit/tree/s3-requests.ts'
import { machineClock } from '../../../../server/clock.ts'
import { buildGoProgram } from '../../../peers/go-program.ts'

// Versity's S3 gateway over a folder: free software, one Go program, each object a file of its name; and it takes a lock
// between looking at the condition of a PUT and doing it.

const MODULE = 'github.com/versity/versitygw/cmd/versitygw'
const VERSION = 'v1.8.0'
export const BUCKET = 'portolan-log'

export const S3_ENV = {
  AWS_ACCESS_KEY_ID: 'TESTKEYTESTKEYTESTKE',
  AWS_SECRET_ACCESS_KEY: 'a-secret-that-nobody-tells/of+it',
  AWS_REGION: 'eu-west-3',
}

export type S3Server = {
  /** Without a slash at its end. */
  origin: string
  /** Where the bucket's objects lie, as files. */
  files: string
  start(): Promise<void>
  /** As a power cut would, but for what the kernel still holds. */
  kill(): Promise<void>
  /** An address in the bucket at which nothing lies yet. */
  place(): string
}

/** Builds the server where need be, and starts it on a free port, which it keeps. */
export async function startS3(home: string): Promise<S3Server> {
  const program = await buildGoProgram(MODULE, VERSION)
  const port = await freePort()
  const files = join(home, BUCKET)
  mkdirSync(files)
  let child: ChildProcess | null = null
  let places = 0
  const server: S3Server = {
    origin: `http://127.0.0.1:${port}`,
    files,
    async start() {
      const env = {
        ...process.env,
        ROOT_ACCESS_KEY: S3_ENV.AWS_ACCESS_KEY_ID,
        ROOT_SECRET_KEY: S3_ENV.AWS_SECRET_ACCESS_KEY,
        VGW_REGION: S3_ENV.AWS_REGION,
      }
      const args = ['--port', `127.0.0.1:${port}`, '--quiet', '--keep-alive', 'posix', home]
      child = spawn(program, args, { env, stdio: ['ignore', 'ignore', 'inherit'] })
      await listening(port, child)
    },
    async kill() {
      if (!child) return
      const closed = once(child, 'close')
      child.kill('SIGKILL')
      await closed
      child = null
    },
    place: () => `${server.origin}/${BUCKET}/log-${places++}`,
  }
  await server.start()
  return server
}

/** The objects at an address, of the server's owner. */
export const openAt = (address: string, more: Partial<S3Options> = {}) =>
  openS3(s3PlaceOf(address, S3_ENV), { clock: machineClock, ...more })

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** Nothing tells when the server listens, but that it takes a connection. */
async function listening(port: number, child: ChildProcess): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`expected versitygw to run, got exit ${child.exitCode}`)
    const socket = connect(port, '127.0.0.1')
    const open = await once(socket, 'connect').then(
      () => true,
      () => false,
    )
    socket.destroy()
    if (open) return
    await pause(20)
  }
}
