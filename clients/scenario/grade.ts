import type { Information, Source } from '../../schema/wire/codes.ts'

/** The 4×4 grading as officers write it: source A–C or X, information 1–4. */
export type Grade = `${Source}${1 | 2 | 3 | 4}`

export function gradeOf(grade: Grade): { source: Source; information: Information } {
  return { source: grade[0] as Source, information: `N${grade[1]}` as Information }
}
