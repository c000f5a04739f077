import { mkdtemp, readFile, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openKeyStore } from '../../../clients/core/keys.ts'
import type { EntryBody } from '../../../schema/wire/directory.ts'
import { walk } from '../../../schema/wire/packet.ts'
import { type Gpg, openGpg } from '../../peers/gpg-home.ts'
import { openSite, type Site, WHY as WHY_ONLY } from './site.ts'

// In which of the two forms the command line seals, what the auditors read of it, and the keys that gpg users are given.

const WHY = [...WHY_ONLY, '--case', 'NE-2013/117']
const issa = ['--as', 'ne-ocrtis.issa', ...WHY]
const karim = ['--as', 'dz-dgsn.karim', ...WHY]
const auditor = [
  '--as',
  'ne-audit.mariama',
  '--purpose',
  'OVERSIGHT',
  '--justification',
  'audit of this month',
]

let site: Site
/** Of Niger and of Algeria, whose offices have keys of both profiles, and Algeria a custodian. */
let niger: string
let algeria: string

beforeAll(async () => {
  site = await openSite(
    {},
    {
      more: [
        { office: 'ne-ocrtis', modern: true, persons: { issa: 'FOCAL_POINT' } },
        { office: 'dz-dgsn', modern: true, custodian: true, persons: { karim: 'FOCAL_POINT' } },
      ],
    },
  )
  niger = await site.makeHome(['ne-ocrtis.issa', 'office:ne-ocrtis'])
  algeria = await site.makeHome(['dz-dgsn.karim', 'office:dz-dgsn'])
}, 1_500_000)
afterAll(() => site?.close())

async function send(to: string, ...more: string[]): Promise<string> {
  const args = ['message', 'send', '--to', to, '--type', 'SPONTANEOUS_INFO', '--text', 'Le convoi part.']
  return (await site.data([...args, ...more, ...issa], { home: niger })).id
}

/** The profile that the envelope says, and the one that the packets are of. */
async function profilesOf(id: string): Promise<[said: string, made: string]> {
  const query = 'query($id: ID!) { message(id: $id) { envelope ciphertext } }'
  const { json } = await site.portolan.ask('ne-ocrtis.issa', query, { id })
  const { envelope, ciphertext } = json.data.message
  return [JSON.parse(envelope).profile, walk(Buffer.from(ciphertext, 'base64')).profile]
}

type Row = { operation: string; downgraded: boolean }
const sendings = async (): Promise<Row[]> =>
  (await site.data(['audit', 'search', '--person', 'ne-ocrtis.issa', ...auditor])).filter(
    ({ operation }: Row) => operation === 'messageSend',
  )

describe('the form in which a message is sealed', () => {
  it('is the modern one, unasked, where every holder has a key of it', async () => {
    const id = await send('dz-dgsn')
    expect(await profilesOf(id)).toEqual(['modern', 'modern'])
    const opened = await site.data(['message', 'open', id, ...karim], { home: algeria })
    expect(opened.content.text).toBe('Le convoi part.')
  })

  it('is the older one where one of them has none', async () =>
    expect(await profilesOf(await send('dz-dgsn,it-sco'))).toEqual(['compat', 'compat']))

  it('is what the officer types, and is refused where somebody cannot read it', async () => {
    const id = await send('dz-dgsn', '--profile', 'compat')
    expect(await profilesOf(id)).toEqual(['compat', 'compat'])
    const opened = await site.data(['message', 'open', id, ...karim], { home: algeria })
    expect(opened.content.text).toBe('Le convoi part.')
    const args = ['message', 'send', '--to', 'it-sco', '--type', 'SPONTANEOUS_INFO', '--text', 'x']
    expect(await site.run([...args, '--profile', 'modern', ...issa], { home: niger })).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^DIRECTORY: .*a modern key of office:it-sco/m),
    })
  })

  it('is on record where it was needlessly the older one, as the auditors of the state read', async () => {
    const before = await sendings()
    // Modern; compat because Italy reads nothing else; compat because somebody wished it.
    expect(before.map(({ downgraded }) => downgraded)).toEqual([false, false, true])
    await send('dz-dgsn')
    await send('dz-dgsn', '--profile', 'compat')
    expect((await sendings()).slice(3).map(({ downgraded }) => downgraded)).toEqual([false, true])
    const search = ['audit', 'search', '--person', 'ne-ocrtis.issa', ...auditor, '--lang', 'fr']
    const { out } = await site.run(search)
    expect(out.match(/ancien/g)).toHaveLength(2)
  })
})

describe('the keys for gpg users', () => {
  let gpg: Gpg
  beforeAll(async () => {
    gpg = await openGpg()
  })
  afterAll(() => gpg?.close())

  it('are written as files by which gpg, that knows nothing else of Portolan, writes to the office', async () => {
    const keys = await openKeyStore(join(await mkdtemp(join(tmpdir(), 'portolan-mail-')), 'keys'))
    const date = new Date(Date.now() - 3_600_000)
    const mail = 'Agadez@police.example'
    const key = await keys.newKey({ person: 'office:ne-agadez', passphrase: null, mail, date })
    const body: EntryBody = {
      ...{ type: 'office', office: 'ne-agadez', country: 'NE', kind: 'POLICE', parent: null },
      ...{ name: { en: 'Agadez', fr: 'Agadez' }, key: key.publicKey, from: '2010-01-01', to: null },
    }
    await site.portolan.instance.directory.append(await site.cast.sign(body, ['anchor:NE']))
    const out = await mkdtemp(join(tmpdir(), 'portolan-wkd-'))
    const wkd = (domain: string) =>
      site.data(['directory', 'wkd', '--domain', domain, '--out', '.', ...issa], { home: niger, cwd: out })
    const [written, ...others] = await wkd('Police.example')
    expect(others).toEqual([])
    expect(written).toMatchObject({ office: 'ne-agadez', mail: 'agadez@police.example' })
    const policy = join(out, '.well-known', 'openpgpkey', 'police.example', 'policy')
    expect((await stat(policy)).size).toBe(0)

    await gpg.run(['--import', written.file])
    const listed = (await gpg.run(['--with-wkd-hash', '--list-keys', mail])).toString()
    expect(listed).toContain(`${written.file.split('/').at(-1)}@police.example`)
    const sealed = await gpg.run(['--encrypt', '-r', mail], 'Le convoi part. '.repeat(20))
    expect(walk(sealed).pkesks).toHaveLength(1)
    expect((await readFile(written.file)).includes('PRIVATE')).toBe(false)
    expect(await wkd('gendarmerie.example')).toEqual([])
  })

  it('are written for a domain and nothing else', async () => {
    for (const domain of ['../../etc', 'police', 'a b.example'])
      expect(
        await site.run(['directory', 'wkd', '--domain', domain, '--out', tmpdir(), ...issa], { home: niger }),
      ).toMatchObject({ code: 2, out: '' })
  })
})
