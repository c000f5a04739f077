import { Fault } from '../../schema/wire/fault.ts'
import { say } from '../../schema/words/index.ts'
import { coded } from './claims.ts'
import { named } from './names.ts'
import type { Shell } from './shell.ts'
import { table } from './table.ts'

const TRAITS = `query matchTraits($network: ID!) {
  matchTraits(network: $network) { network traits { trait claims reports counts } watched { choice traits } } }`

export type NetworkTraits = {
  network: string
  traits: { trait: string; claims: number; reports: number; counts: boolean }[]
  watched: { choice: string; traits: string[] } | null
}

/** What may be compared of a network that a person means. @throws Fault NOT_FOUND where his office has not reported of it */
export async function traitsAt(shell: Shell, name: string): Promise<NetworkTraits> {
  const { id } = await named(shell, name, ['NETWORK'])
  const { matchTraits } = await shell.ask<{ matchTraits: NetworkTraits | null }>(TRAITS, { network: id })
  if (matchTraits) return matchTraits
  throw new Fault('NOT_FOUND', 'expected a network of which your office has reported')
}

/** Each trait with what it rests on, before anything of it leaves the office. */
export function showTraits(shell: Shell, { traits, watched }: NetworkTraits): void {
  const { language } = shell
  const head = [
    say(language, 'cli.headTrait'),
    say(language, 'cli.headWhat'),
    say(language, 'cli.headEvidence'),
    say(language, 'cli.headState'),
  ]
  table(
    shell,
    head,
    traits.map(({ trait, claims, reports, counts }) => [
      trait,
      meaningOf(shell, trait),
      say(language, 'cli.traitRests', { claims, reports }),
      [
        ...(counts ? [] : [say(language, 'cli.traitTooFew')]),
        ...(watched?.traits.includes(trait) ? [say(language, 'cli.traitWatched')] : []),
      ].join('\n'),
    ]),
  )
  shell.line(
    watched
      ? say(language, 'cli.structureWatched', { choice: coded(language, 'MatchChoice', watched.choice) })
      : say(language, 'cli.structureUnwatched'),
  )
}

function meaningOf({ language }: Shell, trait: string): string {
  const [kind, what = '', half = ''] = trait.split(':')
  if (kind === 'FACET') return coded(language, 'Facet', what)
  const [from = '', to = ''] = what.split('-')
  return kind === 'LEG'
    ? say(language, 'cli.traitLeg', { from, to, half })
    : say(language, 'cli.traitPlace', { cell: from, half })
}
