import { beforeEach, describe, expect, it } from 'vitest'
import type { ReadRecord } from '../../../../clients/core/audit.ts'
import { openMatchRecords } from '../../../../clients/core/match/records.ts'
import type { AnsweredDetail } from '../../../../schema/wire/audit.ts'
import { orderOf } from '../../../server/match/orders.ts'
import { AICHA } from './month.ts'

const SPAN = { from: Date.UTC(2026, 10), to: Date.UTC(2026, 11) }
const WITHIN = Date.UTC(2026, 10, 10)
const caller = { person: AICHA, office: 'ne-dst', country: 'NE', role: 'FOCAL_POINT' as const }

let index = 0
function record(detail: Partial<AnsweredDetail>, more: { at?: number; caller?: object } = {}): ReadRecord {
  const answered = {
    ...{ kind: 'ANSWERED', at: more.at ?? WITHIN, asked: 0, salt: '', status: 200 },
    caller: { ...caller, ...more.caller },
    detail: { outcome: 'OK', statements: [], shown: [], ...detail },
  } as ReadRecord['detail']
  return { index: ++index, leaf: Buffer.alloc(0), leafHash: Buffer.alloc(0), detail: answered }
}
const ran = (...names: string[]) => names.map((name) => ({ name, digest: '' }))

let records: ReturnType<typeof openMatchRecords>
beforeEach(() => {
  records = openMatchRecords(SPAN)
})

describe('orders', () => {
  it('are those of the month that were permitted, each once, since it was first', () => {
    const order = orderOf(caller, 3)
    records.take(record({ evaluation: order }))
    records.take(record({ evaluation: order }, { at: WITHIN + 1_000 }))
    records.take(record({ evaluation: orderOf(caller, 1), outcome: 'BUDGET_EXHAUSTED' }))
    records.take(record({ evaluation: orderOf(caller, 1) }, { at: SPAN.to }))
    expect(records.found.orders).toEqual([{ record: expect.any(Number), at: WITHIN, order }])
  })

  it('of before the month are none of it, also where they are permitted again', () => {
    const order = orderOf(caller, 1)
    records.take(record({ evaluation: order }, { at: SPAN.from - 1 }))
    records.take(record({ evaluation: order }))
    expect(records.found.orders).toEqual([])
  })

  it.each<[string, unknown]>([
    ['another officer', orderOf({ ...caller, person: 'ne-dst.salif' }, 1)],
    ['another office', orderOf({ ...caller, office: 'ne-gn' }, 1)],
    ['another state', orderOf({ ...caller, country: 'ML' }, 1)],
    ['fewer commitments than elements', { ...orderOf(caller, 2), commitments: ['A'.repeat(43)] }],
    ['no form', { sorry: true }],
  ])('of %s on somebody’s record are no server’s doing', (_, evaluation) => {
    const wrong = record({ evaluation: evaluation as AnsweredDetail['evaluation'] })
    expect(() => records.take(wrong)).toThrow(`in record ${wrong.index}`)
  })
})

describe('cases', () => {
  it('are known by what else was done for them, before the month too', () => {
    const known = () => [...(records.found.cases.get(AICHA) ?? [])]
    records.take(record({ case: 'NE-1', evaluation: orderOf(caller, 1) }))
    records.take(record({ case: 'NE-1', statements: ran('match/ask') }))
    records.take(record({ case: 'NE-1' }))
    records.take(record({ case: 'NE-1', statements: ran('network/list'), outcome: 'NOT_ALLOWED' }))
    expect(known()).toEqual([])
    records.take(record({ case: 'NE-2', statements: ran('network/list') }, { at: SPAN.from - 1 }))
    records.take(record({ case: 'NE-3', statements: ran('match/protected', 'card/seal') }))
    expect(known()).toEqual(['NE-2', 'NE-3'])
    const salif = { person: 'ne-dst.salif' }
    records.take(record({ case: 'NE-1', statements: ran('network/list') }, { caller: salif }))
    expect(known()).toEqual(['NE-2', 'NE-3'])
  })
})

it('tokens on watch count once for each key, and only those of the month', () => {
  const placed = (tokens: unknown, more: { at?: number } = {}) =>
    records.take(
      record(
        { statements: ran('match/place'), variables: { key: 'k', input: { epoch: 2026, tokens } as never } },
        more,
      ),
    )
  placed([{ token: 'sha256:a' }, { token: 'sha256:b' }])
  placed([{ token: 'sha256:b' }, { token: 'sha256:c' }])
  placed([{ token: 'sha256:d' }], { at: SPAN.from - 1 })
  placed('none')
  expect(records.found.placed.get(AICHA)?.size).toBe(3)
})
