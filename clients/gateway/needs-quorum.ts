import { parse } from 'graphql'

/** They are checked by themselves, back to the genesis, and a key must be revocable whoever is silent. */
const WITHOUT = ['directory', 'enterDirectory']

/** Whether an answer is worth no more than the record of it: all are but those of the directory's own entries. */
export function needsQuorum(body: unknown): boolean {
  const { query } = (body ?? {}) as { query?: unknown }
  if (typeof query !== 'string') return true
  try {
    return !parse(query, { noLocation: true, maxTokens: 4_000 }).definitions.every(
      (node) =>
        node.kind === 'OperationDefinition' &&
        node.selectionSet.selections.every((one) => one.kind === 'Field' && WITHOUT.includes(one.name.value)),
    )
  } catch {
    return true
  }
}
