import { Fault } from '../../schema/wire/fault.ts'
import { say } from '../../schema/words/index.ts'
import { dayOf } from './choices.ts'
import { type Command, text } from './command.ts'
import { HIT, type Hit, showHits } from './hits.ts'
import { named } from './names.ts'
import { transfersIn } from './report-release.ts'
import type { Shell } from './shell.ts'
import { Usage } from './terminal.ts'

const PROPOSE = `mutation matchHitSame($id: ID!, $input: SameInput!) { proposeSame(id: $id, input: $input) ${HIT} }`

/** What is said of who may use it: as little as there is, until the officer reports it otherwise. */
const HANDLED = {
  handling: ['H1'],
  sensitivity: 'S2_SENSITIVE',
  evidenceUse: 'NOT_CONSENTED',
  onward: 'NONE',
}

export const matchHitSame: Command = {
  name: 'match hit same',
  about: 'cli.aboutMatchHitSame',
  args: ['<id>', '<entity>'],
  options: [
    { flags: '--grade <grade>', about: 'cli.optGrade' },
    { flags: '--review <day>', about: 'cli.optReviewDay' },
    { flags: '--transfer <country=basis:assessment>', about: 'cli.optTransfer', many: true },
  ],
  examples: [
    {
      line: 'match hit same 4t2m… Agadez-boss-1 --grade B2 --review 2030-01-01 --legal-basis Law-2010-86 --transfer IT=SAFEGUARDS:MoU-2012',
      about: 'cli.tryMatchHitSame',
    },
  ],
  async run(shell, [id, name], options) {
    const [, source, information] =
      /^([ABCX])([1-4])$/i.exec(text(options, 'grade') ?? '') ?? missing(shell, '--grade')
    const reviewDue = dayOf(shell, options, 'review') ?? missing(shell, '--review')
    const { code: purpose, legalBasis } = await shell.purpose()
    const { id: entity } = await named(shell, name!)
    const input = {
      ...{ entity, purpose, reviewDue },
      legalBasis: legalBasis ?? missing(shell, '--legal-basis'),
      grading: { ...HANDLED, source: source!.toUpperCase(), information: `N${information}` },
      transfers: transfersIn(shell, options),
    }
    const { proposeSame } = await shell.ask<{ proposeSame: Hit | null }>(PROPOSE, { id, input })
    if (!proposeSame) throw new Fault('NOT_FOUND', `expected a hit of your office, got ${id}`)
    shell.show(proposeSame, () => showHits(shell, [proposeSame]))
  },
}

function missing(shell: Shell, option: string): never {
  throw new Usage(say(shell.language, 'cli.missingOption', { option }))
}
