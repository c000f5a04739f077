// Reads from the text of a statement whether each hop is scoped where it is made. It knows as much Cypher as our
// statements use, and takes what it does not understand for unscoped.

export type Hop = { text: string; variable: string | null; types: string[]; at: number }

/** A degree that is held against `$hub` chooses how to look, never what is seen: it is no hop. */
const DEGREE = /COUNT \{ \(\w+\)(?:--|<-\[:DESCRIBES\]-)\(\) \} (?:<=|>) \$hub/g
const clean = (text: string) => text.replace(/\/\/.*$/gm, '').replace(DEGREE, 'true')

/** Every relationship pattern: `-[r:A|B WHERE …]-`, `-[:A*..6]-`, `-->`, `--`. */
export function hopsOf(source: string): Hop[] {
  const text = clean(source)
  const hops: Hop[] = []
  for (const { index } of text.matchAll(/-\[/g)) {
    const inside = text.slice(index + 2, closing(text, index + 1))
    const head = /^\s*(\w+)?\s*(?::\s*([\w|$().]+))?/.exec(inside)!
    hops.push({
      text: inside,
      variable: head[1] ?? null,
      types: (head[2] ?? '').split('|').filter((type) => type !== ''),
      at: index,
    })
  }
  for (const { index } of text.matchAll(/\)\s*<?--+>?\s*\(/g))
    hops.push({ text: '--', variable: null, types: [], at: index })
  return hops
}

/** Where the bracket that opens at `open` closes. */
function closing(text: string, open: number): number {
  const pairs: Record<string, string> = { '[': ']', '(': ')', '{': '}' }
  const [from, to] = [text[open]!, pairs[text[open]!]!]
  for (let depth = 0, at = open; at < text.length; at++) {
    if (text[at] === from) depth += 1
    if (text[at] === to && --depth === 0) return at
  }
  return text.length
}

type Need = 'compartment' | 'recordedAt' | 'retractedAt'
const EVERY: Need[] = ['compartment', 'recordedAt', 'retractedAt']

/** What shows history, or a whole report with what was retracted: rights as ever, and no `retractedAt` at these variables. */
const PAST: Record<string, string[]> = { 'entity/history': ['d', 'e', 'r'], 'report/open': ['d', 'k'] }

/** Nodes with rights of their own, and what must be tested of each where it is found. */
const ROOTS: Record<string, Need[]> = {
  Report: ['compartment', 'recordedAt'],
  Message: ['compartment'],
  Notice: ['compartment'],
  Card: ['compartment', 'recordedAt', 'retractedAt'],
  PacketSet: ['compartment'],
  Event: ['compartment'],
  Question: ['compartment'],
  Hit: ['compartment'],
  Structure: ['compartment'],
}
/** A report or card of the caller's own office is changed as it stands, whatever the moment that is read at. */
const TIMELESS = [
  'report/own',
  'report/acts',
  'report/act',
  'card/own',
  'card/sealed',
  'report/sealed',
  'match/lapsed',
]

function has(condition: string, variable: string, need: Need): boolean {
  const v = variable
  const tests: Record<Need, string[]> = {
    compartment: [`$mask[${v}.compartment] = 1`, `${v}.compartment IN $compartments`],
    recordedAt: [`${v}.recordedAt <= $asOf`],
    retractedAt: [`${v}.retractedAt > $asOf`],
  }
  return tests[need].some((test) => conjuncts(condition).includes(test))
}

/** The parts that are joined by AND at the top: a test inside an OR or a NOT is none. */
function conjuncts(condition: string): string[] {
  const parts: string[] = []
  let depth = 0
  let from = 0
  for (let at = 0; at < condition.length; at++) {
    if ('([{'.includes(condition[at]!)) depth += 1
    if (')]}'.includes(condition[at]!)) depth -= 1
    if (depth === 0 && condition.startsWith(' AND ', at)) {
      parts.push(condition.slice(from, at))
      from = at + 5
    }
  }
  const found = [...parts, condition.slice(from)].map((part) => part.trim())
  return found.some((part) => / OR /.test(topLevel(part))) ? [] : found
}

const topLevel = (part: string): string => {
  let depth = 0
  return [...part]
    .filter((char) => {
      if ('([{'.includes(char)) depth += 1
      const outside = depth === 0
      if (')]}'.includes(char)) depth -= 1
      return outside
    })
    .join('')
}

/** The WHERE of the MATCH in which something stands; empty where another clause comes between. */
function whereOf(text: string, at: number): string {
  const after = text.slice(at)
  const end = /\b(?:WITH|RETURN|MATCH|OPTIONAL|CALL|UNWIND|CREATE|ORDER|UNION|SET|DELETE)\b/.exec(
    after.slice(1),
  )
  const clause = after.slice(0, end ? end.index + 1 : undefined)
  const where = /\bWHERE\b/.exec(outsideBrackets(clause))
  if (!where) return ''
  return flat(clause.slice(where.index + 5))
}

/** The same length, with what stands in square brackets blanked: a WHERE in there is the hop's own. */
function outsideBrackets(text: string): string {
  let depth = 0
  return [...text]
    .map((char) => {
      if (char === '[') depth += 1
      const shown = depth === 0 ? char : ' '
      if (char === ']') depth -= 1
      return shown
    })
    .join('')
}

const flat = (text: string) =>
  text
    .replace(/\s+/g, ' ')
    .replace(/ USING INDEX .*?(?= WHERE)/, '')
    .trim()

/** Every hop and every starting row of a read that is not scoped where it stands, in words. */
export function unscoped(name: string, source: string): string[] {
  const text = clean(source)
  const wrong: string[] = []
  for (const hop of hopsOf(text)) {
    const { variable, types } = hop
    if (types.length === 0) wrong.push(`a hop without a type: ${hop.text}`)
    else if (hop.text.includes('*')) {
      const test = /all\(r IN relationships\(p\) WHERE (.*?)\)\s/s.exec(text)
      if (!test || EVERY.some((need) => !has(flat(test[1]!), 'r', need)))
        wrong.push(`a long hop without its tests: ${hop.text}`)
    } else if (!variable) wrong.push(`a hop without a variable: ${hop.text}`)
    else {
      const inner = flat(/\bWHERE\b(.*)$/s.exec(hop.text)?.[1] ?? '')
      const outer = whereOf(text, hop.at)
      const needs =
        PAST[name]?.includes(variable) && !/label IS NOT NULL/.test(inner + outer) ? EVERY.slice(0, 2) : EVERY
      for (const need of needs)
        if (!has(inner, variable, need) && !has(outer, variable, need))
          wrong.push(`${variable} without ${need}: ${flat(hop.text)}`)
    }
  }
  for (const { index, 1: variable, 2: label } of text.matchAll(
    /\bMATCH \((\w+):(Report|Message|Notice|PacketSet|Event|Card|Question|Hit|Structure)\b/g,
  ))
    for (const need of TIMELESS.includes(name) ? (['compartment'] as Need[]) : ROOTS[label!]!)
      if (!rootHas(text, index, variable!, label!, need)) wrong.push(`${label} without ${need}`)
  return wrong
}

function rootHas(text: string, at: number, variable: string, label: string, need: Need): boolean {
  const condition = whereOf(text, at)
  if (label === 'Notice')
    return /any\(c IN n\.compartments WHERE \$mask\[toInteger\(c\)\] = 1\)/.test(condition)
  // What says only that another version was withdrawn is asked of a chain whose own version was tested.
  if (/\{chain: r\.chain\}/.test(text.slice(at, at + 40))) return true
  return has(condition, variable, need)
}
