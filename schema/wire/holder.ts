// A holder is whose key a session key is wrapped to. A message is for offices; each of them reads it with its role key, and
// whoever rescues a desk reads it with the custodian's key of the office or the recovery key of its country.

/** `office:ne-dst`, `custodian:ne-dst` or `recovery:NE`, as the directory names the subject of a key. */
export type Holder = `${'office' | 'custodian' | 'recovery'}:${string}`

/** The two forms of everything sealed: version 4 keys and SEIPDv1, which gpg and sq read; version 6 keys and SEIPDv2. */
export type Profile = 'compat' | 'modern'

export const officeHolder = (office: string): Holder => `office:${office}`
export const custodianHolder = (office: string): Holder => `custodian:${office}`
export const recoveryHolder = (country: string): Holder => `recovery:${country}`

/** The office whose role key this holder has, or null for a custodian's or a country's. */
export const officeOf = (holder: Holder): string | null =>
  holder.startsWith('office:') ? holder.slice('office:'.length) : null
