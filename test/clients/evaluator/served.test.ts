import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer, request as httpRequest } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { dayOf, readDay } from '../../../clients/evaluator/days.ts'
import { MATCH_BUDGET, MatchKey } from '../../../schema/wire/match.ts'
import { memoryOf } from '../../canary/memory.ts'
import { COMPILED } from '../../compiled.ts'
import { killed } from '../../served.ts'
import { ended, type Ran, startCli } from '../cli/program.ts'
import { evaluated, holdCeremony, openHolders, PASSPHRASE, tokensOf } from './evaluators.ts'
import { EPOCH, openWorld, orderOf, post, requestOf, selectors, type World } from './world.ts'

// Three states with the real commands, each evaluator a program of its own, by the machine's own clock.

const STATES = ['ES', 'IT', 'NE']
let folder: string
let world: World
let matchKey: MatchKey
const running = new Map<string, { child: ChildProcess; url: string }>()

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portolan-evaluators-'))
  world = await openWorld(folder, { officers: 6 })
})
afterAll(async () => {
  for (const { child } of running.values()) await killed(child)
  await world.close()
  await rm(folder, { recursive: true, force: true })
})

function run(args: string[], passphrase = PASSPHRASE): Promise<Ran> {
  const input = `${passphrase}\n`
  return ended(startCli([...args, '--passphrase-fd', '3'], { cwd: folder, input }), input)
}
const withoutSecrets = (args: string[]): Promise<Ran> => ended(startCli(args, { cwd: folder }))

async function ran(args: string[]): Promise<unknown> {
  const { code, out, err } = await run(['evaluator', ...args, '--json'])
  expect(code, err).toBe(0)
  return JSON.parse(out)
}
const stateOf = (country: string) => ['--state', `state-${country}`]

async function serve(country: string): Promise<string> {
  const input = `${PASSPHRASE}\n`
  const args = [
    ...['evaluator', 'serve', ...stateOf(country), '--genesis', 'genesis.json', '--directory', 'client'],
    ...[
      '--server',
      `${world.platform.origin}/`,
      `--platform-key=${world.platformKey}`,
      '--passphrase-fd',
      '3',
      '--json',
    ],
  ]
  const child = startCli(args, { cwd: folder, input })
  const end = ended(child, input)
  const [said] = await Promise.race([
    once(child.stdout!, 'data'),
    end.then(({ err }) => Promise.reject(new Error(`no evaluator: ${err}`))),
  ])
  const { url } = JSON.parse(String(said))
  running.set(country, { child, url })
  return url
}

describe('the commands of an evaluator', () => {
  it('hold a ceremony of three with files alone', async () => {
    const lines: string[] = []
    for (const country of STATES)
      lines.push(
        JSON.stringify(
          await ran([
            ...['join', '--epoch', String(EPOCH), '--name', `eval.${country.toLowerCase()}.example`],
            ...['--country', country, '--url', `https://eval.${country.toLowerCase()}.example`],
            ...['--genesis', 'genesis.json', ...stateOf(country)],
          ]),
        ),
      )
    await writeFile(join(folder, 'roster.jsonl'), `${lines.join('\n')}\n`)
    const epoch = ['--epoch', String(EPOCH)]
    const each = async (args: (country: string) => string[]) => {
      const all: Record<string, unknown>[] = []
      for (const country of STATES)
        all.push((await ran([...args(country), ...epoch, ...stateOf(country)])) as never)
      return all
    }
    const dealt = await each(() => ['deal', '--roster', 'roster.jsonl', '--threshold', '2', '--out', 'files'])
    expect(new Set(dealt.map(({ roster }) => roster)).size).toBe(1)
    await each(() => ['reveal', ...STATES.map((one) => `files/deal-${EPOCH}-${one}.json`), '--out', 'files'])
    const done = await each((country) => [
      ...['finish', ...STATES.map((one) => `files/reveal-${EPOCH}-${one}.json`), '--out', `out-${country}`],
    ])
    expect(new Set(done.map(({ hash }) => hash)).size).toBe(1)
    expect(done.map(({ index }) => index)).toEqual([1, 2, 3])
    const files = await Promise.all(
      STATES.map((country) => readFile(join(folder, `out-${country}`, `match-key-${EPOCH}.json`), 'utf8')),
    )
    expect(new Set(files).size).toBe(1)
    matchKey = MatchKey.parse(JSON.parse(files[0]!))
    for (const country of STATES) {
      expect((await stat(join(folder, `state-${country}`))).mode & 0o777).toBe(0o700)
      const own = join(folder, `state-${country}`, `share-${EPOCH}.sealed`)
      expect((await stat(own)).mode & 0o777).toBe(0o600)
    }
    const show = await withoutSecrets(['evaluator', 'show', ...stateOf('IT'), '--json'])
    expect(JSON.parse(show.out)).toMatchObject({ country: 'IT', shares: [{ epoch: EPOCH }], ceremonies: [] })
  })

  it('say what is wrong, in the reader’s language', async () => {
    const wrong = await run([
      'evaluator',
      'deal',
      '--epoch',
      '2028',
      '--roster',
      'roster.jsonl',
      ...stateOf('IT'),
    ])
    expect(wrong).toMatchObject({ code: 1, err: expect.stringMatching(/^NOT_FOUND.*2028/) })
    const other = await run(
      ['evaluator', 'deal', '--epoch', '2028', '--roster', 'roster.jsonl', ...stateOf('IT')],
      'another passphrase',
    )
    expect(other).toMatchObject({ code: 1, err: expect.stringMatching(/^PASSPHRASE/) })
    const french = await withoutSecrets(['evaluator', 'show', '--state', 'nowhere', '--lang', 'fr'])
    expect(french).toMatchObject({
      code: 2,
      err: expect.stringMatching(/Commencez par : portolan evaluator join/),
    })
    const short = await run(
      [
        ...['evaluator', 'join', '--epoch', '2027', '--name', 'eval.fr.example', '--country', 'FR', '--url'],
        ...['https://eval.fr.example', '--genesis', 'genesis.json', '--state', 'state-FR'],
      ],
      'short',
    )
    expect(short).toMatchObject({ code: 2, err: expect.stringMatching(/12/) })
    expect(await withoutSecrets(['evaluator', 'serve', ...stateOf('IT')])).toMatchObject({ code: 2 })
  })
})

