import { type Entry, type EntryBody, subjectOf } from '../../schema/wire/directory.ts'
import type { DirectoryState, KeyPair } from '../../schema/wire/directory-state.ts'
import { Fault } from '../../schema/wire/fault.ts'
import type { Profile } from '../../schema/wire/holder.ts'
import { say } from '../../schema/words/index.ts'
import { signEntry } from '../core/directory.ts'
import { type KeyStore, type OpenKey, publicHalf } from '../core/keys.ts'
import type { KeptDirectory } from '../gateway/directory.ts'
import type { Command, Options } from './command.ts'
import { type Draft, tellStanding } from './draft.ts'
import { PROFILE, profileIn } from './key-new.ts'
import { ANCHOR_OPTIONS, rotateAnchor } from './key-rotate-anchor.ts'
import type { Shell } from './shell.ts'

export const keyRotate: Command = {
  name: 'key rotate',
  about: 'cli.aboutKeyRotate',
  args: ['<name>'],
  options: [PROFILE, { flags: '--whole', about: 'cli.optWhole' }, ...ANCHOR_OPTIONS],
  examples: [
    { line: 'key rotate office:ne-dst > next.json', about: 'cli.tryKeyRotate' },
    { line: 'key rotate custodian:ne-dst --whole > next.json', about: 'cli.tryKeyRotateWhole' },
    {
      line: 'key rotate anchor:NE --instance sahel-corridors > next.json',
      about: 'cli.tryKeyRotateAnchor',
    },
    { line: 'key rotate anchor:NE --lost > next.json', about: 'cli.tryKeyRotateLost' },
  ],
  async run(shell, [name], options) {
    const { language } = shell
    if (name!.startsWith('anchor:')) return rotateAnchor(shell, name!, options)
    const kept = await shell.kept()
    const profile = profileIn(shell, options) ?? 'compat'
    const place = placeOf(kept, name!, profile)
    const key = await nextKey(shell, place, options)
    const at = new Date((await shell.link()).now())
    const body = withKey(place, profile, await publicHalf(key.privateKey, at))
    const draft = await agreed(shell, kept, { ...place, body }, at)
    shell.note(say(language, 'cli.keyRotated', { name: name!, fingerprint: key.fingerprint }))
    await tellStanding(shell, kept, draft)
    shell.show(draft, () => shell.line(JSON.stringify(draft, null, 2)))
  },
}

/** Where a key stands in the directory: the entry that the next one replaces, and whose keys agree to that. */
type Place = {
  name: string
  profile: Profile
  body: EntryBody
  /** What stands there now; null where the holder has no key of this profile yet. */
  former: string | null
  /** Names in the key store, with the fingerprints that the directory has for them. */
  own: { name: string; fingerprint: string }[]
}

function placeOf({ state, lines }: KeptDirectory, name: string, profile: Profile): Place {
  const subject = name.replace(/^custodian:/, 'office:')
  const last = lines.findLast(
    (line): line is Entry =>
      'body' in line && [subject, `person:${name}`].includes(subjectOf(line.body)) && 'key' in line.body,
  )
  if (last === undefined)
    throw new Fault('NOT_FOUND', `expected a holder in the directory such as office:ne-dst, got ${name}`)
  const pair = pairOf(state, name)
  const former = (profile === 'compat' ? pair?.key : pair?.modern)?.facts.fingerprint ?? null
  // An office agrees to whoever is to be its custodian; a person's key is his anchor's business alone.
  const owners = last.body.type === 'person' ? [] : [...new Set([name, subject])]
  const own = owners.flatMap((one) =>
    fingerprintsOf(pairOf(state, one)).map((fp) => ({ name: one, fingerprint: fp })),
  )
  return { name, profile, body: last.body, former, own }
}

function pairOf(state: DirectoryState, name: string): KeyPair | null {
  const [kind, id = ''] = name.split(':')
  if (kind === 'office') return state.offices.get(id) ?? null
  if (kind === 'custodian') return state.offices.get(id)?.custodian ?? null
  if (kind === 'recovery') return state.recoveries.get(id) ?? null
  const person = state.persons.get(name)
  return person === undefined ? null : { key: person.key, modern: null }
}

const fingerprintsOf = (pair: KeyPair | null): string[] =>
  [pair?.key, pair?.modern].flatMap((key) => (key ? [key.facts.fingerprint] : []))

/** The key that stands there, renewed; or, in a place that is empty, the one that was made for it on this machine. */
async function nextKey(shell: Shell, place: Place, options: Options): Promise<OpenKey> {
  const { name, profile, former } = place
  const store = await shell.keys()
  const passphrase = () => shell.passphrase(name)
  if (former !== null)
    return store.rotate({
      ...{ name, fingerprint: former, passphrase, whole: options.whole === true },
      date: new Date((await shell.link()).now()),
    })
  const digits = profile === 'compat' ? 40 : 64
  const made = (await store.listKeys()).findLast(
    (key) => key.name === name && key.fingerprint.length === digits,
  )
  if (made !== undefined) return store.loadKey(name, passphrase, made.fingerprint)
  throw new Fault('NOT_FOUND', `expected a ${profile} key of ${name} on this machine, got none`)
}

function withKey({ name, body }: Place, profile: Profile, armored: string): EntryBody {
  const slot = profile === 'compat' ? { key: armored } : { modern: armored }
  if (body.type === 'office' && name.startsWith('custodian:'))
    return { ...body, custodian: { ...body.custodian, ...slot } as { key: string } }
  return { ...body, ...slot } as EntryBody
}

/** Signed by the first of the holder's former keys that this machine has; by none where it has none of them. */
async function agreed(shell: Shell, { state }: KeptDirectory, place: Place, date: Date): Promise<Draft> {
  const supersedes = state.latest.get(subjectOf(place.body)) ?? null
  const signer = await firstOf(shell, await shell.keys(), place.own)
  if (signer === null) return { supersedes, body: place.body, signatures: [] }
  return signEntry(place.body, [signer], { instance: state.genesis!.instance, supersedes, date })
}

async function firstOf(shell: Shell, store: KeyStore, own: Place['own']): Promise<OpenKey | null> {
  for (const { name, fingerprint } of own) {
    const found = await store
      .loadKey(name, () => shell.passphrase(name), fingerprint)
      .catch((error: unknown) => {
        if (error instanceof Fault && error.code === 'NOT_FOUND') return null
        throw error
      })
    if (found !== null) return found
  }
  return null
}
