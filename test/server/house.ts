import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { request, type Server } from 'node:http'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { login, type Session } from '../../clients/core/session.ts'
import { signRequest } from '../../schema/wire/http-signature.ts'
import { LoginAnswer, loginText } from '../../schema/wire/login.ts'
import { openGraph } from '../../server/graph.ts'
import { openHttp } from '../../server/http.ts'
import { type Instance, type InstanceOptions, openInstance } from '../../server/instance.ts'
import { setUp } from '../../server/setup.ts'
import type { Cast } from '../cast.ts'
import { PURPOSE, type Reply } from '../instance.ts'
import type { Login } from '../neo4j.ts'
import { type SpiedGraph, spiedGraph } from './spied-graph.ts'

// A whole Portolan that can be closed and opened again at the same address, and be spoken to in every wrong way.

export type House = {
  instance: Instance
  server(): Server
  graph: SpiedGraph
  url: string
  home: string
  cast: Cast
  ask(person: string, query: string, variables?: Record<string, unknown>, purpose?: unknown): Promise<Reply>
  session(person: string): Promise<Session>
  /** Closes the instance and opens another on the same home, port and store. */
  restart(options?: Partial<InstanceOptions>): Promise<void>
  close(): Promise<void>
}

export async function openHouse(
  neo4j: Login,
  cast: Cast,
  options: Partial<InstanceOptions> = {},
): Promise<House> {
  const home = await mkdtemp(join(tmpdir(), 'portolan-house-'))
  const graph = spiedGraph(await openGraph(neo4j))
  await setUp(graph)
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  const sessions = new Map<string, Promise<Session>>()
  let server: Server

  async function open(more: Partial<InstanceOptions>): Promise<Instance> {
    const base = { genesis: cast.genesis, clock: Date.now, budget: 1_000_000, deadline: 60_000 }
    const instance = await openInstance({ ...base, ...options, ...more, home, graph, origin })
    server = openHttp(instance)
    await new Promise<void>((done) => server.listen(port, '127.0.0.1', done))
    return instance
  }
  async function shut(instance: Instance): Promise<void> {
    server.closeAllConnections()
    await new Promise((done) => server.close(done))
    await instance.close()
  }

  const house: House = {
    instance: await open({}),
    server: () => server,
    graph,
    url: origin,
    home,
    cast,
    session(person) {
      const clock = options.clock ?? Date.now
      const known = sessions.get(person) ?? login({ url: origin, key: cast.key(person), clock })
      sessions.set(person, known)
      return known
    },
    async ask(person, query, variables = {}, purpose = PURPOSE) {
      const answer = await (await house.session(person)).request({
        query,
        variables,
        extensions: { purpose },
      })
      const text = Buffer.from(answer.body).toString()
      return { ...answer, text, json: JSON.parse(text) }
    },
    async restart(more = {}) {
      await shut(house.instance)
      house.instance = await open(more)
    },
    async close() {
      await shut(house.instance)
      await graph.close()
      await rm(home, { recursive: true, force: true })
    },
  }
  return house
}

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((done) => probe.listen(0, '127.0.0.1', done))
  const { port } = probe.address() as AddressInfo
  await new Promise((done) => probe.close(done))
  return port
}

export type Raw = {
  method?: string
  path?: string
  headers?: Record<string, string>
  body?: Uint8Array | string
}
export type RawAnswer = {
  status: number
  headers: Record<string, unknown>
  body: string /** All but the date. */
  all: string
}

/** Sends exactly this and gives back everything that came. */
export function send(
  url: string,
  { method = 'POST', path = '/graphql', headers = {}, body = '' }: Raw,
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const sending = request(`${url}${path}`, { method, headers, agent: false }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk) => {
        text += chunk
      })
      response.on('end', () => {
        const { date: _, ...rest } = response.headers
        resolve({
          status: response.statusCode!,
          headers: rest,
          body: text,
          all: JSON.stringify([response.statusCode, rest, text]),
        })
      })
    })
    sending.on('error', reject)
    sending.end(body)
  })
}

export type Signer = {
  session: string
  privateKey: KeyObject
  /** Headers that sign this request, as an honest client would. */
  headers(raw: Raw, change?: Partial<Parameters<typeof signRequest>[0]>): Record<string, string>
}

/** A session whose key the test holds. */
export async function openSigner(house: House, person: string): Promise<Signer> {
  const pair = generateKeyPairSync('ed25519')
  const { nonce, time } = JSON.parse((await send(house.url, { path: '/login/nonce' })).body) as {
    nonce: string
    time: string
  }
  const key = house.cast.key(person)
  const sessionKey = pair.publicKey.export({ format: 'jwk' }).x!
  const statement = {
    origin: house.url,
    nonce,
    time,
    fingerprint: key.fingerprint,
    sessionKey,
    office: null,
    role: null,
  }
  const signature = await key.sign(Buffer.from(loginText(statement)), new Date(time))
  const answer = await send(house.url, { path: '/login', body: JSON.stringify({ statement, signature }) })
  const { session } = LoginAnswer.parse(JSON.parse(answer.body))
  return {
    session,
    privateKey: pair.privateKey,
    headers: ({ method = 'POST', path = '/graphql', headers = {}, body = '' }, change = {}) => ({
      ...headers,
      ...signRequest({
        method,
        targetUri: `${house.url}${path}`,
        contentType: headers['content-type'] ?? 'application/json',
        body: Buffer.from(body),
        session,
        privateKey: pair.privateKey,
        created: Math.floor(Date.now() / 1_000),
        nonce: randomBytes(16).toString('base64url'),
        ...change,
      }).headers,
    }),
  }
}
