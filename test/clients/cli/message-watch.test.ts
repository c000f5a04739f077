import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openKeyStore } from '../../../clients/core/keys.ts'
import { type Gateway, openGateway } from '../../../clients/gateway/gateway.ts'
import { openHome } from '../../../clients/gateway/home.ts'
import { openRoad } from '../../../clients/gateway/road.ts'
import { readEvents } from '../../../schema/wire/stream.ts'
import { PURPOSE } from '../../instance.ts'
import { sendSealed } from '../../laws/sealed-notes.ts'
import { ended, openSite, type Site, startCli, WHY } from './site.ts'

// An officer who listens: by the command line, through his gateway, and with programs that know nothing of Portolan.

let site: Site
let gateway: Gateway | null = null
beforeAll(async () => {
  site = await openSite({ pace: { heartbeat: 300, tick: 1_000 } })
}, 1_500_000)
afterEach(async () => {
  await gateway?.close()
  gateway = null
})
afterAll(() => site?.close())

const FATOUMATA = { person: 'ml-dnlt.fatoumata', office: 'ml-dnlt' }
const send = async () => (await sendSealed(site.portolan, site.cast, FATOUMATA, ['ne-dst'], Date.now())).id

/** Starts a watch and waits until it listens. */
async function watch(args: string[] = [], home = site.home) {
  const child = startCli(['message', 'watch', '--as', 'ne-dst.aicha', ...WHY, ...args], { home })
  const ran = ended(child)
  let [out, err] = ['', '']
  child.stdout!.on('data', (chunk) => {
    out += chunk
  })
  child.stderr!.on('data', (chunk) => {
    err += chunk
  })
  await expect.poll(() => err, { timeout: 60_000 }).toMatch(/Listening|écoute/)
  return { child, ran, lines: () => out.split('\n').filter(Boolean) }
}

async function openDoor(): Promise<Gateway> {
  const home = await openHome(await site.makeHome(['ne-dst.aicha']), '/')
  const key = await (await openKeyStore(home.keys)).loadKey('ne-dst.aicha', async () => '')
  const road = openRoad({ home, key, url: site.portolan.url })
  gateway = await openGateway({ home, key, road, purpose: { ...PURPOSE, code: 'OPERATIONAL' } })
  return gateway
}

describe('portolan message watch', () => {
  it('prints each message as it arrives, ends at Ctrl-C, and goes on from where it was', async () => {
    const { child, ran, lines } = await watch(['--json'])
    const id = await send()
    await expect.poll(lines, { timeout: 30_000 }).toHaveLength(1)
    const event = JSON.parse(lines()[0]!)
    expect(event).toMatchObject({ kind: 'MESSAGE', about: id, type: 'REQUEST', urgency: 'NORMAL' })
    child.kill('SIGINT')
    const { code, err } = await ran
    expect([code, /Stopped\.\nTo go on from here: --after (\S+)/.exec(err)?.[1]]).toEqual([0, event.cursor])
    const missed = await send()
    const again = await watch(['--after', event.cursor, '--lang', 'fr'])
    await expect.poll(again.lines, { timeout: 30_000 }).toHaveLength(1)
    expect(again.lines()[0]).toMatch(new RegExp(`message reçu.*${missed}$`))
    again.child.kill('SIGTERM')
    expect((await again.ran).code).toBe(0)
  })

  it('says after which dismantled network a lead comes', async () => {
    const { child, ran, lines } = await watch()
    // Published without a way over HTTP, it could come before the stream has its moment: what was told first shows that it has.
    await send()
    await expect.poll(lines, { timeout: 30_000 }).toHaveLength(1)
    await site.portolan.instance.events.publish({
      ...{ kind: 'RESURGENCE', offices: ['ne-dst'], id: 'the-later', thread: 'the-dismantled' },
    })
    await expect.poll(lines, { timeout: 30_000 }).toHaveLength(2)
    expect(lines()[1]).toMatch(
      / {2}lead: may go on from a dismantled network {2}the-later {2}after the-dismantled$/,
    )
    child.kill('SIGTERM')
    expect((await ran).code).toBe(0)
  })

  it('takes the stream up again when its link is cut, and loses nothing', async () => {
    const { child, ran, lines } = await watch(['--json'])
    const ids = [await send()]
    await expect.poll(lines, { timeout: 30_000 }).toHaveLength(1)
    site.portolan.server.closeAllConnections()
    ids.push(await send(), await send())
    await expect.poll(lines, { timeout: 30_000 }).toHaveLength(3)
    expect(lines().map((line) => JSON.parse(line).about)).toEqual(ids)
    child.kill('SIGINT')
    expect((await ran).code).toBe(0)
  })

  it('says why it is refused', async () => {
    const { code, err } = await site.run([
      'message',
      'watch',
      '--as',
      'ne-dst.aicha',
      '--after',
      'AAAA',
      ...WHY,
    ])
    expect([code, err]).toEqual([1, expect.stringContaining('BAD_CURSOR')])
  })
})

