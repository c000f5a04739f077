import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Gateway } from '../../clients/gateway/gateway.ts'
import { report, SUBMIT } from '../report.ts'
import { type Desk, openDesk } from './gateway-desk.ts'
import { run } from './run.ts'

// Ordinary GraphQL programs, which know nothing of signatures, through the gateway of an officer.

let desk: Desk
let gateway: Gateway
let python: string
let venv: string

beforeAll(async () => {
  desk = await openDesk()
  gateway = desk.gateway
  venv = await mkdtemp(join(tmpdir(), 'portolan-venv-'))
  python = join(venv, 'bin', 'python')
  await run('python3', ['-m', 'venv', venv])
  await run(python, [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--disable-pip-version-check',
    'gql[requests]==4.0.0',
  ])
}, 1_500_000)
afterAll(async () => {
  await desk?.close()
  if (venv) await rm(venv, { recursive: true, force: true })
})

describe('curl', () => {
  const curl = (...args: string[]) => run('curl', ['--silent', '--show-error', gateway.url, ...args])
  const question = (query: string, variables = {}) => ['--data-binary', JSON.stringify({ query, variables })]
  const headers = () => [
    '-H',
    'content-type: application/json',
    '-H',
    `authorization: Bearer ${gateway.token}`,
  ]

  it('asks and reports', async () => {
    const me = await curl(...headers(), ...question('{ me { person office } }'))
    expect(JSON.parse(me.toString())).toEqual({ data: { me: { person: 'ne-dst.aicha', office: 'ne-dst' } } })
    const sent = await curl(...headers(), ...question(SUBMIT, { input: report('curl-report') }))
    expect(JSON.parse(sent.toString()).data.submitReport.report.office).toBe('ne-dst')
  })

  it('is turned away without the token', async () => {
    const refused = await curl(
      '-w',
      '%{http_code}',
      '-o',
      '/dev/null',
      ...headers().slice(0, 2),
      ...question('{ me { person } }'),
    )
    expect(refused.toString()).toBe('401')
  })
})

describe('Python gql', () => {
  const SCRIPT = `
import json, sys
from gql import Client, gql
from gql.transport.requests import RequestsHTTPTransport
from gql.transport.exceptions import TransportQueryError

url, token = json.load(sys.stdin)
client = Client(transport=RequestsHTTPTransport(url=url, headers={"authorization": "Bearer " + token}))
found = client.execute(gql("query named($name: String) { networks(name: $name) { totalCount edges { node { label } } } }"),
    variable_values={"name": "agadez"})
try:
    client.execute(gql("{ networks(first: 1000) { totalCount } }"))
    code = None
except TransportQueryError as refused:
    code = refused.errors[0]["extensions"]["code"]
print(json.dumps({"found": found, "code": code}))
`
  it('asks, and reads faults by their codes', async () => {
    await writeFile(join(venv, 'ask.py'), SCRIPT)
    const said = await run(python, [join(venv, 'ask.py')], JSON.stringify([gateway.url, gateway.token]))
    expect(JSON.parse(said.toString())).toEqual({
      found: { networks: { totalCount: 1, edges: [{ node: { label: 'Agadez-transport' } }] } },
      code: 'BAD_PAGE',
    })
  })
})
