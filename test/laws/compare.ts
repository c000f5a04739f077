import type { TestPortolan } from '../instance.ts'
import type { Pair } from './pair.ts'
import type { Question } from './questions.ts'

/** Status and bytes of an answer, page after page where it has pages. */
async function answers(
  portolan: TestPortolan,
  person: string,
  { query, variables, paged }: Question,
): Promise<string[]> {
  const found: string[] = []
  for (let after: string | null = null; found.length < 30; ) {
    const { status, text, json } = await portolan.ask(
      person,
      query,
      paged ? { ...variables, after } : variables,
    )
    if (status !== 200) throw new Error(`expected a question that is understood: ${status} ${text}\n${query}`)
    found.push(`${status} ${text}`)
    after = paged ? (json.data?.[paged]?.hasNextPage === true ? json.data[paged].endCursor : null) : null
    if (after === null) return found
  }
  throw new Error(`a list without an end: ${query} ${JSON.stringify(variables)}`)
}

export type Difference = { question: Question; whole: string[]; build: string[] }

/** Asks both the same, some questions at a time; the first that is answered differently, or null. */
export async function firstDifference(
  { whole, build }: Pair,
  person: string,
  questions: Question[],
  width = 4,
): Promise<Difference | null> {
  let found: Difference | null = null
  const waiting = [...questions]
  await Promise.all(
    Array.from({ length: width }, async () => {
      for (let question = waiting.shift(); question && !found; question = waiting.shift()) {
        const [left, right] = await Promise.all([
          answers(whole, person, question),
          answers(build, person, question),
        ])
        if (left.join('\n') !== right.join('\n')) found ??= { question, whole: left, build: right }
      }
    }),
  )
  return found
}

export const readable = ({ question, whole, build }: Difference): string =>
  `${question.query.slice(0, 300)}\nvariables: ${JSON.stringify(question.variables)}\nwith everything: ${whole.join('\n  ')}\nwith the visible only: ${build.join('\n  ')}`
