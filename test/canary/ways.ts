import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { World } from '../faults/world.ts'
import { WHY } from '../faults/world.ts'
import { report as reportOf } from '../report.ts'

// Every way on which an officer's plain words leave his machine sealed. Whoever adds such a way adds a row.

export type Desk = { world: World; niger: string; italy: string }
export type Way = {
  name: string
  /** Sends the canary; gives what the reader at the other end has read, which has to contain it. */
  send(canary: string, desk: Desk): Promise<string>
}

export const asAicha = ['--as', 'ne-dst.aicha', ...WHY]
export const asPaola = ['--as', 'it-sco.paola', ...WHY]

async function file(desk: Desk, name: string, text: string | Uint8Array): Promise<string> {
  const path = join(desk.niger, name)
  await writeFile(path, text)
  return path
}

const letter = ['message', 'send', '--to', 'it-sco', '--type', 'SPONTANEOUS_INFO']

async function opened({ world, italy }: Desk, id: string): Promise<string> {
  return JSON.stringify(await world.data(italy, ['message', 'open', id, ...asPaola]))
}

/** In many chunks, each with the canary in it. */
function largeFile(desk: Desk, canary: string): Promise<string> {
  const page = Buffer.from(`${canary} ${'0'.repeat(1_000)}\n`)
  return file(desk, 'large.txt', Buffer.concat(Array.from({ length: 2_000 }, () => page)))
}

async function saved({ world, italy }: Desk, id: string): Promise<string> {
  const folder = join(italy, 'saved')
  await mkdir(folder)
  await world.data(italy, ['message', 'open', id, '--save', folder, ...asPaola])
  return readFile(join(folder, 'large.txt'), 'utf8')
}

export const WAYS: readonly Way[] = [
  {
    name: 'the text of a message',
    async send(canary, desk) {
      const text = await file(desk, 'text.txt', `Il s’appelle ${canary}, à Sabha.`)
      const { id } = await desk.world.data(desk.niger, [...letter, '--file', text, ...asAicha])
      return opened(desk, id)
    },
  },
  {
    name: 'a file that goes with a message, and its name',
    async send(canary, desk) {
      const attached = await file(desk, `${canary}.txt`, `${'0'.repeat(500)}${canary}${'0'.repeat(500)}`)
      const args = [...letter, '--text', 'ci-joint', '--attach', attached, ...asAicha]
      const { id } = await desk.world.data(desk.niger, args)
      return opened(desk, id)
    },
  },
  {
    name: 'the restriction of a message, in words',
    async send(canary, desk) {
      const args = [...letter, '--text', 'H3', '--handling', 'H3', '--restriction', `not to ${canary}`]
      const { id } = await desk.world.data(desk.niger, [...args, ...asAicha])
      return opened(desk, id)
    },
  },
  {
    name: 'the sealed note of a report',
    async send(canary, desk) {
      const report = await file(desk, 'report.json', JSON.stringify(reportOf('canary-in-a-note')))
      const note = await file(desk, 'note.txt', `Le passeur ${canary} attend à la gare.`)
      const args = ['report', 'submit', report, '--note', note, ...asAicha]
      const { report: made } = await desk.world.data(desk.niger, args)
      return JSON.stringify(await desk.world.data(desk.italy, ['report', 'show', made.id, ...asPaola]))
    },
  },
  {
    name: 'a message that waited in the outbox, and one sealed anew',
    async send(canary, desk) {
      desk.world.http.cut()
      const text = await file(desk, 'waits.txt', canary)
      const { id } = await desk.world.data(desk.niger, [...letter, '--file', text, ...asAicha])
      desk.world.http.mend()
      await desk.world.data(desk.niger, ['outbox', 'retry', ...asAicha])
      return opened(desk, id)
    },
  },
  {
    name: 'an identity card',
    async send(canary, desk) {
      const vehicle = reportOf('canary-vehicle', {
        entities: [{ local: 'truck', kind: 'VEHICLE' }],
        claims: [{ vehicle: { entity: 'truck', label: 'Truck-with-card', type: 'TRUCK' } }],
      })
      const report = await file(desk, 'vehicle.json', JSON.stringify(vehicle))
      const { ids } = await desk.world.data(desk.niger, ['report', 'submit', report, ...asAicha])
      const said = { kind: 'VEHICLE', identifiers: [], text: `Son conducteur est ${canary}.` }
      const card = await file(desk, 'card.json', JSON.stringify(said))
      const to = ['--to', 'office:it-sco', '--transfer', 'IT=SAFEGUARDS:MoU-2012']
      const args = ['card', 'seal', ids[0].id, '--file', card, ...to, ...asAicha]
      const made = await desk.world.data(desk.niger, args)
      return JSON.stringify(await desk.world.data(desk.italy, ['card', 'open', made.card, ...asPaola]))
    },
  },
  {
    name: 'a file too large for a message, in sealed chunks',
    async send(canary, desk) {
      const large = await largeFile(desk, canary)
      const args = [...letter, '--text', 'ci-joint', '--attach', large, ...asAicha]
      const { id } = await desk.world.data(desk.niger, args)
      return saved(desk, id)
    },
  },
  {
    name: 'a desk that is handed over to a successor, who opens what was sealed to the key before his',
    async send(canary, desk) {
      const { id } = await desk.world.data(desk.niger, [...letter, '--text', canary, ...asAicha])
      await desk.world.replaceKey('it-sco')
      await desk.world.give(desk.italy, 'office:it-sco')
      await desk.world.data(desk.italy, ['handover', 'start', ...asPaola])
      const italy = await desk.world.makeHome(['it-sco.paola', 'office:it-sco'])
      await desk.world.data(italy, ['login', ...asPaola])
      return opened({ ...desk, italy }, id)
    },
  },
  {
    name: 'a file in sealed chunks, of a desk that is handed over to a successor',
    async send(canary, desk) {
      const large = await largeFile(desk, canary)
      const args = [...letter, '--text', 'ci-joint', '--attach', large, ...asAicha]
      const { id } = await desk.world.data(desk.niger, args)
      const former = await desk.world.makeHome(['it-sco.paola', 'office:it-sco'])
      await desk.world.replaceKey('it-sco')
      await desk.world.give(former, 'office:it-sco')
      await desk.world.data(former, ['handover', 'start', ...asPaola])
      const italy = await desk.world.makeHome(['it-sco.paola', 'office:it-sco'])
      await desk.world.data(italy, ['login', ...asPaola])
      return saved({ ...desk, italy }, id)
    },
  },
]

/** Letters and digits: a text that stands nowhere else, and that every store would keep as it is. */
export const draw = (): string => `Zq${randomBytes(20).toString('hex')}xW`
