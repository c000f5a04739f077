import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readCheckpoint, signCheckpoint } from '../../../../server/audit/tree/checkpoint.ts'
import { keepSigningKey } from '../../../../server/audit/tree/key-file.ts'
import {
  isSignedBy,
  makeSigningKey,
  readNote,
  signingKeyOf,
  signNote,
  verifierOf,
} from '../../../../server/audit/tree/note.ts'
import { newHome } from '../home.ts'

// Keys, text and signatures of `sumdb/note/note_test.go` of golang.org/x/mod v0.33.0.
const SKEY = 'PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz'
const VKEY = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'
const ENOCH = 'EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop'
const TEXT =
  "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
const PETER_LINE =
  '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n'
const ENOCH_LINE =
  '— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n'

const bytes = (text: string) => Buffer.from(text)

describe('a signed note', () => {
  it('is what Go makes of the same key and text', () => {
    const key = signingKeyOf(SKEY)
    expect(key.vkey).toBe(VKEY)
    expect(signNote(bytes(TEXT), [key]).toString()).toBe(`${TEXT}\n${PETER_LINE}`)
  })

  it('is known by the keys that signed it, also beside lines of unknown ones', () => {
    const note = readNote(
      bytes(`${TEXT}\n${PETER_LINE}${ENOCH_LINE}— someone.example/ml-dsa AAAAAAbbbbbb\n`),
    )!
    expect(note.text.toString()).toBe(TEXT)
    expect(note.lines.map(({ name }) => name)).toEqual([
      'PeterNeumann',
      'EnochRoot',
      'someone.example/ml-dsa',
    ])
    expect(isSignedBy(note, verifierOf(VKEY))).toBe(true)
    expect(isSignedBy(note, verifierOf(ENOCH))).toBe(true)
    expect(isSignedBy(note, verifierOf(makeSigningKey('PeterNeumann').vkey))).toBe(false)
  })

  it('is not known when one line of the key is bad, or the text is another', () => {
    const bad = PETER_LINE.replace('ZJku', 'ZJkv')
    const known = (text: string) => isSignedBy(readNote(bytes(text))!, verifierOf(VKEY))
    expect(known(`${TEXT}\n${bad}`)).toBe(false)
    expect(known(`${TEXT}\n${PETER_LINE}${bad}`)).toBe(false)
    expect(known(`${TEXT.replace('think', 'thinк')}\n${PETER_LINE}`)).toBe(false)
  })

  it.each([
    ['no empty line', `${TEXT}${PETER_LINE}`],
    ['no signature', `${TEXT}\n`],
    ['no last newline', `${TEXT}\n${PETER_LINE.trim()}`],
    ['a hyphen for the dash', `${TEXT}\n${PETER_LINE.replace('—', '-')}`],
    ['two spaces', `${TEXT}\n${PETER_LINE.replace(' x', '  x')}`],
    ['a plus in the name', `${TEXT}\n${PETER_LINE.replace('rN', 'r+N')}`],
    ['base64 with spare bits', `${TEXT}\n${PETER_LINE.replace('nAM=', 'nAN=')}`],
    ['base64 of the other alphabet', `${TEXT}\n${PETER_LINE.replace('o/Z', 'o_Z')}`],
    ['an id and nothing else', `${TEXT}\n— PeterNeumann x08gow==\n`],
    ['a tab', `a\tb\n\n${PETER_LINE}`],
    ['a carriage return', `${TEXT}\n${PETER_LINE.replace('\n', '\r\n')}`],
    ['a zero byte', `a\0\n\n${PETER_LINE}`],
  ])('is none with %s', (_, text) => {
    expect(readNote(bytes(text))).toBeNull()
  })

  it('is none in bytes that are no UTF-8', () => {
    expect(readNote(Buffer.concat([Buffer.of(0xff), bytes(`\n\n${PETER_LINE}`)]))).toBeNull()
  })
})

