import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeGenesis, signEntry } from '../../../clients/core/directory.ts'
import { type OpenKey, openKeyStore } from '../../../clients/core/keys.ts'
import { blind, ready } from '../../../clients/core/oprf/voprf.ts'
import { refreshDirectory } from '../../../clients/gateway/directory.ts'
import { openHome } from '../../../clients/gateway/home.ts'
import type { AssignmentBody, EntryBody, SignedBody } from '../../../schema/wire/directory.ts'
import { type LoginRequest, type LoginStatement, loginText } from '../../../schema/wire/login.ts'
import {
  commitmentTo,
  type EvaluationOrder,
  type EvaluationRequest,
  orderText,
  permitText,
  selectorInput,
} from '../../../schema/wire/match.ts'
import { openDirectory } from '../../../server/directory.ts'

// An instance as an evaluator meets it: a signed directory that a client's home follows, officers with sessions, and a
// platform that gives permits. No test hook is used here: the bench and programs of their own use it too.

export const INSTANCE = 'portolan-match'
export const ORIGIN = 'https://portolan.example'
export const EPOCH = 2027
export const DAY = 86_400_000
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
  const began = new Date(now - 2 * DAY)
  const store = await openKeyStore(join(folder, 'keys'))
  const keys = new Map<string, OpenKey>()
  const keyOf = async (name: string): Promise<OpenKey> => {
    const known = keys.get(name) ?? (await store.newKey({ person: name, passphrase: null, date: began }))
    keys.set(name, known)
    return known
  }
  const anchors = { IT: await keyOf('anchor:IT'), NE: await keyOf('anchor:NE') }
  const byAnchor = (body: EntryBody, country: 'IT' | 'NE', supersedes: string | null = null) =>
    signEntry(body, [anchors[country]], { instance: INSTANCE, supersedes, date: new Date(time) })

  const genesis = await makeGenesis({
    ...{ instance: INSTANCE, created: began, threshold: 1, demo: true },
    anchors: Object.entries(anchors).map(([country, key]) => ({ country, key })),
  })
  const entries: SignedBody[] = [genesis]
  const people: { person: string; office: string; country: 'IT' | 'NE' }[] = []
  const period = { from: new Date(now - 30 * DAY).toISOString().slice(0, 10), to: null }
  for (const [office, country] of [
    ['it-sco', 'IT'],
    ['ne-dst', 'NE'],
  ] as const) {
    const { publicKey: key } = await keyOf(`office:${office}`)
    const name = { en: office, fr: office }
    entries.push(
      await byAnchor(
        { type: 'office', office, country, kind: 'POLICE', parent: null, name, key, ...period },
        country,
      ),
    )
    for (let at = 1; at <= officers; at++) people.push({ person: `${office}.officer${at}`, office, country })
  }
  for (const { person, office, country } of people) {
    const { publicKey: key } = await keyOf(person)
    entries.push(await byAnchor({ type: 'person', person, country, key }, country))
    entries.push(await byAnchor(assignmentOf(person, office, period), country))
  }
  const directory = await openDirectory({
    file: join(folder, 'server', 'directory.jsonl'),
    genesis: entries,
    clock: () => time,
  })
  const platform = generateKeyPairSync('ed25519')
  const genesisFile = join(folder, 'genesis.json')
  await writeFile(genesisFile, JSON.stringify(entries))
  const clientHome = join(folder, 'client')
  await mkdir(clientHome, { recursive: true, mode: 0o700 })

  const world = {
    folder,
    directory,
    clientHome,
    genesisFile,
    genesis: directory.genesisHash,
    platformKey: platform.publicKey.export({ format: 'jwk' }).x!,
    platform: { instance: INSTANCE, origin: ORIGIN, key: platform.publicKey.export({ format: 'jwk' }).x! },
    clock: () => time,
    setTime(next: number) {
      time = next
    },
    /** A client of the evaluator's state asks the server for the directory, as its own command does. */
    async fetchDirectory() {
      const home = await openHome(clientHome, '/')
      const ask = async (from: number) => directory.publicEntries(from)
      await refreshDirectory(home, { genesis: directory.genesisHash, ask, now: () => time })
    },
    permit: (order: EvaluationOrder): string =>
      HEX(sign(null, Buffer.from(permitText(order)), platform.privateKey)),
    /** Ends an assignment today, by its anchor. */
    async endAssignment(person: string) {
      const { office, country } = people.find((one) => one.person === person)!
      const body = assignmentOf(person, office, { ...period, to: new Date(time).toISOString().slice(0, 10) })
      const subject = `assignment:${body.assignment}`
      await directory.append(await byAnchor(body, country, directory.latest(subject)))
    },
    /** Says that an officer's key is in the hands of somebody else. */
    async revokeKey(person: string) {
      const { country } = people.find((one) => one.person === person)!
      const { fingerprint } = await keyOf(person)
      const at = new Date(time).toISOString()
      const body: EntryBody = { type: 'revocation', fingerprint, reason: 'KEY_COMPROMISED', at }
      await directory.append(await byAnchor(body, country))
    },
    /** An officer who has signed in just now. */
    async officer(person: string, changes: Partial<LoginStatement> = {}): Promise<Officer> {
      const { office, country } = people.find((one) => one.person === person)!
      const key = await keyOf(person)
      const pair = generateKeyPairSync('ed25519')
      const publicKey = pair.publicKey.export({ format: 'jwk' }).x!
      const statement: LoginStatement = {
        ...{ origin: ORIGIN, nonce: HEX(randomBytes(38)), time: new Date(time).toISOString() },
        ...{ fingerprint: key.fingerprint, sessionKey: publicKey, office: null, role: null },
        ...changes,
      }
      const signature = await key.sign(Buffer.from(loginText(statement)), new Date(time))
      const session = { privateKey: pair.privateKey, publicKey }
      return { person, office, country, key, session, login: { statement, signature } }
    },
    people: people.map(({ person }) => person),
    close: () => directory.close(),
  }
  await world.fetchDirectory()
  return world
}

const assignmentOf = (
  person: string,
  office: string,
  period: { from: string; to: string | null },
): AssignmentBody => ({
  ...{ type: 'assignment', assignment: `${person}.1`, person, office, role: 'FOCAL_POINT' },
  ...period,
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
