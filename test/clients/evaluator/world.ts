import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { OpenKey } from '../../../clients/core/keys.ts'
import { blind, ready } from '../../../clients/core/oprf/voprf.ts'
import { refreshDirectory } from '../../../clients/gateway/directory.ts'
import { openHome } from '../../../clients/gateway/home.ts'
import { type LoginRequest, type LoginStatement, loginText } from '../../../schema/wire/login.ts'
import {
  commitmentTo,
  type EvaluationOrder,
  type EvaluationRequest,
  orderText,
  permitText,
  selectorInput,
} from '../../../schema/wire/match.ts'
import { type Directory, openDirectory } from '../../../server/directory.ts'
import { DAY, INSTANCE, type Instance, signInstance } from './signed-instance.ts'

export { DAY, INSTANCE }

// An instance as an evaluator meets it: a signed directory that a client's home follows, officers with sessions, and a
// platform that gives permits. No test hook is used here: the bench and programs of their own use it too.

export const ORIGIN = 'https://portolan.example'
export const EPOCH = 2027
const HEX = (octets: Uint8Array) => Buffer.from(octets).toString('base64url')

export type Officer = {
  person: string
  office: string
  country: string
  key: OpenKey
  session: { privateKey: KeyObject; publicKey: string }
  login: LoginRequest
}

export type World = Awaited<ReturnType<typeof openWorld>>

/** Opens the world in a folder: police offices of Italy and Niger with `officers` in each. `now` moves what is signed and said. */
export async function openWorld(folder: string, { officers = 2, now = Date.now() } = {}) {
  await ready()
  let time = now
  const clock = () => time
  const instance = await signInstance(folder, { officers, clock })
  const { entries, people } = instance
  const directory = await openDirectory({
    file: join(folder, 'server', 'directory.jsonl'),
    ...{ genesis: entries, clock },
  })
  const pair = generateKeyPairSync('ed25519')
  const platformKey = rawKey(pair.publicKey)
  await writeFile(join(folder, 'genesis.json'), JSON.stringify(entries))
  const clientHome = join(folder, 'client')
  await mkdir(clientHome, { recursive: true, mode: 0o700 })

  const world = {
    ...{ folder, directory, clientHome, platformKey, clock },
    genesis: directory.genesisHash,
    platform: { instance: INSTANCE, origin: ORIGIN, key: platformKey },
    people: people.map(({ person }) => person),
    setTime(next: number) {
      time = next
    },
    /** A client of the evaluator's state asks the server for the directory, as its own command does. */
    async fetchDirectory() {
      const home = await openHome(clientHome, '/')
      const ask = async (from: number) => directory.publicEntries(from)
      await refreshDirectory(home, { genesis: directory.genesisHash, ask, now: clock })
    },
    permit: (order: EvaluationOrder): string =>
      HEX(sign(null, Buffer.from(permitText(order)), pair.privateKey)),
    /** An officer who has signed in just now. */
    officer: (person: string, changes: Partial<LoginStatement> = {}) =>
      officerOf(instance, clock(), { person, changes }),
    ...changesOf(instance, directory, clock),
    close: () => directory.close(),
  }
  await world.fetchDirectory()
  return world
}

const rawKey = (key: KeyObject): string => key.export({ format: 'jwk' }).x!

type Told = { person: string; changes: Partial<LoginStatement> }

async function officerOf(
  { people, keyOf }: Instance,
  now: number,
  { person, changes }: Told,
): Promise<Officer> {
  const { office, country } = people.find((one) => one.person === person)!
  const key = await keyOf(person)
  const pair = generateKeyPairSync('ed25519')
  const session = { privateKey: pair.privateKey, publicKey: rawKey(pair.publicKey) }
  const statement: LoginStatement = {
    ...{ origin: ORIGIN, nonce: HEX(randomBytes(38)), time: new Date(now).toISOString() },
    ...{ fingerprint: key.fingerprint, sessionKey: session.publicKey, office: null, role: null },
    ...changes,
  }
  const signature = await key.sign(Buffer.from(loginText(statement)), new Date(now))
  return { person, office, country, key, session, login: { statement, signature } }
}

/** What may become of an officer, by entries of his anchor. */
const changesOf = (
  { people, byAnchor, assignment, keyOf }: Instance,
  directory: Directory,
  clock: () => number,
) => ({
  /** His assignment ends today. */
  async endAssignment(person: string) {
    const one = people.find((known) => known.person === person)!
    const body = assignment(one, new Date(clock()).toISOString().slice(0, 10))
    await directory.append(
      await byAnchor(body, one.country, directory.latest(`assignment:${body.assignment}`)),
    )
  },
  /** His key is in the hands of somebody else. */
  async revokeKey(person: string) {
    const { country } = people.find((known) => known.person === person)!
    const { fingerprint } = await keyOf(person)
    const at = new Date(clock()).toISOString()
    await directory.append(
      await byAnchor({ type: 'revocation', fingerprint, reason: 'KEY_COMPROMISED', at }, country),
    )
  },
})

export type Selector = { input: Uint8Array; blind: Uint8Array; element: Uint8Array }

/** Blinded telephone numbers. */
export const selectors = (count: number, { from = 22_790_000_000, epoch = EPOCH } = {}): Selector[] =>
  Array.from({ length: count }, (_, at) => {
    const input = selectorInput(epoch, 'PHONE', `+${from + at}`)
    return { input, ...blind(input) }
  })

/** An order of this officer for these selectors, as of the world's time. */
export function orderOf(
  world: Pick<World, 'clock'>,
  officer: Officer,
  wanted: readonly Selector[],
  changes: Partial<EvaluationOrder> = {},
): EvaluationOrder {
  return {
    format: 'portolan.evaluate.1',
    id: HEX(randomBytes(16)),
    instance: INSTANCE,
    ...{ person: officer.person, office: officer.office, role: 'FOCAL_POINT', country: officer.country },
    ...{ aim: 'MATCH', case: 'IT-2027/0001', epoch: EPOCH },
    created: new Date(world.clock()).toISOString(),
    elements: wanted.map(({ element }) => HEX(element)),
    commitments: wanted.map(({ input }) => HEX(commitmentTo(randomBytes(32), input))),
    ...changes,
  }
}

/** What the officer sends to each evaluator: his order, signed by his session, with the platform's leave. */
export function requestOf(
  world: Pick<World, 'permit'>,
  { session, login }: Officer,
  order: EvaluationOrder,
): EvaluationRequest {
  const signature = HEX(sign(null, Buffer.from(orderText(order)), session.privateKey))
  return { order, permit: world.permit(order), login, signature }
}

export type Refusal = { code: string; message: string }
export type Answered = { status: number; body: Record<string, unknown> & Partial<Refusal> }

export async function post(url: string, request: unknown): Promise<Answered> {
  const body = typeof request === 'string' ? request : JSON.stringify(request)
  const answer = await fetch(`${url}/evaluate`, { method: 'POST', body })
  return { status: answer.status, body: (await answer.json()) as Answered['body'] }
}
