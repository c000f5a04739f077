import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EXIT } from '../../../clients/cli/terminal.ts'
import { walk } from '../../../schema/wire/packet.ts'
import { type Handover, keep, openHandover } from './handover.ts'
import { type Site, WHY } from './site.ts'

// The desk of an office with keys of version 6 passes from Issa to Moussa: session key packets of version 6 are wrapped anew.

describe('a desk of the modern profile', () => {
  const asIssa = ['--as', 'ne-ocrtis.issa', ...WHY]
  const asMoussa = ['--as', 'ne-ocrtis.moussa', ...WHY]
  const asKarim = ['--as', 'dz-dgsn.karim', '--case', 'NE-2013/117', ...WHY]
  let site: Site
  let desks: Handover['desks']
  let status: Handover['status']
  let issa: string
  let moussa: string
  let karim: string
  const sent = new Map<string, string>()

  const send = async (said: string, ...more: string[]) => {
    const line = ['message', 'send', '--to', 'ne-ocrtis', '--type', 'SPONTANEOUS_INFO', '--text', said]
    const { id } = await site.data([...line, ...more, ...asKarim], { home: karim })
    sent.set(id, said)
    return id as string
  }
  const open = (id: string, home: string, as: string[]) => site.run(['message', 'open', id, ...as], { home })
  const packetsOf = async (person: string, id: string) => {
    const query = 'query($id: ID!) { message(id: $id) { ciphertext } }'
    const { json } = await site.portolan.ask(person, query, { id })
    const octets = Buffer.from(json.data.message.ciphertext, 'base64')
    const { pkesks, profile, seipd } = walk(octets)
    const versions = pkesks.map(({ version }) => version)
    const [packets, data] = [octets.subarray(0, seipd.offset), octets.subarray(seipd.offset)]
    return { profile, versions, packets: packets.toString('base64'), data: data.toString('base64') }
  }

  beforeAll(async () => {
    ;({ site, desks, status } = await openHandover([
      { office: 'ne-ocrtis', modern: true, persons: { issa: 'FOCAL_POINT', moussa: 'FOCAL_POINT' } },
      { office: 'dz-dgsn', modern: true, persons: { karim: 'FOCAL_POINT' } },
    ]))
    issa = await site.makeHome(['ne-ocrtis.issa', 'office:ne-ocrtis'])
    moussa = await site.makeHome(['ne-ocrtis.moussa'])
    karim = await site.makeHome(['dz-dgsn.karim', 'office:dz-dgsn'])
    // Most came in the modern form; one sender wished the older one.
    for (const n of [1, 2, 3]) await send(`Rendez-vous ${n}`)
    await send('Rendez-vous 4', '--profile', 'compat')
    const [compat, modern] = [
      await desks.newKey('office:ne-ocrtis'),
      await desks.newKey('office:ne-ocrtis', 'modern'),
    ]
    for (const key of [compat, modern]) await keep(moussa, key)
    await desks.rekey('ne-ocrtis', compat, undefined, undefined, modern)
  }, 1_500_000)
  afterAll(() => site?.close())

  it('is wrapped for the successor’s keys, each message in its own form, and no data packet changes', async () => {
    const ids = [...sent.keys()]
    const before = await Promise.all(ids.map((id) => packetsOf('ne-ocrtis.issa', id)))
    expect(before.map(({ profile }) => profile)).toEqual(['modern', 'modern', 'modern', 'compat'])
    const done = await site.data(['handover', 'start', ...asIssa], { home: issa })
    expect(done).toEqual({ wrapped: ids.length, unopened: [] })
    const after = await Promise.all(ids.map((id) => packetsOf('ne-ocrtis.moussa', id)))
    // The sender's packet and this office's, of which the latter is another now.
    expect(after.map(({ versions }) => versions)).toEqual([...Array(3).fill([6, 6]), [3, 3]])
    for (const [nth, { packets }] of after.entries()) expect(packets).not.toBe(before[nth]!.packets)
    expect(after.map(({ data }) => data)).toEqual(before.map(({ data }) => data))
    expect((await status(issa, asIssa)).states).toMatchObject({ FORMER_KEY: 0, WRAPPED: ids.length })
  })

  it('opens whole for the successor, who confirms it, and nothing new opens for his predecessor', async () => {
    const done = await site.data(['handover', 'confirm', ...asMoussa], { home: moussa })
    expect(done).toEqual({ opened: sent.size, unopened: [] })
    expect((await status(moussa, asMoussa)).states).toMatchObject({ CONFIRMED: sent.size })
    for (const [id, said] of sent) {
      const opened = await site.data(['message', 'open', id, ...asMoussa], { home: moussa })
      expect(opened).toMatchObject({ content: { text: said }, signer: { office: 'dz-dgsn' } })
      expect((await open(id, issa, asIssa)).code).toBe(1)
    }
    const late = await send('Rendez-vous 5')
    expect((await packetsOf('ne-ocrtis.moussa', late)).profile).toBe('modern')
    expect((await open(late, moussa, asMoussa)).out).toContain('Rendez-vous 5')
    // As long as he is assigned he is given the ciphertext, which no key of his opens; then not even that.
    expect(await open(late, issa, asIssa)).toMatchObject({ code: 1, out: '' })
    await desks.end('ne-ocrtis.issa', 'ne-ocrtis', '2026-02-01')
    for (const line of [
      ['message', 'inbox'],
      ['message', 'open', late],
      ['handover', 'start'],
    ])
      expect((await site.run([...line, ...asIssa], { home: issa })).code).toBe(EXIT.refused)
  })
})
