import { readdir } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { enums, readKey, type SecretKeyPacket } from 'openpgp'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { signUpload } from '../../clients/core/seal.ts'
import { newObjectId } from '../../schema/wire/envelope.ts'
import { Fault } from '../../schema/wire/fault.ts'
import { walk } from '../../schema/wire/packet.ts'
import { type Graph, openGraph } from '../../server/graph.ts'
import type { Cast } from '../cast.ts'
import { openPortolan, type TestPortolan } from '../instance.ts'
import { testNeo4j } from '../neo4j.ts'
import { report, SUBMIT } from '../report.ts'
import * as hostile from '../server/exchange/packets.ts'
import { bend } from './bendable.ts'
import { isNoticed, swap } from './broken.ts'
import { envelopeOf, SEND, sealedNote, sendSealed } from './sealed-notes.ts'
import { makeStage, OFFICERS, releaseTo } from './stage.ts'

// Law 4 at the API: nothing but a sealed message is taken, it is served to its readers alone and in their own excerpt, no private
// key reaches the server, and who erases his own object erases no other.

vi.mock('../../server/exchange/gate.ts', async (original) =>
  (await import('./bendable.ts')).bendable(await original()),
)
vi.mock('../../server/exchange/upload-signature.ts', async (original) =>
  (await import('./bendable.ts')).bendable(await original()),
)
vi.mock('../../schema/wire/packet.ts', async (original) =>
  (await import('./bendable.ts')).bendable(await original()),
)
vi.mock('../../schema/wire/randomness.ts', async (original) =>
  (await import('./bendable.ts')).bendable(await original()),
)

const [NIGER, ITALY] = ['ne-dst.aicha', 'it-sco.paola'] as const
let portolan: TestPortolan
let graph: Graph
let cast: Cast
/** Every octet that has come to the server since the test began to listen. */
const came: Buffer[] = []

beforeAll(async () => {
  const login = await testNeo4j()
  graph = await openGraph(login)
  cast = await makeStage()
  portolan = await openPortolan(login, cast, { graph })
  portolan.server.on('connection', (socket: Socket) => socket.on('data', (bytes) => came.push(bytes)))
}, 1_500_000)
afterAll(async () => {
  await portolan?.close()
  await graph?.close()
})

let keys = 0
const key = () => `unsealed-${++keys}`
const blobs = async () => (await readdir(join(portolan.home, 'blobs', 'blobs'))).sort()

type Upload = { object: string; ciphertext: Uint8Array; audience: string[]; by?: string }
/** Signed as an honest client would, so that only what is inside can be refused. */
const signed = ({ object, ciphertext, audience, by = 'office:ne-dst' }: Upload) =>
  signUpload(
    { ciphertext, audience, object, version: 1 },
    { signWith: cast.key(by).privateKey, at: new Date() },
  )

const WAYS = {
  /** As the sealed note of a report to Italy. */
  async note(upload: Upload, person: string = NIGER) {
    const [office] = person.split('.') as [string]
    const own = key()
    const facts = {
      id: upload.object,
      report: own,
      office,
      created: new Date().toISOString(),
      profile: 'compat',
    }
    const note = {
      facts,
      audience: upload.audience,
      ciphertext: Buffer.from(upload.ciphertext).toString('base64'),
      signature: await signed(upload),
    }
    const release = office === 'ne-dst' ? releaseTo(['country:IT'], 'NE') : releaseTo(['country:NE'], 'IT')
    const { json } = await portolan.ask(person, SUBMIT, { input: { ...report(own, { release }), note } })
    return { json, report: json.data?.submitReport?.report.id as string | undefined }
  },
  /** As a message to Italy. */
  async message(upload: Upload) {
    const envelope = envelopeOf('ne-dst', upload.audience.slice(1), Date.now(), upload.object)
    const input = {
      envelope: JSON.stringify(envelope),
      ciphertext: Buffer.from(upload.ciphertext).toString('base64'),
      signature: await signed(upload),
    }
    return { json: (await portolan.ask(NIGER, SEND, { input })).json }
  },
}

