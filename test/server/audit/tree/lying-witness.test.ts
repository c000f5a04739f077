import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { headText, signatureOf, signerOf } from '../../../clients/core/log/writer.ts'
import { ORIGIN } from './fixture.ts'
import { leavesFrom, naiveRootOf } from './naive.ts'
import { cosign, cosignedLog, fakeWitness, type Reply, readBy, say } from './witnesses.ts'

const honest = cosign(Date.now)
const textOf = (size: number) => headText(ORIGIN, size, naiveRootOf(size))
const now = () => Math.floor(Date.now() / 1_000)
const soon = (by: number) => cosign(() => Date.now() + by)
const stranger = signerOf('stranger.example', 4)

describe('what a lying witness says is not kept:', () => {
  const lies: [string, Reply, string][] = [
    ['nothing', (_, response) => say(response, 200, ''), 'LOG'],
    ['no line', (_, response) => say(response, 200, 'co-signed\n'), 'LOG'],
    ['octets', (_, response) => say(response, 200, Buffer.alloc(900, 0xff)), 'LOG'],
    ['a line of another', ({ text }, response) => say(response, 200, signatureOf(stranger, text)), 'LOG'],
    [
      'a signature by another key under its name',
      ({ text }, response, { name, id }) =>
        say(response, 200, signatureOf({ ...stranger, name, id }, text, now())),
      'LOG',
    ],
    [
      'a signature of a smaller tree',
      (_, response, signer) => say(response, 200, signatureOf(signer, textOf(9), now())),
      'LOG',
    ],
    [
      'a signature without a time',
      ({ text }, response, signer) => say(response, 200, signatureOf({ ...signer, type: 1 }, text)),
      'LOG',
    ],
    [
      'one that holds beside one that does not',
      ({ text }, response, signer) => {
        say(response, 200, signatureOf(signer, text, now()) + signatureOf(signer, textOf(9), now()))
      },
      'LOG',
    ],
    [
      'more than lines',
      ({ text }, response, signer) => say(response, 200, `${signatureOf(signer, text)}\n${text}`),
      'LOG',
    ],
    ['a time to come', soon(120_000), 'LOG'],
    ['a time long gone', soon(-1_200_000), 'LOG'],
    ['a time beyond every calendar', soon(9e15), 'LOG'],
    ['a huge answer', (_, response) => say(response, 200, 'x'.repeat(1_000_000)), 'LOG'],
    [
      'a small answer that becomes huge',
      (_, response) =>
        void response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(200_000_000))),
      'LOG',
    ],
    ['an answer without end', endless, 'LOG'],
    ['an answer that never ends', (_, response) => void response.write('— '), 'UNREACHABLE'],
    ['half an answer', (_, response) => void response.write('— ', () => response.destroy()), 'UNREACHABLE'],
    ['no answer', (_, response) => void response.destroy(), 'UNREACHABLE'],
    [
      'that another should be asked',
      (_, response) => void response.writeHead(307, { location: '/elsewhere' }).end(),
      'UNREACHABLE',
    ],
    ['a failure', (_, response) => say(response, 500, 'x'), 'LOG'],
    ['that it knows no such log', (_, response) => say(response, 404, 'x'), 'LOG'],
    ['that it has seen others', (_, response) => say(response, 422, 'x'), 'LOG_DAMAGED'],
    ['that it has seen more', (_, response) => say(response, 409, '11\n'), 'LOG_DAMAGED'],
    ['that it has seen as many, but others', (_, response) => say(response, 409, '10\n'), 'LOG_DAMAGED'],
    ['a size below zero', (_, response) => say(response, 409, '-1\n'), 'LOG'],
    ['a size beyond all', (_, response) => say(response, 409, '99999999999999999999\n'), 'LOG'],
    ['a size that begins with zero', (_, response) => say(response, 409, '07\n'), 'LOG'],
    ['a size and more', (_, response) => say(response, 409, '7\n8\n'), 'LOG'],
    ['ever new sizes', ({ old }, response) => say(response, 409, `${(old + 3) % 9}\n`), 'LOG'],
  ]

  it.each(lies)('%s', async (_, lie, code) => {
    const truthful = await fakeWitness('ml', honest)
    const liar = await fakeWitness('ne', lie)
    const both = [truthful, liar]
    // Long enough for a busy machine to inflate an answer; what never ends takes all of it.
    const world = await cosignedLog(both, ['group g any ml ne', 'quorum g'], { timeout: 5_000 })
    const { cosigning, until, complained, complaints, publisher } = world
    const { witness, fault } = await complained()
    expect([witness, fault.code]).toEqual(['witness.example/ne', code])
    await until(() => cosigning.cosigned() !== null)
    expect(readBy(both, cosigning.cosigned())).toEqual({ size: 10, names: ['ml'] })
    expect(liar.sent.length).toBeLessThanOrEqual(3)
    expect(complaints).toHaveLength(1)

    // It may come to its senses.
    liar.reply = honest
    await publisher.publish(leavesFrom(10, 300))
    cosigning.submit()
    await until(() => readBy(both, cosigning.cosigned())!.size === 300)
    await until(() => readBy(both, cosigning.cosigned())!.names.length === 2)
    expect(complaints).toHaveLength(1)
  })
})

function endless(_: unknown, response: ServerResponse): void {
  response.writeHead(200)
  const more = async () => {
    while (!response.destroyed) if (!response.write('x'.repeat(60_000))) await once(response, 'drain')
  }
  more().catch(() => {})
}
