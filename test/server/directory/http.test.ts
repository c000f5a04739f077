import { readKey } from 'openpgp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sealMessage } from '../../../clients/core/seal.ts'
import { login } from '../../../clients/core/session.ts'
import type { RevocationBody, SignedBody } from '../../../schema/wire/directory.ts'
import type { Profile } from '../../../schema/wire/holder.ts'
import { newRecord } from '../../../server/ask.ts'
import { checkDowngrade, highest } from '../../../server/exchange/profile.ts'
import { type Cast, makeCast } from '../../cast.ts'
import { openPortolan, type TestPortolan } from '../../instance.ts'
import { envelopeOf, SEND } from '../../laws/sealed-notes.ts'
import { testNeo4j } from '../../neo4j.ts'

// What the directory says counts from the next request on, over real HTTP.

let cast: Cast
let portolan: TestPortolan

beforeAll(async () => {
  cast = await makeCast([
    { office: 'ne-dst', modern: true, persons: { aicha: 'FOCAL_POINT', salif: 'FOCAL_POINT' } },
    { office: 'it-sco', modern: true, custodian: true, persons: { paola: 'FOCAL_POINT' } },
    { office: 'ml-dnlt', persons: { fatoumata: 'FOCAL_POINT' } },
    { office: 'it-audit', kind: 'AUDITOR', persons: { anna: 'AUDITOR' } },
  ])
  portolan = await openPortolan(await testNeo4j(), cast, { compatUpTo: 'S2_SENSITIVE' })
}, 1_500_000)
afterAll(() => portolan?.close())

const ENTER = 'mutation($entry: Json!) { enterDirectory(entry: $entry) }'

/** Sends by keys that are read before, as a client does who sealed a moment ago. */
async function send(
  to: string,
  profile: Profile,
  sensitivity: string,
  keys = keysFor(['it-sco', to], profile),
) {
  const at = new Date()
  const envelope = { ...envelopeOf('it-sco', [to], at.getTime()), profile, sensitivity } as never
  const sealed = await sealMessage({
    ...{
      envelope,
      content: { language: 'fr', text: 'Mardi.', necessityText: 'NE-117' },
      sequence: { [to]: 1 },
      at,
    },
    ...{ to: await keys, signWith: cast.key('it-sco.paola').privateKey },
  })
  const input = {
    envelope: JSON.stringify(envelope),
    ciphertext: Buffer.from(sealed.ciphertext).toString('base64'),
    signature: sealed.uploadSignature,
  }
  const { json } = await portolan.ask('it-sco.paola', SEND, { input })
  return json.errors ? json.errors[0].extensions.code : json.data.sendMessage.id
}
const keysFor = (offices: string[], profile: Profile) =>
  Promise.all(
    portolan.instance.directory
      .encryptionKeys(offices, profile)
      .map(async ({ holder, key }) => ({ holder, key: await readKey({ armoredKey: key }) })),
  )

async function revoke(name: string, by: string[], profile?: Profile) {
  const { fingerprint } = cast.key(name, profile)
  const body: RevocationBody = {
    ...{ type: 'revocation', fingerprint, reason: 'KEY_COMPROMISED', at: new Date().toISOString() },
  }
  const { json } = await portolan.ask('ne-dst.aicha', ENTER, { entry: await cast.sign(body, by) })
  expect(json.errors).toBeUndefined()
}

describe('the profile of what is sent', () => {
  it('is sealed to the keys of either profile, the custodian’s among them', async () => {
    expect(await send('ne-dst', 'modern', 'S4_LIFE')).toMatch(/^[0-9a-z]{26}$/)
    expect(await send('ml-dnlt', 'compat', 'S1_ROUTINE')).toMatch(/^[0-9a-z]{26}$/)
    const holders = (await keysFor(['it-sco', 'ne-dst'], 'modern')).map(({ holder }) => holder)
    expect(holders).toEqual(['office:it-sco', 'custodian:it-sco', 'office:ne-dst'])
  })

  it('is refused where it is the older one above the sensitivity that the deployment set', async () => {
    expect(await send('ml-dnlt', 'compat', 'S2_SENSITIVE')).toMatch(/^[0-9a-z]{26}$/)
    expect(await send('ml-dnlt', 'compat', 'S3_HIGH')).toBe('DOWNGRADE')
    expect(await send('ne-dst', 'compat', 'S4_LIFE')).toBe('DOWNGRADE')
  })

  it('is on record where it is the older one and all could have read the newer', () => {
    const { directory } = portolan.instance
    const told = (sealing: { profile: Profile; audience: string[] }) => {
      const record = newRecord(null)
      checkDowngrade({ directory, compatUpTo: 'S4_LIFE' }, { ...sealing, sensitivity: 'S1_ROUTINE' }, record)
      return record.downgraded ?? false
    }
    expect(told({ profile: 'compat', audience: ['it-sco', 'ne-dst'] })).toBe(true)
    expect(told({ profile: 'compat', audience: ['it-sco', 'ml-dnlt'] })).toBe(false)
    expect(told({ profile: 'modern', audience: ['it-sco', 'ne-dst'] })).toBe(false)
    expect(highest(['S1_ROUTINE', 'S3_HIGH', 'S2_SENSITIVE'])).toBe('S3_HIGH')
  })

  it('is no other than the envelope says', async () => {
    const keys = keysFor(['it-sco', 'ne-dst'], 'modern')
    await expect(send('ne-dst', 'compat', 'S1_ROUTINE', keys)).rejects.toMatchObject({ code: 'SEAL' })
  })
})

