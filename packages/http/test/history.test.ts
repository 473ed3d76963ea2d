import { contacts, deals } from '@hubsync/core'
import { createHttpHandler } from '@hubsync/http'
import { describe, expect, test } from 'vitest'
import { databases } from './support/stores.js'
import { caller, createWorld, tokens } from './support/world.js'

const historied = deals.extend({ history: ['stage', 'amount', 'ownerId'] })
const mirrored = { objects: [contacts, historied], associations: [] }

/** A mirror of deals, of which the first was moved by Ann, who owns it since then. */
async function movedWorld(options: Parameters<typeof createWorld>[0] = {}) {
  const world = await createWorld({ ...mirrored, ...options, run: false })
  const { portal, clock, sync, ids } = world
  const [first = '', second = ''] = ids.deals
  const ann = portal.createOwner({ email: 'ann@example.com', firstName: 'Ann', lastName: 'Lee' })
  const updatedByUserId = Number(portal.owners()[0]?.userId)
  const source = { sourceType: 'CRM_UI', sourceId: `userId:${updatedByUserId}`, updatedByUserId }
  await clock.advance(60_000)
  const values = { dealstage: 'closedwon', hubspot_owner_id: ann }
  portal.update('deals', first, values, { source })
  await clock.advance(60_000)
  await sync.run()
  return { ...world, first, second, ann }
}

describe.each(databases)('the history of a record on $name', ({ open }) => {
  test('has its values, newest first, with the names of people and stages', async () => {
    const { handler, sync, first, ann } = await movedWorld({ database: open() })
    const { status, headers, body } = await caller(handler)(`/deals/${first}/history`)
    expect(status).toBe(200)
    expect(body).toEqual({ results: await sync.history('deals', first), paging: {} })
    expect(body.results[0]).toMatchObject({
      ...{ property: 'hubspot_owner_id', value: ann, label: 'Ann Lee', userName: 'Ann Lee' },
      ...{ sourceType: 'CRM_UI', isAfterGap: false, mergedFrom: null },
    })
    expect(body.results[1]).toMatchObject({ value: 'closedwon', label: 'Closed won' })
    expect(headers.get('cache-control')).toBe('private, no-cache')
  })

  test('comes in pages that make up the whole', async () => {
    const { handler, sync, first } = await movedWorld({ database: open() })
    const get = caller(handler)
    const seen: unknown[] = []
    for (let after = '', pages = 0; pages < 20; pages++) {
      const { body } = await get(`/deals/${first}/history?limit=1${after}`)
      expect(body.results).toHaveLength(1)
      seen.push(...body.results)
      if (!body.paging.next) break
      after = `&after=${body.paging.next.after}`
    }
    expect(seen).toHaveLength(3)
    expect(seen).toEqual(await sync.history('deals', first))
  })

  test('is that of one property, by the name of its column or in HubSpot', async () => {
    const { handler, first } = await movedWorld({ database: open() })
    const get = caller(handler)
    const { body } = await get(`/deals/${first}/history?property=stage`)
    const [newest] = body.results
    expect(newest).toMatchObject({ property: 'dealstage', value: 'closedwon' })
    expect(new Set(body.results.map(({ property }: { property: string }) => property)).size).toBe(1)
    expect((await get(`/deals/${first}/history?property=dealstage`)).body).toEqual(body)
  })

  test('tells where HubSpot had dropped values', async () => {
    const { handler, portal, clock, sync, second } = await movedWorld({ database: open() })
    for (let turn = 0; turn < 30; turn++) {
      await clock.advance(1_000)
      portal.update('deals', second, { amount: `${turn + 1}00` })
    }
    await clock.advance(60_000)
    await sync.run()
    const { body } = await caller(handler)(`/deals/${second}/history?property=amount`)
    const marks = body.results.map(({ isAfterGap }: { isAfterGap: boolean }) => isAfterGap)
    expect(marks.filter(Boolean)).toHaveLength(1)
    expect(marks.indexOf(true)).toBe(marks.length - 2)
    const { objects } = (await caller(handler)('/status')).body
    expect(objects.deals.history).toMatchObject({ gaps: 1, lacking: [] })
  })

  test('of a record that was merged is a problem with the id of the winner', async () => {
    const { handler, portal, clock, sync, first, second } = await movedWorld({ database: open() })
    const winner = portal.merge('deals', first, second)
    await clock.advance(60_000)
    await sync.run()
    const get = caller(handler)
    const { status, body } = await get(`/deals/${second}/history`)
    expect(status).toBe(404)
    expect(body).toMatchObject({ code: 'MERGED', mergedInto: winner })
    expect((await get(`/deals/${winner}/history`)).body.results).not.toEqual([])
  })

  test('of a record that does not exist is not found', async () => {
    const { handler } = await movedWorld({ database: open() })
    const { status, body } = await caller(handler)('/deals/99999999/history')
    expect([status, body.code]).toEqual([404, 'NOT_FOUND'])
  })
})

