import { column, contacts, defineObject, type Store } from '@hubsync/core'
import { createHttpHandler } from '@hubsync/http'
import { describe, expect, test } from 'vitest'
import { databases } from './support/stores.js'
import { caller, createWorld, tokens } from './support/world.js'

describe.each(databases)('the JSON of a record on $name', ({ open }) => {
  test('has the labels of its owner, pipeline and stage beside their ids', async () => {
    const { handler, portal, sync, clock, ids } = await createWorld({ database: open() })
    const [first, second] = ids.deals as [string, string]
    const ada = portal.createOwner({
      ...{ email: 'ada@example.com', firstName: 'Ada', lastName: 'Okafor' },
    })
    const ben = portal.createOwner({ email: 'ben@example.com' })
    const pipeline = portal.createPipeline('deals', {
      label: 'Partners',
      stages: [{ id: 'closedwon', label: 'Signed' }],
    })
    await clock.advance(60_000)
    const won = { pipeline: 'default', dealstage: 'closedwon', hubspot_owner_id: ada }
    portal.update('deals', first, won)
    portal.update('deals', second, { ...won, pipeline, hubspot_owner_id: ben })
    await sync.run()
    portal.archiveOwner(ada)
    await clock.advance(2 * 3_600_000)
    await sync.run()
    const get = caller(handler)
    const ofFirst = {
      ...{ stage: 'closedwon', stageLabel: 'Closed won', pipelineLabel: 'Sales pipeline' },
      ...{ ownerId: ada, ownerName: 'Ada Okafor' },
    }
    const ofSecond = { stageLabel: 'Signed', pipelineLabel: 'Partners' }
    expect((await get(`/deals/${first}`)).body).toMatchObject(ofFirst)
    const { body } = await get('/deals')
    const byId = new Map(body.results.map((record: { id: string }) => [record.id, record]))
    expect(byId.get(first)).toMatchObject(ofFirst)
    expect(byId.get(second)).toMatchObject({ ...ofSecond, ownerName: 'ben@example.com' })
    const names = Object.keys(byId.get(first) as object)
    expect(names.slice(names.indexOf('ownerId'))).toEqual(['ownerId', 'ownerName'])
  })

  test('has the label of a stage that is still there where no column says the pipeline', async () => {
    const sales = defineObject({ type: 'deals', columns: { stage: column.text('dealstage') } })
    const { handler, portal, sync, clock, ids } = await createWorld({
      ...{ database: open(), objects: [contacts, sales], associations: [] },
    })
    const [id] = ids.deals as [string]
    const stages = [{ id: 'shared', label: 'Before' }]
    const gone = portal.createPipeline('deals', { label: 'A', displayOrder: 0, stages })
    portal.createPipeline('deals', {
      ...{ label: 'B', displayOrder: 1, stages: [{ id: 'shared', label: 'Now' }] },
    })
    await clock.advance(3_600_000)
    portal.update('deals', id, { dealstage: 'shared' })
    await sync.run()
    portal.deletePipeline('deals', gone)
    await clock.advance(3_600_000)
    await sync.run()
    const { body } = await caller(handler)(`/deals/${id}`)
    expect(body).toMatchObject({ stage: 'shared', stageLabel: 'Now' })
  })

  test.each([
    ['what HubSpot does not list', true],
    ['a mirror without reference data', false],
  ])('has null beside the ids of %s', async (_, reference) => {
    const { handler, portal, sync, clock, ids } = await createWorld({ database: open(), reference })
    const [id] = ids.deals as [string]
    await clock.advance(60_000)
    portal.update('deals', id, { pipeline: 'no', dealstage: 'none', hubspot_owner_id: '9' })
    await sync.run()
    expect((await caller(handler)(`/deals/${id}`)).body).toMatchObject({
      ...{ stage: 'none', stageLabel: null, pipelineLabel: null, ownerId: '9', ownerName: null },
    })
  })
})

/** A page of deals, each of an owner of its own, and what the store was asked for it. */
async function askedForPage(reference: boolean) {
  const world = await createWorld({ run: false, reference })
  const { portal, ids, database, again } = world
  for (const [index, deal] of ids.deals.entries())
    portal.update('deals', deal, {
      ...{ pipeline: 'default', dealstage: 'closedwon' },
      hubspot_owner_id: portal.createOwner({ email: `owner-${index}@example.com` }),
    })
  await world.sync.run()
  const asked: string[] = []
  const own = database.store()
  const store: Store = {
    ...own,
    async reference(...given) {
      asked.push('reference')
      return own.reference(...given)
    },
    async missing(...given) {
      asked.push('missing')
      return own.missing(...given)
    },
  }
  const call = caller(createHttpHandler({ sync: again({ store, reference: true }), auth: tokens }))
  await call('/deals')
  asked.length = 0
  return { body: (await call('/deals')).body, asked }
}

test('the owners of a page are one question to the store, and the stages of all pipelines another', async () => {
  const { body, asked } = await askedForPage(true)
  const names = body.results.map(({ ownerName }: { ownerName: string }) => ownerName)
  expect(names.toSorted()).toEqual([0, 1, 2, 3, 4, 5].map((index) => `owner-${index}@example.com`))
  expect(body.results[0].stageLabel).toBe('Closed won')
  // Owners, pipelines and stages.
  expect(asked).toEqual(['reference', 'reference', 'reference'])
})

test('an owner is named also where the portal has more owners than one question gives', async () => {
  const { portal, ids, sync, handler } = await createWorld({ run: false })
  const owners = Array.from({ length: 1_002 }, (_, index) =>
    portal.createOwner({ email: `owner-${index}@example.com`, firstName: 'Ada' }),
  )
  const last = owners.toSorted().at(-1) as string
  const [first, second] = ids.deals as [string, string]
  portal.update('deals', first, { hubspot_owner_id: last })
  portal.update('deals', second, { hubspot_owner_id: owners[0] as string })
  await sync.run()
  const { results } = (await caller(handler)('/deals')).body
  const named = results.filter(({ ownerName }: { ownerName: string }) => ownerName === 'Ada')
  expect(named.map(({ id }: { id: string }) => id).toSorted()).toEqual([first, second].toSorted())
})

test('where no run has read the owners, a page looks for their table once, whoever owns its records', async () => {
  const { body, asked } = await askedForPage(false)
  expect(body.results[0]).toMatchObject({ ownerName: null, stageLabel: null })
  // For the owners, and for the pipelines.
  expect(asked).toEqual(['missing', 'missing'])
})

test('the OpenAPI document has the labels', async () => {
  const { handler } = await createWorld({ run: false })
  const { body } = await caller(handler, tokens.docs)('/api/docs-json')
  const { properties, required } = body.components.schemas.DealsRecord
  for (const name of ['ownerName', 'pipelineLabel', 'stageLabel']) {
    expect(properties[name].type).toEqual(['string', 'null'])
    expect(required).toContain(name)
  }
  expect(body.components.schemas.ContactsRecord.properties).not.toHaveProperty('stageLabel')
})