/** What Niger seals to itself and Italy, in octets. */
async function good(audience = ['ne-dst', 'it-sco']): Promise<Buffer> {
  const { input } = await sealedNote(cast, key(), audience, Date.now())
  return Buffer.from(input.ciphertext, 'base64')
}
const keyIdOf = async (office: string) => {
  const [subkey] = (await readKey({ armoredKey: cast.key(`office:${office}`).publicKey })).getSubkeys()
  return subkey!.getKeyID().toHex()
}
/** Session key packets for these keys by their id, and a data packet. */
const made = (ids: string[], data = hostile.packet(hostile.SEIPD, hostile.seipd1())) =>
  hostile.join(...ids.map((id) => hostile.packet(hostile.PKESK, hostile.ecdh3(Buffer.from(id, 'hex')))), data)
const ascii = (size: number) => Buffer.alloc(size, 'Le convoi part a 4 h. ')

const BOTH = ['ne-dst', 'it-sco']
type Hostile = [title: string, make: () => Promise<Uint8Array>]
const HOSTILE: Hostile[] = [
  ['plain text', async () => ascii(900)],
  [
    'an armored message',
    async () => Buffer.from(`-----BEGIN PGP MESSAGE-----\n\n${(await good()).toString('base64')}`),
  ],
  ['a literal packet', async () => hostile.packet(11, hostile.join(Buffer.from('b\0\0\0\0\0'), ascii(300)))],
  [
    'a signed message that is not encrypted',
    async () => hostile.join(hostile.packet(4, ascii(13)), ascii(300)),
  ],
  ['a sealed message and plain text after it', async () => hostile.join(await good(), ascii(300))],
  ['a sealed message twice', async () => hostile.join(await good(), await good())],
  [
    'a body of plain ASCII in a sealed coat',
    async () =>
      made(
        await Promise.all(BOTH.map(keyIdOf)),
        hostile.packet(hostile.SEIPD, hostile.join(hostile.octets(1), ascii(700))),
      ),
  ],
  ['a message that a third office can open', async () => good([...BOTH, 'ml-dnlt'])],
  ['a message that a declared office cannot open', async () => good(['ne-dst'])],
  ['a message whose reader has no name', async () => made([await keyIdOf('ne-dst'), '0'.repeat(16)])],
  [
    'a message with two session keys for one key id',
    async () => made([await keyIdOf('ne-dst'), await keyIdOf('it-sco'), await keyIdOf('it-sco')]),
  ],
  [
    'sixty-five session keys',
    async () => made(Array.from({ length: 65 }, (_, i) => i.toString(16).padStart(16, 'a'))),
  ],
  [
    'a session key in parts',
    async () =>
      hostile.join(
        hostile.partial(hostile.PKESK, hostile.rsa3(Buffer.from(await keyIdOf('it-sco'), 'hex'), 4096), [9]),
        hostile.packet(hostile.SEIPD, hostile.seipd1()),
      ),
  ],
]

/** What is taken of those, by each way in, and what of it stays on disk though it was refused. */
async function taken(all: Hostile[]): Promise<string[]> {
  const found: string[] = []
  for (const [title, make] of all)
    for (const [way, send] of Object.entries(WAYS)) {
      const before = await blobs()
      const { json } = await send({ object: newObjectId(), ciphertext: await make(), audience: BOTH })
      const code = json.errors?.[0].extensions.code ?? 'taken'
      if (code !== 'BAD_PACKET') found.push(`${title} as a ${way}: ${code}`)
      if ((await blobs()).join() !== before.join()) found.push(`${title} as a ${way} is on disk`)
    }
  return found
}

/** Whether an upload that somebody else signed is taken. */
async function forged(): Promise<string[]> {
  const object = newObjectId()
  const ciphertext = await good()
  const { json } = await WAYS.note({ object, ciphertext, audience: BOTH, by: 'office:it-sco' })
  return json.errors?.[0].extensions.code === 'BAD_PACKET' ? [] : ['an upload of another office is taken']
}

