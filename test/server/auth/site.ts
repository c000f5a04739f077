import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { login, type Session } from '../../../clients/core/session.ts'
import { Fault } from '../../../schema/wire/fault.ts'
import { type Auth, openAuth, type Verified } from '../../../server/auth.ts'
import type { Directory } from '../../../server/directory.ts'
import { makeWorld, tempFolder, type World } from '../directory/world.ts'

/** A real HTTP server that does nothing but tell a caller who he is. */
export type Site = {
  world: World
  directory: Directory
  auth: Auth
  origin: string
  /** Every request that was let in, in order. */
  seen: Verified[]
  /** Opens the session file again with an empty memory, as after kill -9. */
  restart(): Promise<void>
  login(person: string, more?: { office?: string; clock?: () => number }): Promise<Session>
  close(): Promise<void>
}

export async function openSite(world?: World): Promise<Site> {
  const inhabited = world ?? (await makeWorld())
  const folder = tempFolder()
  inhabited.file = `${folder}/directory.jsonl`
  const directory = await inhabited.open()
  const server = createServer((req, res) => void handle(site, req, res))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const receiptKey = randomBytes(32).toString('base64url')
  const file = `${folder}/sessions.jsonl`
  const open = () => openAuth({ origin, file, directory, clock: inhabited.clock, receiptKey })
  const site: Site = {
    world: inhabited,
    directory,
    auth: await open(),
    origin,
    seen: [],
    async restart() {
      await site.auth.close()
      site.auth = await open()
    },
    login: async (person, more = {}) =>
      login({ url: origin, key: await inhabited.key(person), clock: inhabited.clock, ...more }),
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await site.auth.close()
      await directory.close()
    },
  }
  return site
}

async function handle(site: Site, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of req) chunks.push(chunk as Buffer)
  const answer = await answerTo(site, req, Buffer.concat(chunks)).catch((error: unknown) => {
    const { code, message } = error instanceof Fault ? error : new Fault('INTERNAL', (error as Error).message)
    return { status: code === 'AUTH' ? 401 : 500, body: { code, message } }
  })
  res.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body))
}

async function answerTo(site: Site, req: IncomingMessage, body: Buffer) {
  if (req.url === '/login/nonce') return { status: 200, body: site.auth.nonce() }
  if (req.url === '/login') return { status: 200, body: await site.auth.login(body) }
  const verified = site.auth.verify({
    method: req.method!,
    targetUri: `${site.origin}${req.url}`,
    headers: req.rawHeaders,
    body,
  })
  site.seen.push(verified)
  if (req.url === '/logout') await site.auth.logout(verified.caller.session)
  return { status: 200, body: verified.caller }
}

export type RawRequest = { method?: string; path?: string; headers: [string, string][]; body: Uint8Array }

/** Sends headers exactly as given, twice the same name too, and gives everything that came back as one text. */
export function sendRaw(origin: string, raw: RawRequest): Promise<{ status: number; text: string }> {
  const { port } = new URL(origin)
  const given = raw.headers.some(([name]) => name.toLowerCase() === 'host')
  const headers: string[] = [
    ...(given ? [] : ['Host', `127.0.0.1:${port}`]),
    'Content-Length',
    String(raw.body.length),
    ...raw.headers.flat(),
  ]
  return new Promise((resolve, reject) => {
    const options = {
      host: '127.0.0.1',
      port,
      method: raw.method ?? 'POST',
      path: raw.path ?? '/graphql',
      headers,
    }
    const req = request(options, (res) => {
      let text = ''
      res.on('data', (chunk) => {
        text += chunk
      })
      res.on('end', () =>
        resolve({
          status: res.statusCode!,
          text: `${res.statusCode} ${res.headers['content-type']} ${text}`,
        }),
      )
    })
    req.on('error', reject)
    req.end(raw.body)
  })
}
