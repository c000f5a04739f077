import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sodium from 'libsodium-wrappers-sumo'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { combine, evaluate, finalize } from '../../../clients/core/oprf/voprf.ts'
import { type Deal, type Reveal, readDeals } from '../../../clients/evaluator/ceremony.ts'
import { type Roster, readRoster, signed } from '../../../clients/evaluator/roster.ts'
import { destroyShare, matchKeyFile, openShares } from '../../../clients/evaluator/shares.ts'
import {
  ceremoniesIn,
  dealEpoch,
  destroyCeremony,
  finishEpoch,
  joinEpoch,
  revealEpoch,
} from '../../../clients/evaluator/state.ts'
import { openVault } from '../../../clients/evaluator/vault.ts'
import { canonical, sha256 } from '../../../schema/wire/canonical.ts'
import {
  CHEAP,
  type Holder,
  holdCeremony,
  joined,
  openHolders,
  PASSPHRASE,
  textOfRoster,
} from './evaluators.ts'
import { EPOCH, INSTANCE, selectors } from './world.ts'

let folder: string
let holders: Holder[]
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portolan-ceremony-'))
  holders = await openHolders(folder)
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const [ES, IT, NE] = [0, 1, 2] as const
const at = (index: number): Holder => holders[index]!

/** The evaluators' shares, as whoever has their folders and passphrases has them. */
const sharesOf = async (epoch = EPOCH) =>
  Promise.all(holders.map(async (one) => (await openShares(one.folder, one.vault, INSTANCE)).of(epoch)))

async function tokenOf(indexes: number[], epoch = EPOCH): Promise<string> {
  const [selector] = selectors(1, { epoch })
  const shares = await sharesOf(epoch)
  const parts = indexes.map((index) => {
    const { elements } = evaluate(shares[index]!.share, [selector!.element])
    return { index: shares[index]!.index, element: elements[0]! }
  })
  return Buffer.from(finalize(selector!.input, selector!.blind, combine(parts))).toString('hex')
}

/** Everybody's first files, for a roster of all. */
async function dealt(text?: string): Promise<{ roster: Roster; deals: Deal[] }> {
  const lines = text ?? textOfRoster(await joined(holders))
  const made = await Promise.all(
    holders.map((one) => dealEpoch(one.folder, one.vault, { text: lines, epoch: EPOCH, threshold: 2 })),
  )
  return { roster: made[0]!.roster, deals: made.map(({ deal }) => deal) }
}

/** And their second ones. */
async function revealed() {
  const { roster, deals } = await dealt()
  const made = await Promise.all(
    holders.map((one) => revealEpoch(one.folder, one.vault, { epoch: EPOCH, files: deals })),
  )
  return { roster, deals, reveals: made.map(({ reveal }) => reveal) }
}

const finish = ({ folder: own, vault }: Holder, files: readonly unknown[]) =>
  finishEpoch(own, vault, { epoch: EPOCH, files })

/** Signed by that evaluator itself, whatever it says. */
async function lie<T extends Deal | Reveal>(index: number, file: T, changes: Partial<T>): Promise<T> {
  const kept = await at(index).vault.take('evaluator', z.strictObject({ sign: z.string() }))
  const { signature: _, ...body } = { ...file, ...changes }
  return signed(body, Uint8Array.from(Buffer.from(kept!.sign, 'base64url'))) as unknown as T
}

const flipped = (text: string) => `${text.startsWith('A') ? 'B' : 'A'}${text.slice(1)}`

