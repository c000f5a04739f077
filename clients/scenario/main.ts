import { randomBytes } from 'node:crypto'
import { access, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { SingleBar } from 'cli-progress'
import type { SignedBody } from '../../schema/wire/directory.ts'
import { say } from '../../schema/words/index.ts'
import { openKeyStore } from '../core/keys.ts'
import { refreshDirectory } from '../gateway/directory.ts'
import { openHome } from '../gateway/home.ts'
import { openRoad, type Road } from '../gateway/road.ts'
import { makeDemoDirectory } from './directory.ts'
import { serveEvaluators } from './evaluators.ts'
import { openKeep } from './keep.ts'
import { loadScenario, type Send } from './load.ts'
import { putOnWatch } from './on-watch.ts'
import { sealWith } from './sealing.ts'

/**
 * The demonstration as a client: `prepare HOME` draws its keys and signs its directory, `load HOME URL GENESIS` sends the
 * scenario through the public API as the offices that report it, `evaluate HOME URL GENESIS` plays the evaluators of three
 * states until it is ended. Each may be killed at any point and run again.
 */
const [verb, home, url, genesisHash] = process.argv.slice(2)
const lang = process.env.PORTOLAN_LANG === 'fr' ? 'fr' : 'en'
const folder = join(home ?? '', 'demo')
/** As a shell has it: 128 and the signal's number. */
const EXIT_ON_SIGTERM = 143
/** Answers after which a step is sent again: a machine may be slow, and a store be started again. */
const AGAIN = ['DEADLINE', 'NEO4J_UNAVAILABLE', 'OUTCOME_UNCONFIRMED']

// A terminal's Ctrl-C reaches the server as well, which ends this process in its own order, by SIGTERM.
process.on('SIGINT', () => {})

try {
  if (verb === 'prepare' && home) await prepare()
  else if (verb === 'load' && home && url && genesisHash) await load(url, genesisHash)
  else if (verb === 'evaluate' && home && url && genesisHash) await evaluate(url, genesisHash)
  else throw new Error('expected: prepare HOME, load HOME URL GENESIS, or evaluate HOME URL GENESIS')
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`)
  process.exitCode = 1
}

async function prepare(): Promise<void> {
  if (await there('directory.json')) return
  await mkdir(folder, { recursive: true, mode: 0o700 })
  // The directory is renamed into place last: keys without it were drawn by a start that was cut short.
  await rm(join(folder, 'keys'), { recursive: true, force: true })
  const keys = await openKeyStore(join(folder, 'keys'))
  const instance = `demo-${randomBytes(8).toString('hex')}`
  const entries = await makeDemoDirectory({ keys, instance, created: new Date() })
  await put('directory.json', entries)
}

async function load(server: string, hash: string): Promise<void> {
  await put('client.json', { url: server, genesisHash: hash })
  if (await there('loaded.json')) return
  const desks = await openDesks(server)
  const offices = await publicKeys()
  const keep = await openKeep(join(folder, 'sent.jsonl'))
  const title = say(lang, 'cli.loadingScenario')
  // In a log a line says it; a bar is for a terminal.
  if (!process.stderr.isTTY) process.stderr.write(`${title}\n`)
  const bar = new SingleBar({ format: `${title} {bar} {value}/{total}`, noTTYOutput: false })
  process.once('SIGTERM', () => {
    bar.stop()
    process.exit(EXIT_ON_SIGTERM)
  })
  const { keyOf, send } = desks
  const seal = sealWith({ keyOf, publicKeyOf: async (office) => offices.get(office)!, now: () => new Date() })
  const { entities, reports } = await loadScenario({
    send,
    seal,
    keep,
    onProgress: (done, total) => (done === 0 ? bar.start(total, 0) : bar.update(done)),
  }).finally(() => bar.stop())
  await keep.close()
  await desks.close()
  await put('loaded.json', { entities: Object.fromEntries(entities), reports: Object.fromEntries(reports) })
}

async function evaluate(server: string, hash: string): Promise<void> {
  const desks = await openDesks(server)
  const { home: desk } = desks
  const confirm = () => confirmDirectory(desks, hash)
  const { state } = await confirm()
  const { instance } = state.genesis!
  const key = (await readFile(desk.path('receipt-key'), 'utf8')).trim()
  const epoch = new Date().getUTCFullYear()
  const platform = { instance, origin: server, key }
  const serving = await serveEvaluators(desk, { platform, genesis: hash, epoch })
  process.once('SIGTERM', () => {
    void serving.close().finally(() => process.exit(EXIT_ON_SIGTERM))
  })
  // The server that started this was killed.
  process.stdin.resume().once('end', () => process.exit(1))
  // An evaluator believes no directory that is older than a day.
  setInterval(() => void confirm().catch(complain), 3_600_000)
  const placed = `watched-${epoch}.json`
  if (!(await there(placed))) {
    const keep = await openKeep(join(folder, 'sent.jsonl'))
    await putOnWatch({ ...desks, key: serving.key, keep })
    await keep.close()
    await put(placed, {})
  }
}

const complain = (error: unknown) => void process.stderr.write(`${(error as Error).message}\n`)

type Desks = Awaited<ReturnType<typeof openDesks>>

/** The officers of the scenario at their desks, with keys that nobody guards. */
async function openDesks(server: string) {
  const keys = await openKeyStore(join(folder, 'keys'))
  const desk = await openHome(folder, '/')
  const keyOf = (name: string) => keys.loadKey(name, async () => '')
  const roads = new Map<string, Promise<Road>>()
  const roadOf = (person: string, office: string) => {
    const known =
      roads.get(person) ?? keyOf(person).then((key) => openRoad({ home: desk, key, url: server, office }))
    roads.set(person, known)
    return known
  }
  const send: Send = async (person, office, query, variables, purpose) => {
    const road = await roadOf(person, office)
    const { data, errors } = await sent(road, { query, variables, extensions: { purpose } })
    if (errors) throw new Error(`${person}: ${JSON.stringify(errors)}`)
    return data
  }
  const close = () => Promise.all([...roads.values()].map(async (road) => (await road).logout()))
  return { home: desk, keyOf, roadOf, send, close }
}

/** What the server says of the directory now, checked and kept in this home as every command does it. */
function confirmDirectory({ home: desk, send }: Desks, genesis: string) {
  const purpose = { code: 'EXCHANGE' as const, justification: 'the directory for the evaluators' }
  const ask = async (from: number) => {
    const query = 'query ($from: Int) { directory(from: $from) }'
    const data = await send('it-sco.paola', 'it-sco', query, { from }, purpose)
    return (data as { directory: unknown }).directory
  }
  return refreshDirectory(desk, { genesis, ask, now: Date.now })
}

type Reply = { data: unknown; errors?: { extensions: { code: string } }[] }

/** Each step has a fixed key, so sending it again repeats nothing. */
async function sent(road: Road, request: unknown): Promise<Reply> {
  for (let tries = 1; ; tries += 1) {
    const { body } = await road.send(request)
    const reply = JSON.parse(Buffer.from(body).toString()) as Reply
    const again = reply.errors?.some(({ extensions }) => AGAIN.includes(extensions.code))
    if (!again || tries === 10) return reply
    await sleep(250 * tries)
  }
}

/** Offices' keys from the directory that `prepare` signed here, in this home. */
async function publicKeys(): Promise<Map<string, string>> {
  const entries = JSON.parse(await readFile(join(folder, 'directory.json'), 'utf8')) as SignedBody[]
  return new Map(
    entries.flatMap(({ body }) => (body.type === 'office' ? [[body.office, body.key] as const] : [])),
  )
}

function there(file: string): Promise<boolean> {
  return access(join(folder, file)).then(
    () => true,
    () => false,
  )
}

/** Written aside and renamed: the file is whole or not there. */
async function put(file: string, value: unknown): Promise<void> {
  await writeFile(join(folder, `${file}.new`), JSON.stringify(value), { mode: 0o600, flush: true })
  await rename(join(folder, `${file}.new`), join(folder, file))
}