/** Who reads a message or a note beside its offices, or gets of a note more than his own session key and the data. */
async function overheard(): Promise<string[]> {
  const found: string[] = []
  const { id } = await sendSealed(
    portolan,
    cast,
    { person: NIGER, office: 'ne-dst' },
    ['ml-dnlt'],
    Date.now(),
  )
  const parties = ['ne-dst', 'ml-dnlt']
  for (const { person, office, offices } of OFFICERS) {
    const [one, all] = [
      await portolan.ask(person, 'query($id: ID!) { message(id: $id) { id ciphertext } }', { id }),
      await portolan.ask(person, '{ inbox { nodes { id } } }'),
    ]
    const reads = one.text.includes('"ciphertext":"') || all.text.includes(id)
    if (reads !== offices.some((party) => parties.includes(party)))
      found.push(`${office} ${reads ? 'reads' : 'does not read'} a message of ${parties}`)
  }
  const whole = await good(['ne-dst', 'it-sco', 'it-proc'])
  const object = newObjectId()
  const sent = await WAYS.note({ object, ciphertext: whole, audience: ['ne-dst', 'it-sco', 'it-proc'] })
  const data = whole.subarray(walk(whole).seipd.offset)
  for (const [person, readers] of [
    [NIGER, ['ne-dst', 'it-sco', 'it-proc']],
    [ITALY, ['it-sco']],
    ['it-proc.giulia', ['it-proc']],
  ] as const) {
    const { json } = await portolan.ask(person, NOTE, { id: sent.report })
    const served = Buffer.from(json.data.report.note.ciphertext, 'base64')
    const { pkesks, seipd } = walk(served)
    const ids = pkesks.map(({ keyId }) => keyId).sort()
    const own = (await Promise.all(readers.map(keyIdOf))).sort()
    if (ids.join() !== own.join()) found.push(`${person} gets ${ids.length} session keys, not his own`)
    if (!served.subarray(seipd.offset).equals(data)) found.push(`${person} gets other data`)
  }
  return found
}
const NOTE = 'query($id: ID!) { report(id: $id) { note { ciphertext } } }'

/** What is left of a note that was erased, and what went with it that was another's: equal octets, or the same id. */
async function erasedTogether(): Promise<string[]> {
  const ciphertext = await good()
  const [first, second] = [newObjectId(), newObjectId()]
  const gone = await WAYS.note({ object: first, ciphertext, audience: BOTH })
  await WAYS.note({ object: second, ciphertext, audience: BOTH })
  // A reader of a message has its octets: he sends them as a note of his own, and erases that.
  const letter = newObjectId()
  const sealed = await good()
  await WAYS.message({ object: letter, ciphertext: sealed, audience: BOTH })
  const copy = { object: letter, ciphertext: sealed, audience: BOTH, by: 'office:it-sco' }
  const borrowed = await WAYS.note(copy, ITALY)
  await erase(NIGER, gone.report)
  if (borrowed.report) await erase(ITALY, borrowed.report)
  const left = await blobs()
  return [
    ...(left.includes(first) ? ['an erased note is still on disk'] : []),
    ...(left.includes(second) ? [] : ['an equal note went with it']),
    ...(left.includes(letter) ? [] : ['a message went with the note of its reader']),
  ]
}
const erase = (person: string, id: string | undefined) =>
  portolan.ask(
    person,
    'mutation($id: ID!, $key: String!) { eraseReport(report: $id, key: $key, reason: COURT_ORDER) { replayed } }',
    { id, key: key() },
  )

/** Private keys of which something came to the server while somebody signs in, reports, sends and reads. */
async function keysTold(): Promise<string[]> {
  came.length = 0
  const at = Date.now()
  const person = 'fr-liaison.claire'
  const { login } = await import('../../clients/core/session.ts')
  await (await login({ url: portolan.url, key: cast.key(person) })).logout()
  await sendSealed(portolan, cast, { person, office: 'fr-liaison' }, ['ne-dst'], at)
  const all = Buffer.concat(came)
  expect(all.includes('"fingerprint"')).toBe(true)
  return [person, 'office:fr-liaison', 'office:ne-dst'].flatMap((name) =>
    secretsOf(name).flatMap((secret) =>
      [secret, ...(['base64', 'base64url', 'hex'] as const).map((form) => secret.toString(form))].some(
        (form) => all.includes(form),
      )
        ? [`a secret of ${name} came`]
        : [],
    ),
  )
}
function secretsOf(name: string): Buffer[] {
  const { privateKey } = cast.key(name)
  const packets = [privateKey, ...privateKey.getSubkeys()].map(({ keyPacket }) => keyPacket)
  return packets.flatMap((packet) => {
    const params = (packet as SecretKeyPacket & { privateParams: Record<string, Uint8Array> }).privateParams
    return Object.values(params).map((param) => Buffer.from(param))
  })
}

