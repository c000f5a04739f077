import { builder } from './builder.ts'
import { code } from './codes.ts'
import { ClaimDefaults, TransferInput } from './inputs.ts'

const TokenInput = builder.inputType('TokenInput', {
  fields: (t) => ({
    type: t.field({ type: code('SelectorType'), required: true }),
    token: t.string({ required: true, description: 'The whole output, 64 octets, base64url.' }),
  }),
})

export const TokensInput = builder.inputType('TokensInput', {
  fields: (t) => ({
    card: t.id({ required: true }),
    version: t.int({ required: true, description: 'Of the card, as it stands.' }),
    epoch: t.int({ required: true }),
    choice: t.field({ type: code('MatchChoice'), required: true }),
    tokens: t.field({ type: [TokenInput], required: true }),
  }),
})

export const MatchInput = builder.inputType('MatchInput', {
  fields: (t) => ({
    epoch: t.int({ required: true }),
    case: t.string({ required: true, description: 'The one that `extensions.purpose` names.' }),
    tokens: t.field({ type: [TokenInput], required: true, description: 'Each once.' }),
  }),
})

export const SameInput = builder.inputType('SameInput', {
  fields: (t) => ({
    entity: t.id({ required: true, description: 'That of your own card.' }),
    purpose: t.field({ type: code('Purpose'), required: true }),
    legalBasis: t.string({ required: true }),
    reviewDue: t.field({ type: 'Day', required: true }),
    grading: t.field({ type: ClaimDefaults, required: true, description: 'Of an ASSESSMENT.' }),
    transfers: t.field({ type: [TransferInput], description: 'The ground, where the other is abroad.' }),
  }),
})
