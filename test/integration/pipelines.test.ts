import { companies, contacts, deals, defineObject } from '@hubsync/core'
import { describe, expect, test } from 'vitest'
import { expectSamePipelines } from './support/reference-equality.js'
import { stores } from './support/stores.js'
import { createWorld } from './support/world.js'

const pipelinesAlone = { reference: ['pipelines'] } as const
const jobs = ['pipelines'] as const
const tickets = defineObject({ type: 'tickets', columns: {} })
const pets = defineObject({ type: '2-7000001', name: 'pets', columns: {} })

describe.each(stores)('pipelines on $name', ({ open }) => {
  test('are mirrored with their stages, of each object that has some', async () => {
    const objects = [contacts, companies, deals, tickets] as const
    const { portal, store, sync } = createWorld(open(), { ...pipelinesAlone, objects })
    expect((await sync.run({ jobs })).jobs.pipelines).toMatchObject({
      status: 'complete',
      calls: 4,
    })
    for (const { name } of objects) await expectSamePipelines(portal, store, name)
    const [sales] = await sync.pipelines('deals')
    expect(sales).toMatchObject({ id: 'default', createdAt: null, updatedAt: null })
    expect(sales?.stages.map(({ id, isClosed, isWon }) => [id, isClosed, isWon])).toEqual([
      ['appointmentscheduled', false, false],
      ['qualifiedtobuy', false, false],
      ['presentationscheduled', false, false],
      ['decisionmakerboughtin', false, false],
      ['contractsent', false, false],
      ['closedwon', true, true],
      ['closedlost', true, false],
    ])
    const [support] = await sync.pipelines('tickets')
    expect(support?.stages[0]).toMatchObject({ state: 'OPEN', isClosed: false, isWon: null })
  })

  test('follow what is renamed, moved, added and deleted, and keep the labels of what is gone', async () => {
    const { portal, store, sync } = createWorld(open(), { ...pipelinesAlone, objects: [deals] })
    const partner = portal.createPipeline('deals', {
      label: 'Partner',
      stages: [{ id: 'new', label: 'New' }, { label: 'Old' }],
    })
    await sync.run({ jobs })
    portal.updatePipeline('deals', 'default', { label: 'Direct', displayOrder: 5 })
    portal.updateStage('deals', 'default', 'closedwon', { label: 'Won!' })
    portal.deleteStage('deals', 'default', 'closedlost')
    portal.createStage('deals', 'default', { label: 'Paused' })
    portal.deletePipeline('deals', partner)
    portal.clearCalls()
    expect((await sync.run({ jobs })).jobs.pipelines).toMatchObject({
      ...{ status: 'complete', created: 1, updated: 2, archived: 4 },
    })
    await expectSamePipelines(portal, store, 'deals')
    expect(portal.calls.filter(({ path }) => path.endsWith(partner))).toHaveLength(1)
    const archived = await sync.pipelines('deals', { status: 'ARCHIVED' })
    expect(archived).toMatchObject([
      { id: partner, label: 'Partner', stages: [{ id: 'new', label: 'New' }, { label: 'Old' }] },
    ])
    const all = await sync.pipelines('deals', { status: 'ALL' })
    const direct = all.find(({ id }) => id === 'default')
    expect(direct?.stages.find(({ id }) => id === 'closedlost')?.status).toBe('ARCHIVED')
    portal.clearCalls()
    await sync.run({ jobs })
    expect(portal.calls.filter(({ path }) => path.endsWith(partner))).toEqual([])
  })

  test.each([400, 403, 404] as const)(
    'of contacts that HubSpot refuses with %i are none, which is no failure',
    async (lifecyclePipelines) => {
      const { portal, store, sync } = createWorld(open(), {
        ...{ ...pipelinesAlone, objects: [contacts, deals], portal: { lifecyclePipelines } },
      })
      expect((await sync.run({ jobs })).jobs.pipelines.status).toBe('complete')
      expect(await sync.pipelines('contacts')).toEqual([])
      await expectSamePipelines(portal, store, 'deals')
    },
  )

  test('of a custom object are read where HubSpot has some', async () => {
    const { portal, sync } = createWorld(open(), { ...pipelinesAlone, objects: [pets, deals] })
    portal.defineObject({ typeId: '2-7000001', name: 'pets' })
    portal.createPipeline('2-7000001', { label: 'Care', stages: [{ label: 'At home' }] })
    expect((await sync.run({ jobs })).status).toBe('complete')
    expect(await sync.pipelines('pets')).toMatchObject([
      { label: 'Care', stages: [{ label: 'At home', isClosed: null, isWon: null }] },
    ])
    portal.fault({ operation: 'pipelines', path: '2-7000001', status: 404, body: {} })
    expect((await sync.run({ jobs })).status).toBe('complete')
    expect(await sync.pipelines('pets')).toHaveLength(1)
  })

  test('stay as they are, of all objects, where those of one could not be read', async () => {
    const { portal, store, sync } = createWorld(open(), {
      ...pipelinesAlone,
      objects: [deals, tickets],
    })
    await sync.run({ jobs })
    const rows = () => store.reference(String(portal.portalId), 'pipeline_stages', [])
    const before = await rows()
    portal.updateStage('deals', 'default', 'closedwon', { label: 'Won!' })
    portal.fault({ operation: 'pipelines', path: 'tickets', kind: 'error', times: 99 })
    expect((await sync.run({ jobs })).jobs.pipelines).toMatchObject({
      ...{ status: 'failed', error: { code: 'HUBSPOT_UNAVAILABLE' } },
    })
    expect(await rows()).toEqual(before)
  })

  test('are read of the other objects where HubSpot has none of one, and the job says so', async () => {
    const { portal, store, sync } = createWorld(open(), {
      ...{ ...pipelinesAlone, objects: [tickets, deals] },
    })
    portal.fault({ operation: 'pipelines', path: 'tickets', status: 404, body: {}, times: 9 })
    for (const _ of ['first', 'second'])
      expect((await sync.run({ jobs })).jobs.pipelines).toMatchObject({
        ...{ status: 'failed', error: { code: 'HUBSPOT_REJECTED' } },
      })
    await expectSamePipelines(portal, store, 'deals')
  })

  test('keep a stage whose entry has no id, and follow the others', async () => {
    const { portal, sync } = createWorld(open(), { ...pipelinesAlone, objects: [deals] })
    await sync.run({ jobs })
    const [{ id, stages } = { id: '', stages: [] }] = portal.pipelines('deals')
    const body = {
      results: [
        {
          ...{ id, label: 'Sales' },
          stages: stages.map((stage) =>
            stage.id === 'closedwon' ? { label: 'Won' } : { ...stage, label: `${stage.label}!` },
          ),
        },
      ],
    }
    portal.fault({ operation: 'pipelines', status: 200, body })
    expect((await sync.run({ jobs })).jobs.pipelines).toMatchObject({ unreadable: 1, archived: 0 })
    const [sales] = await sync.pipelines('deals')
    expect(sales?.stages.slice(-2)).toMatchObject([
      { id: 'closedwon', label: 'Closed won', status: 'ACTIVE' },
      { id: 'closedlost', label: 'Closed lost!' },
    ])
  })

  test('keep their stages where HubSpot lists none of one, which it always has', async () => {
    const { portal, sync } = createWorld(open(), { ...pipelinesAlone, objects: [deals] })
    await sync.run({ jobs })
    const [{ id } = { id: '' }] = portal.pipelines('deals')
    const body = { results: [{ id, label: 'Sales', stages: [] }] }
    portal.fault({ operation: 'pipelines', status: 200, body })
    expect((await sync.run({ jobs })).jobs.pipelines).toMatchObject({ unreadable: 1, archived: 0 })
    const [sales] = await sync.pipelines('deals')
    expect(sales).toMatchObject({ label: 'Sales' })
    expect(sales?.stages).toHaveLength(7)
  })

  test('stay as they are where HubSpot lists none of deals, and the job says so', async () => {
    const { portal, store, sync } = createWorld(open(), { ...pipelinesAlone, objects: [deals] })
    const empty = { operation: 'pipelines', status: 200, body: { results: [] } } as const
    for (const _ of ['at first', 'later']) {
      portal.fault({ ...empty, path: 'deals' })
      expect((await sync.run({ jobs })).jobs.pipelines).toMatchObject({
        ...{ status: 'failed', error: { code: 'HUBSPOT_REPLY' } },
      })
      expect((await sync.run({ jobs })).jobs.pipelines.status).toBe('complete')
      await expectSamePipelines(portal, store, 'deals')
    }
  })

  test('that are listed twice are written once', async () => {
    const { portal, sync } = createWorld(open(), { ...pipelinesAlone, objects: [deals] })
    const [sales] = portal.pipelines('deals')
    const stages = [...(sales?.stages ?? []), ...(sales?.stages ?? [])]
    const body = { results: [sales, { ...sales, stages }] }
    portal.fault({ operation: 'pipelines', status: 200, body })
    expect((await sync.run({ jobs })).jobs.pipelines).toMatchObject({ read: 8, created: 8 })
  })

  test('that are archived lose their stages when HubSpot no longer has them', async () => {
    const { portal, sync } = createWorld(open(), { ...pipelinesAlone, objects: [deals] })
    const stages = [{ id: 'new', label: 'New' }]
    const partner = portal.createPipeline('deals', { label: 'Partner', stages })
    await sync.run({ jobs })
    portal.deletePipeline('deals', partner)
    const body = { id: partner, label: 'Partner', archived: true, stages }
    portal.fault({ operation: 'pipeline', status: 200, body })
    const archived = async () => {
      expect((await sync.run({ jobs })).status).toBe('complete')
      const all = await sync.pipelines('deals', { status: 'ALL' })
      const { status, stages = [] } = all.find(({ id }) => id === partner) ?? {}
      return [status, ...stages.map((stage) => stage.status)]
    }
    expect(await archived()).toEqual(['ARCHIVED', 'ACTIVE'])
    expect(await archived()).toEqual(['ARCHIVED', 'ARCHIVED'])
  })

  test('keep the stages of a reply that has none, and store what makes sense of odd ones', async () => {
    const { portal, sync } = createWorld(open(), { ...pipelinesAlone, objects: [deals] })
    await sync.run({ jobs })
    const odd = { id: 9, label: ['x'], metadata: { isClosed: 'maybe', probability: 'high' } }
    const body = {
      results: [
        { id: 'default', label: 'Sales' },
        { label: 'nobody' },
        { id: 'more', stages: [odd, {}] },
      ],
    }
    portal.fault({ operation: 'pipelines', status: 200, body })
    expect((await sync.run({ jobs })).jobs.pipelines).toMatchObject({
      ...{ status: 'complete', unreadable: 3 },
    })
    const all = await sync.pipelines('deals')
    expect(all.find(({ id }) => id === 'default')?.stages).toHaveLength(7)
    expect(all.find(({ id }) => id === 'more')?.stages).toMatchObject([
      { id: '9', label: null, isClosed: null, probability: null, isWon: null },
    ])
  })
})
