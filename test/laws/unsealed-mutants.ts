import { ClientRequest } from 'node:http'
import { Fault } from '../../schema/wire/fault.ts'
import { walk } from '../../schema/wire/packet.ts'
import type { Graph } from '../../server/graph.ts'
import { bend } from './bendable.ts'
import { type Mutant, swap } from './broken.ts'
import { secretsOf } from './unsealed-leaks.ts'
import { graph, portolan } from './unsealed-ways.ts'

// What breaks law 4 at the API, one way at a time. What is bent is of the modules that the test file makes bendable.

/** A gate that lets through what it refuses in these words. */
const forgiving = (words: RegExp) => () =>
  bend(
    'gate',
    (honest) =>
      (...args) =>
        (honest(...args) as Promise<unknown>).catch((error) => {
          if (error instanceof Fault && words.test(error.message)) return walk(args[0])
          throw error
        }),
  )
const asking = (name: string, from: string) => () =>
  swap(
    graph,
    'read',
    (
      (read) =>
      (statement, ...rest) =>
        read(
          statement.name === name ? { ...statement, text: statement.text.replace(from, 'true') } : statement,
          ...rest,
        )
    )(graph.read),
  )

export const MUTANTS: Mutant[] = [
  ['there is no gate', () => bend('gate', () => async () => ({ pkesks: [], profile: 'compat' }))],
  [
    'what follows the data packet is not looked at',
    () =>
      bend('walk', (honest) => (bytes: Uint8Array) => {
        try {
          return honest(bytes)
        } catch (error) {
          const more = /expected the end after the data packet, got (\d+)/.exec((error as Fault).message)
          if (!more) throw error
          return honest(bytes.subarray(0, bytes.length - Number(more[1])))
        }
      }),
  ],
  ['readable octets pass for ciphertext', () => bend('refuseReadable', () => () => {})],
  ['whoever is not declared may read too', forgiving(/only valid keys of the declared offices/)],
  ['who is declared need not be able to read', forgiving(/expected a session key packet for/)],
  ['anybody signs an upload', () => bend('verifyUpload', () => async () => {})],
  ['a note is served whole, with the session keys of all', () => bend('excerpt', () => (bytes) => bytes)],
  [
    'a reader gets the first session key, whoever’s it is',
    () => bend('excerpt', (honest) => (bytes: Uint8Array) => honest(bytes, [walk(bytes).pkesks[0]!.keyId])),
  ],
  [
    'a message is served to whoever knows its id',
    asking('message/open', '$mask[m.compartment] = 1 AND any(o IN m.offices WHERE o IN $offices)'),
  ],
  [
    'everybody has one inbox',
    asking('message/inbox', 'm.compartment IN $compartments AND any(o IN m.offices WHERE o IN $offices)'),
  ],
  [
    'octets that somebody has are his',
    () => {
      const { read } = graph
      const unowned: Graph['read'] = (statement, ...rest) =>
        statement.name === 'message/owned' ? Promise.resolve([]) : read(statement, ...rest)
      return swap(graph, 'read', unowned)
    },
  ],
  ['what is erased stays on disk', () => swap(portolan.instance.exchange, 'eraseNote', async () => {})],
  [
    'a client signs in with its key and not by it',
    () => {
      const { end } = ClientRequest.prototype
      const [secret] = secretsOf('fr-liaison.claire')
      return swap(ClientRequest.prototype, 'end', function (this: ClientRequest, ...args: [Uint8Array]) {
        if (!this.headersSent) this.setHeader('x-key', secret!.toString('base64'))
        return end.apply(this, args as never)
      } as typeof end)
    },
  ],
]
