import type { Command } from './command.ts'
import { showThing, thing } from './entity-show.ts'
import { AS_OF } from './page.ts'

export const placeShow: Command = {
  name: 'place show',
  about: 'cli.aboutPlaceShow',
  args: ['<name-or-id>'],
  options: [AS_OF],
  examples: [{ line: 'place show Agadez', about: 'cli.tryPlaceShow' }],
  async run(shell, [name], options) {
    const place = await thing(shell, name!, { kind: 'PLACE', field: 'place' }, options)
    shell.show(place, () => showThing(shell, place))
  },
}
