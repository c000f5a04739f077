import { builder } from './builder.ts'
import type { MonthOfConsultations } from './wire/consultation.ts'

const Consulting = builder.objectRef<MonthOfConsultations['offices'][number]>('Consulting').implement({
  fields: (t) => ({ office: t.exposeString('office'), count: t.exposeInt('count') }),
})

const Consultations = builder.objectRef<MonthOfConsultations>('Consultations').implement({
  description: 'How often other offices consulted what your office has: never who, what or why.',
  fields: (t) => ({
    month: t.exposeString('month'),
    floor: t.exposeInt('floor', { description: 'An office that consulted less often is not named.' }),
    step: t.exposeInt('step', { description: 'Counts are rounded down to a multiple of it.' }),
    offices: t.field({ type: [Consulting], resolve: ({ offices }) => offices }),
    others: t.exposeInt('others', { description: 'The sum of those that are not named, rounded as well.' }),
  }),
})

builder.queryFields((t) => ({
  consultations: t.field({
    type: Consultations,
    description: 'For the focal point of an office, of a month that is over.',
    args: { month: t.arg.string({ required: true, description: 'Such as 2026-10.' }) },
    resolve: (_, { month }, { consultations }) => consultations(month),
  }),
}))
