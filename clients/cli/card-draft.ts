import type { Language } from '../../schema/wire/codes.ts'
import { say } from '../../schema/words/index.ts'

/** An example card that is accepted as it stands; `//` is a remark and is taken out on reading. */
export function cardDraftOf(language: Language): string {
  const remark = (key: 'cli.cardDraftHead' | 'cli.cardDraftSubject' | 'cli.cardDraftIdentifiers') =>
    `  // ${say(language, key)}`
  return `{
${remark('cli.cardDraftHead')}
  "kind": "PERSON",
${remark('cli.cardDraftSubject')}
  "subject": { "category": "SUSPECT" },
${remark('cli.cardDraftIdentifiers')}
  "identifiers": [
    { "kind": "NAME", "value": "DOE John", "source": "B", "information": "N2" },
    { "kind": "PHONE", "value": "+227 90 12 34 56", "source": "B", "information": "N3", "observedFrom": "2016-08-01" },
    { "kind": "PLATE", "value": "AB 1234 NY", "country": "NE", "source": "A", "information": "N1" }
  ],
  "text": ""
}
`
}
