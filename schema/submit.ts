import { builder } from './builder.ts'
import { code } from './codes.ts'
import type { Submitted } from './context.ts'
import { CorrectionInput, ReleaseInput, ReportInput } from './inputs.ts'
import { Report, reportAt } from './report.ts'

const LocalId = builder.objectRef<{ local: string; id: string }>('LocalId').implement({
  fields: (t) => ({ local: t.exposeString('local'), id: t.exposeID('id') }),
})

const SubmittedType = builder.objectRef<Submitted>('Submitted').implement({
  fields: (t) => ({
    report: t.field({
      type: Report,
      nullable: true,
      description: "The report as it stands now, under today's scope.",
      // What was just written is read at the newest version, not at the request's.
      resolve: (done, _, context) =>
        done.report ? reportAt(context, done.report, context.time.moment(null)) : null,
    }),
    ids: t.field({
      type: [LocalId],
      description: 'Your local names and their ids.',
      resolve: ({ ids }) => ids,
    }),
    replayed: t.exposeBoolean('replayed', {
      description: 'Whether this key had been used before: nothing was written.',
    }),
  }),
})

builder.mutationFields((t) => ({
  submitReport: t.field({
    type: SubmittedType,
    description: 'Stores a report whole, or nothing of it: all faults come back together.',
    args: { input: t.arg({ type: ReportInput, required: true }) },
    resolve: (_, { input }, { reports }) => reports.submit(input),
  }),
  correctReport: t.field({
    type: SubmittedType,
    args: { report: t.arg.id({ required: true }), input: t.arg({ type: CorrectionInput, required: true }) },
    resolve: (_, { report, input }, { reports }) => reports.correct(report, input),
  }),
  withdrawReport: t.field({
    type: SubmittedType,
    args: {
      report: t.arg.id({ required: true }),
      key: t.arg.string({ required: true }),
      reason: t.arg({ type: code('WithdrawReason'), required: true }),
    },
    resolve: (_, { report, key, reason }, { reports }) => reports.withdraw(report, key, reason),
  }),
  eraseReport: t.field({
    type: SubmittedType,
    args: {
      report: t.arg.id({ required: true }),
      key: t.arg.string({ required: true }),
      reason: t.arg({ type: code('EraseReason'), required: true }),
    },
    resolve: (_, { report, key, reason }, { reports }) => reports.erase(report, key, reason),
  }),
  releaseReport: t.field({
    type: SubmittedType,
    description: 'Sets a new release, wider or narrower, for every version of the report.',
    args: {
      report: t.arg.id({ required: true }),
      key: t.arg.string({ required: true }),
      release: t.arg({ type: ReleaseInput, required: true }),
    },
    resolve: (_, { report, key, release }, { reports }) => reports.release(report, key, release),
  }),
}))
