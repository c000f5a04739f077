import { builder } from './builder.ts'
import { code } from './codes.ts'
import { inputFields } from './fields.ts'
import { DESCRIPTION_KINDS, DESCRIPTIONS, RELATION_KINDS, RELATIONS } from './wire/model.ts'

// What a report is made of. `schema/wire/report.ts` judges it: here stands only which fields there are.

const pascal = (name: string) => name.charAt(0).toUpperCase() + name.slice(1)

const descriptions = Object.fromEntries(
  DESCRIPTION_KINDS.map((kind) => [
    kind,
    builder.inputType(`${pascal(kind)}Says`, {
      fields: (t) => ({ entity: t.string({ required: true }), ...inputFields(t, DESCRIPTIONS[kind].fields) }),
    }),
  ]),
)
const relations = Object.fromEntries(
  RELATION_KINDS.map((kind) => [
    kind,
    builder.inputType(`${pascal(kind)}Says`, {
      fields: (t) => ({
        from: t.string({ required: true }),
        to: t.string({ required: true }),
        ...inputFields(t, RELATIONS[kind].fields),
      }),
    }),
  ]),
)

type InputBuilder = Parameters<typeof inputFields>[0]

const grading = (t: InputBuilder) => ({
  source: t.field({ type: code('Source') }),
  information: t.field({ type: code('Information') }),
  basis: t.field({ type: code('Basis') }),
  observedFrom: t.field({ type: 'Day' }),
  observedTo: t.field({ type: 'Day' }),
  handling: t.field({ type: [code('Handling')] }),
  sensitivity: t.field({ type: code('Sensitivity') }),
  evidenceUse: t.field({ type: code('EvidenceUse') }),
  onward: t.field({ type: code('Onward') }),
})

export const ClaimDefaults = builder.inputType('ClaimDefaults', {
  description: 'What holds for every claim of the report that does not say otherwise.',
  fields: grading,
})

const ClaimInput = builder.inputType('ClaimInput', {
  description: 'One claim: its grading, and exactly one of the kinds of claim.',
  fields: (t) => ({
    ...grading(t),
    ...Object.fromEntries(
      Object.entries({ ...descriptions, ...relations }).map(([kind, type]) => [kind, t.field({ type })]),
    ),
  }),
})

const EntityInput = builder.inputType('EntityInput', {
  description:
    'An entity that the claims speak of by its local name: a new one, or with `id` one that exists.',
  fields: (t) => ({
    local: t.string({ required: true }),
    kind: t.field({ type: code('Kind'), required: true }),
    id: t.id(),
  }),
})

export const TransferInput = builder.inputType('TransferInput', {
  fields: (t) => ({
    country: t.string({ required: true }),
    basis: t.field({ type: code('TransferBasis'), required: true }),
    assessment: t.string({ required: true, description: 'Reference of the assessment, a code name.' }),
  }),
})

export const ReleaseInput = builder.inputType('ReleaseInput', {
  description: 'Who sees a report. Each foreign country that it reaches needs a transfer basis.',
  fields: (t) => ({
    to: t.stringList({ required: true, description: 'all, country:XX, office:…, team:…, person:…' }),
    except: t.stringList(),
    transfers: t.field({ type: [TransferInput] }),
  }),
})

const NoteFactsInput = builder.inputType('NoteFactsInput', {
  fields: (t) => ({
    id: t.id({ required: true }),
    report: t.string({ required: true }),
    office: t.string({ required: true }),
    created: t.string({ required: true }),
    profile: t.string({ required: true }),
  }),
})

const NoteInput = builder.inputType('NoteInput', {
  description: 'A sealed note, made and encrypted by the client.',
  fields: (t) => ({
    facts: t.field({ type: NoteFactsInput, required: true }),
    audience: t.stringList({ required: true }),
    ciphertext: t.string({ required: true }),
    signature: t.string({ required: true }),
  }),
})

const contents = (t: InputBuilder) => ({
  key: t.string({
    required: true,
    description: 'Idempotency key of the office: sending the same again changes nothing.',
  }),
  reference: t.string(),
  purpose: t.field({ type: code('Purpose'), required: true }),
  legalBasis: t.string({ required: true }),
  reviewDue: t.field({ type: 'Day', required: true }),
  defaults: t.field({ type: ClaimDefaults }),
  note: t.field({ type: NoteInput }),
  entities: t.field({ type: [EntityInput], required: true }),
  claims: t.field({ type: [ClaimInput], required: true }),
})

export const ReportInput = builder.inputType('ReportInput', {
  fields: (t) => ({ ...contents(t), release: t.field({ type: ReleaseInput, required: true }) }),
})

export const CorrectionInput = builder.inputType('CorrectionInput', {
  description: 'A whole new version of a report. It goes wherever the report goes.',
  fields: contents,
})
