import { describe, expect, it } from 'vitest'
import { CODES, type CodeList, LANGUAGES } from '../../../schema/wire/codes.ts'
import { FAULT_CODES } from '../../../schema/wire/fault.ts'
import { DESCRIPTIONS, RELATIONS } from '../../../schema/wire/model.ts'
import { en } from '../../../schema/words/en.ts'
import {
  country,
  date,
  label,
  list,
  moment,
  money,
  number,
  plain,
  say,
  words,
} from '../../../schema/words/index.ts'

type Tree = { readonly [key: string]: string | Tree }

/** Every text of a language by its dotted key. */
function texts(tree: Tree, at = ''): [key: string, text: string][] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [[at + key, value] as [string, string]] : texts(value, `${at}${key}.`),
  )
}

const CATEGORY = /\.(?:zero|one|two|few|many|other)$/
const keys = (tree: Tree) => [...new Set(texts(tree).map(([key]) => key.replace(CATEGORY, '')))].sort()
const parameters = (text: string) => [...new Set(text.match(/\{\w+\}/g))].sort()

/** Said alike in English and French; everything else that is equal was left behind. */
const ALIKE = [
  'cli.headContradictions',
  ...['cli.messages.one', 'cli.messages.other', 'codes.AuditOperation.CONSULTATION', 'codes.Facet.MON_02'],
  ...['codes.NetworkStatus.ACTIVE', 'direction', 'fields.code', 'fields.latitude', 'fields.longitude'],
  ...['fields.mmsi', 'fields.type'],
]

