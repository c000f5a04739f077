// Imports nothing: a module that is being mocked may be needed by whatever this would import.

// biome-ignore lint/suspicious/noExplicitAny: any function of any module
type Anything = (...args: any[]) => any
const bent = new Map<string, (honest: Anything) => Anything>()

/**
 * A module whose functions can be bent, for `vi.mock(path, async (original) => bendable(await original()))`. Until one is, it
 * is the module itself; who imports it inside that module is not reached.
 */
export function bendable<T extends object>(module: T): T {
  const bendables = Object.entries(module).map(([name, honest]) => [
    name,
    typeof honest === 'function'
      ? new Proxy(honest, {
          apply: (_, self, args) => Reflect.apply(bent.get(name)?.(honest as Anything) ?? honest, self, args),
        })
      : honest,
  ])
  return Object.fromEntries(bendables)
}

/** Replaces a function of a bendable module by what `as` makes of the honest one. */
export function bend(name: string, as: (honest: Anything) => Anything): () => void {
  bent.set(name, as)
  return () => void bent.delete(name)
}
