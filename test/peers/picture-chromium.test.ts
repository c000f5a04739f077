import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { drawActivity } from '../../clients/picture/activity.ts'
import { drawMap } from '../../clients/picture/map.ts'
import { drawNetwork } from '../../clients/picture/network.ts'
import { PLACES } from '../../clients/scenario/places.ts'
import { LEGS } from '../../clients/scenario/routes.ts'
import { claim, node, STAMP } from '../clients/picture/parts.ts'

// Pictures as a browser shows them: what is written fits where we reckoned without measuring it.

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium'
const QUIET = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
  ...['--disable-background-networking', '--disable-component-update'],
]

let browser: BrowserContext
let profile: string
const asked: string[] = []
beforeAll(async () => {
  profile = await mkdtemp(join(tmpdir(), 'portolan-chromium-'))
  browser = await chromium.launchPersistentContext(profile, {
    executablePath: CHROMIUM,
    headless: true,
    args: QUIET,
    viewport: { width: 1_300, height: 1_600 },
  })
  browser.setDefaultTimeout(60_000)
  await browser.route('**', (route) => {
    asked.push(route.request().url())
    return route.abort()
  })
}, 180_000)
afterAll(async () => {
  await browser?.close()
  if (profile) await rm(profile, { recursive: true, force: true })
})

const NAMES = [
  'Agadez-transport-2',
  'WWWW-MMMM-WWWW-MMMM',
  'Zuwara-Œuvre-été',
  'iiii-llll',
  '文字-кириллица-γράμμα',
]
const members = Array.from({ length: 30 }, (_, i) =>
  node(`a${i}`, 'ACTOR', { label: `${NAMES[i % 5]}-${i}` }),
)
const network = () =>
  drawNetwork({
    ...{ language: 'en', title: 'Network Agadez-transport-2', focus: 'n', stamp: STAMP },
    nodes: [node('n', 'NETWORK', { label: 'Agadez-transport-2' }), ...members],
    claims: members.flatMap(({ id }, i) => [
      claim(id, 'MEMBER_OF', 'n', { level: ['L3', 'L2', 'L1', 'L1', 'LX'][i % 5]! }),
      claim(id, 'WORKS_WITH', `a${(i * 7 + 1) % 30}`),
    ]),
  }).svg
const map = () =>
  drawMap({
    ...{ language: 'fr', title: 'Itinéraires sur la carte', stamp: STAMP },
    places: Object.entries(PLACES).map(([id, says]) => {
      const { latitude, longitude, precision } = says as Record<string, number>
      const graded = { id, source: 'A', information: 'N1', basis: 'FACT', precision: precision! }
      return { id, label: id, positions: [{ ...graded, latitude: latitude!, longitude: longitude! }] }
    }),
    legs: Object.entries(LEGS).map(([id, { from, to, says }], i) => ({
      ...{
        id,
        label: id,
        route: 'r',
        position: i,
        from: [from],
        to: [to],
        statuses: ['OPEN'],
        gradings: ['B2'],
      },
      ...{ means: (says as { means: string[] }).means, isLawful: false, isFirm: true },
    })),
  })
const activity = () =>
  drawActivity({
    ...{ language: 'en', title: 'Activity over time', stamp: STAMP },
    series: NAMES.map((name) => ({ name, months: [{ month: '2016-08', count: 1_234_567 }] })),
    interventions: [{ at: '2018-12-31', label: 'A line at the very end, with many words to say about it' }],
  })

describe.each([
  ['a network', network],
  ['a map', map],
  ['activity', activity],
])('the picture of %s in a browser', (_, draw) => {
  it('is one named image, with no text beyond its rim, and asks for nothing', async () => {
    const page = await browser.newPage()
    const svg = draw()
    await page.setContent(svg.replace(/^<\?xml.*\n/, ''))
    expect(asked).toEqual([])
    const image = page.getByRole('img')
    expect(await image.count()).toBe(1)
    expect(await image.getAttribute('aria-labelledby')).toBe('portolan-title portolan-desc')
    expect(
      await page.getByRole('img', { name: / Places| Lieux|Nodes in layers|Counts for each/ }).count(),
    ).toBe(1)
    const beyond = await page.evaluate(() => {
      const rim = document.querySelector('svg')!.getBoundingClientRect()
      return [...document.querySelectorAll('text')]
        .filter((one) => {
          const { left, right, top, bottom } = one.getBoundingClientRect()
          return left < rim.left || right > rim.right || top < rim.top || bottom > rim.bottom
        })
        .map((one) => one.textContent)
    })
    expect(beyond).toEqual([])
    expect((await image.screenshot()).length).toBeGreaterThan(10_000)
    await page.close()
  })
})

it('no label of a network lies on a node or on another label', async () => {
  const page = await browser.newPage()
  await page.setContent(network().replace(/^<\?xml.*\n/, ''))
  const hidden = await page.evaluate(() => {
    const nodes = [...document.querySelectorAll('g > circle, g > polygon')].filter(
      (one) =>
        one.parentElement!.querySelector(':scope > text') &&
        one.parentElement!.querySelector(':scope > title'),
    )
    const groups = [...new Set(nodes.map((one) => one.parentElement!))]
    const boxes = groups.map((group) => ({
      shape: group.querySelector(':scope > circle, :scope > polygon')!.getBoundingClientRect(),
      texts: [...group.querySelectorAll(':scope > text')].map((one) => one.getBoundingClientRect()),
    }))
    const meet = (one: DOMRect, other: DOMRect) =>
      one.left < other.right - 1 &&
      other.left < one.right - 1 &&
      one.top < other.bottom - 2 &&
      other.top < one.bottom - 2
    let found = 0
    for (const [i, { texts }] of boxes.entries())
      for (const text of texts)
        for (const [j, other] of boxes.entries())
          if (meet(text, other.shape) || (i !== j && other.texts.some((one) => meet(text, one)))) found += 1
    return { nodes: boxes.length, found }
  })
  expect(hidden).toEqual({ nodes: 31, found: 0 })
  await page.close()
})
