import { execFileSync } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Neo4j } from '../../server/neo4j/launch.ts'
import { openSite, type Site, WHY } from '../clients/cli/site.ts'
import { startNeo4j } from '../neo4j.ts'
import { report, SUBMIT } from '../report.ts'
import { SEAL_CARD, sealedCard } from './sealed-cards.ts'

// Law 4 and 5: sixty cards of four offices are joined on an officer's machine, and of their names nothing stands anywhere else.

/** Every name holds it: long and with accents, as in `sealed.test.ts`. */
const CANARY = 'Canari-jaune-déposé-à-Tamanrasset'
/** A word that does stand in the graph: without it, finding nothing would prove nothing. */
const DECOY = 'Leurre-à-découvert-1874-sous-la-pierre-9'
const OFFICES = ['ne-dst', 'it-sco', 'ml-dnlt', 'dz-dgsn']
const PERSONS = ['ne-dst.aicha', 'it-sco.paola', 'ml-dnlt.fatoumata', 'dz-dgsn.nadia']

let site: Site
let neo4j: Neo4j
let logged = ''
let entities: string[]

beforeAll(async () => {
  for (const stream of [process.stdout, process.stderr]) {
    const write = stream.write.bind(stream)
    vi.spyOn(stream, 'write').mockImplementation(((chunk: string | Uint8Array, ...rest: []) => {
      logged += String(chunk)
      return write(chunk, ...rest)
    }) as typeof stream.write)
  }
  neo4j = await startNeo4j('cards')
  const more = [{ office: 'dz-dgsn', persons: { nadia: 'FOCAL_POINT' as const } }]
  site = await openSite({}, { more, login: neo4j })
  const countries = ['DZ', 'IT', 'ML']
  const transfers = countries.map((country) => ({ country, basis: 'SAFEGUARDS', assessment: 'MoU-2012' }))
  const locals = Array.from({ length: 6 }, (_, i) => `boss-${i}`)
  const input = report('sixty-cards-1', {
    ...{ reference: DECOY, release: { to: ['all'], transfers } },
    entities: locals.map((local) => ({ local, kind: 'ACTOR' })),
    claims: locals.map((entity) => ({ actor: { entity, category: 'SUSPECT', benefit: 'SHOWN' } })),
  })
  const { json } = await site.portolan.ask('ne-dst.aicha', SUBMIT, { input })
  expect(json.errors).toBeUndefined()
  entities = json.data.submitReport.ids.map(({ id }: { id: string }) => id)
}, 1_500_000)
afterAll(async () => {
  vi.restoreAllMocks()
  await site?.close()
  await neo4j?.stop()
})

const graded = { source: 'B' as const, information: 'N2' as const }

/** The i-th card: ten about each actor; all of one actor say the same telephone, and half another birthday. */
async function sealOne(i: number): Promise<void> {
  const office = OFFICES[i % 4]!
  const entity = entities[i % 6]!
  const content = {
    identifiers: [
      { kind: 'NAME' as const, value: `${CANARY} ${i}`, ...graded },
      { kind: 'PHONE' as const, value: `+227 90 12 34 5${i % 6}`, ...graded },
      { kind: 'BIRTH_DATE' as const, value: i % 12 < 6 ? '1974-03-01' : '1976-03-01', ...graded },
    ],
    text: `${CANARY}: voir ${i}.`,
  }
  const readers = office === 'ne-dst' ? [] : ['ne-dst']
  const card = await sealedCard(site.cast, office, entity, readers, Date.now(), { content })
  const { json } = await site.portolan.ask(PERSONS[i % 4]!, SEAL_CARD, { input: card })
  expect(json.errors).toBeUndefined()
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
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const found: string[] = []
  for (const entry of entries.filter((one) => one.isFile())) {
    const file = join(entry.parentPath, entry.name)
    const bytes = await readFile(file).catch(() => Buffer.alloc(0))
    if (forms.some((form) => bytes.includes(form))) found.push(file)
  }
  return found
}

/** Where a running Neo4j keeps its files: its own command line says so. */
function storeOf({ pid }: Neo4j): string {
  const line = execFileSync('ps', ['-ww', '-o', 'args=', '-p', String(pid)], { encoding: 'utf8' })
  return /--home-dir=(\S+)/.exec(line)![1]!
}

describe('sixty cards of four offices', () => {
  it('are joined in one package, and their names stand in no file but the officer’s', async () => {
    for (let i = 0; i < 60; i++) await sealOne(i)
    const home = await site.makeHome(['ne-dst.aicha', 'office:ne-dst'])
    const started = performance.now()
    const merged = await site.data(
      ['card', 'merge', ...entities, '--out', join(home, 'package'), '--as', 'ne-dst.aicha', ...WHY],
      { home },
    )
    console.info(`60 cards merged in ${((performance.now() - started) / 1_000).toFixed(1)} s`)
    expect(merged).toMatchObject({ entities: 6, cards: 60, unread: 0, shared: 0, contradictions: 6 })
    const whole = JSON.parse(await readFile(join(home, 'package', 'cards.json'), 'utf8'))
    for (const { identifiers, cards } of whole.entities) {
      expect(cards).toHaveLength(10)
      const phones = identifiers.filter(({ kind }: { kind: string }) => kind === 'PHONE')
      expect(phones.map(({ sources }: { sources: unknown[] }) => sources.length)).toEqual([10])
      const offices = phones[0].sources.map(({ office }: { office: string }) => office)
      expect(new Set(offices).size).toBeGreaterThan(1)
    }
    // The officer's own machine has them, the server's has not: graph, transaction log, blobs, audit, sessions, what it printed.
    expect(await holding(join(home, 'package'), CANARY)).toHaveLength(2)
    await site.portolan.graph.setup('CALL db.checkpoint()').catch(() => undefined)
    expect(await holding(storeOf(neo4j), DECOY)).not.toEqual([])
    expect(await holding(storeOf(neo4j), CANARY)).toEqual([])
    expect(await holding(site.portolan.home, CANARY)).toEqual([])
    expect(logged).not.toContain(CANARY)
  }, 600_000)
})
