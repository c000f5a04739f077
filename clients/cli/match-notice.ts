import type { MessageType } from '../../schema/wire/codes.ts'
import { Fault } from '../../schema/wire/fault.ts'
import { say } from '../../schema/words/index.ts'
import { coded } from './claims.ts'
import type { Command } from './command.ts'
import { type Hit, hitOf } from './hits.ts'
import { contentOf, type Draft, envelopeOf, HANDLING_OPTIONS, TEXT_OPTIONS } from './message-compose.ts'
import { dispatch, sendDraft } from './message-dispatch.ts'
import type { Shell } from './shell.ts'

// A hit shows that there is something. What it is two officers tell each other, sealed: one gives notice, the other answers,
// refuses with a reason, or offers a release or a joint team.

export const matchHitNotice: Command = {
  name: 'match hit notice',
  about: 'cli.aboutMatchHitNotice',
  args: ['<id>'],
  options: [...TEXT_OPTIONS, ...HANDLING_OPTIONS],
  examples: [{ line: 'match hit notice 4t2m… --case NE-2027/0412', about: 'cli.tryMatchHitNotice' }],
  async run(shell, [id], options) {
    const hit = await hitOf(shell, id!)
    const draft = noticeOf(hit)
    await sendDraft(shell, options, draft, await contentOf(shell, options, await words(shell, hit)))
  },
}

/** Gives notice of a hit in the officer's words, for the case that he asked for, unless either office has done so or goes no further. True where it was sent or waits to be. */
export async function giveNotice(shell: Shell, id: string, of: { text: string; case: string }) {
  const hit = await hitOf(shell, id)
  if (hit.notice !== null || hit.refused || hit.theirRefusal) return false
  const envelope = await envelopeOf(shell, {}, { ...noticeOf(hit), case: of.case })
  await dispatch(shell, envelope, { language: shell.language, text: of.text })
  return true
}

function noticeOf({ id, office, announced }: Hit): Draft {
  if (office === null)
    throw new Fault(
      'NOT_ALLOWED',
      'expected a hit whose other office announced itself; whom to write to nobody knows',
    )
  if (!announced)
    throw new Fault(
      'NOT_ALLOWED',
      `expected a hit that you announce, got one that you do not: match hit announce ${id}`,
    )
  return { type: 'HIT_NOTICE' satisfies MessageType, recipients: [office], hit: id }
}

async function words(shell: Shell, { id, type }: Hit): Promise<string> {
  const { person, office } = (await shell.link()).caller
  const what = coded(shell.language, 'HitType', type)
  return say(shell.language, 'cli.hitNoticeText', { hit: id, what, person, office })
}
