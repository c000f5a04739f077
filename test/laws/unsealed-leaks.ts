import type { SecretKeyPacket } from 'openpgp'
import { expect } from 'vitest'
import { newObjectId } from '../../schema/wire/envelope.ts'
import { walk } from '../../schema/wire/packet.ts'
import { sendSealed } from './sealed-notes.ts'
import { OFFICERS } from './stage.ts'
import type { Hostile } from './unsealed-hostile.ts'
import { BOTH, blobs, came, cast, good, ITALY, key, keyIdOf, NIGER, portolan, WAYS } from './unsealed-ways.ts'

// What comes in, is read, is lost or is told although it should not.

/** What is taken of those, by each way in, and what of it stays on disk though it was refused. */
export async function taken(all: Hostile[]): Promise<string[]> {
  const found: string[] = []
  for (const [title, make] of all)
    for (const [way, send] of Object.entries(WAYS)) {
      const before = await blobs()
      const { json } = await send({ object: newObjectId(), ciphertext: await make(), audience: BOTH })
      const code = json.errors?.[0].extensions.code ?? 'taken'
      if (code !== 'BAD_PACKET') found.push(`${title} as a ${way}: ${code}`)
      if ((await blobs()).join() !== before.join()) found.push(`${title} as a ${way} is on disk`)
    }
  return found
}

/** Whether an upload that somebody else signed is taken. */
export async function forged(): Promise<string[]> {
  const object = newObjectId()
  const ciphertext = await good()
  const { json } = await WAYS.note({ object, ciphertext, audience: BOTH, by: 'office:it-sco' })
  return json.errors?.[0].extensions.code === 'BAD_PACKET' ? [] : ['an upload of another office is taken']
}

/** Who reads a message or a note beside its offices, or gets of a note more than his own session key and the data. */
export async function overheard(): Promise<string[]> {
  const found: string[] = []
  const { id } = await sendSealed(
    portolan,
    cast,
    { person: NIGER, office: 'ne-dst' },
    ['ml-dnlt'],
    Date.now(),
  )
  const parties = ['ne-dst', 'ml-dnlt']
  for (const { person, office, offices } of OFFICERS) {
    const [one, all] = [
      await portolan.ask(person, 'query($id: ID!) { message(id: $id) { id ciphertext } }', { id }),
      await portolan.ask(person, '{ inbox { nodes { id } } }'),
    ]
    const reads = one.text.includes('"ciphertext":"') || all.text.includes(id)
    if (reads !== offices.some((party) => parties.includes(party)))
      found.push(`${office} ${reads ? 'reads' : 'does not read'} a message of ${parties}`)
  }
  const whole = await good(['ne-dst', 'it-sco', 'it-proc'])
  const object = newObjectId()
  const sent = await WAYS.note({ object, ciphertext: whole, audience: ['ne-dst', 'it-sco', 'it-proc'] })
  const data = whole.subarray(walk(whole).seipd.offset)
  for (const [person, readers] of [
    [NIGER, ['ne-dst', 'it-sco', 'it-proc']],
    [ITALY, ['it-sco']],
    ['it-proc.giulia', ['it-proc']],
  ] as const) {
    const { json } = await portolan.ask(person, NOTE, { id: sent.report })
    const served = Buffer.from(json.data.report.note.ciphertext, 'base64')
    const { pkesks, seipd } = walk(served)
    const ids = pkesks.map(({ keyId }) => keyId).sort()
    const own = (await Promise.all(readers.map(keyIdOf))).sort()
    if (ids.join() !== own.join()) found.push(`${person} gets ${ids.length} session keys, not his own`)
    if (!served.subarray(seipd.offset).equals(data)) found.push(`${person} gets other data`)
  }
  return found
}
const NOTE = 'query($id: ID!) { report(id: $id) { note { ciphertext } } }'

/** What is left of a note that was erased, and what went with it that was another's: equal octets, or the same id. */
export async function erasedTogether(): Promise<string[]> {
  const ciphertext = await good()
  const [first, second] = [newObjectId(), newObjectId()]
  const gone = await WAYS.note({ object: first, ciphertext, audience: BOTH })
  await WAYS.note({ object: second, ciphertext, audience: BOTH })
  // A reader of a message has its octets: he sends them as a note of his own, and erases that.
  const letter = newObjectId()
  const sealed = await good()
  await WAYS.message({ object: letter, ciphertext: sealed, audience: BOTH })
  const copy = { object: letter, ciphertext: sealed, audience: BOTH, by: 'office:it-sco' }
  const borrowed = await WAYS.note(copy, ITALY)
  await erase(NIGER, gone.report)
  if (borrowed.report) await erase(ITALY, borrowed.report)
  const left = await blobs()
  return [
    ...(left.includes(first) ? ['an erased note is still on disk'] : []),
    ...(left.includes(second) ? [] : ['an equal note went with it']),
    ...(left.includes(letter) ? [] : ['a message went with the note of its reader']),
  ]
}
export const erase = (person: string, id: string | undefined) =>
  portolan.ask(
    person,
    'mutation($id: ID!, $key: String!) { eraseReport(report: $id, key: $key, reason: COURT_ORDER) { replayed } }',
    { id, key: key() },
  )

/** Private keys of which something came to the server while somebody signs in, reports, sends and reads. */
export async function keysTold(): Promise<string[]> {
  came.length = 0
  const at = Date.now()
  const person = 'fr-liaison.claire'
  const { login } = await import('../../clients/core/session.ts')
  await (await login({ url: portolan.url, key: cast.key(person) })).logout()
  await sendSealed(portolan, cast, { person, office: 'fr-liaison' }, ['ne-dst'], at)
  const all = Buffer.concat(came)
  expect(all.includes('"fingerprint"')).toBe(true)
  return [person, 'office:fr-liaison', 'office:ne-dst'].flatMap((name) =>
    secretsOf(name).flatMap((secret) =>
      [secret, ...(['base64', 'base64url', 'hex'] as const).map((form) => secret.toString(form))].some(
        (form) => all.includes(form),
      )
        ? [`a secret of ${name} came`]
        : [],
    ),
  )
}
export function secretsOf(name: string): Buffer[] {
  const { privateKey } = cast.key(name)
  const packets = [privateKey, ...privateKey.getSubkeys()].map(({ keyPacket }) => keyPacket)
  return packets.flatMap((packet) => {
    const params = (packet as SecretKeyPacket & { privateParams: Record<string, Uint8Array> }).privateParams
    return Object.values(params).map((param) => Buffer.from(param))
  })
}
