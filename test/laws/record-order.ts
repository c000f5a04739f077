import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Audit, openAudit } from '../../server/audit/log.ts'
import { machineTimer } from '../../server/audit/sequencer.ts'
import { fileShelf, type Shelf } from '../../server/audit/storage.ts'
import { bare, dial } from './bare-socket.ts'
import { type Asking, graph, homes, own, portolan } from './record-requests.ts'
import { bound, recording } from './recorded.ts'
import { mortal, slow } from './storage.ts'

// What comes before what: the record of a question before it runs, the record of an answer before its first byte.

/** What is between the server and its log; a mutant puts something in between. */
export const between = { audit: (audit: Audit) => audit }

/** A log of its own on other storage, in the place of the instance's. */
export async function onStorage(as: (shelf: Shelf) => Shelf) {
  const home = await mkdtemp(join(tmpdir(), 'portolan-recorded-'))
  homes.push(home)
  const { auditorsOf } = portolan.instance.directory
  const audit = await openAudit({
    ...{ store: as(await fileShelf(home)), clock: Date.now, auditorsOf },
    // A held sync is late on purpose.
    timer: (ms, run) => machineTimer(ms * 40, run),
  })
  portolan.instance.audit = audit
  return audit
}

export const soon = (ms: number) => new Promise<void>((go) => setTimeout(go, ms))
export const until = async (what: () => boolean) => {
  for (let wait = 0; wait < 400 && !what(); wait++) await soon(5)
}

/** What ran before the question was durable, and what left before the answer was. */
export async function early(all: Asking[]): Promise<string[]> {
  const found: string[] = []
  let store: ReturnType<typeof slow> | undefined
  const audit = await onStorage((shelf) => {
    store = slow(shelf)
    return store.slowed
  })
  for (const one of all) found.push(...(await earlyOf(one, audit, store!)))
  portolan.instance.audit = own
  await audit.close()
  return found
}

async function earlyOf(
  [title, make]: Asking,
  audit: Audit,
  store: ReturnType<typeof slow>,
): Promise<string[]> {
  const found: string[] = []
  const sent = await make()
  // The keys of the hour are there from the first request on.
  const reached = { asked: false, answered: false }
  portolan.instance.audit = between.audit({
    ...bound(audit),
    asked(one) {
      const open = audit.asked(one)
      reached.asked = true
      return open
    },
    answered(open, answer) {
      store.hold()
      const receipt = audit.answered(open, answer)
      reached.answered = true
      return receipt
    },
  })
  graph.calls.length = 0
  store.hold()
  const { socket, got, closed } = await dial(portolan)
  socket.write(Buffer.concat([Buffer.from(sent.head), sent.body]))
  await until(() => reached.asked)
  await soon(25)
  if (graph.calls.length > 0) found.push(`${title}: ${graph.calls[0]} ran before the question was durable`)
  if (got().length > 0) found.push(`${title}: a byte left before the question was durable`)
  if (!reached.answered) store.release()
  await until(() => reached.answered)
  await soon(25)
  if (got().length > 0) found.push(`${title}: a byte left before the answer was durable`)
  store.release()
  const all = (await closed).toString()
  if (!/^HTTP\/1\.1 \d{3} [\s\S]*portolan-receipt:/.test(all)) found.push(`${title}: nothing came`)
  return found
}

/** What came although the log could not be written, at each of its calls. */
export async function leaked(all: Asking[]): Promise<string[]> {
  const found: string[] = []
  for (const [title, make] of all) {
    let n = 1
    for (let whole = false; !whole; n++) {
      const sent = await make()
      let state = { calls: 0, dieAt: 0 }
      const audit = await onStorage((shelf) => {
        const { dying, state: own } = mortal(shelf)
        state = own
        return dying
      })
      let recordedFirst = false
      portolan.instance.audit = between.audit({
        ...bound(audit),
        async asked(one) {
          const open = await audit.asked(one)
          recordedFirst = true
          return open
        },
      })
      Object.assign(state, { calls: 0, dieAt: n })
      graph.calls.length = 0
      const bytes = await bare(portolan, sent)
      whole = state.calls < n
      if (whole && !/^HTTP\/1\.1 /.test(bytes.toString())) found.push(`${title}: nothing came`)
      if (!whole && bytes.length > 0) found.push(`${title}: ${bytes.length} bytes came, death at ${n}`)
      if (!recordedFirst && graph.calls.length > 0) found.push(`${title}: ran unrecorded, death at ${n}`)
      portolan.instance.audit = own
      await audit.close().catch(() => {})
    }
    // The question, the answer and the keys of the hour: several calls could have died.
    if (n < 5) found.push(`${title}: only ${n} calls wrote`)
  }
  return found
}

/** Requests whose two records are not what was asked and what came. */
export async function unrecorded(all: Asking[]): Promise<string[]> {
  const found: string[] = []
  for (const [title, make] of all) {
    const sent = await make()
    const { asked, answered, stop } = recording(portolan)
    portolan.instance.audit = between.audit(portolan.instance.audit)
    graph.calls.length = 0
    const [head, text] = (await bare(portolan, sent)).toString().split('\r\n\r\n')
    stop()
    const [{ answer }] = answered.length > 0 ? answered : [{ answer: null }]
    if (asked.length !== 1 || answered.length !== 1 || answered[0]!.asked !== asked[0]) {
      found.push(`${title}: ${asked.length} asked, ${answered.length} answered`)
      continue
    }
    if (Buffer.from(answer!.body).toString() !== text) found.push(`${title}: another body is on record`)
    if (!head!.startsWith(`HTTP/1.1 ${answer!.status} `)) found.push(`${title}: another status is on record`)
    const { statements, shown, committed = [] } = answer!.detail
    const ran = [...new Set(graph.calls)].filter((name) => name !== 'compartment/intern').sort()
    if (
      statements
        .map(({ name }) => name)
        .sort()
        .join() !== ran.join()
    )
      found.push(`${title}: ${statements.map(({ name }) => name)} on record, ${ran} ran`)
    const ids = [...text!.matchAll(/"id":"(\w{26})"/g)].map(([, id]) => id!)
    const told = ids.filter((id) => !shown.includes(id) && !committed.includes(id))
    if (told.length > 0) found.push(`${title}: ${told} were shown and are not on record`)
  }
  return found
}
