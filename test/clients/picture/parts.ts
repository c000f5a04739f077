import fc from 'fast-check'
import type { PictureNode } from '../../../clients/picture/network-layers.ts'
import type { PictureClaim } from '../../../clients/picture/network-lines.ts'
import type { Stamp } from '../../../clients/picture/stamp.ts'
import type { Kind } from '../../../schema/wire/codes.ts'

// What pictures are made of, for tests.

export const STAMP: Stamp = {
  handling: ['H1'],
  sensitivity: 'S2_SENSITIVE',
  person: 'ne-dst.aicha',
  office: 'ne-dst',
  at: '2016-08-03T10:00:00.000Z',
  entries: [{ asked: 1204, answered: 1205 }],
}

export const node = (id: string, kind: Kind, more: Partial<PictureNode> = {}): PictureNode => ({
  ...{ id, kind, label: id, states: [] },
  ...more,
})

let claims = 0
export const claim = (
  from: string,
  type: string,
  to: string,
  more: Partial<PictureClaim> = {},
): PictureClaim => ({
  ...{ id: `c${String(++claims).padStart(6, '0')}`, type, from, to, basis: 'FACT', source: 'B' },
  ...{ information: 'N2', handling: ['H1'], sensitivity: 'S1_ROUTINE', ...more },
})

/** Names that try to leave their place: whatever Unicode holds, and what XML, Markdown and terminals read. */
export const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom(
    '</text><script>alert(1)</script>',
    '"><a href="https://example.org">',
    ']]>&lt;&#x3c;<!-- <![CDATA[',
    "' onload='alert(1)",
    '\u202Eabc\u0000\uD800\uFFFF',
    '&xxe; <!ENTITY x SYSTEM "file:///etc/passwd">',
  ),
)

/** The same things in another order. */
export const shuffled = <T>(all: readonly T[], step: number): T[] =>
  all.map((_, i) => all[(i * step + 3) % all.length]!)
