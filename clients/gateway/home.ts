import { existsSync } from 'node:fs'
import { mkdir, open, readFile, rm, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { OFFICE_ROLES } from '../../schema/wire/codes.ts'
import { Hash } from '../../schema/wire/directory.ts'
import { Fault } from '../../schema/wire/fault.ts'
import { OfficeCode, PersonId } from '../../schema/wire/principal.ts'
import { Purpose } from '../../schema/wire/purpose.ts'
import { writeWhole } from '../core/write-whole.ts'

/** Which Portolan this home belongs to. The genesis hash was learned out of band and is never taken from the server. */
const Site = z.object({ url: z.url(), genesisHash: Hash })
export type Site = z.infer<typeof Site>

const Officer = z.strictObject({
  office: OfficeCode,
  role: z.enum(OFFICE_ROLES),
  country: z.string(),
  teams: z.array(z.string()),
  purpose: Purpose.nullable(),
  /** ISO time: until when the purpose counts, which is the end of the session it was stated for. */
  until: z.iso.datetime(),
})
const Logins = z.strictObject({ current: PersonId.nullable(), officers: z.record(PersonId, Officer) })
export type Officer = z.infer<typeof Officer>
export type Logins = z.infer<typeof Logins>

/** An officer's own folder: keys, what he stated at login, receipts, sequence numbers, the gateway's outbox and cache. */
export type Home = {
  folder: string
  keys: string
  /** Throws NOT_FOUND where this home was never told its server. */
  site(): Promise<Site>
  setSite(site: Site): Promise<void>
  logins(): Promise<Logins>
  setLogins(logins: Logins): Promise<void>
  path(...parts: string[]): string
  /** Where a gateway of that officer listens for the command line. */
  socket(person: string): string
}

const LOGGED_OUT: Logins = { current: null, officers: {} }
/** A Unix socket's path has at most 107 bytes on Linux. */
const MOST_SOCKET_PATH = 107

/**
 * Opens a home. It is `folder` where one is named, else a demo below `cwd`, else `.portolan` in the user's folder.
 * @throws Fault CONFIG where others may read it
 */
export async function openHome(named: string | undefined, cwd: string): Promise<Home> {
  const folder = resolve(cwd, named ?? demoBelow(cwd) ?? join(homedir(), '.portolan'))
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const mode = (await stat(folder)).mode & 0o777
  if ((mode & 0o077) !== 0)
    throw new Fault('CONFIG', `expected a client home of mode 700, got ${mode.toString(8)}: ${folder}`)
  const path = (...parts: string[]) => join(folder, ...parts)

  return {
    folder,
    keys: path('keys'),
    path,
    async site() {
      const site = await readJson(path('client.json'), Site)
      if (site === null)
        throw new Fault('NOT_FOUND', `expected the address of a server in ${path('client.json')}`)
      return site
    },
    setSite: (site) => writeWhole(path('client.json'), JSON.stringify(site)),
    logins: async () => (await readJson(path('login.json'), Logins)) ?? LOGGED_OUT,
    setLogins: (logins) => writeWhole(path('login.json'), JSON.stringify(logins)),
    socket(person) {
      const socket = path(`${person}.sock`)
      if (Buffer.byteLength(socket) <= MOST_SOCKET_PATH) return socket
      throw new Fault('CONFIG', `expected a client home with a shorter path, got ${folder}`)
    },
  }
}

function demoBelow(cwd: string): string | null {
  const demo = join(cwd, '.portolan', 'demo')
  return existsSync(join(demo, 'client.json')) ? demo : null
}

/** Null where there is no such file. Throws CONFIG where it holds something else. */
export async function readJson<T>(file: string, shape: z.ZodType<T>): Promise<T | null> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  if (text === null) return null
  try {
    return shape.parse(JSON.parse(text))
  } catch {
    throw new Fault('CONFIG', `expected settings in the known form in ${file}`)
  }
}

/** How long a lock is believed whose holder may have been killed (ms); what is done under one takes a few. */
const STALE_LOCK = 10_000

/** Runs `work` while no other process of this home is at the same file. */
export async function alone<T>(file: string, work: () => Promise<T>): Promise<T> {
  const lock = `${file}.lock`
  for (;;) {
    const held = await open(lock, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return null
      throw error
    })
    if (held) {
      await held.close()
      break
    }
    const made = await stat(lock).catch(() => null)
    if (made && Date.now() - made.mtimeMs > STALE_LOCK) await rm(lock, { force: true })
    else await sleep(10)
  }
  return work().finally(() => rm(lock, { force: true }))
}
