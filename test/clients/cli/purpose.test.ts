import { afterAll, beforeAll, expect, it } from 'vitest'
import { openSite, type Site, WHY } from './site.ts'

// A purpose is stated once, at login; a case may differ from command to command.

let site: Site
beforeAll(async () => {
  site = await openSite()
}, 1_500_000)
afterAll(() => site?.close())

it('of a login counts with the case and the legal basis that a command states beside it', async () => {
  const home = await site.makeHome(['ne-dst.aicha', 'it-sco.paola'])
  const aicha = ['--as', 'ne-dst.aicha']
  const stated = [...WHY, '--case', 'NE-2016/0001', '--legal-basis', 'NE-loi-2015-36']
  expect((await site.here(['login', ...aicha, ...stated], { home })).code).toBe(0)
  const letter = ['message', 'send', '--to', 'it-sco', '--type', 'SPONTANEOUS_INFO', '--text', 'Bonjour']
  for (const more of [[], ['--case', 'NE-2016/0002']])
    expect((await site.here([...letter, ...aicha, ...more], { home })).code).toBe(0)
  const inbox = await site.here(['message', 'inbox', '--json', '--as', 'it-sco.paola', ...WHY], { home })
  const sent = JSON.parse(inbox.out).nodes.map(({ envelope }: { envelope: string }) => {
    const { case: reference, legalBasis } = JSON.parse(envelope)
    return [reference, legalBasis]
  })
  expect(sent.sort()).toEqual([
    ['NE-2016/0001', 'NE-loi-2015-36'],
    ['NE-2016/0002', 'NE-loi-2015-36'],
  ])
})
