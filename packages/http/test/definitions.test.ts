import { describe, expect, test } from 'vitest'
import { idsIn } from './support/owners-world.js'
import { databases } from './support/stores.js'
import { caller, createWorld } from './support/world.js'

describe.each(databases)('the pipelines of an object on $name', ({ open }) => {
  test('have their stages, all in display order', async () => {
    const { handler, sync, portal, clock } = await createWorld({ database: open() })
    portal.createPipeline('deals', {
      label: 'Partners',
      displayOrder: 1,
      stages: [
        { id: 'last', label: 'Last', displayOrder: 2 },
        { id: 'first', label: 'First', displayOrder: 0 },
      ],
    })
    await clock.advance(2 * 3_600_000)
    await sync.run()
    const { status, body } = await caller(handler)('/pipelines/deals')
    expect(status).toBe(200)
    expect(body).toEqual({ results: await sync.pipelines('deals') })
    const labels = body.results.map(({ label }: { label: string }) => label)
    expect(labels).toEqual(['Sales pipeline', 'Partners'])
    const stages = body.results[1].stages.map(({ label }: { label: string }) => label)
    expect(stages).toEqual(['First', 'Last'])
  })

  test('that are archived come by status', async () => {
    const { handler, sync, portal, clock } = await createWorld({ database: open(), run: false })
    const id = portal.createPipeline('deals', { label: 'Old', stages: [{ id: 'x', label: 'X' }] })
    await sync.run()
    portal.deletePipeline('deals', id)
    await clock.advance(2 * 3_600_000)
    await sync.run()
    const get = caller(handler)
    expect(idsIn(await get('/pipelines/deals?status=ARCHIVED'))).toEqual([id])
    expect(idsIn(await get('/pipelines/deals?status=ALL'))).toContain(id)
    expect(idsIn(await get('/pipelines/deals'))).not.toContain(id)
  })
})

describe.each(databases)('the properties of an object on $name', ({ open }) => {
  test('have their groups and options', async () => {
    const { handler, sync } = await createWorld({ database: open() })
    const { status, body } = await caller(handler)('/properties/contacts')
    expect(status).toBe(200)
    expect(body).toEqual({ results: await sync.properties('contacts') })
    const stage = body.results.find(({ name }: { name: string }) => name === 'lifecyclestage')
    expect(stage).toMatchObject({
      status: 'ACTIVE',
      group: { name: expect.any(String), label: expect.any(String) },
    })
    expect(stage.options).toContainEqual(
      expect.objectContaining({ value: 'lead', label: 'Lead', status: 'ACTIVE' }),
    )
  })

  test('that are archived come by status', async () => {
    const { handler, sync, portal, clock } = await createWorld({ database: open(), run: false })
    portal.defineProperty('contacts', { name: 'shoe_size', type: 'number' })
    portal.archiveProperty('contacts', 'shoe_size')
    await sync.run()
    await clock.advance(60_000)
    const get = caller(handler)
    const names = async (query: string) =>
      (await get(`/properties/contacts${query}`)).body.results.map(
        ({ name }: { name: string }) => name,
      )
    expect(await names('?status=ARCHIVED')).toEqual(['shoe_size'])
    expect(await names('')).not.toContain('shoe_size')
  })
})