describe('a key ceremony', () => {
  it('ends with the same public file everywhere, and any two make the same token', async () => {
    const matchKey = await holdCeremony(holders)
    const files = await Promise.all(holders.map((one) => readFile(matchKeyFile(one.folder, EPOCH), 'utf8')))
    expect(new Set(files).size).toBe(1)
    expect(matchKey).toMatchObject({ instance: INSTANCE, epoch: EPOCH, threshold: 2 })
    expect(matchKey.evaluators.map(({ country }) => country)).toEqual(['ES', 'IT', 'NE'])

    const token = await tokenOf([ES, IT])
    expect(await tokenOf([IT, NE])).toBe(token)
    expect(await tokenOf([NE, ES])).toBe(token)
    expect(await tokenOf([ES, IT, NE])).toBe(token)
    expect(await tokenOf([IT])).not.toBe(token)
  })

  it('leaves nothing behind but shares, and those sealed', async () => {
    await holdCeremony(holders)
    const shares = await sharesOf()
    for (const [index, one] of holders.entries()) {
      expect(await ceremoniesIn(one.folder)).toEqual([])
      const names = await readdir(one.folder)
      expect(names.filter((name) => name.endsWith('.sealed')).sort()).toEqual([
        ...['evaluator.sealed', 'passphrase.sealed', `share-${EPOCH}.sealed`],
      ])
      const share = shares[index]!.share
      for (const name of names) {
        const text = await readFile(join(one.folder, name))
        expect(text.includes(Buffer.from(share)), name).toBe(false)
        expect(text.includes(Buffer.from(share).toString('base64url')), name).toBe(false)
      }
    }
  })

  it('holds two epochs at once, of which neither makes a token of the other', async () => {
    await holdCeremony(holders)
    await holdCeremony(holders, { epoch: EPOCH + 1 })
    expect(await tokenOf([ES, IT], EPOCH + 1)).not.toBe(await tokenOf([ES, IT]))
    // The share of one epoch makes nothing of the input of another.
    const shares = await openShares(at(ES).folder, at(ES).vault, INSTANCE)
    expect(await shares.epochs()).toEqual([EPOCH, EPOCH + 1])
  })

  it('may be begun anew, and what was dealt before is worth nothing then', async () => {
    const { deals } = await dealt()
    const again = await dealt()
    expect(again.roster.hash).not.toBe(deals[0]!.roster)
    await expect(
      revealEpoch(at(ES).folder, at(ES).vault, { epoch: EPOCH, files: [deals[0], ...again.deals.slice(1)] }),
    ).rejects.toThrow(/a file for this roster.*eval\.es/)
    await holdCeremony(holders)
    await expect(
      joinEpoch(at(ES).folder, at(ES).vault, {
        ...{
          instance: INSTANCE,
          epoch: EPOCH,
          country: 'ES',
          name: 'eval.es.example',
          url: 'https://es.example',
        },
      }),
    ).rejects.toThrow(/without a share/)
  })

  it('deals the same again where it is asked again', async () => {
    const text = textOfRoster(await joined(holders))
    const first = await dealt(text)
    expect((await dealt(text)).deals).toEqual(first.deals)
  })
})

