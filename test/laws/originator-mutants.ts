import { expect } from 'vitest'
import { STATEMENTS } from '../../cypher/index.ts'
import { bend } from './bendable.ts'
import { field, type Mutant, swap } from './broken.ts'
import { graph, ownOnly, portolan } from './originator-acts.ts'

// What breaks law 7, one way at a time. `checkRelease` is bent where the test file makes its module bendable.

type Row = Record<string, unknown> & { notice?: object; notices?: object[] }
/** What is written by one statement is something else, or nothing. */
const writing = (name: string, as: (row: Row) => Row) => () => {
  const { writer } = portolan.instance
  return swap(portolan.instance, 'writer', {
    ...writer,
    write: (statement, id, changes, make) =>
      writer.write(statement, id, changes, (stamp) => {
        const row = make(stamp) as Row
        return statement.name === name ? as(row) : row
      }),
  })
}
/** A notice for those who were in no compartment. */
const toNobody = (notice: object) => ({ ...notice, compartments: [] })
/** A statement with something else in the place of a part of it. */
const asking = (name: string, from: string, to: string) => () => {
  const { read, write } = graph
  const bent = <S extends { name: string; text: string }>(one: S): S =>
    one.name === name ? { ...one, text: one.text.replace(from, to) } : one
  expect(Object.values(STATEMENTS).find((one) => one.name === name)!.text).toContain(from)
  const undo = [
    swap(graph, 'read', (statement, ...rest) => read(bent(statement), ...rest)),
    swap(graph, 'write', (statement, ...rest) => write(bent(statement), ...rest)),
  ]
  return () => {
    for (const one of undo) one()
  }
}

export const MUTANTS: Mutant[] = [
  [
    'any office changes what it sees',
    asking('report/own', 'AND r.office = $office', 'AND $office = $office'),
  ],
  [
    'a sub-unit counts as its parent',
    () =>
      swap(field('Report', 'release'), 'resolve', (one, _, { caller, directory }) =>
        caller.offices.includes((one as { office: string }).office)
          ? directory.reach((one as { compartment: number }).compartment)
          : null,
      ),
  ],
  ['no release needs a ground', () => bend('checkRelease', () => () => [])],
  [
    'a widening needs no ground',
    () => {
      const honest = field('Mutation', 'releaseReport').resolve!
      let widening = false
      const undo = [
        bend(
          'checkRelease',
          (check) =>
            (...args) =>
              widening ? [] : check(...args),
        ),
        swap(field('Mutation', 'releaseReport'), 'resolve', async (...args) => {
          widening = true
          return Promise.resolve(honest(...args)).finally(() => {
            widening = false
          })
        }),
      ]
      return () => {
        for (const one of undo) one()
      }
    },
  ],
  [
    'one ground is enough for every country',
    () =>
      bend(
        'checkRelease',
        (check) =>
          (release, ...rest) =>
            release.transfers.length > 0 ? [] : check(release, ...rest),
      ),
  ],
  [
    'anybody names any team',
    () => {
      const { directory } = portolan.instance
      const honest = directory.principalExists
      return swap(directory, 'principalExists', (principal, caller) =>
        principal === 'team:sea' ? true : honest(principal, caller),
      )
    },
  ],
  [
    'a correction stays with its originator',
    writing('report/correct', (row) => ({
      ...row,
      report: { ...(row.report as object), compartment: ownOnly },
    })),
  ],
  [
    'nobody is told of a correction',
    writing('report/correct', (row) => ({ ...row, notices: row.notices!.map(toNobody) })),
  ],
  [
    'nobody is told of a narrowing',
    writing('report/release', (row) => ({ ...row, notice: toNobody(row.notice!) })),
  ],
  [
    'nobody is told of an erasure',
    writing('report/erase', (row) => ({ ...row, notice: toNobody(row.notice!) })),
  ],
  [
    'a narrowing narrows the report, and none of its descriptions',
    asking('report/release', 'SET d.compartment = row.compartment', 'SET d.moved = 1'),
  ],
  [
    'a narrowing narrows the report, and none of its relations',
    asking('report/release', 'SET k.compartment = row.compartment', 'SET k.moved = 1'),
  ],
  [
    'a moment before brings back what was narrowed',
    () => {
      const { compartments } = portolan.instance
      const all = new Set<number>()
      return swap(portolan.instance, 'compartments', {
        ...compartments,
        async numberOf(reach) {
          const number = await compartments.numberOf(reach)
          all.add(number)
          return number
        },
        sightOf(caller) {
          const { mask, compartments: seen } = compartments.sightOf(caller)
          const wide = Int8Array.from(mask, (bit, number) => (all.has(number) ? 1 : bit))
          return { mask: wide, compartments: [...new Set([...seen, ...all])] }
        },
      })
    },
  ],
  [
    'an erasure only hides',
    asking('report/erase', 'FOREACH (r IN rs | DELETE r)', 'FOREACH (r IN rs | SET r.compartment = 900000)'),
  ],
  ['an erasure leaves what was said of two things', asking('report/erase', 'DELETE k', 'SET k.gone = 1')],
  [
    'what was withdrawn may be released again',
    asking('report/own', "THEN 'WITHDRAWN' ELSE", 'THEN null ELSE'),
  ],
  [
    'an exclusion is for other offices only',
    () => {
      const { compartments } = portolan.instance
      return swap(portolan.instance, 'compartments', {
        ...compartments,
        sightOf: (caller) =>
          compartments.sightOf(
            caller.person === 'ne-dst.issa'
              ? { ...caller, principals: caller.principals.filter((one) => !one.startsWith('person:')) }
              : caller,
          ),
      })
    },
  ],
]
