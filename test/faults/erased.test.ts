import { randomBytes } from 'node:crypto'
import { readdir, readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { SEAL_CARD, sealedCard } from '../laws/sealed-cards.ts'
import { sealedNote } from '../laws/sealed-notes.ts'
import { report, SUBMIT } from '../report.ts'
import { type Copies, openCopies } from './restore.ts'
import { openWorld, WHY, type World } from './world.ts'

// A graph, blobs and attachments from before an erasure are put back, by copies of real stores. Whatever was erased is
// erased again before the server answers anything, on record with every state.

vi.setConfig({ testTimeout: 600_000 })

const ERASE = `mutation($report: ID!, $key: String!) {
  eraseReport(report: $report, key: $key, reason: COURT_ORDER) { report { id } } }`
const ERASE_CARD = `mutation($card: ID!, $key: String!) {
  eraseCard(card: $card, key: $key, reason: COURT_ORDER) { card } }`
let world: World
let copies: Copies
let aicha: string
let mariama: string
const asAicha = ['--as', 'ne-dst.aicha', ...WHY]
const LIST = () => join(world.home, 'erasures', 'erased.jsonl')

/** What is to be erased, and beside each what stays. */
const made = {
  report: '',
  kept: '',
  boss: '',
  card: '',
  message: '',
  note: '',
  cipher: '',
  file: '',
  record: -1,
}

beforeAll(async () => {
  world = await openWorld()
  copies = await openCopies(world)
  aicha = await world.makeHome(['ne-dst.aicha', 'office:ne-dst'])
  mariama = await world.makeHome(['ne-audit.mariama', 'office:ne-audit'])
  const note = await sealedNote(world.cast, 'erased-later', ['ne-dst', 'it-sco'], Date.now())
  const erased = await did(SUBMIT, { input: { ...report('erased-later'), note: note.input } })
  const kept = await did(SUBMIT, { input: report('kept-forever') })
  const boss = kept.ids.find(({ local }: { local: string }) => local === 'boss').id
  const card = await sealedCard(world.cast, 'ne-dst', boss, ['it-sco'], Date.now())
  await did(SEAL_CARD, { input: card })
  const photo = join(aicha, 'photo.jpg')
  // Large enough to travel beside the message.
  await writeFile(photo, randomBytes(2 ** 21))
  const { id } = await letter('take this back', '--attach', photo)
  Object.assign(made, {
    report: erased.report.id,
    kept: kept.report.id,
    boss,
    card: card.facts.id,
    message: id,
  })
  Object.assign(made, { note: (note.input.facts as { id: string }).id, cipher: card.sealed.object })
  made.file = (await files())[0]!
  expect(made.file).toBeDefined()
  made.record = await recordOfAicha()
  await copies.take()
  await world.data(mariama, [
    ...['audit', 'erase', String(made.record), '--reason', 'SUBJECT_REQUEST', '--as', 'ne-audit.mariama'],
    ...['--purpose', 'OVERSIGHT', '--justification', 'she asked for it'],
  ])
  await did(ERASE, { report: made.report, key: 'erase-report' })
  await did(ERASE_CARD, { card: made.card, key: 'erase-card' })
  await world.data(aicha, ['message', 'erase', made.message, ...asAicha])
}, 600_000)
afterAll(async () => {
  await world?.close()
  await copies?.remove()
}, 120_000)

async function did(query: string, variables: object) {
  const { json, text } = await world.ask('ne-dst.aicha', query, variables)
  if (json.errors) throw new Error(text)
  // biome-ignore lint/suspicious/noExplicitAny: an answer has the shape of its question
  return Object.values(json.data)[0] as any
}
const letter = (text: string, ...more: string[]) =>
  world.data(aicha, [
    ...['message', 'send', '--to', 'it-sco', '--type', 'SPONTANEOUS_INFO', '--text', text],
    ...[...more, ...asAicha],
  ])
const blobs = () => readdir(join(world.home, 'blobs', 'blobs'))
const files = async () =>
  (await readdir(join(world.home, 'attachments'))).filter((name) => /^[0-9a-z]{26}$/.test(name))

/** Nothing of what was erased is here, and all that stayed is. */
async function isGone(): Promise<void> {
  const { json } = await world.ask(
    'it-sco.paola',
    `query($report: ID!, $kept: ID!, $card: ID!, $message: ID!) {
      report(id: $report) { id status } kept: report(id: $kept) { id } card(id: $card) { id }
      message(id: $message) { id erased ciphertext } }`,
    made,
  )
  expect(json.errors).toBeUndefined()
  expect(json.data).toMatchObject({ kept: { id: made.kept }, card: null })
  expect(json.data.report?.status ?? 'ERASED').toBe('ERASED')
  expect(json.data.message).toMatchObject({ erased: true, ciphertext: null })
  for (const id of [made.note, made.cipher, made.message]) expect(await blobs()).not.toContain(id)
  expect(await files()).not.toContain(made.file)
}

const records = async (id: string): Promise<{ operation: string }[]> =>
  (
    await world.data(mariama, [
      ...['audit', 'search', '--entity', id, '--operation', 'eraseAgain', '--as', 'ne-audit.mariama'],
      ...['--purpose', 'OVERSIGHT', '--justification', 'what was erased again'],
    ])
  )
    .map(({ operation }: { operation: string }) => ({ operation }))
    // An erased record comes whatever is looked for.
    .filter(({ operation }: { operation: string }) => operation !== '')

const search = (...args: string[]): Promise<{ index: number; outcome: string }[]> =>
  world.data(mariama, [
    ...['audit', 'search', '--as', 'ne-audit.mariama', ...args],
    ...['--purpose', 'OVERSIGHT', '--justification', 'what is on record'],
  ])
const recordOfAicha = async () => (await search('--person', 'ne-dst.aicha'))[0]!.index

describe('what was erased stays erased', () => {
  it('is in the list, by ids only, before the erasure is answered', async () => {
    await isGone()
    const lines = (await readFile(LIST(), 'utf8')).trim().split('\n')
    expect(lines.map((line) => JSON.parse(line))).toEqual(
      expect.arrayContaining([
        { kind: 'REPORT', id: made.report },
        { kind: 'CARD', id: made.card },
        { kind: 'MESSAGE', id: made.message },
        { kind: 'OBJECT', id: made.note },
        { kind: 'OBJECT', id: made.cipher },
        { kind: 'ATTACHMENT', id: made.file },
      ]),
    )
  })

  it('where the graph, the blobs and the attachments are put back, with what was lost told once more', async () => {
    await copies.putBack(['graph', 'blobs', 'attachments'])
    await isGone()
    for (const id of [made.report, made.card, made.message, made.file])
      expect(await records(id), id).toHaveLength(1)
    const { json } = await world.ask('it-sco.paola', '{ notices { kind report } }')
    expect(json.data.notices).toContainEqual({ kind: 'ERASED', report: made.report })
    // Nothing is left for the next start.
    await world.kill('SIGTERM')
    await world.start()
    expect(await records(made.report)).toHaveLength(1)
  })

  it('where only the blobs and the attachments are put back', async () => {
    await copies.putBack(['blobs', 'attachments'])
    await isGone()
    expect(await records(made.note)).toHaveLength(2)
  })

  it('where every store is put back, the audit log among them', async () => {
    const shown = async () => (await search()).find(({ index }) => index === made.record)
    expect(await shown()).toMatchObject({ outcome: 'ERASED' })
    await copies.putBack(['graph', 'blobs', 'attachments', 'audit', 'log'])
    expect(await shown()).toMatchObject({ outcome: 'ERASED' })
    await isGone()
  })

  it('where the list lost its last lines, as the graph still knows', async () => {
    await world.kill('SIGTERM')
    await truncate(LIST(), 0)
    await world.start()
    const kinds = (await readFile(LIST(), 'utf8')).trim().split('\n')
    expect(kinds.map((line) => JSON.parse(line).kind).sort()).toEqual(['CARD', 'MESSAGE', 'REPORT'])
    await copies.putBack(['graph'])
    await isGone()
  })
})