describe('whoever deals wrongly is named', () => {
  it('where a share does not fit its commitments', async () => {
    const { roster, reveals } = await revealed()
    const box = Buffer.from(roster.members[NE]!.box, 'base64url')
    const sealed = Buffer.from(sodium.crypto_box_seal(sodium.randombytes_buf(32), box)).toString('base64url')
    const shares = reveals[IT]!.shares.map((one) => (one.to === NE + 1 ? { ...one, sealed } : one))
    const wrong = reveals.with(IT, await lie(IT, reveals[IT]!, { shares }))
    await expect(finish(at(NE), wrong)).rejects.toThrow(
      /a share that fits its commitments.*eval\.it\.example \(IT\)/,
    )
    // Nothing of it was used; the right file, and it goes on.
    expect(await ceremoniesIn(at(NE).folder)).toMatchObject([{ step: 'Revealed' }])
    await finish(at(NE), reveals)
  })

  it('where nothing is sealed to somebody, and where two dealt wrongly both are', async () => {
    const { reveals } = await revealed()
    const wrong = [
      await lie(ES, reveals[ES]!, { shares: reveals[ES]!.shares.filter(({ to }) => to !== NE + 1) }),
      await lie(IT, reveals[IT]!, { possession: reveals[ES]!.possession }),
      reveals[NE]!,
    ]
    await expect(finish(at(NE), wrong)).rejects.toMatchObject({
      message: expect.stringMatching(/eval\.es\.example/),
      others: [{ message: expect.stringMatching(/first file committed to.*eval\.it\.example/) }],
    })
  })

  it('where commitments were chosen after the others were seen', async () => {
    const { reveals } = await revealed()
    // What a dealer shows who would have the key be his own: others' commitments subtracted from it.
    const rogue = await lie(NE, reveals[NE]!, { commitments: reveals[ES]!.commitments })
    await expect(finish(at(ES), reveals.with(NE, rogue))).rejects.toThrow(/first file committed to.*eval\.ne/)
  })

  it('where even the first file was made for commitments that are not known to him', async () => {
    const { roster, deals } = await dealt()
    const shown = await Promise.all(
      [ES, IT].map(async (one) => {
        const kept = await at(one).vault.take(`ceremony-${EPOCH}`, z.looseObject({ dealt: z.any() }))
        return kept!.dealt as { commitments: string[]; possession: { c: string; s: string } }
      }),
    )
    // Niger copies what Spain dealt, commitments and proof, and commits to it in time.
    const { commitments, possession } = shown[ES]!
    const bound = { roster: roster.hash, index: NE + 1, commitments, possession }
    const commitment = sha256(`portolan.commitments.1\n${canonical(bound)}\n`).toString('hex')
    const lied = deals.with(NE, await lie(NE, deals[NE]!, { commitment }))
    const made = await Promise.all(
      [ES, IT].map((one) => revealEpoch(at(one).folder, at(one).vault, { epoch: EPOCH, files: lied })),
    )
    const [first] = made.map(({ reveal }) => reveal)
    const rogue = await lie(NE, { ...first!, index: NE + 1 }, {})
    await expect(finish(at(ES), [...made.map(({ reveal }) => reveal), rogue])).rejects.toThrow(
      /a proof that it knows.*eval\.ne/,
    )
  })

  it('where it tells one this and another that', async () => {
    const { roster, deals } = await dealt()
    const other = await lie(IT, deals[IT]!, { commitment: deals[NE]!.commitment })
    expect(() => readDeals(roster, [...deals, other])).toThrow(/one file, got 2 different ones of eval\.it/)
    // To Spain this, to Niger that: they find out when they show which first files they had.
    const one = await revealEpoch(at(ES).folder, at(ES).vault, { epoch: EPOCH, files: deals.with(IT, other) })
    const reveals = await Promise.all(
      [IT, NE].map((index) => revealEpoch(at(index).folder, at(index).vault, { epoch: EPOCH, files: deals })),
    )
    const files = [one.reveal, ...reveals.map(({ reveal }) => reveal)]
    await expect(finish(at(NE), files)).rejects.toThrow(/the same first files as here.*eval\.es/)
    await expect(revealEpoch(at(ES).folder, at(ES).vault, { epoch: EPOCH, files: deals })).rejects.toThrow(
      /first files that were shown before/,
    )
  })

  it('where somebody else changed or made its file, and where it is missing', async () => {
    const { deals, roster } = await dealt()
    const changed = deals.with(NE, { ...deals[NE]!, commitment: 'ab'.repeat(32) })
    expect(() => readDeals(roster, changed)).toThrow(/its signature.*eval\.ne/)
    expect(() => readDeals(roster, deals.slice(0, 2))).toThrow(/its file, got none of eval\.ne/)
    expect(() => readDeals(roster, [...deals, { format: 'else' }])).toThrow(/files of this step/)
  })
})

