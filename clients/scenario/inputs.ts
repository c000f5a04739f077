import type { Language } from '../../schema/wire/codes.ts'
import type { Release } from '../../schema/wire/release.ts'
import type { NoteInput } from '../../schema/wire/report.ts'
import type { Keep } from './keep.ts'
import type { Loaded, LoadOptions } from './load.ts'
import { countryOf } from './offices.ts'
import { sealedTo } from './release.ts'
import { keyOf } from './scenario.ts'
import type { Said, SealedCard, SealedMessage } from './sealing.ts'
import type { Correct, Message, Seal, Step, Submit, Text } from './steps.ts'

// What the loader sends for each step, sealed where it is sealed.

export type Context = LoadOptions & {
  loaded: Loaded
  sequences: Map<string, Record<string, number>>
  release: Release | undefined
}

/** What is sent for a step. Whatever is sealed is sealed once, and kept before it leaves. */
export async function variablesOf(step: Step, context: Context): Promise<Record<string, unknown>> {
  const key = keyOf(step)
  const report = 'of' in step ? context.loaded.reports.get(step.of) : undefined
  switch (step.act) {
    case 'submit':
      return { input: await inputOf(step, context) }
    case 'correct':
      return { report, input: await inputOf(step, context) }
    case 'withdraw':
    case 'erase':
      return { report, key, reason: step.reason }
    case 'release':
      return { report, key, release: step.release }
    case 'message':
      return { input: (await sealedMessage(step, context)).input }
    case 'card':
      return { input: await sealedCard(step, context) }
  }
}

async function inputOf(step: Submit | Correct, context: Context): Promise<Record<string, unknown>> {
  const { entities, ...report } = step.report
  return {
    key: keyOf(step),
    ...report,
    entities: entities.map(({ local, kind, ref }) => ({
      local,
      kind,
      ...(ref && { id: context.loaded.entities.get(ref) }),
    })),
    ...(step.note && { note: await sealedNote(step, step.note, context) }),
  }
}

async function sealedNote(
  step: Submit | Correct,
  note: Text,
  { seal, keep, language, release }: Context,
): Promise<NoteInput> {
  return kept(keep, keyOf(step), () =>
    seal.note({
      person: step.person,
      office: step.office,
      report: keyOf(step),
      audience: sealedTo(step.office, release!),
      content: said(note, step.office, language),
    }),
  )
}

async function sealedMessage(step: Message, context: Context): Promise<SealedMessage> {
  const answers = step.inReplyTo ? context.loaded.messages.get(step.inReplyTo) : undefined
  return kept(context.keep, keyOf(step), () =>
    context.seal.message({
      message: step,
      content: {
        ...said(step.text, step.office, context.language),
        ...(step.necessity && {
          necessityText: said(step.necessity.text, step.office, context.language).text,
        }),
      },
      sequence: context.sequences.get(step.name)!,
      ...(answers && { answers }),
    }),
  )
}

/** What a card is sealed about, and by which it is known from then on, stand in what is kept. */
async function sealedCard(
  step: Seal,
  { seal, keep, loaded, language, release }: Context,
): Promise<SealedCard> {
  return kept(keep, keyOf(step), () =>
    seal.card({
      person: step.person,
      office: step.office,
      entity: loaded.entities.get(step.entity)!,
      audience: sealedTo(step.office, release!),
      release: release!,
      card: { ...step.card, ...said(step.text, step.office, language) },
    }),
  )
}

/** Made once and on disk before it is sent. */
export async function kept<T>(keep: Keep, key: string, make: () => Promise<T>): Promise<T> {
  const former = keep.get(key)
  if (former !== undefined) return former as T
  const made = await make()
  await keep.put(key, made)
  return made
}

const FRENCH = ['DZ', 'FR', 'ML', 'NE', 'SN']

function said(text: Text, office: string, wanted?: Language): Said {
  const language = wanted ?? (FRENCH.includes(countryOf(office)) ? 'fr' : 'en')
  return { language, text: text[language] }
}

/** For each message, its number among those from its sender to each recipient, counted from 1. */
export function sequencesOf(steps: readonly Step[]): Map<string, Record<string, number>> {
  const counts = new Map<string, number>()
  const next = (pair: string) => counts.set(pair, (counts.get(pair) ?? 0) + 1).get(pair)!
  return new Map(
    steps
      .filter((step) => step.act === 'message')
      .map((step) => [
        step.name,
        Object.fromEntries(step.recipients.map((to) => [to, next(`${step.office} ${to}`)])),
      ]),
  )
}
