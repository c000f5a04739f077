import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { report, SUBMIT } from '../report.ts'
import { type Desk, openDesk } from './gateway-desk.ts'

// GraphiQL in a real browser, as `portolan gateway --graphiql` serves it in development.

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium'
const QUIET = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
  ...['--disable-background-networking', '--disable-component-update'],
]
const PATIENCE = 60_000

const QUERY = `query mine {
  me { person }
  networks {
    edges { node { label } }
  }
}`

let desk: Desk
let browser: BrowserContext
let profile: string
let stranger: Server

beforeAll(async () => {
  desk = await openDesk({ development: true })
  await desk.site.portolan.ask('ne-dst.aicha', SUBMIT, { input: report('graphiql-report') })
  profile = await mkdtemp(join(tmpdir(), 'portolan-chromium-'))
  browser = await chromium.launchPersistentContext(profile, {
    executablePath: CHROMIUM,
    headless: true,
    args: QUIET,
    viewport: { width: 1400, height: 850 },
  })
  browser.setDefaultTimeout(PATIENCE)
  await browser.grantPermissions(['clipboard-read', 'clipboard-write'])
  stranger = createServer((_, response) =>
    response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Weather at Agadez</h1>'),
  )
  await new Promise<void>((done) => stranger.listen(0, '127.0.0.1', done))
}, 1_500_000)
afterAll(async () => {
  await browser?.close()
  stranger?.close()
  await desk?.close()
  if (profile) await rm(profile, { recursive: true, force: true })
})

/** Pastes a text over what an editor of the page holds: typed, its braces would be closed twice. */
async function paste(page: Page, editor: string, text: string): Promise<void> {
  await page.locator(`${editor} .view-lines`).click()
  await page.evaluate((copied) => navigator.clipboard.writeText(copied), text)
  await page.keyboard.press('ControlOrMeta+A')
  await page.keyboard.press('ControlOrMeta+V')
}

it(
  'loads without a network, shows the schema, and runs what is typed in',
  async () => {
    const page = await browser.newPage()
    const asked = new Set<string>()
    const broken: string[] = []
    page.on('request', (request) => void asked.add(new URL(request.url()).host))
    page.on('pageerror', ({ message }) => void broken.push(message))
    await page.goto(desk.gateway.url)
    // Before the token is in: the page says what to do, and the gateway gives nothing.
    await page.getByText('Put the token of this start').waitFor()
    await page.getByText('expected the bearer token of this start').waitFor()

    const token = `{"authorization": "Bearer ${desk.gateway.token}"}`
    await paste(page, '[aria-label="Headers"] .graphiql-editor:not(.hidden)', token)
    await page.getByRole('button', { name: /Re-fetch GraphQL schema/ }).click()
    await page.getByRole('button', { name: 'Show Documentation Explorer' }).click()
    await page.getByRole('link', { name: 'Query', exact: true }).click()
    await page.getByRole('link', { name: 'networks', exact: true }).waitFor()

    await paste(page, '.graphiql-query-editor', QUERY)
    // The page reads what is written a moment later, and names its tab after it.
    await page.getByRole('tab', { name: 'mine' }).waitFor()
    await page.getByRole('button', { name: /^Execute query/ }).click()
    const answer = page.locator('.result-window')
    await answer.getByText('ne-dst.aicha').waitFor()
    await answer.getByText('Agadez-transport').waitFor()
    // For whoever wants to look at it.
    if (process.env.SCREENSHOT) await page.screenshot({ path: process.env.SCREENSHOT })

    expect(broken).toEqual([])
    // Pictures and workers are in the page (data:, blob:) and have no host.
    expect([...asked].filter((host) => host !== '')).toEqual([new URL(desk.gateway.url).host])
    await page.close()
  },
  4 * PATIENCE,
)

/** What a page of another origin gets when it asks in every way that a browser lets it. */
const ATTEMPTS: [name: string, init: RequestInit][] = [
  ['reads the page', {}],
  ['asks in JSON with the token', { method: 'POST', headers: { 'content-type': 'application/json' } }],
  ['asks as a form may, without a preflight', { method: 'POST', headers: { 'content-type': 'text/plain' } }],
  ['asks blindly', { method: 'POST', mode: 'no-cors', headers: { 'content-type': 'text/plain' } }],
]

it(
  'gives a page of another origin nothing, though it knows the token',
  async () => {
    const { port } = stranger.address() as { port: number }
    const page = await browser.newPage()
    const statuses = new Set<number>()
    await page.goto(`http://127.0.0.1:${port}/`)
    page.on('response', (response) => {
      if (response.request().method() === 'POST') statuses.add(response.status())
    })
    const before = await questionsOnRecord()
    const got = []
    for (const [name, init] of ATTEMPTS) {
      const authorization = `Bearer ${desk.gateway.token}`
      const isJson = name === 'asks in JSON with the token'
      const whole = {
        ...init,
        ...(isJson && { headers: { ...init.headers, authorization } }),
        ...(init.method && { body: JSON.stringify({ query: '{ me { person } }' }) }),
      }
      got.push(await page.evaluate(attempt, { url: desk.gateway.url, init: whole }))
    }
    expect(got).toEqual(['TypeError', 'TypeError', 'TypeError', 'opaque '])
    expect([...statuses]).toEqual([403])
    expect(await questionsOnRecord()).toBe(before)

    // Nor can it lay the real page under its own.
    await page.setContent(`<iframe src="${desk.gateway.url}"></iframe>`)
    await expect.poll(() => page.frames().at(-1)!.url()).toBe('chrome-error://chromewebdata/')
    await page.close()
  },
  4 * PATIENCE,
)

async function questionsOnRecord(): Promise<number> {
  let count = 0
  for await (const _ of desk.site.portolan.instance.audit.replays(0)) count += 1
  return count
}

/** In the browser: what came of one attempt. */
async function attempt({ url, init }: { url: string; init: object }): Promise<string> {
  try {
    const answer = await fetch(url, init)
    return `${answer.type} ${await answer.text()}`
  } catch (error) {
    return (error as Error).name
  }
}
