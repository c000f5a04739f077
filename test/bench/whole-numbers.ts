/** Whole numbers as the driver sends integers, deeply; as `server/graph.ts` does before it writes. */
export function whole(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, wholeValue(one)]))
}

function wholeValue(value: unknown): unknown {
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value
  if (Array.isArray(value)) return value.map(wholeValue)
  if (value !== null && typeof value === 'object') return whole(value as Record<string, unknown>)
  return value
}
