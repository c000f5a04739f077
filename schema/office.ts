import { builder } from './builder.ts'
import { code } from './codes.ts'
import type { Context } from './context.ts'
import { SignedBody, type TeamBody } from './wire/directory.ts'
import { Fault, faultOf } from './wire/fault.ts'
import type { KeyWarning } from './wire/key-warnings.ts'
import { faultsOf } from './wire/report.ts'

const Name = builder.objectRef<{ en: string; fr: string }>('Name').implement({
  fields: (t) => ({ en: t.exposeString('en'), fr: t.exposeString('fr') }),
})

const Office = builder.objectRef<ReturnType<Context['directory']['offices']>[number]>('Office').implement({
  fields: (t) => ({
    office: t.exposeString('office'),
    country: t.exposeString('country'),
    kind: t.field({ type: code('OfficeKind'), resolve: ({ kind }) => kind }),
    parent: t.exposeString('parent', { nullable: true }),
    name: t.field({ type: Name, resolve: ({ name }) => name }),
  }),
})

const Team = builder.objectRef<TeamBody>('Team').implement({
  description: 'A joint team that your office signed. Nobody else learns its roster, or that it exists.',
  fields: (t) => ({
    team: t.exposeString('team'),
    kind: t.field({ type: code('TeamKind'), resolve: ({ kind }) => kind }),
    name: t.field({ type: Name, resolve: ({ name }) => name }),
    signatories: t.exposeStringList('signatories'),
    members: t.exposeStringList('members'),
    from: t.expose('from', { type: 'Day' }),
    to: t.expose('to', { type: 'Day', nullable: true }),
  }),
})

const KeyWarningRef = builder.objectRef<KeyWarning>('KeyWarning').implement({
  description: 'A key that you answer for, and that ends within 60 days or has ended: renew it.',
  fields: (t) => ({
    holder: t.exposeString('holder'),
    fingerprint: t.exposeString('fingerprint'),
    expires: t.field({ type: 'Time', resolve: ({ expires }) => new Date(expires).toISOString() }),
    days: t.exposeInt('days'),
  }),
})

const Me = builder.objectRef<Context>('Me').implement({
  fields: (t) => ({
    person: t.string({ resolve: ({ caller }) => caller.person }),
    office: t.string({ resolve: ({ caller }) => caller.office }),
    country: t.string({ resolve: ({ caller }) => caller.country }),
    role: t.field({ type: code('OfficeRole'), resolve: ({ caller }) => caller.role }),
    principals: t.stringList({ resolve: ({ caller }) => caller.principals }),
    teams: t.field({ type: [Team], resolve: ({ directory }) => directory.teams() }),
    keyWarnings: t.field({
      type: [KeyWarningRef],
      description:
        'Your own keys, your offices’, their custodians’ and your country’s with its anchor’s, the soonest to end first.',
      resolve: ({ directory }) => directory.keyWarnings(),
    }),
    shownToday: t.int({
      description: 'Distinct entities shown to you today.',
      resolve: ({ budget }) => budget.status().shown,
    }),
    budget: t.int({
      description: 'How many may be, until a colleague approves more.',
      resolve: ({ budget }) => budget.status().limit,
    }),
  }),
})

builder.queryFields((t) => ({
  me: t.field({ type: Me, resolve: (_, __, context) => context }),
  offices: t.field({ type: [Office], resolve: (_, __, { directory }) => directory.offices() }),
  directory: t.field({
    type: 'Json',
    description:
      'The signed entries of the directory, for a client to check; of those about teams the hash. With `from`, the last one that the client has seen, so that it finds it unchanged, and those after it.',
    args: { from: t.arg.int({ defaultValue: 0 }) },
    resolve: (_, { from }, { directory }) => {
      if (from! < 0) throw new Fault('BAD_INPUT', `expected an index, got ${from}`, { path: ['from'] })
      return directory.entries(from!)
    },
  }),
}))

builder.mutationFields((t) => ({
  enterDirectory: t.field({
    type: 'Int',
    description:
      'Adds an entry that those have signed who must: an anchor, the signatories of a team, anchors of several countries. Gives its index.',
    args: { entry: t.arg({ type: 'Json', required: true }) },
    resolve: async (_, { entry }, { directory }) => {
      const parsed = SignedBody.safeParse(entry)
      if (!parsed.success) throw faultOf(faultsOf(parsed.error, ['entry']))
      return (await directory.append(parsed.data)).index
    },
  }),
  approveBudget: t.field({
    type: 'Boolean',
    description: 'Lets a colleague of your office see more entities today. Nobody approves his own.',
    args: { person: t.arg.string({ required: true }), reason: t.arg.string({ required: true }) },
    resolve: async (_, { person, reason }, { budget }) => {
      await budget.approve(person, reason)
      return true
    },
  }),
}))
