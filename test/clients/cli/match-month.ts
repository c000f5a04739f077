import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { serving } from '../core/match/serving.ts'
import { openSite, type Ran, WHY } from './site.ts'

// Officers of two states ask by real evaluators in one month, and it is the month after. Each is at a machine of his own.

const DAY = 86_400_000
const today = new Date()
/** The first of next month, 09:00: no question is in two months. */
const START = Date.UTC(today.getUTCFullYear(), today.getUTCMonth() + 1, 1, 9)
export const MONTH = new Date(START).toISOString().slice(0, 7)
const EPOCH = new Date(START).getUTCFullYear()
export const CANARY = '+22791827364'
export const OFFICERS = { aicha: 'ne-dst.aicha', salif: 'ne-dst.salif', paola: 'it-sco.paola' }
const AUDITORS = { mariama: 'ne-audit.mariama', anna: 'it-audit.anna' }
export type Who = keyof typeof OFFICERS | keyof typeof AUDITORS

export type MatchMonth = Awaited<ReturnType<typeof openMatchMonth>>

function as(who: Who, reference?: string): string[] {
  const named = { ...OFFICERS, ...AUDITORS }[who]
  const why = who in AUDITORS ? ['--purpose', 'OVERSIGHT', '--justification', 'selectors of last month'] : WHY
  return ['--as', named, ...why, ...(reference ? ['--case', reference] : [])]
}

export async function openMatchMonth() {
  let now = START
  const clock = () => now
  const auditors = { office: 'it-audit', kind: 'AUDITOR' as const, persons: { anna: 'AUDITOR' as const } }
  const site = await openSite({ clock }, { more: [auditors] })
  const folder = await mkdtemp(join(tmpdir(), 'portolan-sample-'))
  const made = Object.entries({ ...OFFICERS, ...AUDITORS }).map(
    async ([who, name]) => [who, await site.makeHome([name, `office:${name.split('.')[0]}`])] as const,
  )
  const homes = Object.fromEntries(await Promise.all(made)) as Record<Who, string>

  const run = (who: Who, args: string[], reference?: string): Promise<Ran> =>
    site.here([...args, ...as(who, reference)], { home: homes[who], cwd: folder, clock })
  async function json<T>(who: Who, args: string[], reference?: string): Promise<T> {
    const { code, out, err } = await run(who, [...args, '--json'], reference)
    expect(code, err).toBe(0)
    return JSON.parse(out)
  }
  const write = (file: string, value: object) => writeFile(join(folder, file), JSON.stringify(value))
  async function asked(who: Who, reference: string, values: string[]): Promise<void> {
    await writeFile(join(folder, 'asked.csv'), values.map((value) => `PHONE,${value}\n`).join(''))
    const outcomes = await json(who, ['match', 'ask', '--file', 'asked.csv'], reference)
    expect(outcomes).toMatchObject([{ asked: values.length }])
  }

  const { receiptKey } = (await site.portolan.session('ne-dst.aicha')).login()
  await run('paola', ['directory', 'show'])
  const evaluators = await serving({
    ...{ folder: join(folder, 'evaluators'), clock, epochs: [EPOCH] },
    platform: { instance: 'test-instance', origin: site.portolan.url, key: receiptKey },
    client: { folder: homes.paola, genesis: site.genesisHash },
  })
  await write('key.json', evaluators.keys.get(EPOCH)!)
  for (const who of ['aicha', 'salif', 'paola'] as const)
    await site.here(['match', 'key', 'add', 'key.json'], { home: homes[who], cwd: folder, clock })
  const row = Array.from({ length: 7 }, (_, at) => `+2279000000${at}`)
  await asked('aicha', 'NE-2026/0412', [CANARY, '+22796354120', ...row])
  expect((await run('aicha', ['network', 'list'], 'NE-2026/0412')).code).toBe(0)
  now += 20 * 3_600_000
  await asked('salif', 'NE-2026/0999', ['+22788112233', '+22788000001'])
  await asked('paola', 'IT-2026/1', ['+393331234567'])
  now = START + 33 * DAY

  return {
    ...{ site, folder, homes, run, json, write },
    read: async <T>(file: string): Promise<T> => JSON.parse(await readFile(join(folder, file), 'utf8')),
    async close() {
      await evaluators.close()
      await site.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
