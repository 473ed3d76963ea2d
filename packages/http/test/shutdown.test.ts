import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createHttpHandler } from '@hubsync/http'
import { expect, test } from 'vitest'
import { heldMirror } from '../../../test/integration/support/held-mirror.js'

/** HubSpot only answers the call about the account. */
const silent = (call: string) => !call.includes('account-info')

test('a server whose clients wait for runs is shut down as the guide says', async () => {
  const { sync } = heldMirror(silent)
  const handler = createHttpHandler({ sync, auth: 'all' })
  const server = createServer(handler.listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const call = (path: string, init: RequestInit = {}) =>
    fetch(`${url}${path}`, { headers: { authorization: 'Bearer all', ...init.headers }, ...init })
  const started = await call('/etl/hubspot/companies', { method: 'POST' })
  const { runId } = (await started.json()) as { runId: string }
  const events = await call(`/etl/hubspot/runs/${runId}`, {
    headers: { authorization: 'Bearer all', accept: 'text/event-stream' },
  })
  const waiting = call('/etl/hubspot/contacts?wait=true', { method: 'POST' })
  const closed = once(server, 'close')

  server.close()
  await handler.close()
  server.closeAllConnections()
  await sync.close()

  await closed
  await Promise.allSettled([waiting, events.text()])
  await expect(sync.run()).rejects.toMatchObject({ code: 'CLOSED' })
})
