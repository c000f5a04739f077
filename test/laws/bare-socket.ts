import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import type { ObjectBody } from '../../clients/core/wire.ts'
import { OBJECT_PATH, OBJECT_TYPE } from '../../schema/wire/attachment.ts'
import { digestHeader, signHead, signRequest } from '../../schema/wire/http-signature.ts'
import { type LoginAnswer, loginText } from '../../schema/wire/login.ts'
import type { Cast } from '../cast.ts'
import type { TestPortolan } from '../instance.ts'

// A client that is no more than a socket: it sees every byte that comes, and goes away when a test says so.

export type BareSession = { session: string; privateKey: KeyObject }

/** A login as it is sent, with the key that it certifies. */
export async function loginBody(portolan: TestPortolan, cast: Cast, person: string) {
  const asked = await fetch(`${portolan.url}/login/nonce`, { method: 'POST', body: '{}' })
  const { nonce, time } = (await asked.json()) as { nonce: string; time: string }
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const key = cast.key(person)
  const statement = {
    ...{ origin: portolan.url, nonce, time, fingerprint: key.fingerprint, office: null, role: null },
    sessionKey: publicKey.export({ format: 'jwk' }).x!,
  }
  const signature = await key.sign(Buffer.from(loginText(statement)), new Date(time))
  return { body: { statement, signature }, privateKey }
}

export async function bareLogin(portolan: TestPortolan, cast: Cast, person: string): Promise<BareSession> {
  const { body, privateKey } = await loginBody(portolan, cast, person)
  const headers = { 'content-type': 'application/json' }
  const sent = { method: 'POST', headers, body: JSON.stringify(body) }
  const { session } = (await (await fetch(`${portolan.url}/login`, sent)).json()) as LoginAnswer
  return { session, privateKey }
}

/** The bytes of one request: its head, and its body. */
export type Request = { head: string; body: Buffer }

export function request(
  portolan: TestPortolan,
  path: string,
  content: unknown,
  session?: BareSession,
  more: Record<string, string> = {},
): Request {
  const body = Buffer.from(JSON.stringify(content))
  const signature = session && {
    ...{ method: 'POST', targetUri: `${portolan.url}${path}`, contentType: 'application/json', body },
    ...{ session: session.session, privateKey: session.privateKey },
    ...{ created: Math.floor(Date.now() / 1_000), nonce: randomBytes(16).toString('base64url') },
  }
  const headers = signature ? signRequest(signature).headers : { 'content-type': 'application/json' }
  const lines = [
    `POST ${path} HTTP/1.1`,
    `host: ${new URL(portolan.url).host}`,
    `content-length: ${body.length}`,
    'connection: close',
    ...Object.entries({ ...headers, ...more }).map(([name, value]) => `${name}: ${value}`),
  ]
  return { head: `${lines.join('\r\n')}\r\n\r\n`, body }
}

/** A request of the object road, as it is sent. */
export function objectRequest(
  portolan: TestPortolan,
  { method, octets, facts, digest }: ObjectBody,
  session: BareSession,
): Request {
  const signed = {
    ...{ method, targetUri: `${portolan.url}${OBJECT_PATH}`, contentType: OBJECT_TYPE },
    ...{ contentDigest: digestHeader(digest), session: session.session, privateKey: session.privateKey },
    ...{ created: Math.floor(Date.now() / 1_000), nonce: randomBytes(16).toString('base64url') },
  }
  const lines = [
    `${method} ${OBJECT_PATH} HTTP/1.1`,
    `host: ${new URL(portolan.url).host}`,
    `content-length: ${octets.length + facts.length}`,
    'connection: close',
    ...Object.entries(signHead(signed, facts).headers).map(([name, value]) => `${name}: ${value}`),
  ]
  return { head: `${lines.join('\r\n')}\r\n\r\n`, body: Buffer.concat([octets, facts]) }
}

/** What comes back over a socket, as it comes. */
export type Line = { socket: Socket; got: () => Buffer; closed: Promise<Buffer> }

/** An open connection; nothing is sent yet. */
export async function dial(portolan: TestPortolan): Promise<Line> {
  const socket = connect(Number(new URL(portolan.url).port), '127.0.0.1')
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  // A server that closes in the middle is what these tests are about.
  socket.on('error', () => {})
  const got = () => Buffer.concat(chunks)
  const closed = new Promise<Buffer>((done) => socket.on('close', () => done(got())))
  await new Promise<void>((open) => socket.on('connect', open))
  return { socket, got, closed }
}

/** Sends a request and waits for the end of the connection: every byte that came. */
export async function bare(portolan: TestPortolan, { head, body }: Request): Promise<Buffer> {
  const { socket, closed } = await dial(portolan)
  socket.write(Buffer.concat([Buffer.from(head), body]))
  return closed
}
