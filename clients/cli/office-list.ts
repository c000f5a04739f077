import { country, say } from '../../schema/words/index.ts'
import { coded, fieldName } from './claims.ts'
import type { Command } from './command.ts'
import { table } from './table.ts'

type Office = {
  office: string
  country: string
  kind: string
  parent: string | null
  name: { en: string; fr: string }
}

export const officeList: Command = {
  name: 'office list',
  about: 'cli.aboutOfficeList',
  examples: [{ line: 'office list', about: 'cli.tryOfficeList' }],
  async run(shell) {
    const { offices } = await shell.ask<{ offices: Office[] }>(
      'query officeList { offices { office country kind parent name { en fr } } }',
    )
    const { language } = shell
    shell.show(offices, () => {
      const head = [
        fieldName(language, 'office'),
        say(language, 'cli.headName'),
        fieldName(language, 'country'),
        fieldName(language, 'kind'),
        say(language, 'cli.headParent'),
      ]
      const rows = offices.map((one) => [
        one.office,
        one.name[language],
        country(language, one.country),
        coded(language, 'OfficeKind', one.kind),
        one.parent,
      ])
      table(shell, head, rows)
    })
  },
}
