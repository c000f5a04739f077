import { createPublicKey, type KeyObject, verify } from 'node:crypto'
import * as openpgp from 'openpgp'
import { OBJECT_PATH } from '../../schema/wire/attachment.ts'
import { commitAsked, decodeLeaf } from '../../schema/wire/audit-leaf.ts'
import type { DirectoryState } from '../../schema/wire/directory-state.ts'
import { contentDigest } from '../../schema/wire/http-signature.ts'
import { keyTools } from '../../schema/wire/key-tools.ts'
import { LoginRequest, loginText } from '../../schema/wire/login.ts'
import type { ReadRecord } from './audit.ts'
import type { Signed } from './reconcile-desk.ts'

// Who asked, out of a record alone: the leaf commits to the request, the request is signed by the key of a session, and
// the officer's OpenPGP key has signed for that session at its login, which is a record too. The server has none of these
// keys.

const tools = keyTools(openpgp)
type Keys = Pick<DirectoryState, 'owners' | 'keyIds'>

/** As `signedBytes` of the HTTP signature writes it; what follows is the body. */
const SIGNED =
  /^("@method": .*\n"@target-uri": (.*)\n"content-type": .*\n"content-digest": (.*)\n"@signature-params": .*;created=(\d+);.*;keyid="([0-9a-z]{26})";.*)\n:([A-Za-z0-9+/]{86}==):\n/
/** The signed part of a request is shorter than this. */
const HEAD = 4_096
/** A request that is recorded so long (ms) after it was signed was put there again. */
const LONGEST = 3_600_000

/**
 * Tells of the question of a record whether the officer whom it names signed it, then and once. `records` are those
 * around it, with the logins among them; whose key is whose, the directory says.
 */
export function signatureCheck(
  records: readonly ReadRecord[],
  directory: Keys,
): (asked: ReadRecord) => Promise<Signed> {
  const questions = records.filter(({ detail }) => detail.kind === 'ASKED')
  const sessions = new Map(
    questions.filter(isLogin).map((record) => [(record.detail as Question).caller.session, record]),
  )
  const copies = Map.groupBy(questions, ({ detail }) => (detail as Question).request)
  const logins = new Map<number, Promise<Signed>>()

  function loginSigned(record: ReadRecord): Promise<Signed> {
    const found = logins.get(record.index) ?? checkLogin(record, directory)
    logins.set(record.index, found)
    return found
  }

  return async (asked) => {
    if (asked.detail.kind !== 'ASKED') return 'UNKNOWN'
    const { request, caller } = asked.detail
    if ((copies.get(request)?.length ?? 0) > 1) return 'NOT_SIGNED'
    if (isLogin(asked)) return loginSigned(asked)
    const parts = partsOf(asked)
    if (typeof parts === 'string') return parts
    if (parts.session !== caller.session) return 'NOT_SIGNED'
    const login = sessions.get(parts.session)
    if (login === undefined) return 'UNKNOWN'
    if ((login.detail as Question).caller.person !== caller.person) return 'NOT_SIGNED'
    const vouched = await loginSigned(login)
    if (vouched !== 'SIGNED') return vouched
    return verify(null, parts.base, sessionKeyOf(login)!, parts.signature) ? 'SIGNED' : 'NOT_SIGNED'
  }
}

type Question = Extract<ReadRecord['detail'], { kind: 'ASKED' }>

const isLogin = ({ detail }: ReadRecord): boolean =>
  detail.kind === 'ASKED' && (detail.detail as { operation?: unknown } | null)?.operation === 'login'

/** What a request says of who signed it; where it cannot be what its record says, what follows from that. */
function partsOf(asked: ReadRecord): { base: Buffer; session: string; signature: Buffer } | Signed {
  const request = requestOf(asked)
  if (typeof request === 'string') return request
  const [head, base, target, digest, created, session, signature] =
    SIGNED.exec(request.toString('latin1', 0, HEAD)) ?? []
  if (head === undefined) return 'NOT_SIGNED'
  // Of the object road the octets are hashed with what is kept, and are not kept.
  const isWhole = !target!.endsWith(OBJECT_PATH)
  if (isWhole && contentDigest(request.subarray(head.length)) !== digest) return 'NOT_SIGNED'
  if (Math.abs(Number(created) * 1_000 - asked.detail.at) > LONGEST) return 'NOT_SIGNED'
  return {
    base: Buffer.from(base!, 'latin1'),
    session: session!,
    signature: Buffer.from(signature!, 'base64'),
  }
}

/** The request that the leaf commits to; otherwise what its absence says. */
function requestOf({ leaf, detail }: ReadRecord): Buffer | Signed {
  if (detail.kind !== 'ASKED') return 'UNKNOWN'
  // A hash stands for a large one.
  if (/^[0-9a-f]{64}$/.test(detail.request)) return 'UNKNOWN'
  const request = Buffer.from(detail.request, 'base64')
  const commitment = commitAsked(Buffer.from(detail.salt, 'base64'), request)
  return commitment.equals(decodeLeaf(leaf)!.commitment) ? request : 'NOT_SIGNED'
}

function loginIn(record: ReadRecord): LoginRequest | null {
  const request = requestOf(record)
  if (typeof request === 'string') return null
  try {
    return LoginRequest.parse(JSON.parse(request.toString('utf8')))
  } catch {
    return null
  }
}

/** The directory remembers the keys that were replaced, so a login of whatever time is checked. */
async function checkLogin(record: ReadRecord, { owners, keyIds }: Keys): Promise<Signed> {
  const request = loginIn(record)
  if (request === null || record.detail.kind !== 'ASKED') return 'NOT_SIGNED'
  const { statement, signature } = request
  const keyId = await issuerOf(signature)
  const owner = owners.get(keyIds.get(keyId ?? '') ?? '')
  if (owner?.subject !== `person:${record.detail.caller.person}`) return 'NOT_SIGNED'
  const bytes = Buffer.from(loginText(statement))
  const made = await tools.verify({ bytes, signature, key: owner.key.armored }).catch(() => null)
  return made === null ? 'NOT_SIGNED' : 'SIGNED'
}

/** Whose key a signature says that it is of; null where it is none. */
async function issuerOf(armoredSignature: string): Promise<string | null> {
  const signature = await openpgp.readSignature({ armoredSignature }).catch(() => null)
  return signature?.packets[0]?.issuerKeyID.toHex() ?? null
}

function sessionKeyOf(login: ReadRecord): KeyObject | null {
  const x = loginIn(login)?.statement.sessionKey
  return x === undefined ? null : createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
}
