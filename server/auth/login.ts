import { type LoginAnswer, LoginRequest, type LoginStatement, loginText } from '../../schema/wire/login.ts'
import { meantBy, SESSION_LIFE } from '../../schema/wire/standing.ts'
import type { Clock } from '../clock.ts'
import { publicKeyTools } from '../directory/openpgp.ts'
import type { Directory } from '../directory.ts'
import { DECOY_BYTES, DECOY_KEY, DECOY_SIGNATURE } from './decoy.ts'
import { NONCE_LIFE, type Nonces } from './nonces.ts'
import type { Sessions } from './sessions.ts'

const BODY_LENGTH = 65_536

export type LoginContext = {
  origin: string
  directory: Directory
  nonces: Nonces
  sessions: Sessions
  clock: Clock
  receiptKey: string
}

/**
 * Opens a session for what a stranger sent, or gives null: he who is refused learns nothing of why. One OpenPGP
 * verification is done on every way through.
 */
export async function logIn(context: LoginContext, body: Uint8Array): Promise<LoginAnswer | null> {
  const { clock, directory, nonces, sessions, receiptKey } = context
  const request = parse(body)
  const person = request && directory.personByKey(request.statement.fingerprint)
  const keyId = await signingKeyOf(request, person?.body.key ?? null)
  if (!request || !person?.signing.some((use) => use.keyId === keyId)) return null
  const { statement } = request
  const assignment = meantBy(directory.assignments(person.body.person), statement)
  if (assignment === null || !isFresh(context, statement) || !nonces.use(statement.nonce)) return null
  const session = await sessions.open({
    key: statement.sessionKey,
    person: person.body.person,
    ...assignment,
    fingerprint: statement.fingerprint,
    keyId: keyId!,
  })
  // Read after the session stands: an assignment may have ended while the disk was written.
  const caller = directory.caller(session.person, session.office, session.role, session.session)
  if (caller === null) return null
  const { country, office, officeKind, role, teams } = caller
  return {
    session: session.session,
    expires: new Date(session.created + SESSION_LIFE).toISOString(),
    time: new Date(clock()).toISOString(),
    receiptKey,
    caller: { person: caller.person, country, office, officeKind, role, teams },
  }
}

function parse(body: Uint8Array): LoginRequest | null {
  if (body.length > BODY_LENGTH) return null
  try {
    return LoginRequest.parse(JSON.parse(Buffer.from(body).toString('utf8')))
  } catch {
    return null
  }
}

/** The id of the key packet that made the signature; null where the signature or the person is not what it claims. */
async function signingKeyOf(request: LoginRequest | null, key: string | null): Promise<string | null> {
  const claimed =
    request !== null && key !== null
      ? { bytes: Buffer.from(loginText(request.statement)), signature: request.signature, key }
      : null
  const decoy = { bytes: DECOY_BYTES, signature: DECOY_SIGNATURE, key: DECOY_KEY }
  const made = await publicKeyTools.verify(claimed ?? decoy).catch(() => null)
  return claimed === null || made === null ? null : made.keyId
}

/** Whether the statement was made for this server, now. */
function isFresh({ origin, clock, nonces }: LoginContext, statement: LoginStatement): boolean {
  const age = Math.abs(clock() - Date.parse(statement.time))
  return statement.origin === origin && age <= NONCE_LIFE && nonces.alive(statement.nonce)
}
