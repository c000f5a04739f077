import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findJava, findMaven } from '../../../server/neo4j/prerequisites.ts'

let bin: string
beforeEach(async () => {
  bin = await mkdtemp(join(tmpdir(), 'portolan-bin-'))
})
afterEach(() => rm(bin, { recursive: true }))

/** Another Java, as far as `java -version` tells. */
const install = (version: string) =>
  writeFile(join(bin, 'java'), `#!/bin/sh\necho 'openjdk version "${version}"' >&2\n`, { mode: 0o755 })

test('the Java and Maven of this machine are found', async () => {
  const { command, build } = await findJava()
  expect(command).toMatch(/java$/)
  expect(build).toMatch(/version "\d+/)
  expect(await findMaven()).toBe('mvn')
})

test.each([
  ['Java', findJava],
  ['Maven', findMaven],
])('missing %s gives one line that says what to do', async (name, find) => {
  const fault = await find({ PATH: bin }).catch((error) => error)
  expect(fault.code).toBe('NEO4J_UNAVAILABLE')
  expect(fault.message).toMatch(new RegExp(`^expected ${name}`))
  expect(fault.message).not.toContain('\n')
  for (const way of ['apt install', 'brew install', 'NEO4J_URI', 'docker compose up']) {
    expect(fault.message).toContain(way)
  }
})

test.each(['17', '17.0.15', '21.0.2', '25-ea'])('Java %s will do', async (version) => {
  await install(version)
  expect(await findJava({ PATH: `${bin}:/bin:/usr/bin` })).toEqual({
    command: 'java',
    build: `openjdk version "${version}"\n`,
  })
})

test.each([
  ['1.8.0_402', 'Java 8'],
  ['11.0.22', 'Java 11'],
])('Java %s is too old and is named', async (version, name) => {
  await install(version)
  await expect(findJava({ PATH: `${bin}:/bin:/usr/bin` })).rejects.toThrow(`got ${name}:`)
})

test('JAVA_HOME goes before PATH', async () => {
  await expect(findJava({ ...process.env, JAVA_HOME: bin })).rejects.toThrow('got none')
})
