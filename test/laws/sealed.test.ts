import { execFileSync } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { sha256 } from '../../schema/wire/canonical.ts'
import type { Neo4j } from '../../server/neo4j/launch.ts'
import type { Cast } from '../cast.ts'
import { openPortolan, type TestPortolan } from '../instance.ts'
import { startNeo4j } from '../neo4j.ts'
import { report, SUBMIT } from '../report.ts'
import { recording } from './recorded.ts'
import { sealedNote, sendSealed } from './sealed-notes.ts'
import { makeStage, releaseTo } from './stage.ts'

// Law 4: what is sealed stays sealed. Both words are long and have an accent: Neo4j packs shorter ones into fewer bits. A word that stood only inside a note and a message is nowhere on the server's side.

const CANARY = 'canari-jaune-déposé-à-tamanrasset-1874-sous-la-pierre'
/** A word that does stand there: without it, finding nothing would prove nothing. */
const DECOY = 'Leurre-à-découvert-1874-sous-la-pierre-7'

let portolan: TestPortolan
let neo4j: Neo4j
let cast: Cast
let logged = ''

beforeAll(async () => {
  for (const stream of [process.stdout, process.stderr]) {
    const write = stream.write.bind(stream)
    vi.spyOn(stream, 'write').mockImplementation(((chunk: string | Uint8Array, ...rest: []) => {
      logged += String(chunk)
      return write(chunk, ...rest)
    }) as typeof stream.write)
  }
  neo4j = await startNeo4j('sealed')
  cast = await makeStage()
  portolan = await openPortolan(neo4j, cast)
}, 1_500_000)
afterAll(async () => {
  vi.restoreAllMocks()
  await portolan?.close()
  await neo4j?.stop()
})

async function filesUnder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}

/** Where a running Neo4j keeps its files: its own command line says so. */
function storeOf({ pid }: Neo4j): string {
  const line = execFileSync('ps', ['-ww', '-o', 'args=', '-p', String(pid)], { encoding: 'utf8' })
  return /--home-dir=(\S+)/.exec(line)![1]!
}

/** Files that hold a text, as it is, in UTF-16 and in base64. */
async function holding(folder: string, text: string): Promise<string[]> {
  const forms = [
    Buffer.from(text),
    Buffer.from(text, 'utf16le'),
    ...[0, 1, 2].map((shift) =>
      Buffer.from(
        Buffer.from('x'.repeat(shift) + text)
          .toString('base64')
          .slice(4, -4),
      ),
    ),
  ]
  const found: string[] = []
  for (const file of await filesUnder(folder)) {
    const bytes = await readFile(file).catch(() => Buffer.alloc(0))
    if (forms.some((form) => bytes.includes(form))) found.push(file)
  }
  return found
}

describe('a word that stood only inside a sealed note and a sealed message', () => {
  it('is in no answer, no log, no file of the home and no file of the store', async () => {
    const at = Date.now()
    const note = await sealedNote(cast, 'sealed-key-1', ['ne-dst', 'it-sco'], at, CANARY)
    const input = {
      ...report(note.key, { release: releaseTo(['office:it-sco'], 'NE') }),
      note: note.input,
      reference: DECOY,
    }
    const sent = await portolan.ask('ne-dst.aicha', SUBMIT, { input })
    expect(sent.json.errors).toBeUndefined()
    const message = await sendSealed(
      portolan,
      cast,
      { person: 'ne-dst.aicha', office: 'ne-dst' },
      ['it-sco'],
      at,
      CANARY,
    )
    expect(message.reply.json.errors).toBeUndefined()
    const read = await portolan.ask(
      'it-sco.paola',
      '{ inbox { nodes { envelope ciphertext signature } } reports { nodes { reference note { facts ciphertext signature } } } }',
    )
    expect(read.json.data.inbox.nodes).toHaveLength(1)
    expect(read.json.data.reports.nodes[0].note.ciphertext.length).toBeGreaterThan(200)
    for (const { text } of [sent, message.reply, read]) {
      expect(text).not.toContain(CANARY)
      for (const [, base64] of text.matchAll(/"ciphertext":"([^"]+)"/g))
        expect(Buffer.from(base64!, 'base64').includes(CANARY)).toBe(false)
    }
    // Everything on disk: audit, sessions, directory, blobs, and the store with its transaction log.
    await portolan.graph.setup('CALL db.checkpoint()').catch(() => undefined)
    expect(await holding(storeOf(neo4j), DECOY)).not.toEqual([])
    expect(await holding(storeOf(neo4j), CANARY)).toEqual([])
    expect(await holding(portolan.home, CANARY)).toEqual([])
    expect(logged).not.toContain(CANARY)
  }, 120_000)

  it('and what is erased takes its sealed note with it', async () => {
    const note = await sealedNote(cast, 'sealed-key-2', ['ne-dst'], Date.now(), CANARY)
    const { answered, stop } = recording(portolan)
    const { json } = await portolan.ask('ne-dst.aicha', SUBMIT, {
      input: { ...report(note.key, { release: releaseTo([], 'NE') }), note: note.input },
    })
    const id = json.data.submitReport.report.id
    const object = (note.input.facts as { id: string }).id
    expect((await filesUnder(portolan.home)).some((file) => file.endsWith(object))).toBe(true)
    await portolan.ask(
      'ne-dst.aicha',
      'mutation($id: ID!) { eraseReport(report: $id, key: "erasing-sealed", reason: COURT_ORDER) { replayed } }',
      { id },
    )
    expect((await filesUnder(portolan.home)).some((file) => file.endsWith(object))).toBe(false)
    stop()
    // The record outlives it, so it holds the hash of the ciphertext and no copy.
    const records = JSON.stringify(answered.map(({ answer }) => answer.detail))
    const hash = sha256(note.input.ciphertext).toString('hex')
    expect([records.includes(hash), records.includes(note.input.ciphertext)]).toEqual([true, false])
  })
})

describe('nothing but a sealed message', () => {
  it.each([
    ['plain text', Buffer.from(CANARY)],
    [
      'an armored message',
      Buffer.from(
        `-----BEGIN PGP MESSAGE-----\n\n${Buffer.from(CANARY).toString('base64')}\n-----END PGP MESSAGE-----`,
      ),
    ],
    [
      'a literal packet',
      Buffer.concat([Buffer.from([0xcb, CANARY.length + 6, 0x62, 0, 0, 0, 0, 0]), Buffer.from(CANARY)]),
    ],
  ])('is taken: %s is refused and stored nowhere', async (_, bytes) => {
    const note = await sealedNote(cast, `sealed-gate-${bytes.length}`, ['ne-dst'], Date.now(), 'nothing')
    const input = {
      ...report(note.key, { release: releaseTo([], 'NE') }),
      note: { ...note.input, ciphertext: bytes.toString('base64') },
    }
    const { json } = await portolan.ask('ne-dst.aicha', SUBMIT, { input })
    expect(json.errors[0].extensions.code).toBe('BAD_PACKET')
    expect(JSON.stringify(json)).not.toContain(CANARY)
    expect(await holding(portolan.home, CANARY)).toEqual([])
  })
})
