import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { structured } from '../../laws/structured.ts'
import { openSite, type Site, WHY } from './site.ts'

// A network is watched and asked about from the command line, against a real server: what would be compared is seen first.

let site: Site
let now = Date.parse('2026-11-22T08:00:10Z')
let network: string
beforeAll(async () => {
  site = await openSite({ clock: () => now }, { born: new Date('2026-10-01T00:00:00Z') })
  network = (await structured(site.portolan, 'it-sco.paola', 'ANNOUNCE', false)).network
}, 1_500_000)
afterAll(() => site?.close())

const CASE = ['--case', 'NE-2027/0412']
const paola = ['--as', 'it-sco.paola', ...WHY, ...CASE]
const aicha = ['--as', 'ne-dst.aicha', ...WHY, ...CASE]
const typed = async (args: string[], language = 'en') => {
  const ran = await site.here([...args, '--lang', language], { clock: () => now })
  return { ...ran, told: `${ran.out}${ran.err}` }
}
async function batch() {
  now = (Math.floor(now / 60_000) + 1) * 60_000
  await site.portolan.instance.matching.tick()
}

describe('match watch', () => {
  it('shows what would be compared and changes nothing, until a choice approves it', async () => {
    await typed(['match', 'watch', network, '--end', ...paola])
    const shown = await typed(['match', 'watch', network, ...paola])
    expect(shown.told).toContain('LEG:N16E007-N18E007:2026-H1')
    expect(shown.told).toContain('from N16E007 to N18E007')
    expect(shown.told).toContain('claims: 4, reports: 2')
    expect(shown.told).toContain('does not have this network on watch')
    const again = await typed(['match', 'watch', network, '--choice', 'announce', ...paola])
    expect(again.told).toContain('on watch: announce at once')
    const only = ['--only', 'FACET:REC_01,PLACE:N16E007:2026-H1', '--choice', 'silent']
    const some = await typed(['match', 'watch', network, ...only, ...paola], 'fr')
    expect(some.told).toMatch(/en veille : silencieux/)
    expect((await typed(['match', 'watch', network, ...paola, '--json'])).out).toContain('"choice": "SILENT"')
    expect((await typed(['match', 'watch', network, '--end', ...paola])).told).toContain('does not have')
  })

  it('refuses what was made up, another office’s network, and a choice that is none', async () => {
    const made = ['match', 'watch', network, '--choice', 'silent', '--only', 'PLACE:N32E013:2026-H1']
    expect((await typed([...made, ...paola])).code).not.toBe(0)
    expect((await typed(['match', 'watch', network, ...aicha])).code).not.toBe(0)
    expect((await typed(['match', 'watch', network, '--choice', 'loud', ...paola])).told).toContain(
      '--choice',
    )
  })
})

describe('match structure', () => {
  it('shows the traits, asks, and says where to look; the answer names who announces', async () => {
    await typed(['match', 'watch', network, '--choice', 'announce', ...paola])
    const own = await structured(site.portolan, 'ne-dst.aicha', 'SILENT', false)
    const asked = await typed(['match', 'structure', own.network, ...aicha])
    expect(asked.told).toContain('LEG:N16E007-N18E007:2026-H1')
    const [, id] = /match result (\w+)/.exec(asked.told)!
    expect((await typed(['match', 'result', id!, ...aicha])).told).toContain('waits for its batch')
    await batch()
    const answer = await typed(['match', 'result', id!, ...aicha])
    expect(answer.told).toContain('answered')
    expect(answer.told).toMatch(/Hit \w+: write to it-sco/)
    expect((await typed(['match', 'result', id!, ...paola])).told).not.toContain('answered')
  })

  it('is for a case', async () => {
    const without = await typed(['match', 'structure', network, '--as', 'it-sco.paola', ...WHY])
    expect(without.code).not.toBe(0)
    expect(without.told).toContain('--case')
  })
})
