import fs from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'

// A process that adds to an outbox and is killed before the nth time that it touches the disk (0: never).
//
//   node outbox-writer.ts HOME PERSON add|deliver N

const [folder, person, what, nth] = process.argv.slice(2) as [string, string, string, string]
let touched = 0

function deadly<A extends unknown[], R>(call: (...args: A) => Promise<R>): (...args: A) => Promise<R> {
  return function (this: unknown, ...args) {
    touched += 1
    if (touched === Number(nth)) process.kill(process.pid, 'SIGKILL')
    return call.apply(this, args)
  }
}

const { openHome } = await import('../../../clients/gateway/home.ts')
const { openKeyStore } = await import('../../../clients/core/keys.ts')
const { openVault } = await import('../../../clients/gateway/vault.ts')
const { openOutbox } = await import('../../../clients/gateway/outbox.ts')
const home = await openHome(folder, '/')
const key = await (await openKeyStore(home.keys)).loadKey(person, async () => '')
const outbox = await openOutbox({
  folder: home.path('outbox'),
  vault: openVault(key, Date.now),
  now: Date.now,
  // The server refuses what is odd, and takes what is even.
  send: async (body) => {
    const { n } = body as { n: number }
    process.stdout.write(`sent ${n}\n`)
    const errors = n % 2 === 1 ? [{ message: 'expected other keys', extensions: { code: 'BAD_PACKET' } }] : []
    return { body: Buffer.from(JSON.stringify(errors.length > 0 ? { errors } : { data: { n } })) }
  },
})

const { prototype } = Object.getPrototypeOf(await fs.open(home.path('client.json'), 'a')).constructor
for (const name of ['writeFile', 'sync'] as const) prototype[name] = deadly(prototype[name])
for (const name of ['open', 'rename', 'rm'] as const)
  (fs as unknown as Record<string, unknown>)[name] = deadly(fs[name] as () => Promise<unknown>)
syncBuiltinESMExports()

if (what === 'add')
  for (let n = 1; n <= 3; n++) {
    await outbox.add('sendMessage', { n })
    process.stdout.write(`kept ${n}\n`)
  }
else await outbox.flush()
process.stdout.write(`touched ${touched}\n`)
