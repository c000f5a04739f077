import * as fc from 'fast-check'

const BY = ['none', 'random', 'degree', 'distance'] as const

/** Small networks, whom to take away from them in steps, and by whom they recover. */
export const removals = fc.nat({ max: 11 }).chain((most) =>
  fc.record({
    nodes: fc.constant(most + 1),
    ties: fc.array(fc.tuple(fc.nat(most), fc.nat(most)), { maxLength: 30 }),
    steps: fc.array(fc.uniqueArray(fc.nat(most), { maxLength: 3 }), { maxLength: 4 }),
    stages: fc.array(fc.integer({ min: -1, max: 2 }), { minLength: most + 1, maxLength: most + 1 }),
    by: fc.constantFrom(...BY),
    seed: fc.nat(),
  }),
)
