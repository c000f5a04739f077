import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CodeName } from '../../../schema/wire/code-name.ts'
import { COUNTRIES } from '../../../schema/wire/identifiers/lists.ts'
import {
  type Check,
  IDENTIFIER_TYPES,
  IDENTIFIERS,
  Identifier,
  isCountry,
  isCurrency,
  isDate,
  isDocumentCode,
  isLanguage,
  isLocode,
  isNationality,
  isPlatform,
  mrzCheckDigit,
} from '../../../schema/wire/identifiers.ts'

/** Published examples, or numbers of the public record, and what is close to them but wrong. */
const VECTORS: Record<keyof typeof IDENTIFIERS, { good: string[]; bad: string[] }> = {
  AIRCRAFT_ADDRESS: { good: ['3C6444', '0A4001'], bad: ['000000', 'FFFFFF', '3c6444', '3C644', 'G00000'] },
  AIRCRAFT_REGISTRATION: {
    good: ['5U-ABC', 'F-GABC', 'N123AB', 'D-1234'],
    bad: ['5u-abc', '12345', 'F-', 'F GABC'],
  },
  BIC: {
    good: ['DEUTDEFF', 'DEUTDEFF500', 'BCAONENI'],
    bad: ['DEUTQQFF', 'DEUTDEF', 'DEUTDEFF5', 'deutdeff'],
  },
  CALL_SIGN: { good: ['GBTT', '9HA3456', 'IBCD'], bad: ['GB', '12345', 'GB-TT', 'GBTTGBTT'] },
  CONTAINER: {
    good: ['CSQU3054383', 'MSKU6011672'],
    bad: ['CSQU3054384', 'CSQA3054383', 'MSKU601167', 'csqu3054383'],
  },
  DOCUMENT: {
    good: ['L898902C3', '12AB-4567'],
    bad: ['L8', 'L898902C3<', 'l898902c3', '-L8989', `A${'1'.repeat(20)}`],
  },
  EMAIL: {
    good: ['a@example.org', 'first.last+tag@sub.example.ne', 'élu@exemple.fr'],
    bad: [
      'a@b',
      'a@@example.org',
      '.a@example.org',
      'a b@example.org',
      'a@-example.org',
      `${'a'.repeat(65)}@example.org`,
    ],
  },
  HANDLE: {
    good: ['coxeur_agadez', 'محمد', 'a.b-c'],
    bad: ['@name', 'two words', '', '.hidden', 'a\u202Eb', 'a'.repeat(65)],
  },
  IBAN: {
    good: [
      'GB82WEST12345698765432',
      'DE89370400440532013000',
      'FR1420041010050500013M02606',
      'ES9121000418450200051332',
    ],
    bad: [
      'GB82WEST1234569876543',
      'GB82 WEST 1234 5698 7654 32',
      'XX82WEST12345698765432',
      'US82WEST12345698765432',
    ],
  },
  IMEI: {
    good: ['490154203237518', '356938035643809'],
    bad: ['490154203237519', '49015420323751', '4901542032375180'],
  },
  IMO: { good: ['9074729', '9319466'], bad: ['9074728', '907472', 'IMO9074729', '0074729'] },
  IMSI: {
    good: ['614041234567890', '310150123456789', '901011234567890'],
    bad: ['114041234567890', '6140412345678', '6140412345678901'],
  },
  MMSI: {
    good: [
      '247320162',
      '656123456',
      '002470001',
      '024700001',
      '111247001',
      '982470001',
      '992471001',
      '824700001',
      '970012345',
    ],
    bad: [
      '147320162',
      '200320162',
      '776320162',
      '24732016',
      '2473201620',
      '950012345',
      '001470001',
      '982000001',
    ],
  },
  PASSPORT_LINE: {
    good: ['L898902C36UTO7408122F1204159ZE184226B<<<<<10', 'AA000000<0UTO8001014F2501017<<<<<<<<<<<<<<<4'],
    bad: ['L898902C36UTO7408122F1204159ZE184226B<<<<<11', 'L898902C36UTO7408122F1204159ZE184226B<<<<<1', ''],
  },
  PHONE: {
    good: ['+22790123456', '+12025550123'],
    bad: ['22712345678', '+0022790123', '+227 90 12', '+1234567890123456', '+999'],
  },
  PLATE: {
    good: ['8G 1234 RN', 'AA-123-AA', '12345 تونس'],
    bad: ['8g 1234', '', '-AA', 'AA-123-AA-123-AA', 'AA\n12'],
  },
  VIN: {
    good: ['1M8GDM9AXKP042788', '11111111111111111', '5GZCZ43D13S812715', 'WVWZZZ1JZXW000001'],
    bad: ['1M8GDM9A1KP042788', '1M8GDM9AXKP04278', '1M8GDM9AXKPO42788', '1m8gdm9axkp042788'],
  },
  WALLET: {
    good: [
      '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa',
      '3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy',
      'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4',
      'BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4',
      'bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0',
      '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
      '0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359',
      '0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed',
      'TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t',
    ],
    bad: [
      '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb',
      '1A1zP1eP5QGefi2DMPTfTL5SLmv7Divf0a',
      'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5',
      'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3T4',
      'bc1p38j9r5y49hruaue7wxjce0updqjuyyx0kh56v8s25huc6995vvpql3jow4',
      '0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
      '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAe',
      'hello',
      '',
    ],
  },
}

