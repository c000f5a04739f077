import { isOperational } from '../../schema/wire/caller.ts'
import type { Reach } from '../../schema/wire/release.ts'
import type { Directory } from '../directory.ts'

/** The offices somebody of which may see what has this reach today, by code. */
export function officesReached(reach: Reach, directory: Directory): string[] {
  const named = new Set(reach.to)
  const signatories = new Set(
    reach.to.flatMap((one) => directory.team(after(one, 'team:'))?.signatories ?? []),
  )
  const staffed = new Set(
    reach.to.flatMap((one) => directory.assignments(after(one, 'person:')).map(({ office }) => office)),
  )
  const offices = directory.offices()
  const parents = new Map(offices.map(({ office, parent }) => [office, parent]))
  const withAncestors = (code: string | null): string[] =>
    code === null ? [] : [code, ...withAncestors(parents.get(code) ?? null)]
  return offices
    .filter(({ office, country, kind }) => {
      const lineage = withAncestors(office)
      if (!reach.countries.includes(country)) return false
      if (lineage.some((code) => reach.except.includes(`office:${code}`))) return false
      if (isOperational(kind) && (named.has('all') || named.has(`country:${country}`))) return true
      return (
        lineage.some((code) => named.has(`office:${code}`) || signatories.has(code)) || staffed.has(office)
      )
    })
    .map(({ office }) => office)
}

const after = (principal: string, prefix: string) =>
  principal.startsWith(prefix) ? principal.slice(prefix.length) : ''
