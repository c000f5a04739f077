import { officeSight } from '../analyst/office-sight.ts'
import type { Compartments } from '../compartments.ts'
import type { Directory } from '../directory.ts'

/** The compartments that the office as such sees, or anybody whose own office it is; null where it is not in force. */
export function sightOfOffice(
  { directory, compartments }: { directory: Directory; compartments: Compartments },
  office: string,
): number[] | null {
  const body = directory.office(office)
  if (!body) return null
  const own = directory.callersOf(office).filter((caller) => caller.office === office)
  const callers = [officeSight(directory, body).office, ...own]
  return [...new Set(callers.flatMap((caller) => compartments.sightOf(caller).compartments))]
}
