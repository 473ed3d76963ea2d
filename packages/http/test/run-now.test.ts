import { createHttpHandler } from '@hubsync/http'
import { expect, test } from 'vitest'
import { heldStore } from './support/held-store.js'
import { visitor } from './support/visitor.js'
import { createWorld, tokens } from './support/world.js'

test('the button of the status page starts everything that is due', async () => {
  const { handler, portal, sync, ids, clock } = await createWorld({ handler: { auth: 'all' } })
  await clock.advance(60_000)
  portal.update('contacts', ids.contacts[0] as string, { firstname: 'New' })
  portal.createMany('companies', 1, () => ({ name: 'New' }))
  const browser = visitor(handler)
  await browser.signIn('all')
  const before = await sync.runs()
  const pressed = await browser.press('/', '/run-now')
  expect([pressed.status, pressed.headers.get('location')]).toEqual([303, '/'])
  const latest = async () => (await sync.runs()).at(-1 - before.length)
  await expect.poll(latest, { timeout: 30_000 }).toMatchObject({ status: 'complete' })
  const run = await latest()
  expect(run?.jobs).toEqual(expect.arrayContaining(['contacts', 'companies', 'deals', 'owners']))
  expect((await sync.get('contacts', ids.contacts[0] as string))?.firstName).toBe('New')
})

test('the button is only for those who may start jobs', async () => {
  const { handler, sync } = await createWorld()
  const before = (await sync.runs()).length
  const reader = visitor(handler)
  await reader.signIn(tokens.read)
  expect((await reader.open('/')).text).not.toContain('Run now')
  expect((await reader.post('/run-now', {})).status).toBe(403)
  expect((await visitor(handler).post('/run-now', {})).status).toBe(401)
  expect(await sync.runs()).toHaveLength(before)
})

test('the button starts no second run while one is at all jobs', async () => {
  const { again, database } = await createWorld({ run: false })
  const held = heldStore(database.store(), 'contacts')
  const sync = again({ store: held.store })
  const handler = createHttpHandler({ sync, auth: 'all' })
  const browser = visitor(handler)
  await browser.signIn('all')
  await browser.press('/', '/run-now')
  await held.held
  expect((await browser.press('/', '/run-now')).status).toBe(303)
  expect(await sync.running()).toHaveLength(1)
  held.release()
  await handler.close()
  expect(await sync.runs()).toHaveLength(1)
})
