import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readPrivateKey } from 'openpgp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sealMessage } from '../../clients/core/seal.ts'
import { dearmor } from '../../schema/wire/armor.ts'
import { walk } from '../../schema/wire/packet.ts'
import { content, makeOffice, type TestOffice, to } from '../clients/core/offices.ts'
import { expectFault } from '../server/exchange/expect-fault.ts'
import { expectExchanged, letterOf } from './exchange.ts'
import { run } from './run.ts'

const SUITES = ['rsa3k', 'rsa4k', 'cv25519'] as const
const long = `Rapport: ${randomBytes(140_000).toString('hex')}`

let home: string
const offices = {} as Record<(typeof SUITES)[number] | 'ours', TestOffice>
const file = (office: TestOffice, kind: 'key' | 'cert') => join(home, `${office.office}.${kind}`)

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'sq-'))
  for (const suite of SUITES) {
    const path = join(home, 'made')
    await run('sq', [
      '--force',
      'key',
      'generate',
      '--userid',
      suite,
      '--cipher-suite',
      suite,
      '--export',
      path,
    ])
    const secret = await readPrivateKey({ armoredKey: await readFile(path, 'utf8') })
    offices[suite] = { office: `ml-${suite}`, secret, key: secret.toPublic() }
  }
  offices.ours = await makeOffice('ne-dst')
  for (const office of Object.values(offices)) {
    await writeFile(file(office, 'key'), office.secret.armor(), { mode: 0o600 })
    await writeFile(file(office, 'cert'), office.key.armor())
  }
})
afterAll(() => rm(home, { recursive: true, force: true }))

const encryptArgs = (sender: TestOffice, recipients: TestOffice[]): string[] => [
  'encrypt',
  '--signer-key',
  file(sender, 'key'),
  ...[sender, ...recipients].flatMap((office) => ['--recipient-cert', file(office, 'cert')]),
]

describe.each(SUITES)('sq with %s', (suite) => {
  it.each([
    ['a short payload', 'Vu à la gare.', 'none'],
    ['a short payload with its own padding', 'Vu à la gare.', 'pad'],
    ['a compressed payload', long, 'zip'],
    ['a long payload', long, 'none'],
    ['a long payload with its own padding', long, 'pad'],
  ])('sends %s through the gate, and everybody opens it', async (_title, text, compression) => {
    const [sender, reader] = [offices[suite], offices.ours]
    const letter = letterOf(sender, [reader], text)
    const args = [...encryptArgs(sender, [reader]), '--binary', '--compression', compression]
    await expectExchanged(await run('sq', args, letter.payload), letter, sender, [reader])
  })

  it('decrypts and verifies what we seal to it', async () => {
    const [sender, reader] = [offices.ours, offices[suite]]
    const letter = letterOf(sender, [reader], long)
    const { ciphertext } = await sealMessage({
      envelope: letter.envelope,
      content: content(letter.text),
      sequence: { [reader.office]: 1 },
      to: to(sender, reader),
      signWith: sender.secret,
      at: new Date(),
    })
    // With a signer named, sq fails unless his signature is there and good.
    const args = ['decrypt', '--recipient-key', file(reader, 'key'), '--signer-cert', file(sender, 'cert')]
    expect((await run('sq', args, ciphertext)).equals(letter.payload)).toBe(true)
    await expect(run('sq', [...args.slice(0, 4), file(reader, 'cert')], ciphertext)).rejects.toThrow()
  })
})

describe('sq', () => {
  it('sends one message to offices with keys of every kind', async () => {
    const readers = [offices.rsa4k, offices.cv25519, offices.ours]
    const letter = letterOf(offices.rsa3k, readers, 'À tous.')
    const ciphertext = await run('sq', [...encryptArgs(offices.rsa3k, readers), '--binary'], letter.payload)
    expect((await expectExchanged(ciphertext, letter, offices.rsa3k, readers)).pkesks).toHaveLength(4)
  })

  it('really sends what does not fit its buffer in chunks, and the walker takes it', async () => {
    const ciphertext = await run(
      'sq',
      [...encryptArgs(offices.cv25519, []), '--binary', '--compression', 'none'],
      randomBytes(5_000_000),
    )
    const { seipd } = walk(ciphertext)
    expect(ciphertext[seipd.offset + 1]).toBe(224 + 22)
    expect(seipd.length).toBeGreaterThan(5_000_000)
  })

  it('writes armor that is taken', async () => {
    const armored = (await run('sq', encryptArgs(offices.cv25519, []), 'x')).toString()
    expect(walk(dearmor(armored)).pkesks).toHaveLength(1)
  })

  it('makes signed but unencrypted messages, and the gate refuses them', async () => {
    const signed = await run('sq', ['sign', '--binary', '--signer-key', file(offices.cv25519, 'key')], 'text')
    await expectFault(() => walk(signed), 'BAD_PACKET', 'got 4')
  })
})
