import type { Language } from '../../schema/wire/codes.ts'
import { label, moment, say } from '../../schema/words/index.ts'
import type { Joined, MergedEntity, Package, Source } from '../core/merge.ts'
import { cell, markdownTable } from './markdown.ts'

// A package of cards as a text for people, in Markdown.

export function packageText(language: Language, whole: Package): string {
  const head = say(language, 'cli.packageHead', {
    by: whole.by,
    time: moment(language, new Date(whole.made)),
  })
  const shared = whole.shared.map(({ kind, normal, entities }) => [
    label(language, 'IdentifierKind', kind),
    normal,
    entities.map((id) => nameOf(whole, id)).join(', '),
  ])
  return [
    `# ${say(language, 'cli.packageTitle')}`,
    head,
    ...(shared.length > 0
      ? [
          `## ${say(language, 'cli.packageShared')}`,
          markdownTable(
            [
              say(language, 'cli.headIdentifier'),
              say(language, 'cli.headNormal'),
              say(language, 'cli.headEntity'),
            ],
            shared,
          ),
        ]
      : []),
    ...whole.entities.flatMap((entity) => entityText(language, entity)),
    '',
  ].join('\n\n')
}

const nameOf = ({ entities }: Package, id: string) =>
  entities.find(({ entity }) => entity === id)?.label ?? id

function entityText(language: Language, one: MergedEntity): string[] {
  return [
    `## ${cell(one.label ?? one.entity)}`,
    `\`${one.entity}\``,
    ...(one.categories.length > 1
      ? [
          `**${say(language, 'cli.packageCategories')}** ${one.categories.map((code) => label(language, 'SubjectCategory', code as 'OTHER')).join(' | ')}`,
        ]
      : []),
    ...one.contradictions.flatMap(({ kind, said }) => [
      `**${say(language, 'cli.packageContradiction', { kind: label(language, 'IdentifierKind', kind) })}**`,
      identifiersText(language, said),
    ]),
    ...(one.identifiers.length > 0 ? [identifiersText(language, one.identifiers)] : []),
    ...one.cards
      .filter(({ text }) => text !== '')
      .map(
        ({ office, card, sealed, text }) =>
          `> ${cell(`${office}, ${sealed.slice(0, 10)}, ${card}: ${text}`)}`,
      ),
  ]
}

function identifiersText(language: Language, joined: Joined[]): string {
  const head = [
    say(language, 'cli.headIdentifier'),
    say(language, 'cli.headNormal'),
    say(language, 'cli.headValue'),
    say(language, 'cli.headSources'),
  ]
  return markdownTable(
    head,
    joined.map(({ kind, normal, sources }) => [
      label(language, 'IdentifierKind', kind),
      normal ?? '',
      [...new Set(sources.map(({ value }) => value))].join(' · '),
      sources.map(sourceText).join(' · '),
    ]),
  )
}

/** `ne-dst B2 2013-04-01`: who, how good, when it was seen, or else when it was sealed. */
const sourceText = ({ office, source, information, observedFrom, observedTo, sealed }: Source) =>
  `${office} ${source}${information.slice(1)} ${[observedFrom, observedTo].filter(Boolean).join('–') || sealed.slice(0, 10)}`