describe('identifiers', () => {
  it.each(IDENTIFIER_TYPES)('%s takes the published examples', (type) => {
    for (const value of VECTORS[type].good) expect(IDENTIFIERS[type](value), value).toBeNull()
  })

  it.each(IDENTIFIER_TYPES)('%s turns away what is close but wrong, and does not repeat it', (type) => {
    for (const value of VECTORS[type].bad) {
      const reason = IDENTIFIERS[type](value)
      expect(reason, value).toMatch(/^expected /)
      if (value.length > 3) expect(reason).not.toContain(value)
    }
  })

  it.each(IDENTIFIER_TYPES)(
    '%s answers any text at all, and never takes one with a control character',
    (type) => {
      fc.assert(
        fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (text) => {
          const reason = IDENTIFIERS[type](text)
          expect(reason === null || reason.startsWith('expected ')).toBe(true)
          expect(IDENTIFIERS[type](`${text}\n`)).not.toBeNull()
        }),
      )
    },
  )
})

/** Every value that differs from a good one in one digit, with where it differs and by how much. */
function misread(value: string) {
  return [...value].flatMap((digit, at) =>
    /\d/.test(digit)
      ? [...'0123456789']
          .filter((other) => other !== digit)
          .map((other) => ({
            text: value.slice(0, at) + other + value.slice(at + 1),
            at,
            by: Number(other) - Number(digit),
          }))
      : [],
  )
}

