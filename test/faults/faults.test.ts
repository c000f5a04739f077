import { randomBytes } from 'node:crypto'
import { readdir, utimes, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { login } from '../../clients/core/session.ts'
import { outboxFolder } from '../../clients/gateway/desk.ts'
import { openHome } from '../../clients/gateway/home.ts'
import { openOutbox } from '../../clients/gateway/outbox.ts'
import { openVault } from '../../clients/gateway/vault.ts'
import { messageOwned, messageSend } from '../../cypher/message/message.ts'
import { report as reportOf } from '../report.ts'
import { openWorld, until, WHY, type World } from './world.ts'

// Nothing is lost and nothing stands twice, whatever is killed, full, cut off or asleep. Every test sends what it sends
// at the command line, and looks at the end what stands at the server.

// Real programs are started dozens of times.
vi.setConfig({ testTimeout: 600_000 })

let world: World
let aicha: string
let paola: string
const asAicha = ['--as', 'ne-dst.aicha', ...WHY]
const asPaola = ['--as', 'it-sco.paola', ...WHY]

beforeAll(async () => {
  world = await openWorld({ disk: 24 })
  aicha = await world.makeHome(['ne-dst.aicha', 'office:ne-dst'])
  paola = await world.makeHome(['it-sco.paola', 'office:it-sco'])
  for (const [home, person] of [
    [aicha, 'ne-dst.aicha'],
    [paola, 'it-sco.paola'],
  ] as const)
    await world.data(home, ['login', '--as', person, ...WHY])
}, 600_000)
afterEach(() => {
  world.http.onSegment = null
  world.bolt.onSegment = null
  world.http.mend()
  world.bolt.mend()
})
afterAll(() => world?.close(), 120_000)

const letter = (text: string) => [
  'message',
  'send',
  '--to',
  'it-sco',
  '--type',
  'SPONTANEOUS_INFO',
  '--text',
  text,
]
const send = (text: string) => world.data(aicha, [...letter(text), ...asAicha])
const retry = (...args: string[]) => world.data(aicha, ['outbox', 'retry', ...args, ...asAicha])
const outbox = () => world.data(aicha, ['outbox', 'list', ...asAicha])

/** The message stands once for its recipient, and says what it said; nothing waits any more. */
async function standsOnce(id: string, text: string): Promise<void> {
  const { nodes } = await world.data(paola, ['message', 'inbox', '--first', '100', ...asPaola])
  expect(nodes.filter((one: { id: string }) => one.id === id)).toHaveLength(1)
  const opened = await world.data(paola, ['message', 'open', id, ...asPaola])
  expect(opened.content.text).toBe(text)
  expect(await outbox()).toEqual([])
}

const blobs = () => readdir(join(world.home, 'blobs', 'blobs'))
/** As if it had been put two hours ago. */
async function age(id: string): Promise<void> {
  const before = Date.now() / 1_000 - 7_200
  await utimes(join(world.home, 'blobs', 'blobs', id), before, before)
}
const head = (text: string) => text.slice(0, 40)
const sweep = (...more: string[]) =>
  world.data(aicha, [
    ...['operator', 'sweep', '--home', world.home, ...more],
    ...['--purpose', 'ADMINISTRATION', '--justification', 'after the power cut'],
  ])

describe('a link that is cut', () => {
  it('halfway through the upload: the message waits, and stands once afterwards', async () => {
    let up = 0
    world.http.onSegment = (direction, bytes) => {
      if (direction === 'up') up += bytes.length
      return up > 40_000
    }
    const text = 'x'.repeat(60_000)
    const { id, queued } = await send(text)
    expect(queued).toBe(true)
    world.http.onSegment = null
    expect(await retry()).toMatchObject({ waiting: 0 })
    await standsOnce(id, text)
  })

  it('after the server has done it: the lost answer leaves no second message', async () => {
    let isSent = false
    world.http.onSegment = (direction, bytes) => {
      if (bytes.includes('sendMessage')) isSent = true
      return isSent && direction === 'down'
    }
    const { id, queued } = await send('the answer is lost')
    expect(queued).toBe(true)
    world.http.onSegment = null
    expect((await outbox()).map((one: { state: string }) => one.state)).toEqual([])
    await standsOnce(id, 'the answer is lost')
  })

  it('sends in the order in which it was written', async () => {
    world.http.cut()
    const ids: string[] = []
    for (const text of ['first', 'second', 'third']) ids.push((await send(text)).id)
    const waiting = await outbox()
    expect(waiting.map((one: { state: string }) => one.state)).toEqual(['WAITING', 'WAITING', 'WAITING'])
    world.http.mend()
    await retry()
    const { nodes } = await world.data(paola, ['message', 'inbox', '--first', '3', ...asPaola])
    expect(nodes.map((one: { id: string }) => one.id)).toEqual(ids.reverse())
  })
})

describe('the same message', () => {
  it('sent eight times at once stands once, and each sender is told so', async () => {
    world.http.cut()
    const { id } = await send('eight times at once')
    const [kept] = await lettersOf(aicha, 'ne-dst.aicha')
    world.http.mend()
    const session = await login({ url: world.http.url, key: world.cast.key('ne-dst.aicha') })
    const answers = await Promise.all(Array.from({ length: 8 }, () => session.request(kept!.body)))
    const told = answers.map(({ body }) => JSON.parse(Buffer.from(body).toString()).data?.sendMessage?.id)
    expect(told).toEqual(Array.from({ length: 8 }, () => id))
    // And once more from the outbox, which does not know of it.
    await retry()
    await standsOnce(id, 'eight times at once')
  })
})

describe('a server that is killed between the blob and its row', () => {
  /** Sends a letter and kills the server at the moment at which it turns to Neo4j with the row. */
  async function killedBeforeRow(text: string): Promise<string> {
    world.bolt.onSegment = async (direction, bytes) => {
      if (direction === 'down' || !bytes.includes(head(messageSend.text))) return false
      world.bolt.onSegment = null
      await world.kill()
      return true
    }
    const { id, queued } = await send(text)
    expect([queued, (await blobs()).includes(id)]).toEqual([true, true])
    await world.start()
    return id
  }

  it('takes the same octets again, and the message stands once', async () => {
    const id = await killedBeforeRow('between blob and row')
    await retry()
    await standsOnce(id, 'between blob and row')
  })

  it('leaves a blob that the operator finds and removes, and no other, on record with every state', async () => {
    const id = await killedBeforeRow('never sent again')
    world.http.cut()
    const [waiting] = await outbox()
    await world.data(aicha, ['outbox', 'drop', waiting.id, ...asAicha])
    world.http.mend()
    expect(await sweep()).toMatchObject({ orphans: [], removed: [] })
    const before = await blobs()
    for (const one of before) await age(one)
    expect(await sweep()).toMatchObject({ held: before.length, orphans: [id], removed: [] })
    expect(await sweep('--remove')).toMatchObject({ orphans: [id], removed: [id] })
    expect(await blobs()).toEqual(before.filter((one) => one !== id))
    const mariama = await world.makeHome(['ne-audit.mariama', 'office:ne-audit'])
    const found = await world.data(mariama, [
      ...['audit', 'search', '--entity', id, '--as', 'ne-audit.mariama'],
      ...['--purpose', 'OVERSIGHT', '--justification', 'what was removed'],
    ])
    // Found by what was removed; the records say who removed it and why.
    expect(JSON.stringify(found)).toContain('operatorSweep')
    expect(JSON.stringify(found)).toContain('after the power cut')
  })

  it('loses no message that is being sent again while the operator sweeps', async () => {
    const id = await killedBeforeRow('sent while it is swept')
    await age(id)
    // The sweep has been told that nobody owns the blob, and has not heard it yet: in between its message is sent.
    let release = () => {}
    const held = new Promise<void>((go) => {
      release = go
    })
    let asking: number | null = null
    let isHeld = false
    world.bolt.onSegment = async (direction, bytes, connection) => {
      // Whose this blob is: the server asks the same of nothing while it warms up.
      const isAsked = bytes.includes(head(messageOwned.text)) && bytes.includes(id)
      if (direction === 'up' && isAsked) asking ??= connection
      else if (direction === 'down' && connection === asking && !isHeld) {
        isHeld = true
        await held
      }
      return false
    }
    const sweeping = sweep('--remove')
    await until(() => isHeld)
    expect(await retry()).toMatchObject({ waiting: 0, delivered: [{ refused: [] }] })
    release()
    expect(await sweeping).toMatchObject({ orphans: expect.arrayContaining([id]), removed: [] })
    await standsOnce(id, 'sent while it is swept')
  })
})

describe('a store that does not confirm', () => {
  it('the commit whose answer is lost is no second message', async () => {
    let stage = 0
    world.bolt.onSegment = (direction, bytes) => {
      if (direction === 'up' && bytes.includes(head(messageSend.text))) stage = 1
      else if (direction === 'up' && stage === 1) stage = 2
      else if (direction === 'down' && stage === 2) {
        world.bolt.onSegment = null
        return true
      }
      return false
    }
    const { id, queued } = await send('committed, and nobody heard')
    expect([queued, stage]).toEqual([true, 2])
    await retry()
    await standsOnce(id, 'committed, and nobody heard')
  })

  it('hangs: what is asked is a fault, what is sent waits, and afterwards all goes on by itself', async () => {
    // While the server warms up behind its first callers, a question may take six times as long.
    await quiet()
    let id = ''
    process.kill(world.neo4j().pid, 'SIGSTOP')
    try {
      const asked = await world.cli(aicha, ['report', 'list', ...asAicha])
      expect(asked).toMatchObject({ code: 1, err: expect.stringMatching(/NEO4J_UNAVAILABLE|DEADLINE/) })
      const sent = await send('while Neo4j hangs')
      expect(sent.queued).toBe(true)
      id = sent.id
    } finally {
      process.kill(world.neo4j().pid, 'SIGCONT')
    }
    await retry()
    await standsOnce(id, 'while Neo4j hangs')
  })

  it('is killed and comes again: a report and a message stand once each', async () => {
    await world.killNeo4j()
    const file = join(aicha, 'report.json')
    await writeFile(file, JSON.stringify(reportOf('while-neo4j-is-away')))
    const asked = await world.cli(aicha, ['report', 'list', ...asAicha])
    expect(asked).toMatchObject({ code: 1, err: expect.stringContaining('NEO4J_UNAVAILABLE') })
    const submitted = await world.data(aicha, ['report', 'submit', file, ...asAicha])
    const sent = await send('while Neo4j is away')
    expect([submitted.queued, sent.queued]).toEqual([true, true])
    await world.startNeo4j()
    await until(async () => (await retry()).waiting === 0)
    await standsOnce(sent.id, 'while Neo4j is away')
    const again = await world.data(aicha, ['report', 'submit', file, ...asAicha])
    expect(again.replayed).toBe(true)
  })
})

describe('a full disk', () => {
  it('takes no part of a message, and the whole of it when there is room', async () => {
    const file = join(aicha, 'letter.txt')
    // Three octets each, drawn, so that nothing makes them fewer.
    const text = Array.from(randomBytes(180_000), (octet) => String.fromCharCode(0x4e00 + octet)).join('')
    await writeFile(file, text)
    const empty = await world.fill(world.home, 500_000)
    const args = [
      'message',
      'send',
      '--to',
      'it-sco',
      '--type',
      'SPONTANEOUS_INFO',
      '--file',
      file,
      ...asAicha,
    ]
    const before = await blobs()
    const { id, queued } = await world.data(aicha, args)
    expect(queued).toBe(true)
    // The server serves on: it is the letter that has no room, and not the record.
    expect(await health()).toBe(200)
    expect(await outbox()).toMatchObject([{ state: 'WAITING' }])
    expect(await blobs()).toEqual(before)
    expect(await readdir(join(world.home, 'blobs', 'incoming'))).toEqual([])
    await empty()
    expect(await retry()).toMatchObject({ waiting: 0 })
    await standsOnce(id, text)
  })

  it('of the audit log answers nobody: what was sent waits, and stands once when there is room again', async () => {
    const empty = await world.fill(world.home, 0, 'audit')
    const { id, queued } = await send('not on record')
    expect(queued).toBe(true)
    await empty()
    expect(await health()).toBe(200)
    await retry()
    await standsOnce(id, 'not on record')
  })

  it('of a client keeps no half a message and says that nothing was kept', async () => {
    const small = await world.makeHome(['ne-dst.aicha', 'office:ne-dst'], 2)
    await world.data(small, ['login', ...asAicha])
    world.http.cut()
    const empty = await world.fill(small, 20_000)
    const full = await world.cli(small, [...letter('y'.repeat(50_000)), ...asAicha])
    expect(full).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/the disk is full|EFBIG/) })
    await empty()
    expect(await world.data(small, ['outbox', 'list', ...asAicha])).toEqual([])
    const { id, queued } = await world.data(small, [...letter('with room again'), ...asAicha])
    expect(queued).toBe(true)
    world.http.mend()
    expect(await world.data(small, ['outbox', 'retry', ...asAicha])).toMatchObject({ waiting: 0 })
    await standsOnce(id, 'with room again')
  })
})