describe('a signing key', () => {
  it('is refused with any letter more, less or other', () => {
    for (let at = 0; at < SKEY.length; at++) {
      expect(() => signingKeyOf(SKEY.slice(at + 1)), `from ${at + 1}`).toThrow(/^expected /)
      expect(() => signingKeyOf(SKEY.slice(0, at)), `to ${at}`).toThrow(/^expected /)
      const other = String.fromCharCode(SKEY.charCodeAt(at) + 1)
      expect(() => signingKeyOf(SKEY.slice(0, at) + other + SKEY.slice(at + 1)), `at ${at}`).toThrow(
        /^expected /,
      )
    }
  })

  it.each([
    'PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==',
    'PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
  ])('is refused in public as %s, as Go does', (vkey) => {
    expect(() => verifierOf(vkey)).toThrow(expect.objectContaining({ code: 'CONFIG' }))
  })

  it('is made anew, and never shown in a fault', () => {
    const { skey, vkey } = makeSigningKey('sahel.portolan/audit/2026h2')
    const text = bytes('a\n')
    expect(verifierOf(vkey).verify(text, signingKeyOf(skey).sign(text))).toBe(true)
    expect(() => makeSigningKey('two words')).toThrow(expect.objectContaining({ code: 'CONFIG' }))
    const caught = (() => {
      try {
        return signingKeyOf(`${skey}A`)
      } catch (error) {
        return error
      }
    })()
    expect(String(caught)).not.toContain(skey.split('+').at(-1))
  })

  it('is kept in a file that only its owner reads, with the public half beside it', async () => {
    const file = join(newHome(), 'keys/audit')
    const key = await keepSigningKey(file, 'a.example/log')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readFileSync(`${file}.vkey`, 'utf8')).toBe(`${key.vkey}\n`)
    expect((await keepSigningKey(file, 'a.example/log')).vkey).toBe(key.vkey)
    await expect(keepSigningKey(file, 'b.example/log')).rejects.toMatchObject({ code: 'CONFIG' })
  })

  it('is never made over what lies there', async () => {
    const home = newHome()
    mkdirSync(join(home, 'keys'))
    writeFileSync(join(home, 'keys/audit'), 'something else\n')
    await expect(keepSigningKey(join(home, 'keys/audit'), 'a.example/log')).rejects.toMatchObject({
      code: 'CONFIG',
    })
    expect(readFileSync(join(home, 'keys/audit'), 'utf8')).toBe('something else\n')
  })
})

describe('a checkpoint', () => {
  // Made by Tessera v1.0.4: `testdata/log/checkpoint.15` with the key of `testdata/build_log.sh`.
  const SIGNER = 'PRIVATE+KEY+example.com/log/testdata+33d7b496+AeymY/SZAX0jZcJ8enZ5FY1Dz+wTML2yWSkK+9DSF3eg'
  const CHECKPOINT =
    'example.com/log/testdata\n15\nrKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs=\n\n' +
    '— example.com/log/testdata M9e0luh4jTG+UMBqOUo9/q+yAEvx1ilBEniMvjf1zfcBOhg+CKubMt53MvIt/uEWP6zdkdIQzd/fmwlM/dlPWF74ewI=\n'
  const key = signingKeyOf(SIGNER)

  it('is what Tessera makes of the same head', () => {
    const head = readCheckpoint(bytes(CHECKPOINT), key)!
    expect(head.size).toBe(15)
    expect(signCheckpoint(head, [key]).toString()).toBe(CHECKPOINT)
  })

  it('carries a second algorithm beside the first, and is read past it', () => {
    const other = { name: key.name, id: Buffer.from('0a0b0c0d', 'hex'), sign: () => Buffer.alloc(2_420, 6) }
    const head = { size: 3, root: Buffer.alloc(32, 1) }
    const checkpoint = signCheckpoint(head, [key, other])
    expect(
      readNote(checkpoint)!.lines.map(({ id, signature }) => [id.toString('hex'), signature.length]),
    ).toEqual([
      ['33d7b496', 64],
      ['0a0b0c0d', 2_420],
    ])
    expect(readCheckpoint(checkpoint, key)).toEqual(head)
  })

  it.each([
    ['another origin', `example.com/log/other\n3\n${Buffer.alloc(32).toString('base64')}\n`],
    ['a size with a zero before it', `${key.name}\n03\n${Buffer.alloc(32).toString('base64')}\n`],
    ['a size with a sign', `${key.name}\n+3\n${Buffer.alloc(32).toString('base64')}\n`],
    [
      'a size beyond whole numbers',
      `${key.name}\n9007199254740993\n${Buffer.alloc(32).toString('base64')}\n`,
    ],
    ['a short root', `${key.name}\n3\n${Buffer.alloc(31).toString('base64')}\n`],
    ['no root', `${key.name}\n3\n`],
    ['a line more', `${key.name}\n3\n${Buffer.alloc(32).toString('base64')}\nmore\n`],
    ['an empty line more', `${key.name}\n3\n${Buffer.alloc(32).toString('base64')}\n\n`],
  ])('is none of the log with %s, however well it is signed', (_, text) => {
    expect(readCheckpoint(signNote(bytes(text), [key]), key)).toBeNull()
  })

  it('is none of the log with any octet changed', () => {
    const good = bytes(CHECKPOINT)
    for (let at = 0; at < good.length; at++) {
      const bad = Buffer.from(good)
      bad[at]! ^= 1
      const head = readCheckpoint(bad, key)
      expect(head, `octet ${at}`).toBeNull()
    }
  })
})
