import { randomBytes } from 'node:crypto'
import { chmod, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { connect } from 'node:net'
import { OBJECT_PATH } from '../../schema/wire/attachment.ts'
import type { Language } from '../../schema/wire/codes.ts'
import { Fault } from '../../schema/wire/fault.ts'
import type { Purpose } from '../../schema/wire/purpose.ts'
import type { OpenKey } from '../core/keys.ts'
import { writeWhole } from '../core/write-whole.ts'
import { type Desk, openDesk, reply } from './desk.ts'
import { questionIn, refusalAt, refusalOfShape, refuse, send } from './door.ts'
import { graphiqlPage } from './graphiql.ts'
import type { Home } from './home.ts'
import { carry } from './objects.ts'
import { ORDER_PATH, signOrder } from './orders.ts'
import type { Delivery } from './outbox.ts'
import type { Road } from './road.ts'
import { pass, wantsStream } from './stream.ts'

export type GatewayOptions = {
  home: Home
  key: OpenKey
  road: Road
  /** Stated for every request that does not state its own. */
  purpose: Purpose | null
  /** 0: any free one. */
  port?: number
  graphiql?: boolean
  /** Of the page that GraphiQL opens with. Default English. */
  language?: Language
  /** How often what waits is tried, and what witnesses signed is looked after (ms). */
  retryEvery?: number
  /** Called when something that waited was sent. */
  onDelivery?(delivery: Delivery): void
}

export type Gateway = {
  url: string
  /** Drawn at this start; it stands in `tokenFile` (mode 0600) as well. */
  token: string
  tokenFile: string
  socket: string
  waiting(): Promise<number>
  close(): Promise<void>
}

/**
 * The process that alone holds an officer's session key. Any GraphQL program of this machine may ask through it with
 * the token of this start; the command line through a socket that only its owner can open.
 * @throws Fault HOME_BUSY where a gateway of this officer is running
 */
export async function openGateway(options: GatewayOptions): Promise<Gateway> {
  const {
    home,
    key,
    road,
    purpose,
    port = 0,
    graphiql = false,
    language = 'en',
    retryEvery = 5_000,
    onDelivery,
  } = options
  const socket = home.socket(key.name)
  await freeSocket(socket)
  const desk = await openDesk({ home, key, road, purpose })
  const token = randomBytes(32).toString('base64url')
  const tokenFile = home.path('gateway', key.name, 'token')

  const byTcp = createServer(LIMITS)
  await listening(byTcp, () => byTcp.listen(port, '127.0.0.1'))
  const host = `127.0.0.1:${(byTcp.address() as { port: number }).port}`
  const url = `http://${host}/graphql`
  const page = graphiql ? await graphiqlPage(language) : null
  const door = { host, token, origin: page ? `http://${host}` : null }
  byTcp.on('request', (request, response) => {
    guarded(response, async () => {
      if (page && request.method === 'GET' && request.url === '/graphql' && request.headers.host === host)
        return sendPage(response, page)
      const refusal = refusalAt(door, request)
      return refusal ? dismiss(request, response, refusal) : answer(desk, request, response)
    })
  })

  const bySocket = createServer(LIMITS, (request, response) => {
    guarded(response, async () => {
      if (request.method === 'GET' && request.url === '/session')
        return send(response, await sessionOf(road, desk))
      if (request.url === OBJECT_PATH) return carry(road, request, response)
      if (request.url === ORDER_PATH) return signOrder(road, request, response)
      const refusal = refusalOfShape(request.method, request.url, request.headers['content-type'])
      return refusal ? dismiss(request, response, refusal) : answer(desk, request, response)
    })
  })
  await listenForOwner(bySocket, socket)
  await writeWhole(tokenFile, `${token}\n`)

  const flush = async () => {
    if ((await desk.outbox.waiting()) === 0) return
    for (const delivery of await desk.flush()) onDelivery?.(delivery)
  }
  const tick = () => {
    void flush().catch(complain)
    void road.tend().catch(complain)
  }
  const timer = setInterval(tick, retryEvery)
  tick()

  return {
    url,
    token,
    tokenFile,
    socket,
    waiting: desk.outbox.waiting,
    async close() {
      clearInterval(timer)
      await Promise.all([closed(byTcp), closed(bySocket)])
      await desk.settled()
      await rm(tokenFile, { force: true })
    },
  }
}

const LIMITS = { requestTimeout: 30_000, maxHeaderSize: 16_384 }

async function answer(desk: Desk, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const read = await questionIn(request)
  if ('refusal' in read) return dismiss(request, response, read.refusal)
  if (wantsStream(request)) return pass(desk, read.question, request, response)
  send(response, await desk.answer(read.question))
}

/** The connection ends with a refusal; what is still on its way is read, and kept nowhere. */
function dismiss(
  request: IncomingMessage,
  response: ServerResponse,
  refusal: Parameters<typeof send>[1],
): void {
  request.resume()
  response.setHeader('connection', 'close')
  send(response, refusal)
}

function guarded(response: ServerResponse, run: () => Promise<void>): void {
  run().catch((error: unknown) => {
    complain(error)
    if (response.headersSent) response.destroy()
    else send(response, refuse(500, 'expected an answer, got a failure of the gateway'))
  })
}

/** Names where it failed and never what was asked. */
function complain(error: unknown): void {
  process.stderr.write(`gateway: ${error instanceof Fault ? error.message : (error as Error).name}\n`)
}

/** As whom the command line speaks, and what time it is for the server. */
async function sessionOf(road: Road, desk: Desk) {
  const login = await road
    .session()
    .then((session) => session.login())
    .catch(() => null)
  return reply(200, { person: road.person, now: road.now(), login, waiting: await desk.outbox.waiting() })
}

function sendPage(response: ServerResponse, page: string): void {
  response.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    // The page brings everything with it and may speak to nobody but this gateway.
    'content-security-policy':
      "default-src 'none'; script-src 'unsafe-inline' blob:; worker-src blob:; style-src 'unsafe-inline'; " +
      "img-src data:; font-src data:; connect-src 'self'; frame-ancestors 'none'",
  })
  response.end(page)
}

/** A socket that nobody answers was left by a gateway that was killed. */
async function freeSocket(path: string): Promise<void> {
  const isAnswered = await new Promise<boolean>((settle) => {
    const probe = connect(path)
    probe.once('connect', () => settle(true)).once('error', () => settle(false))
    probe.once('connect', () => probe.destroy())
  })
  if (isAnswered)
    throw new Fault('HOME_BUSY', `expected no other gateway of this officer, got one at ${path}`)
  await rm(path, { force: true })
}

async function listenForOwner(server: Server, path: string): Promise<void> {
  // The folder has mode 700; the mask closes the moment before the socket's own mode is set.
  const mask = process.umask(0o177)
  await listening(server, () => server.listen(path)).finally(() => process.umask(mask))
  await chmod(path, 0o600)
}

function listening(server: Server, listen: () => void): Promise<void> {
  return new Promise((settle, fail) => {
    server.once('error', fail).once('listening', settle)
    listen()
  })
}

function closed(server: Server): Promise<void> {
  return new Promise((settle) => {
    server.close(() => settle())
    server.closeAllConnections()
  })
}
