import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { MAX_OBJECT_BODY, OBJECT_TYPE, type ReadBody, readBody } from '../schema/wire/attachment.ts'
import { receiptHeaders } from '../schema/wire/audit.ts'
import { letGo } from '../schema/wire/let-go.ts'
import type { VerifiedHead } from './auth.ts'
import { expectBody, GRACE, refuse, SLOWEST, send } from './http-answer.ts'
import type { Instance } from './instance.ts'
import { respondObject } from './respond-object.ts'

/**
 * The road of large bodies, with the same stations in the same order as that of questions. Who sent it is verified by its
 * head, before a large body is read at all; its hash must then be the one that was signed. The record commits to the
 * signature, which covers that hash, and to the facts, so that the octets are hashed once.
 */
export async function objectRoad(
  instance: Instance,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { room } = instance
  const length = lengthOf(request)
  const head = verify(instance, request)
  if (!head || length === null) return dismiss(request, response)
  const leave = await room.enter(head.caller.session, length)
  const place = takePlace(length)
  try {
    expectBody(request, GRACE + length / SLOWEST)
    const read = readBody(await wholeBody(request, place.subarray(0, length)))
    if (!timingSafeEqual(read.digest, head.digest)) return dismiss(request, response)
    await recorded(instance, request, { head, read, response })
  } finally {
    // Not before: somebody who has gone away leaves octets that are being written at this moment.
    giveBack(place)
    leave()
  }
}

type Station = { head: VerifiedHead; read: ReadBody; response: ServerResponse }

async function recorded(instance: Instance, request: IncomingMessage, station: Station): Promise<void> {
  const { audit, clock } = instance
  const { head, read, response } = station
  const open = await audit.asked({
    caller: head.caller,
    at: clock(),
    request: head.signed(read.facts),
    replay: head.replay,
    detail: { path: request.url ?? '' },
  })
  const answer = await answerTo(instance, request, station)
  const receipt = await audit.answered(open, answer)
  const type = answer.isOctets ? { 'content-type': OBJECT_TYPE } : {}
  send(response, answer.status, answer.body, { ...receiptHeaders(receipt), ...type })
}

function answerTo(instance: Instance, request: IncomingMessage, { head, read, response }: Station) {
  return respondObject(instance, head.caller, {
    method: request.method === 'PUT' ? 'PUT' : 'POST',
    isOctets: request.headers['content-type'] === OBJECT_TYPE,
    read,
    // What goes down takes room as well, until the last octet has left.
    async enter(octets) {
      onceGone(response, await instance.room.enter(head.caller.session, octets))
    },
  })
}

/** When the last octet of the answer has left, or nobody waits for it any more. */
function onceGone(response: ServerResponse, then: () => void): void {
  if (response.closed) then()
  else response.once('close', then)
}

/** What is not read for anybody is let go by, so that the refusal can be read; `expectBody` says for how long. */
function dismiss(request: IncomingMessage, response: ServerResponse): void {
  request.resume()
  refuse(response)
}

/** Null where it is not told beforehand, or is more than may be. */
function lengthOf({ headers }: IncomingMessage): number | null {
  const length = Number(headers['content-length'] ?? Number.NaN)
  return Number.isInteger(length) && length <= MAX_OBJECT_BODY ? length : null
}

function verify({ auth, origin }: Instance, request: IncomingMessage): VerifiedHead | null {
  try {
    return auth.verifyHead({
      method: request.method!,
      targetUri: `${origin}${request.url}`,
      headers: request.rawHeaders,
    })
  } catch {
    return null
  }
}

/** Places of former bodies. Making each anew would have the collector of garbage do as much as everybody else. */
const FREE: Buffer[] = []
const MOST_FREE = 4
const SMALL = 2 ** 16

const takePlace = (length: number): Buffer =>
  length <= SMALL ? Buffer.alloc(length) : (FREE.pop() ?? Buffer.allocUnsafeSlow(MAX_OBJECT_BODY))

function giveBack(place: Buffer): void {
  if (place.length === MAX_OBJECT_BODY && FREE.length < MOST_FREE) FREE.push(place)
}

/** Rejects where the caller goes away before its end. Each piece is put in its place at once and let go. */
function wholeBody(request: IncomingMessage, whole: Buffer): Promise<Buffer> {
  return new Promise((done, failed) => {
    let at = 0
    request.on('data', (piece: Buffer) => {
      at += piece.copy(whole, at)
      letGo(piece)
    })
    request.on('end', () => done(whole.subarray(0, at)))
    request.on('error', failed)
    request.on('close', () => request.complete || failed(new Error('expected a whole body, got an end')))
  })
}
