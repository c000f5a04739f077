import type { PacketState } from '../../schema/wire/codes.ts'
import type { DirectoryState } from '../../schema/wire/directory-state.ts'
import { Fault } from '../../schema/wire/fault.ts'
import type { Profile } from '../../schema/wire/holder.ts'
import { say } from '../../schema/words/index.ts'
import { handOver, type Rewrapped } from '../core/handover.ts'
import { type Command, type Options, text } from './command.ts'
import { type DeskPage, deskPage, openerOf, presentKeys } from './desk.ts'
import { openThreads } from './desk-threads.ts'
import { timeOf } from './page.ts'
import { progress } from './progress.ts'
import { recipientsOf } from './recipients.ts'
import type { Shell } from './shell.ts'

const QUERY = 'mutation handoverStart($input: [RewrapInput!]!) { rewrap(input: $input) }'

export const handoverStart: Command = {
  name: 'handover start',
  about: 'cli.aboutHandoverStart',
  options: [
    { flags: '--to <fingerprint>', about: 'cli.optSuccessor' },
    { flags: '--with <holder>', about: 'cli.optOpener' },
    { flags: '--shares <files>', about: 'cli.optShares', many: true },
    { flags: '--reason <code>', about: 'cli.optReason' },
    { flags: '--since <time>', about: 'cli.optHandoverSince' },
    { flags: '--open', about: 'cli.optHandoverOpen' },
    { flags: '--again', about: 'cli.optHandoverAgain' },
  ],
  examples: [
    { line: 'handover start', about: 'cli.tryHandoverStart' },
    {
      line: 'handover start --with custodian:ne-dst --reason OFFICER_LEFT',
      about: 'cli.tryHandoverCustodian',
    },
    {
      line: 'handover start --with recovery:NE --shares a.asc,b.asc,c.asc --reason KEY_LOST',
      about: 'cli.tryHandoverRecovery',
    },
  ],
  async run(shell, _, options) {
    const { caller, now } = await shell.link()
    const state = await shell.directory()
    checkSuccessor(state, caller.office, now(), text(options, 'to'))
    const opener = await openerOf(shell, state, options)
    const page = await pagesFor(shell, options)
    const bar = progress(shell, say(shell.language, 'cli.wrapping'), 1)
    let walked = 0
    const done = await handOver({
      ...opener,
      office: caller.office,
      now,
      successors: (profile: Profile) => recipientsOf(state, [caller.office], now(), profile),
      page: async (after) => {
        const next = await page(after)
        if (next.totalCount !== undefined) bar.step(walked, Math.max(next.totalCount, 1))
        return next
      },
      async send(input: Rewrapped[]) {
        await shell.ask(QUERY, { input })
      },
      step(more) {
        walked += more
        bar.step(walked)
      },
    }).finally(() => bar.stop())
    for (const id of done.unopened) shell.note(say(shell.language, 'cli.unopened', { object: id }))
    shell.show(done, () =>
      shell.line(
        done.wrapped === 0
          ? say(shell.language, 'cli.nothingToWrap')
          : say(shell.language, 'cli.handedOver', { count: done.wrapped }),
      ),
    )
  },
}

/** The successor's key comes from the directory, never from the command line: what is typed only has to be the same. */
function checkSuccessor(state: DirectoryState, office: string, now: number, typed: string | undefined): void {
  const present = presentKeys(state, office, now)
  const wanted = typed?.replaceAll(' ', '').toLowerCase()
  if (wanted !== undefined && !present.includes(wanted))
    throw new Fault('DIRECTORY', `expected ${present.join(' or ')} as the key of ${office}, got ${wanted}`)
}

/** Pages of what is to be wrapped: all of it, or what came since a time, or what belongs to open threads; notes always. */
async function pagesFor(
  shell: Shell,
  options: Options,
): Promise<(after: string | null) => Promise<DeskPage>> {
  const since = text(options, 'since')
  const states: PacketState[] = options.again === true ? ['FORMER_KEY', 'WRAPPED'] : ['FORMER_KEY']
  const wanted = { states, since: since === undefined ? null : timeOf(shell, since, '--since') }
  const open = options.open === true ? await openThreads(shell) : null
  return async (after) => {
    const page = await deskPage(shell, wanted, after)
    const nodes = page.nodes.filter(
      ({ kind, facts }) =>
        open === null ||
        kind !== 'MESSAGE' ||
        open.some(({ id }) => id === (JSON.parse(facts) as { thread: string }).thread),
    )
    return { ...page, nodes }
  }
}
