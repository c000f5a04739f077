import { builder } from '../builder.ts'
import { code } from '../codes.ts'
import type { Information, Source } from '../wire/codes.ts'

// How many claims stand behind a figure, and how they are graded: every count of an analysis is shown with it.

export type Grades = { source: Source; information: Information }
export type EvidenceCount = {
  claims: number
  reports: number
  offices: number
  /** Null where there is no claim. */
  best: Grades | null
  worst: Grades | null
}

const GradesType = builder.objectRef<Grades>('Grades').implement({
  description: '4×4. The best source need not have given the best information.',
  fields: (t) => ({
    source: t.field({ type: code('Source'), resolve: ({ source }) => source }),
    information: t.field({ type: code('Information'), resolve: ({ information }) => information }),
  }),
})

export const EvidenceCountType = builder.objectRef<EvidenceCount>('EvidenceCount').implement({
  description: 'The claims that a figure rests on, each counted once, and between which gradings they lie.',
  fields: (t) => ({
    claims: t.exposeInt('claims'),
    reports: t.exposeInt('reports'),
    offices: t.exposeInt('offices'),
    best: t.field({ type: GradesType, nullable: true, resolve: ({ best }) => best }),
    worst: t.field({ type: GradesType, nullable: true, resolve: ({ worst }) => worst }),
  }),
})