describe('the gateway', () => {
  const QUERY = JSON.stringify({ query: 'subscription { events { kind about } }' })
  const sseHeaders = (token: string) => ({
    'content-type': 'application/json',
    accept: 'text/event-stream',
    authorization: `Bearer ${token}`,
  })

  it('passes a stream on to curl', async () => {
    const { url, token } = await openDoor()
    const headers = Object.entries(sseHeaders(token)).flatMap(([name, value]) => ['-H', `${name}: ${value}`])
    const curl = spawn('curl', ['-sN', ...headers, '-d', QUERY, url])
    const events = readEvents(curl.stdout as AsyncIterable<Uint8Array>)
    const { value: start } = await events.next()
    const id = await send()
    const { value: first } = await events.next()
    expect(first).toMatchObject({ event: 'next', receipt: expect.stringContaining('asked=:') })
    expect(JSON.parse(first!.data!)).toEqual({ data: { events: { kind: 'MESSAGE', about: id } } })
    curl.kill()
    await once(curl, 'close')
    // As a browser's EventSource would go on.
    const missed = await fetch(url, {
      method: 'POST',
      headers: { ...sseHeaders(token), 'last-event-id': start!.id! },
      body: QUERY,
    })
    const again = readEvents(missed.body!)
    await again.next()
    expect(JSON.parse((await again.next()).value!.data!).data.events.about).toBe(id)
    await again.return(undefined)
  })

  it('passes a refusal on as an answer, and lets nobody listen without the token', async () => {
    const { url, token } = await openDoor()
    const asked = async (headers: Record<string, string>, body = QUERY) => {
      const answer = await fetch(url, { method: 'POST', headers, body })
      return [
        answer.status,
        ((await answer.json()) as { errors: { extensions: object }[] }).errors[0]!.extensions,
      ]
    }
    expect(await asked(sseHeaders('x'.repeat(43)))).toEqual([401, { code: 'AUTH' }])
    const wrong = JSON.stringify({ query: 'subscription { nothing }' })
    expect(await asked(sseHeaders(token), wrong)).toEqual([400, { code: 'SYNTAX' }])
  })

  it('listens for the command line over its socket', async () => {
    const folder = await site.makeHome(['ne-dst.aicha'])
    const home = await openHome(folder, '/')
    const key = await (await openKeyStore(home.keys)).loadKey('ne-dst.aicha', async () => '')
    gateway = await openGateway({
      home,
      key,
      road: openRoad({ home, key, url: site.portolan.url }),
      purpose: null,
    })
    // Its key is gone: only the gateway can speak for him.
    await rm(home.keys, { recursive: true })
    const { child, ran, lines } = await watch(['--json'], folder)
    const id = await send()
    await expect.poll(lines, { timeout: 30_000 }).toHaveLength(1)
    expect(JSON.parse(lines()[0]!).about).toBe(id)
    child.kill('SIGINT')
    expect((await ran).code).toBe(0)
  })
})