test('a property whose history is not kept is refused, and those that are kept are named', async () => {
  const { handler, first } = await movedWorld()
  const { status, body } = await caller(handler)(`/deals/${first}/history?property=closedate`)
  expect([status, body.code]).toEqual([400, 'INVALID_INPUT'])
  expect(body.detail).toContain(
    'one of dealstage, amount, hubspot_owner_id, pipeline, stage, ownerId',
  )
})

test('with the history of all properties, any of them can be asked for', async () => {
  const { handler, first } = await movedWorld({
    objects: [deals.extend({ history: 'all' })],
  })
  const get = caller(handler)
  const { body } = await get(`/deals/${first}/history?property=closeDate`)
  expect(body.results).toMatchObject([{ property: 'closedate', label: null }])
  expect((await get(`/deals/${first}/history?property=no_such`)).body.results).toEqual([])
})

test('an object without history says so, and is not in the document', async () => {
  const { handler, ids } = await movedWorld({ handler: { auth: 'all' } })
  const get = caller(handler, 'all')
  const { status, body } = await get(`/contacts/${ids.contacts[0]}/history`)
  expect([status, body.code]).toEqual([404, 'NO_HISTORY'])
  expect(body.detail).toContain('keeps no history of contacts')
  const { paths } = (await get('/api/docs-json')).body
  expect(paths).toHaveProperty(['/deals/{id}/history'])
  expect(paths).not.toHaveProperty(['/contacts/{id}/history'])
})

test('the history needs the right to read', async () => {
  const { handler, first, ids } = await movedWorld()
  for (const path of [`/deals/${first}/history`, `/contacts/${ids.contacts[0]}/history`]) {
    expect((await caller(handler, '')(path)).status).toBe(401)
    expect((await caller(handler, tokens.trigger)(path)).status).toBe(403)
  }
})

test('a cursor that no page has is refused', async () => {
  const { handler, first } = await movedWorld()
  const cursors = [
    '2026-01-01T00:00:00.000Z 0',
    '2026-02-30T00:00:00.000Z 0 amount',
    '0000-01-01T00:00:00.000Z 0 amount',
    '2026-01-01T00:00:00.000Z -1 amount',
    '2026-01-01T00:00:00.000Z 9999999999 amount',
    '2026-01-01T00:00:00.000Z 0 amount\u0000',
    `2026-01-01T00:00:00.000Z 0 ${'a'.repeat(300)}`,
  ].map((text) => Buffer.from(text).toString('base64url'))
  for (const cursor of [...cursors, '501', '!', ''])
    expect(await caller(handler)(`/deals/${first}/history?after=${cursor}`), cursor).toMatchObject({
      status: 400,
      body: { code: 'INVALID_INPUT' },
    })
})

test('a reader of everything that the mirror has gives the history too', async () => {
  const { handler, database, first } = await movedWorld()
  const reading = createHttpHandler({ store: database.store(), objects: 'all', auth: 'all' })
  const path = `/deals/${first}/history`
  expect((await caller(reading, 'all')(path)).body).toEqual((await caller(handler)(path)).body)
})

test('the report of a run tells what was read of histories', async () => {
  const { handler } = await movedWorld()
  const { body } = await caller(handler)('/etl/hubspot/runs?limit=1')
  expect(body.results[0].counts.deals.history).toMatchObject({ gaps: 0, unsettled: 0 })
})
