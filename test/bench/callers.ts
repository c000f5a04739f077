import { generateKeyPairSync } from 'node:crypto'
import type { OpenKey } from '../../clients/core/keys.ts'
import { LoginAnswer, type LoginStatement, loginText, NonceAnswer } from '../../schema/wire/login.ts'

/** An open session with its private key, to be handed to the process that sends the requests. */
export type BenchSession = { session: string; privateKey: string }

/** Signs in as `clients/core` does, and keeps the session key in a form that another process can read. */
export async function openSession(url: string, key: OpenKey): Promise<BenchSession> {
  const { nonce, time } = NonceAnswer.parse(await post(`${url}/login/nonce`, {}))
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const statement: LoginStatement = {
    ...{ origin: url, nonce, time, fingerprint: key.fingerprint, office: null, role: null },
    sessionKey: publicKey.export({ format: 'jwk' }).x!,
  }
  const signature = await key.sign(Buffer.from(loginText(statement)), new Date(time))
  const { session } = LoginAnswer.parse(await post(`${url}/login`, { statement, signature }))
  return { session, privateKey: privateKey.export({ format: 'pem', type: 'pkcs8' }) as string }
}

async function post(url: string, body: unknown): Promise<unknown> {
  const headers = { 'content-type': 'application/json' }
  return (await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })).json()
}
