import type { TestPortolan } from '../instance.ts'
import { over, readAnalysis, START_ANALYSIS } from './analyses.ts'
import type { Pair } from './pair.ts'
import { ANALYSES_LISTED, type AnalysisAsked, type Question } from './questions.ts'

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

/** Has both analyse the same, one after another as one person does, and compares all that is told of it. */
export async function firstDifferenceOfAnalyses(
  pair: Pair,
  person: string,
  analyses: AnalysisAsked[],
): Promise<Difference | null> {
  for (const { input, fields, asOf, key } of analyses) {
    const variables = { key, analysis: input, asOf }
    const start: Question = { query: START_ANALYSIS, variables }
    const [whole, build] = await Promise.all([
      answers(pair.whole, person, start),
      answers(pair.build, person, start),
    ])
    if (whole.join() !== build.join()) return { question: start, whole, build }
    const id = JSON.parse(whole[0]!.slice(4)).data?.startAnalysis?.id
    if (!id) continue
    await Promise.all([over(pair.whole, person, id), over(pair.build, person, id)])
    const found = await firstDifference(pair, person, [{ query: readAnalysis(fields), variables: { id } }])
    if (found) return { ...found, question: { ...found.question, variables: { ...variables, id } } }
  }
  return firstDifference(pair, person, [ANALYSES_LISTED])
}

export const readable = ({ question, whole, build }: Difference): string =>
  `${question.query.slice(0, 300)}\nvariables: ${JSON.stringify(question.variables)}\nwith everything: ${whole.join('\n  ')}\nwith the visible only: ${build.join('\n  ')}`
