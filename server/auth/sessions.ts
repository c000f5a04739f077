import { createPublicKey, type KeyObject, randomBytes } from 'node:crypto'
import { z } from 'zod'
import { base32, type Json } from '../../schema/wire/canonical.ts'
import { OFFICE_ROLES } from '../../schema/wire/codes.ts'
import { Fault } from '../../schema/wire/fault.ts'
import { SESSION_LIFE } from '../../schema/wire/standing.ts'
import type { Clock } from '../clock.ts'
import { openLineLog, replaceLines } from '../line-log.ts'

/** A session ends this long after its last request (ms), and `SESSION_LIFE` after its login. */
export const SESSION_IDLE = 15 * 60_000
/** A further login ends the person's oldest session, so that memory is bounded by the number of persons. */
const MOST_PER_PERSON = 8

const StoredSession = z.strictObject({
  session: z.string(),
  /** Raw Ed25519 public key, base64url: the file holds no secret. */
  key: z.string(),
  person: z.string(),
  office: z.string(),
  role: z.enum(OFFICE_ROLES),
  /** Primary key of the person, and the key packet that signed the login. */
  fingerprint: z.string(),
  keyId: z.string(),
  created: z.number(),
})
export type StoredSession = z.infer<typeof StoredSession>
const Ended = z.strictObject({ ended: z.string() })

export type Session = StoredSession & { publicKey: KeyObject; lastSeen: number }

export type Sessions = {
  /** Opens a session; resolves when it would survive a crash. */
  open(session: Omit<StoredSession, 'session' | 'created'>): Promise<Session>
  /** A session that is neither too old nor idle, or null. */
  find(id: string): Session | null
  touch(session: Session): void
  /** Ends a session; resolves when no crash can bring it back. */
  end(id: string): Promise<void>
  close(): Promise<void>
}

/**
 * Sessions live in memory and in one file, which is written anew without the dead ones at each start. When a session
 * was last used is not in it: a restart counts as use, and the eight hours hold across it.
 */
export async function openSessions(file: string, clock: Clock): Promise<Sessions> {
  const sessions = await readSessions(file, clock)
  const log = await openLineLog(file)

  function keep(session: Session): void {
    sessions.set(session.session, session)
    const others = [...sessions.values()].filter(({ person }) => person === session.person)
    for (const { session: oldest } of others.slice(0, -MOST_PER_PERSON)) sessions.delete(oldest)
  }

  return {
    async open(fields) {
      const stored = { ...fields, session: base32(randomBytes(16)), created: clock() }
      const session = revive(stored, clock())
      await log.append(stored as Json)
      keep(session)
      return session
    },
    find(id) {
      const session = sessions.get(id)
      if (session === undefined) return null
      if (clock() - session.created < SESSION_LIFE && clock() - session.lastSeen < SESSION_IDLE)
        return session
      sessions.delete(id)
      return null
    },
    touch(session) {
      session.lastSeen = clock()
    },
    async end(id) {
      sessions.delete(id)
      await log.append({ ended: id })
    },
    close: () => log.close(),
  }
}

async function readSessions(file: string, clock: Clock): Promise<Map<string, Session>> {
  const log = await openLineLog(file)
  await log.close()
  const sessions = new Map<string, Session>()
  for (const [index, line] of log.lines.entries()) {
    const record = parseLine(line, index)
    if ('ended' in record) sessions.delete(record.ended)
    else if (clock() - record.created < SESSION_LIFE) sessions.set(record.session, revive(record, clock()))
  }
  const live = [...sessions.values()].map(({ publicKey: _, lastSeen: __, ...stored }) => stored as Json)
  await replaceLines(file, live)
  return sessions
}

function parseLine(line: string, index: number): StoredSession | z.infer<typeof Ended> {
  try {
    return z.union([StoredSession, Ended]).parse(JSON.parse(line))
  } catch {
    throw new Fault('CONFIG', `session file line ${index + 1}: expected a session, got something else`)
  }
}

function revive(stored: StoredSession, now: number): Session {
  const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: stored.key }, format: 'jwk' })
  return { ...stored, publicKey, lastSeen: now }
}
