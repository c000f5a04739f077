import {
  type ReportHead,
  type ReportRow,
  reportAcknowledgements,
  reportActs,
  reportList,
  reportNote,
  reportNotices,
  reportOpen,
  reportOwn,
} from '../cypher/report/report.ts'
import { builder } from './builder.ts'
import { byId, Description, Relation, shownDescriptions, shownRelations } from './claim.ts'
import { code } from './codes.ts'
import type { Context, Moment, SealedObject } from './context.ts'
import { pageSize, pageStart } from './page.ts'

/** A report at a moment. Its claims are fetched when a field needs them, once. */
export type ShownReport = ReportHead & { moment: Moment; content?: Promise<ReportRow | undefined> }

const Note = builder.objectRef<SealedObject>('SealedNote').implement({
  description: 'A sealed note: an OpenPGP message to the offices of the release. The server cannot read it.',
  fields: (t) => ({
    id: t.exposeID('id'),
    facts: t.exposeString('facts', {
      description: 'Its routing facts, JSON: the client matches them with those inside.',
    }),
    ciphertext: t.exposeString('ciphertext', { description: 'Base64.' }),
    signature: t.exposeString('signature'),
  }),
})

export const Release = builder
  .objectRef<{ to: string[]; except: string[]; countries: string[] }>('Release')
  .implement({
    fields: (t) => ({
      to: t.exposeStringList('to'),
      except: t.exposeStringList('except'),
      countries: t.exposeStringList('countries', {
        description: 'The originator and every country with a transfer basis.',
      }),
    }),
  })

type ShownAct = {
  id: string
  kind: string
  report: string
  version: number
  author: string
  reason: string | null
  release: string | null
}
const Act = builder.objectRef<ShownAct>('Act').implement({
  description: 'Something that was done with a report.',
  fields: (t) => ({
    id: t.exposeID('id'),
    kind: t.exposeString('kind'),
    report: t.exposeID('report'),
    author: t.exposeString('author'),
    reason: t.exposeString('reason', { nullable: true }),
    time: t.field({ type: 'Time', resolve: (act, _, { time }) => time.of(act.version) }),
    release: t.field({
      type: 'Json',
      nullable: true,
      resolve: (act) => (act.release ? JSON.parse(act.release) : null),
    }),
  }),
})

type Acknowledged = { office: string; kind: string; time: number }
const Acknowledgement = builder.objectRef<Acknowledged>('Acknowledgement').implement({
  description: 'An office that has taken note of what became of a report.',
  fields: (t) => ({
    office: t.exposeString('office'),
    kind: t.field({ type: code('NoticeKind'), resolve: ({ kind }) => kind }),
    at: t.field({ type: 'Time', resolve: ({ time }) => new Date(time).toISOString() }),
  }),
})

export const Report = builder.objectRef<ShownReport>('Report').implement({
  description: 'What an office contributed at one time.',
  fields: (t) => ({
    id: t.exposeID('id'),
    office: t.exposeString('office'),
    reference: t.exposeString('reference', { nullable: true }),
    purpose: t.field({ type: code('Purpose'), resolve: ({ purpose }) => purpose }),
    legalBasis: t.exposeString('legalBasis'),
    reviewDue: t.expose('reviewDue', { type: 'Day' }),
    recorded: t.field({ type: 'Time', resolve: (report, _, { time }) => time.of(report.recordedAt) }),
    status: t.field({
      type: code('ReportStatus'),
      resolve: (report) => (isOver(report) ? report.retractedAs! : 'CURRENT'),
    }),
    corrects: t.exposeID('corrects', { nullable: true }),
    correctedBy: t.id({ nullable: true, resolve: (report) => (isOver(report) ? report.correctedBy : null) }),
    descriptions: t.field({
      type: [Description],
      resolve: async (report, _, context) => {
        const row = await content(report, context)
        if (!row) return []
        const entityOf = new Map(row.said.map(([id, , said]) => [said, id]))
        return shownDescriptions([...entityOf.keys()], byId(row.nodes), (said) => entityOf.get(said)!)
      },
    }),
    relations: t.field({
      type: [Relation],
      resolve: async (report, _, context) => {
        const row = await content(report, context)
        return row ? shownRelations(row.claims, byId(row.nodes)) : []
      },
    }),
    note: t.field({ type: Note, nullable: true, resolve: (report, _, context) => noteOf(report, context) }),
    release: t.field({
      type: Release,
      nullable: true,
      description: 'For the originator only.',
      resolve: (report, _, { caller, directory }) =>
        report.office === caller.office ? directory.reach(report.compartment) : null,
    }),
    acts: t.field({
      type: [Act],
      description: 'For the originator only: who did what with it, and every release it ever had.',
      resolve: (report, _, { caller, ask }) =>
        report.office === caller.office
          ? ask(reportActs, { id: report.id, office: caller.office }, report.moment.version)
          : [],
    }),
    reached: t.stringList({
      nullable: true,
      description: 'For the originator only: every other office that its release reaches or ever reached.',
      resolve: async (report, _, { caller, ask, directory }) => {
        if (report.office !== caller.office) return null
        const [own] = await ask(reportOwn, { id: report.id, office: caller.office })
        return own ? directory.reached(own.compartments).filter((office) => office !== caller.office) : null
      },
    }),
    acknowledgements: t.field({
      type: [Acknowledgement],
      description: 'For the originator only: who has taken note of its corrections, narrowings and end.',
      resolve: (report, _, { caller, ask }) =>
        report.office === caller.office
          ? ask(reportAcknowledgements, { chain: report.chain, office: caller.office })
          : [],
    }),
  }),
})

