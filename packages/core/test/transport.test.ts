import { Client } from '@hubspot/api-client'
import { createHubspotSync, memoryStore } from '@hubsync/core'
import { createPortal } from '@hubsync/emulator'
import { expect, onTestFinished, test } from 'vitest'

test('a client that the program has besides keeps its retries', async () => {
  const portal = createPortal()
  portal.createMany('contacts', 1, () => ({}))
  const { url, close } = await portal.listen()
  onTestFinished(close)
  const own = new Client({ accessToken: portal.token, basePath: url, numberOfApiCallRetries: 2 })
  const sync = createHubspotSync({
    ...{ store: memoryStore(), accessToken: portal.token, baseUrl: url },
  })
  onTestFinished(() => sync.close())
  await sync.plan()
  portal.fault({ kind: 'error' })
  const { results } = await own.crm.objects.basicApi.getPage('contacts')
  expect(results).toHaveLength(1)
})
