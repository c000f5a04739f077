import { list, say } from '../../schema/words/index.ts'
import { askedLine, handlingLine } from '../picture/stamp.ts'
import { printed } from '../print/print.ts'
import { answered } from './analysis.ts'
import { called } from './claims.ts'
import type { Command, Options } from './command.ts'
import { cell } from './markdown.ts'
import { AS_OF } from './page.ts'
import { pictureFile, stampOf, writePicture } from './picture-file.ts'
import type { Shell } from './shell.ts'
import { Usage } from './terminal.ts'
import type { ThreatPicture } from './threat-figures.ts'
import { threatMarkdown } from './threat-markdown.ts'
import { THREAT_OPTIONS, threatAnalysed, threatQuestion } from './threat-show.ts'

export const threatReport: Command = {
  name: 'threat report',
  about: 'cli.aboutThreatReport',
  args: ['<networks...>'],
  options: [
    { flags: '--out <file>', about: 'cli.optThreatOut' },
    { flags: '--force', about: 'cli.optForce' },
    ...THREAT_OPTIONS,
    AS_OF,
  ],
  examples: [{ line: 'threat report Agadez-transport-2 --out threat.pdf', about: 'cli.tryThreatReport' }],
  async run(shell, names, options) {
    const file = await pictureFile(shell, options)
    if (!/\.(md|pdf)$/.test(file)) throw new Usage(say(shell.language, 'cli.badReportFile'))
    const question = await threatQuestion(shell, names, options)
    const result = await answered(shell, threatAnalysed, question, options)
    const content = await contentOf(shell, result, { file, options })
    await writePicture(shell, options, file, content)
    shell.show({ file }, () => shell.line(say(shell.language, 'cli.pictureWritten', { file })))
  },
}

/** The report, which says of itself how it may be handled, who asked and where the audit log has it. */
async function contentOf(
  shell: Shell,
  result: ThreatPicture,
  { file, options }: { file: string; options: Options },
): Promise<string | Uint8Array> {
  const { language } = shell
  const stamp = await stampOf(shell, options, result.networks)
  const title = say(language, 'cli.threatTitle', {
    networks: list(
      language,
      result.networks.map(({ network }) => called(network)),
    ),
  })
  const markdown = threatMarkdown(language, result)
  if (file.endsWith('.pdf')) return printed({ language, title, markdown, stamp, created: stamp.at })
  const head = `**${cell(handlingLine(language, stamp))}**`
  const foot = cell(askedLine(language, stamp))
  return `${[`# ${cell(title)}`, head, foot, markdown, head, foot].join('\n\n')}\n`
}