describe('a roster', () => {
  it('has lines that their evaluators signed, of as many states', async () => {
    const lines = await joined(holders)
    const read = (all: unknown[], threshold = 2) =>
      readRoster(all.map((line) => JSON.stringify(line)).join('\n'), { epoch: EPOCH, threshold })
    expect(read(lines).members.map(({ index, country }) => [index, country])).toEqual([
      [1, 'ES'],
      [2, 'IT'],
      [3, 'NE'],
    ])
    expect(read([...lines].reverse()).hash).toBe(read(lines).hash)
    expect(read(lines, 3).hash).not.toBe(read(lines).hash)
    expect(() => read([{ ...lines[0]!, box: flipped(lines[0]!.box) }, lines[1]!])).toThrow(/signed.*line 1/)
    expect(() => read([...lines, lines[0]!])).toThrow(/differ in country/)
    expect(() => read(lines, 1)).toThrow(/threshold/)
    expect(() => read(lines, 4)).toThrow(/threshold/)
    expect(() => readRoster(textOfRoster(lines), { epoch: EPOCH + 1, threshold: 2 })).toThrow(/epoch/)
    expect(() => readRoster('secret words\n', { epoch: EPOCH, threshold: 2 })).toThrow(/^((?!secret).)*$/)
  })

  it('must have the line that this evaluator printed last', async () => {
    const [, ...others] = await joined(holders)
    await expect(
      dealEpoch(at(ES).folder, at(ES).vault, { text: textOfRoster(others), epoch: EPOCH, threshold: 2 }),
    ).rejects.toThrow(/line that this evaluator printed/)
  })
})

describe('an evaluator’s secrets', () => {
  it('open with their passphrase only', async () => {
    await holdCeremony(holders)
    await expect(openVault(at(ES).folder, 'another', CHEAP)).rejects.toMatchObject({ code: 'PASSPHRASE' })
    const again = await openVault(at(ES).folder, PASSPHRASE, CHEAP)
    expect(await (await openShares(at(ES).folder, again, INSTANCE)).epochs()).toEqual([EPOCH])
  })

  it('are not taken for one another', async () => {
    await holdCeremony(holders)
    await holdCeremony(holders, { epoch: EPOCH + 1 })
    const name = (epoch: number) => join(at(ES).folder, `share-${epoch}.sealed`)
    await copyFile(name(EPOCH), name(EPOCH + 1))
    await expect(openShares(at(ES).folder, at(ES).vault, INSTANCE)).rejects.toMatchObject({
      code: 'PASSPHRASE',
    })
  })

  it('serve beside no public file but their own', async () => {
    const matchKey = await holdCeremony(holders)
    const [first, second, ...others] = matchKey.evaluators
    const evaluators = [{ ...first, key: second!.key }, { ...second, key: first!.key }, ...others]
    await writeFile(matchKeyFile(at(ES).folder, EPOCH), JSON.stringify({ ...matchKey, evaluators }))
    await expect(openShares(at(ES).folder, at(ES).vault, INSTANCE)).rejects.toMatchObject({ code: 'CONFIG' })
  })

  it('serve no other instance', async () => {
    await holdCeremony(holders)
    await expect(openShares(at(ES).folder, at(ES).vault, 'portolan-other')).rejects.toMatchObject({
      code: 'CONFIG',
    })
  })

  it('are gone when they are destroyed, also for who has them open', async () => {
    await holdCeremony(holders)
    const open = await openShares(at(ES).folder, at(ES).vault, INSTANCE)
    const share = (await open.of(EPOCH))!.share
    expect(await destroyShare(at(ES).folder, EPOCH)).toBe(true)
    expect(await open.of(EPOCH)).toBeNull()
    expect(share.every((octet) => octet === 0)).toBe(true)
    expect(await readdir(at(ES).folder)).not.toContain(`share-${EPOCH}.sealed`)
    expect(await destroyShare(at(ES).folder, EPOCH)).toBe(false)
  })

  it('of a ceremony can be destroyed on the way', async () => {
    await dealt()
    expect(await destroyCeremony(at(ES).folder, EPOCH)).toBe(true)
    await expect(revealEpoch(at(ES).folder, at(ES).vault, { epoch: EPOCH, files: [] })).rejects.toMatchObject(
      { code: 'NOT_FOUND' },
    )
  })
})
