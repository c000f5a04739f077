import { Fault, type FaultDetail, faultOf } from '../../schema/wire/fault.ts'
import { type Selector, selectorOf } from '../core/match/selectors.ts'

/**
 * Selectors of a file, one a line: type, value, and for plates and documents the country, for handles the platform, with commas
 * between. A first line that begins with `type` is a heading; blank lines are none. Throws every fault, each with its line.
 */
export function selectorsIn(text: string): Selector[] {
  const faults: FaultDetail[] = []
  const selectors = text.split(/\r?\n/).flatMap((line, at) => {
    if (line.trim() === '' || (at === 0 && /^\W*type\W/i.test(line))) return []
    const [kind = '', value = '', beside] = cellsOf(line)
    try {
      const more = kind.toUpperCase() === 'HANDLE' ? { platform: beside } : { country: beside }
      return [selectorOf({ kind: kind.toUpperCase(), value, ...more })]
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      faults.push({ code: error.code, message: error.message, path: [at + 1] })
      return []
    }
  })
  if (faults.length > 0) throw faultOf(faults)
  return selectors
}

/** A cell may stand in quotation marks, which are written twice within. */
const cellsOf = (line: string): string[] =>
  [...line.replace(/^\uFEFF/, '').matchAll(/(?:^|,)(?:\s*"((?:[^"]|"")*)"\s*|([^,]*))/g)].map(
    ([, quoted, bare]) => (quoted?.replaceAll('""', '"') ?? bare ?? '').trim(),
  )
