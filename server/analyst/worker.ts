import { parentPort } from 'node:worker_threads'
import type { Result } from '../../schema/analysis.ts'
import type { Question } from '../../schema/wire/analysis/analysis.ts'
import { Fault, type FaultCode } from '../../schema/wire/fault.ts'
import type { Watch } from '../analysis/watch.ts'
import { whereOf } from '../where.ts'
import { type Alarm, alarms } from './alarms.ts'
import { within } from './progress.ts'
import { bytesOf, type Projection } from './projection.ts'
import { ANSWERS, type Answering } from './questions/index.ts'
import { Told } from './told.ts'
import { caughtUp, readView, type View, type ViewErrands } from './view.ts'

// The thread of the analyses. It keeps the views it has read, each for one scope alone, and answers one question at a time.

/** What the server asks of a view for itself, beside the questions of officers. */
export type OwnQuestion = { kind: 'alarms' }
export type Asked = Question | OwnQuestion
export type Answer<Q extends Asked> = Q extends OwnQuestion ? Alarm[] : Result

export type Order<Q extends Asked = Asked> = {
  id: string
  question: Q
  /** Whose view: no other scope has the same. */
  scope: string
  /** Whether the view is that of now, which can be caught up, or of a moment in the past. */
  past: boolean
  errands: ViewErrands
}
export type ToWorker =
  | { run: Order }
  | { cancel: string }
  | { go: string; errands: ViewErrands }
  /** Something was erased: no view is kept that may hold it. */
  | { forget: true }
export type FromWorker = { id: string } & (
  | { progress: number }
  /** The view is read, but for what changed hands meanwhile; that is read once rights stand still, with errands made then. */
  | { read: true }
  /** That is read as well: rights may change again. */
  | { caughtUp: true }
  | { done: Done<Asked> }
  | { failed: { code: FaultCode; message: string } | null; where: string }
)

export type Done<Q extends Asked> = {
  result: Answer<Q>
  shown: string[]
  owners: string[]
  reports: string[]
  readTo: number
}

/** What the views may take together; beyond it the one that was not asked for longest goes. */
const ROOM = 512 << 20

const views = new Map<string, View>()
const running = new Map<string, AbortController>()
/** Those that wait for rights to stand still. */
const waiting = new Map<string, (errands: ViewErrands) => void>()
const tell = (message: FromWorker) => parentPort!.postMessage(message)

const tooLong = () =>
  new Fault('DEADLINE', 'expected the analysis to end within its time, got none: narrow the question')

parentPort!.on('message', (message: ToWorker) => {
  if ('cancel' in message) running.get(message.cancel)?.abort(tooLong())
  else if ('forget' in message) views.clear()
  else if ('go' in message) waiting.get(message.go)?.(message.errands)
  else void run(message.run)
})

async function run(order: Order): Promise<void> {
  const { id } = order
  const abort = new AbortController()
  running.set(id, abort)
  try {
    tell({ id, done: await answered(order, abort.signal) })
  } catch (error) {
    const fault = error instanceof Fault ? { code: error.code, message: error.message } : null
    tell({ id, failed: fault, where: fault ? '' : whereOf(error) })
  } finally {
    running.delete(id)
    waiting.delete(id)
  }
}

async function answered(order: Order, signal: AbortSignal) {
  const { id, question } = order
  let last = 0
  const progress = (fraction: number) => {
    // Each message costs the other thread something.
    if (fraction - last < 0.01) return
    last = fraction
    tell({ id, progress: fraction })
  }
  const { projection, readTo } = await viewFor(order, signal)
  const told = new Told(projection)
  const watch = within({ signal, progress }, 0.3, 1)
  watch.progress?.(0)
  const result = await answerTo(question, projection, told, watch)
  const reports = projection.reports.map((one) => one.id)
  return { result, shown: [...told.shown], owners: [...told.owners], reports, readTo }
}

async function answerTo(question: Asked, view: Projection, told: Told, watch: Watch) {
  if (question.kind === 'alarms') return alarms(view, told, watch)
  const answer = ANSWERS[question.kind] as Answering<typeof question.kind>
  return answer(view, told, question.asked, watch)
}

async function viewFor({ id, question, scope, past, errands }: Order, signal: AbortSignal): Promise<View> {
  const key = past ? `${errands.asOf} ${scope}` : scope
  const known = views.get(key)
  views.delete(key)
  // A view of the past is caught up too: whose claims it holds is judged as of now.
  const early = known ? await caughtUp(known, errands, signal) : await readView(errands, signal)
  const view = await caughtUp(early, await stillness(id, signal), signal)
  tell({ id, caughtUp: true })
  // Of acts after its moment a view of now holds the rights and not the knowledge: the next question reads them again.
  views.set(key, past ? view : { ...view, readTo: view.projection.asOf })
  if (question.kind === 'alarms') makeFirstToGo(key)
  keepRoom()
  return view
}

/** The errands with which to catch up while no rights change: a statement is no snapshot, and would see half a release. */
function stillness(id: string, signal: AbortSignal): Promise<ViewErrands> {
  return new Promise((go, fail) => {
    signal.throwIfAborted()
    signal.addEventListener('abort', () => fail(signal.reason), { once: true })
    waiting.set(id, go)
    tell({ id, read: true })
  })
}

/** What no officer waits for must not take the room of what they may ask again. */
function makeFirstToGo(key: string): void {
  const others = [...views].filter(([other]) => other !== key)
  for (const [other, view] of others) {
    views.delete(other)
    views.set(other, view)
  }
}

function keepRoom(): void {
  const sizes = [...views].map(([key, { projection }]) => [key, bytesOf(projection)] as const)
  let held = sizes.reduce((sum, [, bytes]) => sum + bytes, 0)
  for (const [key, bytes] of sizes.slice(0, -1)) {
    if (held <= ROOM) return
    views.delete(key)
    held -= bytes
  }
}