describe('nothing but a sealed message is taken', () => {
  it.each(HOSTILE)('%s is refused, as a note and as a message, and stored nowhere', async (...row) => {
    expect(await taken([row])).toEqual([])
  })

  it('and a sealed one is, by each way', async () => {
    for (const send of Object.values(WAYS)) {
      const { json } = await send({ object: newObjectId(), ciphertext: await good(), audience: BOTH })
      expect(json.errors).toBeUndefined()
    }
    // Both algorithms are what the hostile packets pretend to be.
    const { pkesks } = walk(await good())
    expect(pkesks.map(({ algorithm }) => algorithm)).toEqual([enums.publicKey.ecdh, enums.publicKey.ecdh])
  })

  it('nor one that another office uploads', async () => {
    expect(await forged()).toEqual([])
  })
})

describe('what is sealed', () => {
  it('is served to its offices alone, and a note in each reader’s own excerpt', async () => {
    expect(await overheard()).toEqual([])
  })

  it('is erased alone: equal octets and borrowed ids take nothing with them', async () => {
    expect(await erasedTogether()).toEqual([])
  })

  it('goes with the last that names it, where two found its id free at the same time', async () => {
    const [object, ciphertext] = [newObjectId(), await good()]
    const { report: id } = await WAYS.note({ object, ciphertext, audience: BOTH })
    await graph.setup('CREATE (:Message {id: $object})', { object })
    await erase(NIGER, id)
    expect(await blobs()).toContain(object)
    await graph.setup('MATCH (m:Message {id: $object}) DELETE m', { object })
  })

  it('is opened and signed where its keys are: nothing of one comes to the server', async () => {
    expect(secretsOf(NIGER).length).toBeGreaterThan(1)
    expect(await keysTold()).toEqual([])
  })
})

/** A gate that lets through what it refuses in these words. */
const forgiving = (words: RegExp) => () =>
  bend(
    'gate',
    (honest) =>
      (...args) =>
        (honest(...args) as Promise<unknown>).catch((error) => {
          if (!(error instanceof Fault && words.test(error.message))) throw error
        }),
  )
const asking = (name: string, from: string) => () =>
  swap(
    graph,
    'read',
    (
      (read) =>
      (statement, ...rest) =>
        read(
          statement.name === name ? { ...statement, text: statement.text.replace(from, 'true') } : statement,
          ...rest,
        )
    )(graph.read),
  )

isNoticed(
  [() => taken(HOSTILE), forged, overheard, erasedTogether, keysTold],
  [
    ['there is no gate', () => bend('gate', () => async () => {})],
    [
      'what follows the data packet is not looked at',
      () =>
        bend('walk', (honest) => (bytes: Uint8Array) => {
          try {
            return honest(bytes)
          } catch (error) {
            const more = /expected the end after the data packet, got (\d+)/.exec((error as Fault).message)
            if (!more) throw error
            return honest(bytes.subarray(0, bytes.length - Number(more[1])))
          }
        }),
    ],
    ['readable octets pass for ciphertext', () => bend('refuseReadable', () => () => {})],
    ['whoever is not declared may read too', forgiving(/only valid keys of the declared offices/)],
    ['who is declared need not be able to read', forgiving(/expected a session key packet for/)],
    ['anybody signs an upload', () => bend('verifyUpload', () => async () => {})],
    ['a note is served whole, with the session keys of all', () => bend('excerpt', () => (bytes) => bytes)],
    [
      'a reader gets the first session key, whoever’s it is',
      () => bend('excerpt', (honest) => (bytes: Uint8Array) => honest(bytes, [walk(bytes).pkesks[0]!.keyId])),
    ],
    [
      'a message is served to whoever knows its id',
      asking('message/open', '$mask[m.compartment] = 1 AND any(o IN m.offices WHERE o IN $offices)'),
    ],
    [
      'everybody has one inbox',
      asking('message/inbox', 'm.compartment IN $compartments AND any(o IN m.offices WHERE o IN $offices)'),
    ],
    [
      'octets that somebody has are his',
      () => {
        const { read } = graph
        const unowned: Graph['read'] = (statement, ...rest) =>
          statement.name === 'message/owned' ? Promise.resolve([]) : read(statement, ...rest)
        return swap(graph, 'read', unowned)
      },
    ],
    ['what is erased stays on disk', () => swap(portolan.instance.exchange, 'eraseNote', async () => {})],
    [
      'a client signs in with its key and not by it',
      () => {
        const { fetch } = globalThis
        const [secret] = secretsOf('fr-liaison.claire')
        return swap(globalThis, 'fetch', (url, init) =>
          fetch(url, {
            ...init,
            headers: { ...(init?.headers as object), 'x-key': secret!.toString('base64') },
          }),
        )
      },
    ],
  ],
)
