import type { Told } from '../../clients/core/stream.ts'
import type { Answered } from '../../server/audit/log.ts'
import { listen } from '../server/listener.ts'
import { bare, dial, type Line } from './bare-socket.ts'
import { between, onStorage, soon, until } from './record-order.ts'
import { ASKED, listening, own, portolan } from './record-requests.ts'
import { bound, recording } from './recorded.ts'
import { mortal, slow } from './storage.ts'

// What holds for an answer holds for each event of a stream: its record first, then its first byte; and no record, no byte.

let events = 0
/** Something that the office is told; real, and kept. */
async function happening(): Promise<string> {
  const id = `recorded-event-${process.pid}-${++events}`
  await portolan.instance.events.publish({ kind: 'HANDOVER', offices: ['ne-dst'], id })
  return id
}

/** An open stream, as bytes. */
async function open(): Promise<Line> {
  const sent = listening()
  const line = await dial(portolan)
  line.socket.write(Buffer.concat([Buffer.from(sent.head), sent.body]))
  return line
}
const has = (line: Line, text: string) => line.got().includes(text)

/** What left before it was durable: the beginning, or an event. */
export async function outOfOrder(): Promise<string[]> {
  const found: string[] = []
  let store: ReturnType<typeof slow> | undefined
  const audit = await onStorage((shelf) => {
    store = slow(shelf)
    return store.slowed
  })
  let reached = 0
  portolan.instance.audit = between.audit({
    ...bound(audit),
    answered(asked, answer) {
      store!.hold()
      const receipt = audit.answered(asked, answer)
      reached += 1
      return receipt
    },
  })
  const line = await open()
  await until(() => reached === 1)
  await soon(25)
  if (line.got().length > 0) found.push('a byte left before the beginning was durable')
  store!.release()
  await until(() => has(line, 'id: '))
  const id = await happening()
  await until(() => reached === 2)
  await soon(25)
  if (has(line, id)) found.push('an event left before it was durable')
  store!.release()
  await until(() => has(line, id))
  if (!has(line, id)) found.push('an event that is durable did not leave')
  line.socket.destroy()
  await until(() => reached === 3)
  store!.release()
  portolan.instance.audit = own
  await audit.close()
  return found
}

/** What left although it could not be recorded: at an event, and between two. */
export async function cutOff(): Promise<string[]> {
  return [...(await diedAt('an event')), ...(await diedAt('another question'))]
}

async function diedAt(what: 'an event' | 'another question'): Promise<string[]> {
  const found: string[] = []
  let state = { calls: 0, dieAt: 0 }
  const audit = await onStorage((shelf) => {
    const { dying, state: own } = mortal(shelf)
    state = own
    return dying
  })
  portolan.instance.audit = between.audit(bound(audit))
  const line = await open()
  await until(() => has(line, 'id: '))
  Object.assign(state, { calls: 0, dieAt: 1 })
  let id = 'none'
  if (what === 'an event') id = await happening()
  else await bare(portolan, await ASKED[0]![1]())
  await until(() => audit.failure() !== null)
  await soon(20)
  const before = line.got().length
  const ended = await Promise.race([line.closed, soon(3_000).then(() => null)])
  if (!ended) found.push(`death at ${what}: the stream went on`)
  if (line.got().length > before) found.push(`death at ${what}: a byte left after it`)
  if (has(line, id)) found.push(`death at ${what}: the event left`)
  line.socket.destroy()
  portolan.instance.audit = own
  await audit.close().catch(() => {})
  return found
}

/** Events that are not what their records and receipts say, and records that say too little. */
export async function unmatched(): Promise<string[]> {
  const session = await portolan.session('ne-dst.aicha')
  const { asked, answered, stop } = recording(portolan)
  portolan.instance.audit = between.audit(portolan.instance.audit)
  const ids: string[] = []
  const told: Told[] = []
  try {
    const listener = await listen(session)
    for (const _ of [1, 2]) {
      ids.push(await happening())
      told.push((await listener.next())!)
    }
    listener.leave()
  } catch (error) {
    return [`a receipt: ${(error as Error).message}`]
  } finally {
    await until(() => answered.at(-1)?.answer.more === false)
    stop()
    portolan.instance.audit = own
  }
  const [beginning, ...records] = answered.filter((one) => one.asked === asked[0]).map(({ answer }) => answer)
  const end = records.pop()
  return [
    ...told.flatMap(({ text }, at) =>
      wrongIn(records[at], text, ids[at]!).map((what) => `event ${at}: ${what}`),
    ),
    ...(beginning?.detail.shown.length === 0 ? [] : ['its beginning is not on record']),
    ...(records.length === told.length && end?.more === false ? [] : ['its end is not on record']),
  ]
}

function wrongIn(record: Answered | undefined, text: string, id: string): string[] {
  const { shown = [], statements = [], purpose } = record?.detail ?? {}
  return [
    ...(Buffer.from(record?.body ?? '').toString() === text ? [] : ['another one is on record']),
    ...(shown.join() === id ? [] : ['what it shows is not on record']),
    ...(statements.some(({ name }) => name === 'event/stored') ? [] : ['what ran is not on record']),
    ...(purpose ? [] : ['its purpose is not on record']),
  ]
}
