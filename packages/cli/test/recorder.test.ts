import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { Pretence } from '../src/record/pretence.js'
import { createRecorder } from '../src/record/recorder.js'
import { seedOf } from '../src/record/seed-of.js'

/** A recorder of a portal that answers every call with this. */
async function recorderOf(body: unknown) {
  const server = createServer((_, response) => response.end(JSON.stringify(body)))
  onTestFinished(() => void server.close())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return createRecorder(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, 100)
}

const seedIn = ({ taken }: Awaited<ReturnType<typeof recorderOf>>) =>
  seedOf(taken, new Pretence({ keep: [], replace: [] }))

test.each([
  ['GET', '/crm/pipelines/2026-03/deals', { results: [{ id: 'default', label: 'Sales' }] }],
  ['POST', '/crm/associations/2026-03/deals/contacts/batch/read', { results: [{}] }],
  ['GET', '/crm/pipelines/2026-03/deals', { results: [{ id: 'default', stages: {} }] }],
  [
    'POST',
    '/crm/associations/2026-03/deals/contacts/batch/read',
    {
      results: [
        { from: { id: '1' }, to: {} },
        { from: { id: '1' }, to: [null] },
      ],
    },
  ],
  ['GET', '/crm/owners/2026-03', { results: [{ id: '1', teams: {} }] }],
  ['GET', '/crm/owners/2026-03', { results: null }],
  ['GET', '/crm/owners/2026-03', { results: [null] }],
  ['GET', '/crm/properties/2026-03/deals', { results: { name: 'amount' } }],
])(
  'a reply to %s %s that lacks a part is passed on, and what it has is recorded',
  async (method, path, body) => {
    const recorder = await recorderOf(body)
    const reply = await recorder.client.apiRequest({ method, path } as never)
    expect(JSON.parse(await reply.text())).toEqual(body)
    expect(() => seedIn(recorder)).not.toThrow()
  },
)
