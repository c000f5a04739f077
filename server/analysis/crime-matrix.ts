/** Claims that link something (a network, a leg) to another crime, a column each. */
export type CrimeLinks = {
  count: number
  /** Which network or leg. */
  subject: ArrayLike<number>
  /** The linked crime and the type of the link, as numbers of their lists. */
  crime: ArrayLike<number>
  link: ArrayLike<number>
  /** Who says it: the claim, its report and the office, as numbers. */
  claim: ArrayLike<number>
  report: ArrayLike<number>
  office: ArrayLike<number>
  /** Places in `SOURCES` and `INFORMATIONS`: the higher the number the worse, what cannot be assessed last. */
  source: ArrayLike<number>
  information: ArrayLike<number>
}

/** What speaks for one crime beside one subject. */
export type CrimeCell = {
  subject: number
  crime: number
  /** Each counted once. */
  claims: number
  reports: number
  offices: number
  links: number[]
  /** 4×4 grades source and information apart, and so do these: the best source need not have given the best information. */
  best: { source: number; information: number }
  worst: { source: number; information: number }
}

/**
 * The matrix by subject and crime, of those cells that have something. There is no sum over crimes, and none is to be made: smuggling and trafficking
 * are different offences (law 6), and the same report may speak of both. Sharing a route is no link; only claims count that say so. By
 * subject and then crime. O(claims · log claims). Throws RangeError on columns of different lengths.
 */
export function crimeMatrix(links: CrimeLinks): CrimeCell[] {
  const { count, ...columns } = links
  for (const column of Object.values(columns))
    if (column.length !== count)
      throw new RangeError(`expected columns of ${count} claims, got one of ${column.length}`)
  const rows = Array.from({ length: count }, (_, row) => row)
  const bySubject = Map.groupBy(rows, (row) => links.subject[row]!)
  return [...bySubject]
    .flatMap(([subject, own]) =>
      [...Map.groupBy(own, (row) => links.crime[row]!)].map(([crime, said]) =>
        cellOf(links, subject, crime, said),
      ),
    )
    .sort((a, b) => a.subject - b.subject || a.crime - b.crime)
}

function cellOf(links: CrimeLinks, subject: number, crime: number, rows: number[]): CrimeCell {
  const distinct = (column: ArrayLike<number>) => new Set(rows.map((row) => column[row]!))
  const grades = (column: ArrayLike<number>) => [...distinct(column)].sort((a, b) => a - b)
  const [sources, informations] = [grades(links.source), grades(links.information)]
  return {
    ...{ subject, crime },
    claims: distinct(links.claim).size,
    reports: distinct(links.report).size,
    offices: distinct(links.office).size,
    links: grades(links.link),
    best: { source: sources[0]!, information: informations[0]! },
    worst: { source: sources.at(-1)!, information: informations.at(-1)! },
  }
}

export type ReturnCargo = {
  leg: number
  /** A leg that leads the other way between the same two places. */
  back: number
  /** What is linked to that one. */
  cells: CrimeCell[]
}

/**
 * Return-leg cargo: for each leg, the crimes that claims link to the legs which lead back between the same places. That vehicles go back loaded
 * is what the claims about the return leg say, and nothing of who drove them here. By leg and then the other. O(legs + cells + answer). A leg from a
 * place to itself has no way back. Throws RangeError where the two ends differ in number.
 */
export function returnCargo(
  legs: { from: ArrayLike<number>; to: ArrayLike<number> },
  cells: readonly CrimeCell[],
): ReturnCargo[] {
  const { from, to } = legs
  if (from.length !== to.length)
    throw new RangeError(`expected two ends of each leg, got ${from.length} and ${to.length}`)
  const all = Array.from({ length: from.length }, (_, leg) => leg)
  const byEnds = Map.groupBy(all, (leg) => `${from[leg]} ${to[leg]}`)
  const linked = Map.groupBy(cells, ({ subject }) => subject)
  return all.flatMap((leg) =>
    (from[leg] === to[leg] ? [] : (byEnds.get(`${to[leg]} ${from[leg]}`) ?? [])).flatMap((back) => {
      const own = linked.get(back)
      return own ? [{ leg, back, cells: own }] : []
    }),
  )
}
