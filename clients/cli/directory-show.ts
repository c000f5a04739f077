import { inForce } from '../../schema/wire/directory.ts'
import type { DirectoryState, HeldKey, KeyPair } from '../../schema/wire/directory-state.ts'
import { custodianHolder, officeHolder, recoveryHolder } from '../../schema/wire/holder.ts'
import { endOf, keyWarnings } from '../../schema/wire/key-warnings.ts'
import { moment, say } from '../../schema/words/index.ts'
import { coded, fieldName } from './claims.ts'
import type { Command } from './command.ts'
import { tellWarnings } from './key-warnings.ts'
import type { Shell } from './shell.ts'
import { table } from './table.ts'

export const directoryShow: Command = {
  name: 'directory show',
  about: 'cli.aboutDirectoryShow',
  examples: [{ line: 'directory show', about: 'cli.tryDirectoryShow' }],
  async run(shell) {
    const { state, verifiedAt } = await shell.kept()
    const { caller, now } = await shell.link()
    const offices = officesIn(state, now())
    const keys = keysIn(state, now())
    const { genesisHash } = await shell.site()
    tellWarnings(shell, toldBy(state, { person: caller.person, offices: [caller.office] }, now()))
    const summary = {
      genesis: genesisHash,
      entries: state.length,
      head: state.head,
      verifiedAt: new Date(verifiedAt).toISOString(),
      offices,
      keys,
    }
    shell.show(summary, () => {
      const { language } = shell
      shell.line(say(language, 'cli.directoryVerified', { count: state.length, genesis: genesisHash }))
      shell.line(say(language, 'cli.directoryHead', { head: state.head! }))
      showKeys(shell, keys, state)
    })
  },
}

const toldBy = (...args: Parameters<typeof keyWarnings>) =>
  keyWarnings(...args).map((one) => ({ ...one, expires: new Date(one.expires).toISOString() }))

type Shown = ReturnType<typeof keysIn>[number]

function showKeys(shell: Shell, keys: Shown[], state: DirectoryState): void {
  const { language } = shell
  const head = [
    say(language, 'cli.headHolder'),
    fieldName(language, 'kind'),
    say(language, 'cli.headProfile'),
    fieldName(language, 'fingerprint'),
    say(language, 'cli.headUntil'),
    fieldName(language, 'status'),
  ]
  const kindOf = (holder: string) => state.offices.get(holder.replace(/^office:/, ''))?.body.kind
  const rows = keys.map(({ holder, profile, fingerprint, expires, status }) => {
    const kind = kindOf(holder)
    const until = expires && moment(language, new Date(expires))
    return [
      holder,
      kind && coded(language, 'OfficeKind', kind),
      profile,
      fingerprint,
      until,
      say(language, `cli.${status}`),
    ]
  })
  table(shell, head, rows)
}

/** Offices' keys by code, each with its custodian's; then the countries' recovery keys and those of their anchors. */
function keysIn(state: DirectoryState, now: number) {
  const shown = (holder: string, pair: KeyPair | null, isInForce: boolean) =>
    [pair?.key, pair?.modern]
      .filter((key) => key !== undefined && key !== null)
      .map((key) => shownKey(state, { holder, key, isInForce }, now))
  const offices = [...state.offices.values()].sort((a, b) => (a.body.office < b.body.office ? -1 : 1))
  return [
    ...offices.flatMap((office) => {
      const isInForce = inForce(office.body, now)
      const { office: code } = office.body
      return [
        ...shown(officeHolder(code), office, isInForce),
        ...shown(custodianHolder(code), office.custodian, isInForce),
      ]
    }),
    ...[...state.recoveries.values()]
      .sort((a, b) => (a.body.country < b.body.country ? -1 : 1))
      .flatMap((recovery) => shown(recoveryHolder(recovery.body.country), recovery, true)),
    ...[...state.anchors]
      .sort((a, b) => (a.country < b.country ? -1 : 1))
      .map(({ country, key }) => shownKey(state, { holder: `anchor:${country}`, key, isInForce: true }, now)),
  ]
}

type Standing = 'revoked' | 'expired' | 'inForce' | 'notInForce'

function shownKey(
  state: DirectoryState,
  { holder, key, isInForce }: { holder: string; key: HeldKey; isInForce: boolean },
  now: number,
) {
  const { fingerprint, profile } = key.facts
  const end = endOf(state, key)
  const isRevoked = state.revoked.has(fingerprint)
  const status: Standing = isRevoked
    ? 'revoked'
    : end <= now
      ? 'expired'
      : isInForce
        ? 'inForce'
        : 'notInForce'
  return {
    holder,
    profile,
    fingerprint,
    expires: Number.isFinite(end) ? new Date(end).toISOString() : null,
    status,
  }
}

const officesIn = (state: DirectoryState, now: number) =>
  [...state.offices.values()].map(({ body, key }) => ({
    office: body.office,
    kind: body.kind,
    fingerprint: key.facts.fingerprint,
    inForce: inForce(body, now),
    revoked: state.revoked.has(key.facts.fingerprint),
  }))
