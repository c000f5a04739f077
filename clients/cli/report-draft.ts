import type { Language } from '../../schema/wire/codes.ts'
import { say } from '../../schema/words/index.ts'

/** An example that is accepted as it stands once the names are one's own; `//` is a remark and is taken out on reading. */
export function draftOf(language: Language): string {
  const remark = (
    key: 'cli.draftRelease' | 'cli.draftDefaults' | 'cli.draftEntities' | 'cli.draftClaims' | 'cli.draftHead',
  ) =>
    say(language, key)
      .split('\n')
      .map((line) => `  // ${line}`)
      .join('\n')
  return `{
${remark('cli.draftHead')}
  "reference": "NE-2016-0117",
  "purpose": "OPERATIONAL",
  "legalBasis": "NE-loi-2015-36",
  "reviewDue": "2031-12-31",
${remark('cli.draftRelease')}
  "release": {
    "to": ["country:IT"],
    "except": [],
    "transfers": [{ "country": "IT", "basis": "SAFEGUARDS", "assessment": "NE-IT-safeguards-2013" }]
  },
${remark('cli.draftDefaults')}
  "defaults": {
    "source": "B", "information": "N2", "basis": "ASSESSMENT",
    "observedFrom": "2016-08-01",
    "handling": ["H0"], "sensitivity": "S1_ROUTINE", "evidenceUse": "NOT_CONSENTED", "onward": "WITH_CONSENT"
  },
${remark('cli.draftEntities')}
  "entities": [
    { "local": "boss", "kind": "ACTOR" },
    { "local": "ring", "kind": "NETWORK" }
  ],
${remark('cli.draftClaims')}
  "claims": [
    { "actor": { "entity": "boss", "label": "Fennec-7", "category": "SUSPECT", "benefit": "SHOWN" } },
    { "network": { "entity": "ring", "label": "Agadez-transport-7", "status": "ACTIVE" } },
    { "memberOf": { "from": "boss", "to": "ring", "level": "L2", "role": "GHETTO_BOSS" } }
  ]
}
`
}

/** Empties whole lines that are remarks, so that the example itself can be filled in and sent; lines keep their numbers. */
export const withoutRemarks = (text: string): string =>
  text
    .split('\n')
    .map((line) => (/^\s*\/\//.test(line) ? '' : line))
    .join('\n')
