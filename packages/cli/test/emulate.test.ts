import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { Signature } from '@hubspot/api-client'
import { expect, onTestFinished, test } from 'vitest'
import { hubsync, temporaryFolder, use } from './support/world.js'

/** Starts a portal, and ends it with the test. */
async function start(args: string, folder = temporaryFolder()) {
  const going = use({ folder, env: {} }, ['emulate', '--port', '0', ...args.split(' ')])
  onTestFinished(async () => {
    going.signals.emit('SIGINT')
    await going.outcome
  })
  await going.shows(args.includes('--json') ? '}' : 'Health')
  const { out } = going.written
  const given = args.includes('--json')
    ? JSON.parse(out)
    : {
        url: /HUBSPOT_BASE_URL=(\S+)/.exec(out)?.[1],
        token: /HUBSPOT_ACCESS_TOKEN=(\S+)/.exec(out)?.[1],
      }
  const ask = async (path: string, init: RequestInit = {}) => {
    const headers = { authorization: `Bearer ${given.token}` }
    const response = await fetch(`${given.url}${path}`, { headers, ...init })
    return { status: response.status, body: JSON.parse((await response.text()) || 'null') }
  }
  return { out, given, ask }
}

const few = '--contacts 2 --companies 1 --deals 1'

test('emulate prints what it offers in 80 columns, as lines that a shell takes', async () => {
  const { out, ask } = await start(`${few} --oauth --webhooks http://127.0.0.1:9/hubspot`)
  const lines = out.trim().split('\n')
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80)
  expect(lines.slice(1).every((line) => /^(export |#)/.test(line))).toBe(true)
  expect(out).toMatch(/^# Health: +http:\/\/127\.0\.0\.1:\d+\/_emulator\/health$/m)
  expect(out).toContain('this machine alone')
  expect(out).toMatch(/^# Refresh token: eu1-/m)
  expect((await ask('/_emulator/health')).body).toMatchObject({ status: 'ok' })
})

test('emulate begins with the data of a file, and has that again after a reset', async () => {
  const folder = temporaryFolder()
  const seed = {
    owners: [{ id: '71', email: 'ada@example.com' }],
    records: { contacts: [{ id: '101', properties: { email: 'ada@example.com' } }] },
  }
  writeFileSync(join(folder, 'portal.json'), JSON.stringify(seed))
  const { ask, out } = await start('--data portal.json', folder)
  expect(out).toContain(': 1 contact, 0 companies, 0 deals, until Ctrl-C')
  const contact = '/crm/v3/objects/contacts/101'
  await ask(contact, { method: 'DELETE' }).catch(() => {})
  await ask('/_emulator/reset', { method: 'POST' })
  expect((await ask(contact)).status).toBe(200)
  expect((await ask('/crm/v3/owners')).body.results).toMatchObject([{ id: '71' }])
})

test.each([
  ['{', /Expected portal\.json to be JSON/],
  ['{"records":{"contacts":[{"id":"x"}]}}', /records\.contacts\[0\]\.id to be an id of digits/],
])('emulate refuses the data %s with what is wrong', async (text, message) => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'portal.json'), text)
  const { code, err } = await hubsync({ folder, env: {} }, 'emulate --port 0 --data portal.json')
  expect(code).toBe(2)
  expect(err).toMatch(message)
})

test('emulate has custom objects, properties, owners, scopes and faults as flags', async () => {
  const { ask } = await start(
    `${few} --custom-objects 2 --custom-properties 6 --owners 12 --token mine --scopes crm.objects.owners.read,crm.objects.contacts.read,crm.schemas.custom.read --json`,
  )
  expect((await ask('/crm/v3/owners')).body.results).toHaveLength(12)
  expect((await ask('/crm/v3/schemas')).body.results).toHaveLength(2)
  expect((await ask('/crm/v3/objects/deals')).status).toBe(403)
  const failing = await start(`${few} --faults 1 --no-limits --json`)
  const tried = await failing.ask('/crm/v3/owners').catch(() => ({ status: 0 }))
  expect(tried.status).not.toBe(201)
  expect((await failing.ask('/_emulator/calls')).body.results[0].fault).toBeDefined()
})

test.each(['v1', 'v2', 'v3'] as const)(
  'emulate sends webhooks as changes happen, with a signature of %s that HubSpot’s client accepts',
  async (signatureVersion) => {
    let received: { signature: string; requestBody: string; timestamp: number } | undefined
    const server = createServer(async (request, response) => {
      let requestBody = ''
      for await (const chunk of request) requestBody += chunk
      const { headers } = request
      const name = signatureVersion === 'v3' ? 'x-hubspot-signature-v3' : 'x-hubspot-signature'
      const timestamp = Number(headers['x-hubspot-request-timestamp'])
      received = { signature: String(headers[name]), requestBody, timestamp }
      response.writeHead(204).end()
      server.emit('told')
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => void server.close())
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/in?a=1`
    const older = signatureVersion === 'v2' ? 'v2' : 'v1'
    const { ask } = await start(
      `${few} --webhooks ${url} --client-secret topsecret --signature ${older} --json`,
    )
    const told = once(server, 'told')
    await ask('/_emulator/seed', {
      method: 'POST',
      body: JSON.stringify({ records: { contacts: [{ id: '7' }] } }),
    })
    await told
    expect(JSON.parse(received?.requestBody ?? '')).toMatchObject([{ objectId: 7 }])
    const given = { clientSecret: 'topsecret', url, method: 'POST', signatureVersion }
    expect(Signature.isValid({ ...received!, ...given })).toBe(true)
  },
)

test.each([
  ['--faults 2', /a number from 0 to 1/],
  ['--control me', /Allowed choices are loopback, anyone, nobody/],
  ['--webhooks nowhere', /full URL, got nowhere/],
])('emulate %s is refused', async (args, message) => {
  const { code, err } = await hubsync(
    { folder: temporaryFolder(), env: {} },
    `emulate --port 0 ${few} ${args}`,
  )
  expect(code).toBe(2)
  expect(err).toMatch(message)
})