describe('a key that is replaced between compose and send', () => {
  it('is refused by the server, sealed anew by the client, and stands once under the same id', async () => {
    world.http.cut()
    const { id } = await send('sealed to the key of yesterday')
    world.http.mend()
    await world.replaceKey('it-sco')
    expect(await outbox()).toMatchObject([{ state: 'RESEAL', subject: expect.stringContaining(id) }])
    expect(await retry()).toMatchObject({ resealed: [expect.any(String)], waiting: 0 })
    paola = await world.makeHome(['it-sco.paola', 'office:it-sco'])
    await world.data(paola, ['login', ...asPaola])
    await standsOnce(id, 'sealed to the key of yesterday')
  })
})

describe('a desk clock a day wrong', () => {
  for (const off of ['+24h', '-24h'])
    it(`signs in, sends and opens all the same (${off})`, async () => {
      const text = `a day off: ${off}`
      const sent = await world.data(aicha, [...letter(text), ...asAicha], ['faketime', '-f', off])
      expect(sent.queued).toBeUndefined()
      const opened = await world.data(
        paola,
        ['message', 'open', sent.id, ...asPaola],
        ['faketime', '-f', off],
      )
      expect(opened.content.text).toBe(text)
    })

  it('keeps the server’s time without a link, and what it sealed is taken when it is back', async () => {
    const ahead = ['faketime', '-f', '+24h']
    await world.data(aicha, ['login', ...asAicha], ahead)
    world.http.cut()
    const { id, queued } = await world.data(aicha, [...letter('offline, a day off'), ...asAicha], ahead)
    expect(queued).toBe(true)
    world.http.mend()
    await world.data(aicha, ['outbox', 'retry', ...asAicha], ahead)
    await standsOnce(id, 'offline, a day off')
  })
})

/** Until the server has said nothing to Neo4j for three seconds. */
async function quiet(): Promise<void> {
  let before = -1
  await until(async () => {
    const { up } = world.bolt.bytes()
    const isQuiet = up === before
    before = up
    if (!isQuiet) await sleep(3_000)
    return isQuiet
  })
}

/** What lies in an officer's outbox, as his own key opens it. */
async function lettersOf(folder: string, person: string) {
  const home = await openHome(folder, '/')
  const vault = openVault(world.cast.key(person), Date.now)
  const send = async () => ({ body: Buffer.from('{}') })
  return (await openOutbox({ folder: outboxFolder(home, person), vault, now: Date.now, send })).list()
}

function health(): Promise<number> {
  return new Promise((settle, fail) => {
    const call = request(`${world.http.url}/health`, (answer) => {
      answer.resume()
      settle(answer.statusCode!)
    })
    call.on('error', fail)
    call.end()
  })
}
