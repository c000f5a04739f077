import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openKeyStore } from '../../../clients/core/keys.ts'
import { type Desk, openDesk } from '../../../clients/gateway/desk.ts'
import { type Gateway, openGateway } from '../../../clients/gateway/gateway.ts'
import { type Home, openHome } from '../../../clients/gateway/home.ts'
import { readReceipts } from '../../../clients/gateway/kept-receipts.ts'
import { openRoad } from '../../../clients/gateway/road.ts'
import { PURPOSE } from '../../instance.ts'
import { WHY } from '../cli/site.ts'
import { openWitnessedSite, type WitnessedSite } from './witnessed-site.ts'

// Real witnesses fall silent, and what a desk does then whose clock is five hours behind.

const MINUTE = 60_000
const BEHIND = 5 * 60 * MINUTE
const ALLOWED = 5
const AICHA = ['--as', 'ne-dst.aicha', ...WHY]
const LIST = '{ networks { totalCount } }'

let world: WitnessedSite
let home: Home
let desk: Desk
let set = 0
const clock = () => world.now() - BEHIND + set
const here = (...args: string[]) => world.site.here(args, { home: home.folder, clock })

beforeAll(async () => {
  world = await openWitnessedSite()
  const folder = await world.site.makeHome(['ne-dst.aicha', 'office:ne-dst'])
  await mkdir(join(folder, 'log'), { mode: 0o700 })
  await writeFile(join(folder, 'log/policy'), world.policy)
  await writeFile(join(folder, 'log/allowance'), `${ALLOWED}\n`)
  home = await openHome(folder, '/')
  desk = await openDesk({ home, ...(await roadOf()), purpose: { ...PURPOSE, code: 'OPERATIONAL' } })
}, 1_500_000)
afterAll(() => world?.close())

async function roadOf() {
  const key = await (await openKeyStore(home.keys)).loadKey('ne-dst.aicha', async () => '')
  return { key, road: openRoad({ home, key, url: world.site.portolan.url, clock }) }
}

async function ask(query: string) {
  const { status, body } = await desk.answer({ query })
  return { status, ...JSON.parse(Buffer.from(body).toString()) }
}

/** A server that has just begun asks its witnesses within ten seconds. */
async function whenAnswered(query: string) {
  for (;;) {
    const answer = await ask(query)
    if (answer.status === 200 && !answer.extensions?.offline) return answer
    expect(answer.errors?.[0].extensions.code ?? 'LOG_UNWITNESSED').toBe('LOG_UNWITNESSED')
    await sleep(200)
  }
}

const whoami = async () => JSON.parse((await here('whoami', ...AICHA, '--json')).out)
const REPORT = { query: 'mutation { submitReport(input: {}) { id } }' }

it('a desk shows answers that enough witnesses vouch for, and says since when', async () => {
  expect(await whenAnswered(LIST)).toMatchObject({ data: { networks: { totalCount: 0 } } })
  const { quorum } = await whoami()
  expect(quorum.minutes).toBe(ALLOWED)
  expect(Math.abs(Date.parse(quorum.since) - world.now())).toBeLessThan(2 * MINUTE)
  const other = await world.site.makeHome(['ne-dst.aicha', 'office:ne-dst'])
  const said = await world.site.here(['whoami', ...AICHA], { home: other })
  expect(said.out).toMatch(/No policy of witnesses lies in this home/)
})

it('holds them back when the witnesses are silent, and what must go on goes on', async () => {
  await world.stopWitnesses()
  world.setAhead((ALLOWED + 1) * MINUTE)
  // The server still answers: only the desk refuses.
  expect((await world.site.portolan.ask('it-sco.paola', LIST)).status).toBe(200)
  const receipts = async () => (await readReceipts([home.path('receipts')])).receipts.length
  // The desk has seen its clock leap, and signs in again.
  await ask('{ me { person } }')
  const before = await receipts()
  const refused = await ask('{ me { office } }')
  expect(refused).toMatchObject({ status: 503, errors: [{ extensions: { code: 'LOG_UNWITNESSED' } }] })
  expect(refused.errors[0].message).toMatch(
    /^expected a quorum of witnesses within 5 minutes, got the last at 20/,
  )
  // Nothing was asked that could not be shown.
  expect(await receipts()).toBe(before)

  // What the desk had is shown, and why it is not newer; a change waits.
  const kept = await ask(LIST)
  expect(kept.data.networks.totalCount).toBe(0)
  expect(kept.extensions.offline.why).toMatch(/^expected a quorum of witnesses/)
  const waiting = await desk.answer(REPORT)
  expect(waiting.status).toBe(202)
  for (const { id } of await desk.outbox.list()) await desk.outbox.drop(id)

  expect(await here('login', ...AICHA)).toMatchObject({
    code: 0,
    err: expect.stringMatching(/LOG_UNWITNESSED/),
  })
  expect(await here('network', 'list', ...AICHA)).toMatchObject({
    code: 1,
    err: expect.stringMatching(/^LOG_UNWITNESSED: Too few/m),
  })
  expect((await here('directory', 'show', ...AICHA)).code).toBe(0)
  // It is the server that says that this is no entry.
  await writeFile(join(home.folder, 'entry.json'), '{}')
  expect((await here('directory', 'enter', join(home.folder, 'entry.json'), ...AICHA)).err).not.toMatch(
    /LOG_UNWITNESSED/,
  )
  const verified = await here('audit', 'verify', world.log, '--policy', home.path('log/policy'), '--json')
  expect([verified.code, JSON.parse(verified.out).judged]).toEqual([0, 'COSIGNED'])
})

it('shows answers again by itself when the witnesses are back', async () => {
  await world.startWitnesses()
  expect(await whenAnswered('{ me { country } }')).toMatchObject({ data: { me: { country: 'NE' } } })
  expect((await here('network', 'list', ...AICHA)).code).toBe(0)
})

it('is not misled by its own clock, set while a session lives', async () => {
  set = BEHIND
  expect(await whenAnswered('{ me { role } }')).toMatchObject({ data: { me: { role: 'FOCAL_POINT' } } })
  set = -BEHIND
  expect(await whenAnswered('{ me { person office } }')).toMatchObject({
    data: { me: { office: 'ne-dst' } },
  })
})

it('is looked after by a gateway while nobody asks', async () => {
  const { key, road } = await roadOf()
  await road.session()
  const gateway: Gateway = await openGateway({ home, key, road, purpose: null, retryEvery: 50 })
  const since = async () => Date.parse((await whoami()).quorum.since)
  const before = await since()
  world.setAhead((ALLOWED + 3) * MINUTE)
  await world.stopWitnesses()
  await world.startWitnesses()
  while ((await since()) < before + MINUTE) await sleep(100)
  await gateway.close()
})
