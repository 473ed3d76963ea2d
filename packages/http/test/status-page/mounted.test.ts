import type { Store } from '@hubsync/core'
import { expect, test } from 'vitest'
import { caller, createWorld, tokens } from '../support/world.js'

const files = ['/', '/status-page.css', '/status-page.js']

test('the status page and its files need the right to read', async () => {
  const { handler } = await createWorld()
  for (const path of files) {
    expect([path, (await caller(handler, tokens.read)(path)).status]).toEqual([path, 200])
    expect([path, (await caller(handler, tokens.docs)(path)).status]).toEqual([path, 403])
    expect([path, (await caller(handler, '')(path)).status]).toEqual([path, 401])
  }
})

test('the status page finds its files below the base path', async () => {
  const { handler } = await createWorld({ handler: { auth: 'all', basePath: '/crm' } })
  const get = caller(handler, 'all')
  for (const path of ['/crm', '/crm/']) {
    const { text, headers } = await get(path)
    expect(headers.get('content-security-policy')).toContain("script-src 'self'")
    const addresses = [...text.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, address]) => address)
    expect(addresses).toEqual(expect.arrayContaining(['/crm/explorer', '/crm/explorer/contacts']))
    for (const address of addresses) expect((await get(address as string)).status).toBe(200)
  }
})

test('the status page works before the first run', async () => {
  const { handler } = await createWorld({ run: false })
  const { status, text } = await caller(handler)('/')
  expect(status).toBe(200)
  expect(text).toContain('Not mirrored yet')
})

test('the status page shows the same of an error as the other routes', async () => {
  const { handler, again, portal } = await createWorld()
  portal.fault({ path: '/deals', kind: 'missing-scope', times: 9 })
  await again().run({ jobs: ['deals'] })
  const { body } = await caller(handler)('/status')
  const { text } = await caller(handler)('/')
  expect(body.lastError.code).toBe('MISSING_SCOPE')
  expect(text).toContain(body.lastError.advice)
  expect(text).toContain('Failed')
})

test('the status page shows nothing of the message of the database', async () => {
  const { handler, again, database } = await createWorld()
  const sound = database.store()
  const store: Store = {
    ...sound,
    commit: (batch) =>
      batch.checkpoint
        ? Promise.reject(new Error('password of the crm server is wrong'))
        : sound.commit(batch),
  }
  await again({ store })
    .run({ jobs: ['deals'] })
    .catch(() => {})
  const { status, text } = await caller(handler)('/')
  expect(status).toBe(200)
  expect(text).toContain('Failed')
  expect(text).not.toContain('the crm server')
})