describe('a revocation', () => {
  it('refuses what was sealed to the key a moment before, and what is sent after', async () => {
    const sealedBefore = await keysFor(['it-sco', 'ne-dst'], 'modern')
    await revoke('office:ne-dst', ['anchor:NE'], 'modern')
    expect(await send('ne-dst', 'modern', 'S1_ROUTINE', Promise.resolve(sealedBefore))).toBe('DIRECTORY')
    expect(await send('ne-dst', 'compat', 'S1_ROUTINE')).toMatch(/^[0-9a-z]{26}$/)
  })

  it('ends the sessions of a person whose key it is with the next request, and lets him sign in no more', async () => {
    const ask = () => portolan.ask('ne-dst.salif', '{ me { person } }')
    expect((await ask()).json.data.me.person).toBe('ne-dst.salif')
    // By himself, who has lost it: a revocation needs nobody else, for it must be quick.
    await revoke('ne-dst.salif', ['ne-dst.salif'])
    // The session is refused, and the login that its client tries next.
    await expect(ask()).rejects.toMatchObject({ code: 'AUTH' })
    const again = login({ url: portolan.url, key: cast.key('ne-dst.salif'), clock: Date.now })
    await expect(again).rejects.toMatchObject({ code: 'AUTH' })
  })

  it('of an office’s last key refuses everything to it', async () => {
    const before = await keysFor(['it-sco', 'ne-dst'], 'compat')
    await revoke('office:ne-dst', ['office:ne-dst'])
    expect(await send('ne-dst', 'compat', 'S1_ROUTINE', Promise.resolve(before))).toBe('DIRECTORY')
  })
})

describe('another key of an anchor', () => {
  const enter = async (entry: SignedBody) => {
    const { json } = await portolan.ask('it-sco.paola', ENTER, { entry })
    return json.errors ? json.errors[0].extensions : json.data.enterDirectory
  }

  it('is entered by any officer once others have signed, and certifies with the next request', async () => {
    const next = await cast.make('anchor:ML-next')
    const replaces = cast.key('anchor:ML').fingerprint
    const body = { type: 'anchor', country: 'ML', key: next.publicKey, replaces, lost: false } as const
    const office = { type: 'office', office: 'ml-new', country: 'ML', kind: 'POLICE', parent: null } as const
    const { publicKey: key } = await cast.make('office:ml-new')
    const certified = {
      ...{ ...office, key, name: { en: 'new', fr: 'nouveau' }, from: '2010-01-01', to: null },
    }
    expect(await enter(await cast.sign(body, ['anchor:ML']))).toMatchObject({ code: 'DIRECTORY' })
    const unfit = await cast.sign({ ...body, replaces: 'words' }, ['anchor:ML', 'anchor:IT'])
    expect(await enter(unfit)).toMatchObject({ code: 'BAD_INPUT' })
    const early = await cast.sign(certified, ['anchor:ML-next'])
    expect(await enter(early)).toMatchObject({ code: 'DIRECTORY' })
    expect(await enter(await cast.sign(body, ['anchor:ML', 'anchor:IT']))).toEqual(expect.any(Number))
    expect(await enter(await cast.sign(certified, ['anchor:ML']))).toMatchObject({ code: 'DIRECTORY' })
    expect(await enter(early)).toEqual(expect.any(Number))
    const { offices } = (await portolan.ask('it-sco.paola', '{ offices { office } }')).json.data
    expect(offices).toContainEqual({ office: 'ml-new' })
  })
})
