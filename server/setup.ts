import { readdirSync, readFileSync } from 'node:fs'
import type { Graph } from './graph.ts'

const FOLDER = new URL('../cypher/setup/', import.meta.url)

/**
 * Applies the numbered setup files that this store has not seen, in order. Each statement is idempotent and the number is
 * noted after the last one: interrupted anywhere, the next start does the file again and nothing stands twice.
 */
export async function setUp(graph: Graph): Promise<number[]> {
  const done = new Set(
    (await graph.setup('MATCH (s:Setup) RETURN s.number AS number')).map((row) => row.number as number),
  )
  const applied: number[] = []
  for (const file of readdirSync(FOLDER).sort()) {
    const number = Number.parseInt(file, 10)
    if (done.has(number)) continue
    for (const statement of statementsOf(readFileSync(new URL(file, FOLDER), 'utf8')))
      await graph.setup(statement)
    await graph.setup('MERGE (s:Setup {number: $number})', { number })
    applied.push(number)
  }
  // An index that is still being filled would make the first reads slow or, where a statement names it, impossible.
  if (applied.length > 0) await graph.setup('CALL db.awaitIndexes(300)')
  return applied
}

const statementsOf = (text: string): string[] =>
  text
    .split(';')
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '')