describe.each(LANGUAGES)('the words of %s', (language) => {
  const all = texts(words(language) as unknown as Tree)

  it('have exactly the keys of English', () => {
    expect(keys(words(language) as unknown as Tree)).toEqual(keys(en))
  })

  it('label every code of every list, without a second meaning inside one list', () => {
    for (const name of Object.keys(CODES) as CodeList[]) {
      const labels = CODES[name].map((code) => label(language, name, code as never))
      expect(labels.filter((one) => !one)).toEqual([])
      expect(new Set(labels).size, name).toBe(labels.length)
    }
  })

  it('say every fault in whole sentences', () => {
    expect(Object.keys(words(language).faults).sort()).toEqual([...FAULT_CODES].sort())
    for (const code of FAULT_CODES) expect(say(language, `faults.${code}`), code).toMatch(/^\p{Lu}.*\.$/u)
  })

  it('are never empty, padded, or written with a typewriter’s apostrophe', () => {
    for (const [key, text] of all) {
      expect(text.trim(), key).not.toBe('')
      expect(text, key).not.toMatch(/^\s|[^: ]\s$|'|\{\s|\s\}| {2}/)
    }
  })

  it('take the same parameters as English', () => {
    const english = new Map(texts(en).filter(([key]) => !CATEGORY.test(key)))
    for (const [key, text] of all) {
      if (!CATEGORY.test(key)) expect(parameters(text), key).toEqual(parameters(english.get(key)!))
      else if (key.endsWith('.other')) expect(parameters(text), key).toContain('{count}')
    }
  })

  it('have a form for every number the language tells apart', () => {
    const { pluralCategories } = new Intl.PluralRules(words(language).locale).resolvedOptions()
    for (const [key] of all) {
      const category = CATEGORY.exec(key)?.[0].slice(1)
      if (category) expect(pluralCategories, key).toContain(category)
    }
    expect(say(language, 'cli.reports', { count: 1_000_000 })).toContain(number(language, 1_000_000))
  })

  it('name every field and relation of the model', () => {
    const fields = [...Object.values(DESCRIPTIONS), ...Object.values(RELATIONS)].flatMap((one) =>
      Object.keys(one.fields),
    )
    const named = words(language)
    expect(fields.filter((field) => !Object.hasOwn(named.fields, field))).toEqual([])
    expect(Object.keys(named.relations).sort()).toEqual(Object.keys(RELATIONS).sort())
  })
})

describe('the French translation', () => {
  it('leaves no English behind', () => {
    const english = new Map(texts(en))
    const left = texts(words('fr') as unknown as Tree).filter(([key, text]) => english.get(key) === text)
    expect(left.map(([key]) => key).sort()).toEqual(ALIKE)
  })
})

describe('saying', () => {
  it('fills in parameters and counts as the language does', () => {
    expect(say('en', 'cli.reports', { count: 1 })).toBe('1 report')
    expect(say('en', 'cli.reports', { count: 0 })).toBe('0 reports')
    expect(say('fr', 'cli.reports', { count: 0 })).toBe('0 rapport')
    expect(say('fr', 'cli.reports', { count: 2 })).toBe('2 rapports')
    expect(say('fr', 'cli.notSignedIn')).toBe('Non connecté. Lancez : portolan login')
  })

  it('joins lists as the language does', () => {
    const offices = ['ne-dst', 'ml-dnlt', 'it-sco']
    expect(say('en', 'cli.reportedBy', { offices })).toBe('Reported by ne-dst, ml-dnlt and it-sco.')
    expect(say('fr', 'cli.reportedBy', { offices })).toBe('Signalé par ne-dst, ml-dnlt et it-sco.')
  })

  it('does not fill in twice: a value that looks like a parameter stays text', () => {
    expect(say('en', 'cli.faultAt', { path: '{message}', message: '$& {path}' })).toBe('{message}: $& {path}')
  })

  it('takes the teeth out of terminal codes and bidi characters in values', () => {
    const option = '\u001B[2J\u202Eevil\u0007\n'
    expect(say('en', 'cli.missingOption', { option })).toBe(
      'The option \uFFFD[2J\uFFFDevil\uFFFD\uFFFD is missing.',
    )
    expect(list('en', ['a\u001Bb'])).toBe('a\uFFFDb')
    expect(plain('Séguédine — صحراء')).toBe('Séguédine — صحراء')
  })

  it('does not compile without its parameters, or with others', () => {
    // @ts-expect-error: {option} is missing
    expect(() => say('en', 'cli.missingOption', {})).toThrow()
    // @ts-expect-error: a count is a number
    expect(say('en', 'cli.reports', { count: '1' })).toBe('1 report')
    // @ts-expect-error: there is no such key
    expect(() => say('en', 'cli.nonsense')).toThrow()
  })

  it('writes labels in the words of the trade', () => {
    expect(label('fr', 'Role', 'GHETTO_BOSS')).toBe('chef de ghetto')
    expect(label('fr', 'Kind', 'NETWORK')).toBe('filière')
    expect(label('en', 'Information', 'N3')).toMatch(/^3:/)
  })
})

describe('numbers, amounts, dates and countries', () => {
  it('follow the language', () => {
    expect(number('en', 90_000.5)).toBe('90,000.5')
    expect(number('fr', 90_000.5)).toMatch(/^90\s000,5$/)
    expect(money('en', 85_000, 'XOF').replace(/\s/g, ' ')).toBe('XOF 85,000')
    expect(money('fr', 85_000, 'XOF').replace(/\s/g, ' ')).toBe('85 000 XOF')
    expect(date('en', '2013-10-28')).toBe('28 Oct 2013')
    expect(date('fr', '2013-10-28')).toBe('28 oct. 2013')
    expect(country('fr', 'NE')).toBe('Niger')
    expect(country('fr', 'DZ')).toBe('Algérie')
  })

  it('write a moment in UTC, wherever the reader’s desk stands', () => {
    expect(moment('en', new Date('2017-06-25T23:30:00Z'))).toBe('25 Jun 2017, 23:30 UTC')
    expect(moment('fr', new Date('2017-06-25T23:30:00Z'))).toBe('25 juin 2017, 23:30 UTC')
  })

  it('name those without a country, and leave what is neither as it came', () => {
    expect(country('en', 'XXA')).toBe('stateless person')
    expect(country('fr', 'XXA')).toBe('apatride')
    expect(country('fr', 'Q\u001B')).toBe('Q\uFFFD')
    expect(country('fr', 'constructor')).toBe('constructor')
  })
})
