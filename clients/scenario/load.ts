import type { Language, Purpose } from '../../schema/wire/codes.ts'
import { patiently } from '../core/patiently.ts'
import { DOCUMENTS } from './documents.ts'
import { type Context, kept, sequencesOf, variablesOf } from './inputs.ts'
import type { Keep } from './keep.ts'
import { type Planned, plan } from './plan.ts'
import { keyOf, SCENARIO } from './scenario.ts'
import type { SealedMessage, Sealing } from './sealing.ts'
import type { Step } from './steps.ts'

export type Stated = { code: Purpose; justification: string; case?: string }

/** Sends one operation as a person acting for an office and gives its `data`; throws where there were errors. */
export type Send = (
  person: string,
  office: string,
  document: string,
  variables: Record<string, unknown>,
  purpose: Stated,
) => Promise<unknown>

export type LoadOptions = {
  send: Send
  seal: Sealing
  keep: Keep
  /** Of the sealed texts; left out, each office writes in its own. */
  language?: Language
  /** Operations under way at once. */
  concurrency?: number
  onProgress?(done: number, total: number): void
  steps?: readonly Step[]
}

/** Ids of the scenario's entities and reports by their names; a corrected report's is that of its last version. */
export type Loaded = {
  entities: Map<string, string>
  reports: Map<string, string>
  messages: Map<string, SealedMessage>
}

/**
 * Loads the scenario through the public API, as the offices that report it. Killed midway and run again it goes on
 * after the answers that it kept; what the server had done but not yet answered has a fixed key and a kept body, and
 * is answered now with the same ids. The first error ends the load when what is under way has ended, and is thrown.
 */
export async function loadScenario(options: LoadOptions): Promise<Loaded> {
  const steps = options.steps ?? SCENARIO
  const { planned } = plan(steps, Date.now())
  const loaded: Loaded = { entities: new Map(), reports: new Map(), messages: new Map() }
  const sequences = sequencesOf(steps)
  let done = 0
  options.onProgress?.(0, planned.length)
  await inOrderOfNeed(planned, options.concurrency ?? 8, async ({ step, release }) => {
    const context = { ...options, loaded, sequences, release }
    const answer = await kept(options.keep, `${keyOf(step)} answer`, () => sent(step, context))
    remember(step, answer, loaded)
    if (step.act === 'message') loaded.messages.set(step.name, options.keep.get(keyOf(step)) as SealedMessage)
    done += 1
    options.onProgress?.(done, planned.length)
  })
  return loaded
}

/** Runs each step when those that it needs are done, at most `width` at once, the earliest first. */
async function inOrderOfNeed(
  planned: Planned[],
  width: number,
  run: (one: Planned) => Promise<void>,
): Promise<void> {
  const finished = new Set<number>()
  const waiting = new Set(planned.keys())
  const underWay = new Set<Promise<void>>()
  const failures: unknown[] = []
  const start = (i: number) => {
    waiting.delete(i)
    const running = run(planned[i]!)
      .then(() => void finished.add(i))
      .catch((error: unknown) => void failures.push(error))
      .finally(() => underWay.delete(running))
    underWay.add(running)
  }
  while (waiting.size > 0 || underWay.size > 0) {
    if (failures.length === 0)
      for (const i of waiting) {
        if (underWay.size >= width) break
        if (planned[i]!.needs.every((need) => finished.has(need))) start(i)
      }
    if (underWay.size === 0) break
    await Promise.race(underWay)
  }
  if (failures.length > 0) throw failures[0]
}

function purposeOf(step: Step): Stated {
  const code = 'report' in step ? step.report.purpose : 'purpose' in step ? step.purpose : 'OPERATIONAL'
  const reference = step.act === 'message' ? step.case : undefined
  return { code, justification: `Sahel corridors: ${step.name}`, ...(reference && { case: reference }) }
}

type Answer = { report: string | null; ids: { local: string; id: string }[] }

/** What the loader needs of an answer. */
async function sent(step: Step, context: Context): Promise<Answer> {
  const variables = await variablesOf(step, context)
  // An answer that is lost says nothing about what was done; the step's key makes it safe to ask again.
  const data = await patiently(() =>
    context.send(step.person, step.office, DOCUMENTS[step.act], variables, purposeOf(step)),
  )
  const [answer] = Object.values(
    data as Record<string, { report?: { id: string } | null; ids?: Answer['ids'] }>,
  )
  return { report: answer?.report?.id ?? null, ids: answer?.ids ?? [] }
}

function remember(step: Step, answer: Answer, { entities, reports }: Loaded): void {
  if (step.act !== 'submit' && step.act !== 'correct') return
  if (answer.report) reports.set(step.act === 'submit' ? step.name : step.of, answer.report)
  for (const { local, id } of answer.ids) if (!entities.has(local)) entities.set(local, id)
}
