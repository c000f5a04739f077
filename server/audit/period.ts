import { randomBytes } from 'node:crypto'
import * as openpgp from 'openpgp'
import type { Clock } from '../clock.ts'
import { Mac } from '../mac.ts'
import { type Timer, unavailable } from './sequencer.ts'

export const HOUR = 3_600_000

/** The keys of one state for what is left of one hour. `id` is the index of the PERIOD record that holds them, wrapped. */
export type Period = { id: number; country: string; from: number; to: number; detail: Mac; token: Mac }

export type PeriodBody = { country: string; from: number; to: number; wrapped: string }

export type PeriodOptions = {
  clock: Clock
  timer: Timer
  /** Armored public keys of the state's auditors. */
  auditorsOf: (country: string) => Promise<string[]> | string[]
  /** Puts the wrapped keys on record; resolves with the record's index once they are durable. */
  announce: (body: PeriodBody) => Promise<number>
}

/**
 * Draws each state's keys for the hour when they are first needed. They are wrapped to the state's auditors and durable
 * **before** anything is sealed under them; at the hour's end they are wiped, and the server can't read back what it wrote.
 * Nothing is kept over a restart: a restart draws anew.
 */
export class Periods {
  #options: PeriodOptions
  #live = new Map<string, Period>()
  #drawing = new Map<string, Promise<Period>>()
  #closed = false

  constructor(options: PeriodOptions) {
    this.#options = options
  }

  /** The state's keys if they were drawn in this hour. */
  current(country: string): Period | null {
    const period = this.#live.get(country)
    if (!period) return null
    const now = this.#options.clock()
    // A clock set back is another hour too.
    if (now >= period.from && now < period.to) return period
    this.#wipe(period)
    return null
  }

  /** Keys for this hour, drawn if need be. Throws AUDIT_UNAVAILABLE when nobody could open them. */
  async get(country: string): Promise<Period> {
    for (;;) {
      const period = this.current(country)
      if (period) return period
      let drawing = this.#drawing.get(country)
      if (!drawing) {
        drawing = this.#draw(country).finally(() => this.#drawing.delete(country))
        this.#drawing.set(country, drawing)
      }
      // Drawing may outlast the hour: then once more.
      await drawing
    }
  }

  /** No keys from now on. */
  close(): void {
    this.#closed = true
    for (const period of [...this.#live.values()]) this.#wipe(period)
  }

  async #draw(country: string): Promise<Period> {
    const { clock, timer, announce } = this.#options
    const now = clock()
    const from = now - (now % HOUR)
    const to = from + HOUR
    const keys = randomBytes(64)
    const meta = { country, from, to }
    const secret = Buffer.concat([keys, Buffer.from(JSON.stringify(meta))])
    const detail = new Mac(keys.subarray(0, 32))
    const token = new Mac(keys.subarray(32))
    keys.fill(0)
    try {
      const wrapped = await this.#wrap(country, secret)
      const id = await announce({ ...meta, wrapped })
      if (this.#closed) throw unavailable('expected an open log, got a closed one')
      const period = { id, ...meta, detail, token }
      this.#live.set(country, period)
      timer(Math.max(to - clock(), 0), () => this.#wipe(period))
      return period
    } catch (error) {
      detail.wipe()
      token.wipe()
      throw error
    } finally {
      secret.fill(0)
    }
  }

  /** A v4 / SEIPDv1 message, which gpg and sq open too (profile compat). */
  async #wrap(country: string, secret: Uint8Array): Promise<string> {
    try {
      const armored = await this.#options.auditorsOf(country)
      const encryptionKeys = await Promise.all(armored.map((armoredKey) => openpgp.readKey({ armoredKey })))
      if (encryptionKeys.length === 0) throw new Error('no key')
      const message = await openpgp.createMessage({ binary: secret })
      const config = { aeadProtect: false }
      const wrapped = await openpgp.encrypt({
        message,
        encryptionKeys,
        format: 'binary',
        date: new Date(this.#options.clock()),
        config,
      })
      return Buffer.from(wrapped as Uint8Array).toString('base64')
    } catch {
      throw unavailable(`expected keys to encrypt to for the auditors of ${country}, got none that serve`)
    }
  }

  #wipe(period: Period): void {
    period.detail.wipe()
    period.token.wipe()
    if (this.#live.get(period.country) === period) this.#live.delete(period.country)
  }
}
