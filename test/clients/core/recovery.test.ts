import { readKey } from 'openpgp'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  combineRecovery,
  passShare,
  type SplitRecovery,
  splitRecovery,
} from '../../../clients/core/recovery.ts'
import { opens } from '../../../clients/core/rewrap.ts'
import { sealMessage } from '../../../clients/core/seal.ts'
import { dearmor } from '../../../schema/wire/armor.ts'
import { expectFault } from '../../server/exchange/expect-fault.ts'
import { content, envelopeOf, makeOffice, NOW, type TestOffice, to } from './offices.ts'

// Five persons keep the key of a country; three of them rescue an office. Nothing of the key stands anywhere else.

const PERSONS = ['ne-a.one', 'ne-b.two', 'ne-c.three', 'ne-d.four', 'ne-e.five']
let persons: TestOffice[]
let rescuer: TestOffice
let made: SplitRecovery

const holderOf = ({ office: person, key }: TestOffice) => ({ person, key })
const split = (threshold = 3, country = 'NE') =>
  splitRecovery({ country, holders: persons.map(holderOf), threshold, at: NOW })
/** What reaches the rescuer from the persons of these numbers. */
const passed = ({ shares }: SplitRecovery, ...numbers: number[]) =>
  Promise.all(numbers.map((n) => passShare(shares[n - 1]!, persons[n - 1]!.secret, holderOf(rescuer), NOW)))
const combined = async (shares: string[], key = made.key, country = 'NE') =>
  combineRecovery({ country, key }, shares, { openWith: rescuer.secret, at: NOW })

beforeAll(async () => {
  persons = await Promise.all(PERSONS.map((person) => makeOffice(person)))
  rescuer = await makeOffice('ne-dst.rescuer')
  made = await split()
})

describe('a recovery key', () => {
  it.each([
    [1, 2, 3],
    [5, 3, 1],
    [2, 3, 4, 5],
    [1, 2, 3, 4, 5],
  ])('comes together from shares %i %i %i …, and opens what was sealed to it', async (...numbers) => {
    const { compat, modern } = await combined(await passed(made, ...numbers.filter(Boolean)))
    expect(compat.publicKey).toBe(made.key)
    expect(modern.publicKey).toBe(made.modern)
    const [niger, mali] = [await makeOffice('ne-dst'), await makeOffice('ml-dnlt')]
    const key = await readKey({ armoredKey: made.key })
    const { ciphertext } = await sealMessage({
      ...{ envelope: envelopeOf(), content: content(), sequence: { 'ml-dnlt': 1 } },
      to: [...to(niger, mali), { holder: 'recovery:NE', key }],
      ...{ signWith: niger.secret, at: NOW },
    })
    expect(await opens({ ciphertext, decryptWith: [compat.privateKey], at: NOW })).toBe(true)
  })

  it('does not come together from two shares, or from one that is counted twice', async () => {
    await expectFault(async () => combined(await passed(made, 1, 2)), 'RECOVERY', 'expected 3 shares, got 2')
    await expectFault(async () => combined(await passed(made, 1, 2, 2)), 'RECOVERY', 'each share once')
    await expectFault(() => combined([]), 'RECOVERY', 'got none')
  })

  it('does not come together from shares of two splits, also of the same persons', async () => {
    const other = await split()
    const mixed = [...(await passed(made, 1, 2)), ...(await passed(other, 3))]
    await expectFault(() => combined(mixed), 'RECOVERY', 'share 3')
    await expectFault(async () => combined(await passed(other, 1, 2, 3)), 'RECOVERY', 'share 1')
    await expectFault(
      async () => combined(await passed(made, 1, 2, 3), made.key, 'ML'),
      'RECOVERY',
      'one split of ML',
    )
  })

  it('does not come together from a damaged share, nor from another text', async () => {
    const [one, two, three] = await passed(made, 1, 2, 3)
    const bytes = Uint8Array.from(dearmor(three!))
    bytes[bytes.length - 30]! ^= 1
    const damaged = `-----BEGIN PGP MESSAGE-----\n\n${Buffer.from(bytes)
      .toString('base64')
      .replace(/.{1,64}/g, '$&\n')}-----END PGP MESSAGE-----\n`
    await expectFault(() => combined([one!, two!, damaged]), 'RECOVERY', 'share 3')
    await expectFault(() => combined([one!, two!, 'a letter']), 'RECOVERY')
    await expectFault(() => combined([one!, two!, made.shares[2]!]), 'RECOVERY', 'share 3')
  })

  it('is passed on by its own share holder alone', async () => {
    await expectFault(
      () => passShare(made.shares[0]!, persons[1]!.secret, holderOf(rescuer), NOW),
      'RECOVERY',
      'opens with your key',
    )
  })

  it('stands in no share: each looks like any other and none holds a part of the key in clear', async () => {
    for (const share of made.shares) expect(share).toMatch(/^-----BEGIN PGP MESSAGE-----/)
    expect(new Set(made.shares.map((share) => dearmor(share).length)).size).toBeLessThanOrEqual(2)
    await expectFault(() => split(6), 'BAD_INPUT', 'threshold')
    await expectFault(() => split(1), 'BAD_INPUT', 'threshold')
  })
})
