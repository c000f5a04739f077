import { builder } from './builder.ts'
import { code } from './codes.ts'
import { AuditQuestion, type AuditPage as Page, type AuditPeriod as Period } from './wire/audit.ts'
import { EraseOrder } from './wire/audit-erasure.ts'
import { Fault, faultOf } from './wire/fault.ts'
import { faultsOf } from './wire/report.ts'

const AuditPeriod = builder.objectRef<Period>('AuditPeriod').implement({
  description: 'The keys of one hour of your state, wrapped to its auditors.',
  fields: (t) => ({
    id: t.exposeInt('id'),
    country: t.exposeString('country'),
    from: t.float({ resolve: ({ from }) => from }),
    to: t.float({ resolve: ({ to }) => to }),
    wrapped: t.exposeString('wrapped'),
  }),
})

const AuditRecord = builder.objectRef<Page['records'][number]>('AuditRecord').implement({
  fields: (t) => ({
    index: t.exposeInt('index'),
    leaf: t.exposeString('leaf'),
    frame: t.exposeString('frame'),
  }),
})

const AuditPage = builder.objectRef<Page>('AuditPage').implement({
  fields: (t) => ({
    records: t.field({ type: [AuditRecord], resolve: ({ records }) => records }),
    after: t.exposeInt('after', { nullable: true }),
  }),
})

const RecordErased = builder.objectRef<{ index: number; by: number }>('RecordErased').implement({
  fields: (t) => ({
    index: t.exposeInt('index'),
    by: t.exposeInt('by', {
      description: 'The record of the erasure, which stays in the log for everybody.',
    }),
  }),
})

builder.mutationFields((t) => ({
  eraseRecords: t.field({
    type: [RecordErased],
    description:
      'Destroys salt and detail of records of callers of your state, for good. Their leaves stay, so that every proof holds.',
    args: {
      records: t.arg.intList({ required: true }),
      reason: t.arg({ type: code('EraseReason'), required: true }),
    },
    resolve: (_, order, { audit }) => {
      const parsed = EraseOrder.safeParse(order)
      if (!parsed.success) throw faultOf(faultsOf(parsed.error, []))
      return audit.erase(parsed.data)
    },
  }),
}))

builder.queryFields((t) => ({
  auditPeriods: t.field({
    type: [AuditPeriod],
    args: { from: t.arg({ type: 'Time', required: true }), to: t.arg({ type: 'Time', required: true }) },
    resolve: async (_, { from, to }, { audit }) => {
      if (Date.parse(to) - Date.parse(from) > 31 * 86_400_000)
        throw new Fault('BAD_DATE', 'expected at most 31 days')
      return audit.periods(Date.parse(from), Date.parse(to))
    },
  }),
  auditEntries: t.field({
    type: AuditPage,
    description:
      'Encrypted records of callers of your state, by tokens that only its auditors can compute. An erased record comes whatever is asked for, with the record of its erasure.',
    args: { question: t.arg({ type: 'Json', required: true }) },
    resolve: async (_, { question }, { audit }) => {
      const parsed = AuditQuestion.safeParse(question)
      if (!parsed.success) throw faultOf(faultsOf(parsed.error, ['question']))
      return audit.search(parsed.data)
    },
  }),
}))
