import { Fault } from '../../schema/wire/fault.ts'
import type { KeyStore, OpenKey } from '../core/keys.ts'
import type { AskPassphrase } from './passphrase.ts'

/** The keys that one command has opened, each once, and the passphrases that it was told for them. */
export type KeyRing = {
  key(name: string): Promise<OpenKey>
  /** Asked for once for each name. */
  passphrase(name: string): Promise<string>
  /** Every key of that name, newest first. */
  allKeys(name: string): Promise<OpenKey[]>
  /** Those keys of one name that this machine has, by the fingerprints of their primary keys. */
  keysNamed(name: string, fingerprints: readonly string[]): Promise<OpenKey[]>
}

/** Nothing is opened, and no passphrase asked for, before it is needed. */
export function openKeyRing(keys: () => Promise<KeyStore>, ask: AskPassphrase): KeyRing {
  const passphrase = onceEach(ask)
  return {
    passphrase,
    key: onceEach(async (name) => (await keys()).loadKey(name, () => passphrase(name))),
    allKeys: onceEach(async (name) => (await keys()).loadKeys(name, () => ask(name))),
    async keysNamed(name, fingerprints) {
      const store = await keys()
      const found: OpenKey[] = []
      for (const fingerprint of fingerprints)
        await store
          .loadKey(name, () => ask(name), fingerprint)
          .then(
            (one) => found.push(one),
            (error: unknown) => {
              if (!(error instanceof Fault && error.code === 'NOT_FOUND')) throw error
            },
          )
      return found
    },
  }
}

/** Made when it is first asked for, and then kept. */
export function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null
  return () => {
    made ??= make()
    return made
  }
}

function onceEach<T>(make: (name: string) => Promise<T>): (name: string) => Promise<T> {
  const made = new Map<string, Promise<T>>()
  return (name) => {
    const known = made.get(name) ?? make(name)
    made.set(name, known)
    return known
  }
}