describe('a single digit misread', () => {
  it.each<[string, Check, string]>([
    ['an IBAN', IDENTIFIERS.IBAN, 'GB82WEST12345698765432'],
    ['an IMEI', IDENTIFIERS.IMEI, '490154203237518'],
    ['a container number', IDENTIFIERS.CONTAINER, 'CSQU3054383'],
    ['a passport line', IDENTIFIERS.PASSPORT_LINE, 'L898902C36UTO7408122F1204159ZE184226B<<<<<10'],
    ['a Bitcoin address', IDENTIFIERS.WALLET, 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4'],
  ])('is always found in %s', (_name, check, value) => {
    expect(check(value)).toBeNull()
    for (const { text } of misread(value)) expect(check(text), text).not.toBeNull()
  })

  it('is always found in a North American VIN, unless the maker’s region itself is misread', () => {
    for (const { text, at } of misread('1M8GDM9AXKP042788')) {
      if (at > 0 || /^[1-5]/.test(text)) expect(IDENTIFIERS.VIN(text), text).not.toBeNull()
    }
  })

  it('is found in an IMO number wherever the standard’s weights can tell', () => {
    const weights = [7, 6, 5, 4, 3, 2, 1]
    for (const { text, at, by } of misread('9074729')) {
      const blind = (by * weights[at]!) % 10 === 0 && !text.startsWith('0')
      expect(IDENTIFIERS.IMO(text) === null, text).toBe(blind)
    }
  })
})

describe('machine-readable documents', () => {
  it.each([
    ['L898902C3', '6'],
    ['740812', '2'],
    ['120415', '9'],
    ['ZE184226B<<<<<', '1'],
    ['520727', '3'],
    ['AB2134<<<', '5'],
  ])('compute the check digit of %s as ICAO 9303 prints it', (text, digit) => {
    expect(mrzCheckDigit(text)).toBe(digit)
  })

  it('name the part whose check digit is wrong', () => {
    const reason = IDENTIFIERS.PASSPORT_LINE('L898902C36UTO7408123F1204159ZE184226B<<<<<10')
    expect(reason).toBe('expected check digit 2 for the birth date, got 3')
  })

  it('take the document codes of ICAO 9303', () => {
    for (const code of ['P', 'P<', 'PP', 'PD', 'PR', 'V', 'ID', 'AC', 'C<'])
      expect(isDocumentCode(code), code).toBeNull()
    for (const code of ['', 'IV', 'X', 'PPP', 'p', '<P']) expect(isDocumentCode(code), code).not.toBeNull()
  })
})

describe('countries, currencies, places, languages', () => {
  it('hold the 249 countries of ISO 3166-1, each known to Intl, and Kosovo', () => {
    const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' })
    expect(COUNTRIES.size).toBe(249)
    expect([...COUNTRIES].filter((country) => names.of(country) === undefined)).toEqual([])
    expect(isCountry('XK')).toBeNull()
    for (const wrong of ['ne', 'NER', 'EU', 'UK', 'ZZ', '']) expect(isCountry(wrong), wrong).not.toBeNull()
  })

  it('let a nationality be one of ICAO’s, but not a country', () => {
    for (const code of ['NE', 'XXA', 'XXB', 'XXC', 'XXX', 'UNO']) expect(isNationality(code), code).toBeNull()
    expect(isNationality('XXD')).not.toBeNull()
    expect(isCountry('XXA')).not.toBeNull()
  })

  it('know the currencies of the corridors, today’s and those of 2013', () => {
    for (const code of 'XOF XAF DZD LYD MAD TND EUR USD GBP MRU MRO'.split(' '))
      expect(isCurrency(code), code).toBeNull()
    for (const code of ['CFA', 'xof', 'XXX', 'FRF']) expect(isCurrency(code), code).not.toBeNull()
  })

  it('hold a UN/LOCODE to its shape and country', () => {
    for (const code of ['NEAJY', 'ITLMP', 'FRPAR', 'US2OT']) expect(isLocode(code), code).toBeNull()
    for (const code of ['NE AJY', 'QQAJY', 'NEA1Y', 'NEA0Y', 'NEAJ', 'neajy'])
      expect(isLocode(code), code).not.toBeNull()
  })

  it('hold a language to the shape of ISO 639-3', () => {
    expect(isLanguage('hau')).toBeNull()
    for (const code of ['ha', 'HAU', 'haus']) expect(isLanguage(code), code).not.toBeNull()
  })
})

describe('dates', () => {
  it.each(['2016-02-29', '2000-02-29', '2013-10-28', '0001-01-01', '9999-12-31'])('%s exists', (day) => {
    expect(isDate(day)).toBeNull()
  })

  it.each([
    ...['2015-02-29', '1900-02-29', '2016-04-31', '2016-13-01', '2016-00-10', '2016-01-00', '16-01-01'],
    ...['2016-1-1', '2016-01-01T00:00:00Z', '+002016-01-01', '2016-01-01\n', '٢٠١٦-٠١-٠١', ''],
  ])('%j does not', (day) => {
    expect(isDate(day)).not.toBeNull()
  })

  it('agree with the calendar for every day of four centuries', () => {
    for (let time = Date.UTC(1800, 0, 1); time < Date.UTC(2200, 0, 1); time += 86_400_000) {
      const day = new Date(time).toISOString().slice(0, 10)
      if (isDate(day) !== null) throw new Error(day)
    }
  })
})

describe('an identifier as sent', () => {
  it('takes a plate with its country and a handle with its platform', () => {
    const sent = [
      { type: 'PLATE', value: '8G 1234 RN', country: 'NE' },
      { type: 'HANDLE', value: 'coxeur_agadez', platform: 'facebook.com' },
      { type: 'DOCUMENT', value: 'L898902C3', country: 'XXA' },
      { type: 'IMO', value: '9074729' },
    ]
    for (const one of sent) expect(Identifier.parse(one)).toEqual(one)
  })

  it.each([
    [{ type: 'PLATE', value: '8G 1234 RN' }, ['country']],
    [{ type: 'PLATE', value: '8G 1234 RN', country: 'QQ' }, ['country']],
    [{ type: 'HANDLE', value: 'x', platform: 'Face Book' }, ['platform']],
    [{ type: 'IMO', value: '9074728' }, ['value']],
    [{ type: 'IMO', value: '9074729', country: 'NE' }, ['country']],
  ])('says what is wrong with %j, with the fault’s code', (sent, path) => {
    const issue = Identifier.safeParse(sent).error?.issues[0]
    expect(issue?.path).toEqual(path)
    expect(issue).toMatchObject({ code: 'custom', params: { fault: 'BAD_IDENTIFIER' } })
  })

  it('knows no other type and no other member', () => {
    expect(Identifier.safeParse({ type: 'constructor', value: 'x' }).success).toBe(false)
    expect(Identifier.safeParse({ type: 'IMO', value: '9074729', note: 'x' }).success).toBe(false)
  })

  it('keeps platforms to one spelling', () => {
    expect(isPlatform('t.me')).toBeNull()
    expect(isPlatform('T.me')).not.toBeNull()
  })
})

describe('code names', () => {
  it.each(['A', 'Agadez-2014', 'Séguédine', 'صحراء-7', 'Пустыня', '2015-36', 'a'.repeat(40)])(
    '%s is one',
    (name) => {
      expect(CodeName.parse(name)).toBe(name)
    },
  )

  it.each([
    ['a space', 'Ali Baba'],
    ['nothing', ''],
    ['41 letters', 'a'.repeat(41)],
    ['a leading hyphen', '-a'],
    ['a trailing hyphen', 'a-'],
    ['a line end', 'a\n'],
    ['a full stop', 'a.b'],
    ['an address', 'a@b'],
    ['markup', '<b>'],
    ['a right-to-left override', 'a\u202Eb'],
    ['a zero-width space', 'a\u200Bb'],
    ['a zero-width joiner', 'a\u200Db'],
    ['an invisible letter', 'a\u3164b'],
    ['a combining mark (not NFC)', 'Se\u0301guedine'],
    ['a look-alike hyphen', 'a\u2010b'],
    ['full-width letters', '\uFF21gadez'],
    ['a ligature', 'o\uFB03ce'],
    ['two scripts that look alike', 'Ag\u0430dez'],
    ['an emoji', 'a😀b'],
  ])('a text with %s is none, and is called free text', (_what, text) => {
    const issue = CodeName.safeParse(text).error?.issues[0]
    expect(issue).toMatchObject({ code: 'custom', params: { fault: 'FREE_TEXT' } })
  })
})
