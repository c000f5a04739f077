import { list, say } from '../../schema/words/index.ts'
import { coded, titleOf } from './claims.ts'
import type { Command } from './command.ts'
import { showDescriptions, showRelations, type Thing, thing } from './entity-show.ts'
import { AS_OF } from './page.ts'

type Actor = Thing & { disputed: boolean; protectedStates: string[] }

export const actorShow: Command = {
  name: 'actor show',
  about: 'cli.aboutActorShow',
  args: ['<name-or-id>'],
  options: [AS_OF],
  examples: [{ line: 'actor show Addax', about: 'cli.tryActorShow' }],
  async run(shell, [name], options) {
    const asked = { kind: 'ACTOR' as const, field: 'actor', more: 'disputed protectedStates' }
    const actor = await thing<Actor>(shell, name!, asked, options)
    shell.show(actor, () => {
      titleOf(shell, actor)
      const { language } = shell
      const states = actor.protectedStates.map((state) => coded(language, 'ProtectedState', state))
      // Law 6: it stands before anything that is said of him.
      if (states.length > 0) shell.line(say(language, 'cli.protected', { states: list(language, states) }))
      showDescriptions(shell, actor)
      if (actor.disputed) shell.line(say(language, 'cli.disputedLevel'))
      showRelations(shell, actor)
    })
  },
}