const isOver = (report: ShownReport) =>
  report.retractedAs !== null && report.retractedAt <= report.moment.version

function content(report: ShownReport, { ask }: Context): Promise<ReportRow | undefined> {
  report.content ??= ask(reportOpen, { id: report.id, content: true }, report.moment.version).then(
    ([row]) => row,
  )
  return report.content
}

async function noteOf(report: ShownReport, { ask, messages }: Context): Promise<SealedObject | null> {
  if (!report.note) return null
  const [row] = await ask(reportNote, { id: report.id }, report.moment.version)
  const ciphertext = row ? await messages.note(row.noteObject, report.office) : null
  return row && ciphertext
    ? { id: row.noteObject, facts: row.note, ciphertext, signature: row.signature }
    : null
}

/** A report at a moment; hidden and absent are one answer. */
export async function reportAt(context: Context, id: string, moment: Moment): Promise<ShownReport | null> {
  const whole = context.asks('descriptions', 'relations')
  const [row] = await context.ask(reportOpen, { id, content: whole }, moment.version)
  return row ? { ...row, moment, ...(whole && { content: Promise.resolve(row) }) } : null
}

type ReportRows = { total: number; rows: ShownReport[]; cursors: string[]; more: boolean }
const ReportPage = builder.objectRef<ReportRows>('ReportPage').implement({
  fields: (t) => ({
    totalCount: t.exposeInt('total'),
    nodes: t.field({ type: [Report], resolve: ({ rows }) => rows }),
    endCursor: t.string({ nullable: true, resolve: ({ cursors }) => cursors.at(-1) ?? null }),
    hasNextPage: t.exposeBoolean('more'),
  }),
})

type ShownNotice = { id: string; kind: string; report: string; office: string; version: number }
const Notice = builder.objectRef<ShownNotice>('Notice').implement({
  description:
    'Word about a report that was once released to you: it was corrected, narrowed, withdrawn or erased.',
  fields: (t) => ({
    id: t.exposeID('id'),
    kind: t.field({ type: code('NoticeKind'), resolve: ({ kind }) => kind }),
    report: t.exposeID('report'),
    office: t.exposeString('office'),
    time: t.field({ type: 'Time', resolve: (notice, _, { time }) => time.of(notice.version) }),
  }),
})

builder.queryFields((t) => ({
  report: t.field({
    type: Report,
    nullable: true,
    args: { id: t.arg.id({ required: true }), asOf: t.arg({ type: 'Time' }) },
    resolve: (_, { id, asOf }, context) => reportAt(context, id, context.time.moment(asOf)),
  }),
  reports: t.field({
    type: ReportPage,
    description: 'A page of reports, newest first.',
    args: {
      office: t.arg.string(),
      reference: t.arg.string(),
      first: t.arg.int(),
      after: t.arg.string(),
      asOf: t.arg({ type: 'Time' }),
    },
    resolve: async (_, args, context): Promise<ReportRows> => {
      const size = pageSize(args.first)
      const { moment, after, bound } = pageStart<number>(context, 'reports', args)
      const { office = null, reference = null } = args
      // Positions are times: versions never leave the server, for they count what is hidden too. What is older than a
      // time stands at or before the last version of the millisecond before, also where failed writes left gaps.
      const before = after === null ? null : context.time.at(after - 1) + 1
      const rows = await context.ask(
        reportList,
        { office, reference, after: before, first: size + 1 },
        moment.version,
      )
      const found = rows.flatMap((row) => (row.id === null ? [] : [{ ...row, moment }]))
      const shown = found.slice(0, size)
      const timeOf = (report: ShownReport) => Date.parse(context.time.of(report.recordedAt))
      return {
        total: rows[0]?.total ?? 0,
        rows: shown,
        cursors: shown.map((report) => context.cursors.seal('reports', bound, moment, timeOf(report))),
        more: found.length > size,
      }
    },
  }),
  acknowledgements: t.field({
    type: [Acknowledgement],
    description: 'The same by the id of a report that is erased: of its first version, where it had several.',
    args: { report: t.arg.id({ required: true }) },
    resolve: (_, { report }, { ask, caller }) =>
      ask(reportAcknowledgements, { chain: report, office: caller.office }),
  }),
  notices: t.field({
    type: [Notice],
    args: { first: t.arg.int(), before: t.arg({ type: 'Time' }) },
    resolve: (_, { first, before }, { ask, time }) =>
      ask(reportNotices, {
        after: before ? time.at(Date.parse(before) - 1) + 1 : null,
        first: pageSize(first),
      }),
  }),
}))

const TakenNote = builder.objectRef<{ notice: string; time: number }>('TakenNote').implement({
  fields: (t) => ({
    notice: t.exposeID('notice'),
    at: t.field({ type: 'Time', resolve: ({ time }) => new Date(time).toISOString() }),
  }),
})

builder.mutationField('acknowledgeNotice', (t) =>
  t.field({
    type: TakenNote,
    description: 'Tells the originator of a report that your office has taken note of a notice about it.',
    args: { id: t.arg.id({ required: true }) },
    resolve: (_, { id }, { reports }) => reports.acknowledge(id),
  }),
)
