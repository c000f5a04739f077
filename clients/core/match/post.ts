import { z } from 'zod'
import { FAULT_CODES, Fault, type FaultCode } from '../../../schema/wire/fault.ts'
import type { AskEvaluator } from './evaluators.ts'

/** An answer to the largest order is a tenth of this. */
const MOST = 262_144
/** How long an evaluator may take (ms). */
const PATIENCE = 30_000

const Refusal = z.object({ code: z.string(), message: z.string().max(500) })

/** Asks an evaluator over HTTP. Nothing of the answer is believed before its proof is checked. */
export const postEvaluation: AskEvaluator = async ({ url }, request) => {
  const answer = await fetch(new URL('evaluate', url.endsWith('/') ? url : `${url}/`), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
    // It was asked there and nowhere else.
    redirect: 'error',
    signal: AbortSignal.timeout(PATIENCE),
  }).catch(() => null)
  const said = answer && (await jsonOf(answer))
  if (!answer || said === undefined) throw new Fault('UNREACHABLE', `expected an answer of ${url}, got none`)
  if (answer.status === 200) return said
  const { data } = Refusal.safeParse(said)
  if (!data) throw new Fault('UNREACHABLE', `expected an answer of ${url}, got status ${answer.status}`)
  const code = (FAULT_CODES as readonly string[]).includes(data.code)
    ? (data.code as FaultCode)
    : 'NOT_ALLOWED'
  throw new Fault(code, data.message)
}

/** Undefined for what is not JSON, is too long, or breaks off. */
async function jsonOf(answer: Response): Promise<unknown> {
  try {
    let text = ''
    const decoder = new TextDecoder()
    for await (const chunk of answer.body!) {
      text += decoder.decode(chunk, { stream: true })
      if (text.length > MOST) return undefined
    }
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