describe('evaluators as programs of their own', () => {
  it('make tokens while one of them is down', async () => {
    const [es, it] = [await serve('ES'), await serve('IT')]
    const paola = await world.officer('it-sco.officer1')
    const wanted = selectors(20)
    const request = requestOf(world, paola, orderOf(world, paola, wanted))
    const first = tokensOf(wanted, [
      await evaluated(es, matchKey, request),
      await evaluated(it, matchKey, request),
    ])

    await killed(running.get('ES')!.child)
    await expect(post(es, request)).rejects.toThrow()
    const ne = await serve('NE')
    expect(
      tokensOf(wanted, [await evaluated(it, matchKey, request), await evaluated(ne, matchKey, request)]),
    ).toEqual(first)
    await serve('ES')
  })

  it('grant exactly the budget to fifty orders at once, however many connections they come by', async () => {
    const { url } = running.get('IT')!
    const officer = await world.officer('it-sco.officer2')
    const requests = Array.from({ length: 50 }, () =>
      requestOf(world, officer, orderOf(world, officer, selectors(1))),
    )
    const answers = await Promise.all(requests.map((request) => post(url, request)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(MATCH_BUDGET.officerMinute)
    const refused = answers.filter(({ status }) => status !== 200)
    expect(new Set(refused.map(({ status, body }) => `${status} ${body.code}`))).toEqual(
      new Set(['429 BUDGET_EXHAUSTED']),
    )
  })

  it('answer nothing but on the loopback interface, and end at a signal', async () => {
    const { child, url } = running.get('NE')!
    expect(new URL(url).hostname).toBe('127.0.0.1')
    const gone = once(child, 'exit')
    child.kill('SIGTERM')
    expect(await gone).toEqual([0, null])
    await serve('NE')
  })

  it('tell of a day by tags, and of one officer to who has the passphrase', async () => {
    const day = dayOf(Date.now())
    const all = await withoutSecrets(['evaluator', 'report', '--day', day, ...stateOf('IT'), '--json'])
    const { officers, states } = JSON.parse(all.out)
    expect(officers.map(({ selectors: count }: { selectors: number }) => count)).toEqual([20, 20])
    expect(states).toMatchObject([{ of: 'IT', selectors: 40 }])
    expect(all.out).not.toContain('officer1')
    const one = await ran(['report', '--day', day, '--officer', 'it-sco.officer1', ...stateOf('IT')])
    expect(one).toMatchObject({ officers: [{ selectors: 20, orders: 1 }] })
    const people = await withoutSecrets(['evaluator', 'report', '--day', day, ...stateOf('IT')])
    expect(people.out).toMatch(/40 \/ 2000/)
  })

  it('refuse an epoch as soon as its share is destroyed', async () => {
    const { url } = running.get('NE')!
    const officer = await world.officer('ne-dst.officer6')
    const request = requestOf(world, officer, orderOf(world, officer, selectors(1)))
    expect((await post(url, request)).status).toBe(200)
    const destroyed = await withoutSecrets([
      'evaluator',
      'destroy',
      '--epoch',
      String(EPOCH),
      ...stateOf('NE'),
    ])
    expect(destroyed).toMatchObject({ code: 0, out: expect.stringMatching(/written over and removed/) })
    expect((await post(url, request)).status).toBe(404)
    expect(await readdir(join(folder, 'state-NE'))).not.toContain(`share-${EPOCH}.sealed`)
  })
})

describe('a platform and fewer evaluators than it takes', () => {
  it('can make no token, and neither stores nor sees what was asked', async () => {
    // One evaluator of two that it takes conspires with the platform: what passes between them is recorded.
    const traffic: Buffer[] = []
    const { url } = running.get('ES')!
    const tap = createServer((from, to) => {
      const sent = httpRequest(
        `${url}${from.url}`,
        { method: from.method, headers: from.headers },
        (answer) => {
          to.writeHead(answer.statusCode!)
          answer.on('data', (chunk: Buffer) => traffic.push(chunk))
          answer.pipe(to)
        },
      )
      from.on('data', (chunk: Buffer) => traffic.push(chunk))
      from.pipe(sent)
    })
    await new Promise<void>((settle) => tap.listen(0, '127.0.0.1', settle))
    const tapped = `http://127.0.0.1:${(tap.address() as { port: number }).port}`

    const officer = await world.officer('it-sco.officer3')
    const canary = selectors(1, { from: 39_333_987_654_321 })
    const request = requestOf(world, officer, orderOf(world, officer, canary))
    const answer = await evaluated(tapped, matchKey, request)
    const whole = [answer, await evaluated(running.get('IT')!.url, matchKey, request)]
    tap.close()

    const [token] = tokensOf(canary, whole)
    const [alone] = tokensOf(canary, [answer])
    expect(alone).not.toBe(token)
    const captured = Buffer.concat(traffic)
    expect(captured.length).toBeGreaterThan(1_000)
    const stored: Buffer[] = []
    for (const name of await readdir(join(folder, 'state-ES')))
      stored.push(await readFile(join(folder, 'state-ES', name)))
    const secrets = [
      ...['39333987654321', token!, Buffer.from(token!, 'base64url').toString('hex')],
      Buffer.from(canary[0]!.input).toString('base64url'),
      Buffer.from(canary[0]!.blind).toString('base64url'),
    ]
    for (const secret of secrets) {
      expect(captured.includes(secret)).toBe(false)
      expect(Buffer.concat(stored).includes(secret)).toBe(false)
    }
    // Its memory knows the officer, who stands in the directory, and nothing of what he asked.
    const found = new Set<string>()
    const inMemory = [...secrets, canary[0]!.blind, Buffer.from(token!, 'base64url'), officer.person]
    for await (const { octets } of memoryOf(running.get('ES')!.child.pid!))
      for (const one of inMemory) if (octets.includes(Buffer.from(one))) found.add(String(one))
    expect([...found]).toEqual([officer.person])
    // Nor does an evaluator keep the points that it was asked about, by which it could recognise them later.
    const [element] = request.order.elements
    expect(captured.includes(element!)).toBe(true)
    expect(Buffer.concat(stored).includes(element!)).toBe(false)
    expect(Buffer.concat(stored).includes(answer.elements[0]!)).toBe(false)
    expect(Buffer.concat(stored).includes(officer.person)).toBe(false)
  })
})

describe('an evaluator that is killed between counting and answering', () => {
  const PROGRAM = fileURLToPath(new URL('./dying-evaluator.ts', import.meta.url))
  const children: ChildProcess[] = []
  afterEach(async () => {
    for (const child of children.splice(0)) await killed(child)
  })

  it('has charged what it counted, once, and answers it when it is asked again', async () => {
    const holders = await openHolders(await mkdtemp(join(folder, 'dying-')))
    const ownKey = await holdCeremony(holders)
    const own = holders[1]!.folder
    const start = async (dies: boolean): Promise<string> => {
      const { clientHome, genesis, platform } = world
      const given = JSON.stringify({ folder: own, clientHome, genesis, platform, dies })
      const child = spawn(process.execPath, [PROGRAM, given], {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { ...process.env, ...COMPILED },
      })
      children.push(child)
      const [said] = await once(child.stdout!, 'data')
      return String(said).trim()
    }
    const officer = await world.officer('it-sco.officer4')
    const order = orderOf(world, officer, selectors(15))
    const request = requestOf(world, officer, order)
    await expect(post(await start(true), request)).rejects.toThrow()

    const url = await start(false)
    const more = requestOf(world, officer, orderOf(world, officer, selectors(6)))
    expect((await post(url, more)).status).toBe(429)
    expect((await evaluated(url, ownKey, request)).elements).toHaveLength(15)
    const days = [dayOf(Date.parse(order.created)), dayOf(Date.now())]
    const counted = (await Promise.all([...new Set(days)].map((day) => readDay(own, day)))).flat()
    expect(counted.map((one) => one.order)).toEqual([order.id])
  })
})
