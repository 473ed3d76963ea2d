import { expect, test } from 'vitest'
import { setUp } from './harness.js'
import * as shapes from './shapes.js'

const { mismatches } = shapes
const PIPELINES = '/crm/pipelines/2026-03'

interface Named {
  id: string
  label: string
}

const ids = (results: Named[]): string[] => results.map(({ id }) => id)

test('the stages of deals tell by text whether they are closed and how likely', async () => {
  const { get } = setUp()
  const [pipeline] = (await get(`${PIPELINES}/deals`)).body.results
  expect(pipeline.id).toBe('default')
  expect(pipeline.stages.at(-1)).toMatchObject({
    id: 'closedlost',
    metadata: { isClosed: 'true', probability: '0.0' },
  })
})

test.each([
  'deals',
  'tickets',
  'leads',
  'orders',
  'appointments',
  'courses',
  'listings',
  'services',
  'projects',
])('%s have a pipeline from the start, dated 1970', async (type) => {
  const { get } = setUp()
  const { body } = await get(`/crm/v3/pipelines/${type}`)
  expect(body.results).toHaveLength(1)
  expect(mismatches({ results: [shapes.pipeline] }, body)).toEqual([])
  const [pipeline] = body.results
  expect(pipeline.stages.length).toBeGreaterThan(1)
  const dated = [pipeline, ...pipeline.stages]
  expect(new Set(dated.map(({ createdAt }) => createdAt))).toEqual(
    new Set(['1970-01-01T00:00:00Z']),
  )
})

test('tickets tell their state', async () => {
  const { get } = setUp()
  const [pipeline] = (await get(`${PIPELINES}/tickets`)).body.results
  expect(pipeline.stages.map(({ metadata }: { metadata: object }) => metadata)).toEqual([
    ...Array(3).fill({ ticketState: 'OPEN', isClosed: 'false' }),
    { ticketState: 'CLOSED', isClosed: 'true' },
  ])
})

test('a pipeline and a stage are read one by one', async () => {
  const { get } = setUp()
  const [pipeline] = (await get(`${PIPELINES}/deals`)).body.results
  expect((await get(`${PIPELINES}/deals/default`)).body).toEqual(pipeline)
  expect((await get(`${PIPELINES}/deals/default/stages`)).body).toEqual({
    results: pipeline.stages,
  })
  expect((await get(`${PIPELINES}/deals/default/stages/closedwon`)).body).toEqual(
    pipeline.stages.at(-2),
  )
})

test('a custom object has the pipelines that a test gives it', async () => {
  const { portal, get } = setUp()
  portal.defineObject({ typeId: '2-1', name: 'pets' })
  expect((await get(`${PIPELINES}/2-1`)).body).toEqual({ results: [] })
  const stages = [{ label: 'Puppy' }, { label: 'Grown', metadata: { isClosed: 'true' } }]
  const id = portal.createPipeline('pets', { label: 'Life', stages })
  const { body } = await get(`${PIPELINES}/2-1/${id}`)
  expect(mismatches(shapes.pipeline, body)).toEqual([])
  expect(body.stages).toMatchObject([
    { label: 'Puppy', displayOrder: 0, metadata: {} },
    { label: 'Grown', displayOrder: 1, metadata: { isClosed: 'true' } },
  ])
})

test('a deleted stage or pipeline is not listed and not found, though records are in it', async () => {
  const { portal, get } = setUp()
  const pipeline = portal.createPipeline('deals', { label: 'Renewals' })
  const [stage] = portal.pipelines('deals')[1]!.stages
  const deal = portal.create('deals', { pipeline, dealstage: stage!.id })
  portal.deleteStage('deals', pipeline, stage!.id)
  expect((await get(`${PIPELINES}/deals/${pipeline}/stages`)).body.results).toEqual([])
  expect((await get(`${PIPELINES}/deals/${pipeline}/stages/${stage!.id}`)).status).toBe(404)
  portal.deletePipeline('deals', pipeline)
  expect(ids((await get(`${PIPELINES}/deals`)).body.results)).toEqual(['default'])
  expect((await get(`${PIPELINES}/deals/${pipeline}`)).status).toBe(404)
  expect((await get(`${PIPELINES}/deals?archived=true`)).body.results).toHaveLength(1)
  expect(portal.record('deals', deal)?.properties).toMatchObject({ pipeline, dealstage: stage!.id })
})

test('a stage is renamed, moved and gets other metadata, and only its own date changes', async () => {
  const { portal, get } = setUp()
  portal.updateStage('deals', 'default', 'contractsent', {
    label: 'Contract out',
    displayOrder: 9,
    metadata: { probability: '0.95' },
    writePermissions: 'READ_ONLY',
  })
  const pipeline = (await get(`${PIPELINES}/deals/default`)).body
  expect(pipeline.updatedAt).toBe('1970-01-01T00:00:00Z')
  expect(pipeline.stages[4]).toMatchObject({
    id: 'contractsent',
    label: 'Contract out',
    displayOrder: 9,
    metadata: { isClosed: 'false', probability: '0.95' },
    createdAt: '1970-01-01T00:00:00Z',
    updatedAt: '2026-03-30T12:00:00.000Z',
    writePermissions: 'READ_ONLY',
  })
})

test('pipelines are listed as they were made, whatever their order on screen', async () => {
  const { portal, get } = setUp()
  const second = portal.createPipeline('deals', { label: 'Renewals' })
  portal.updatePipeline('deals', second, { label: 'Renewed', displayOrder: -1 })
  const { results } = (await get(`${PIPELINES}/deals`)).body
  expect(results.map(({ label }: Named) => label)).toEqual(['Sales pipeline', 'Renewed'])
  expect(results[1].displayOrder).toBe(-1)
})

test('stages of two pipelines may have the same id, those of one may not', () => {
  const { portal } = setUp()
  const second = portal.createPipeline('deals', { label: 'Renewals', stages: [] })
  const stage = { label: 'Won', id: 'closedwon' }
  expect(portal.createStage('deals', second, stage)).toBe('closedwon')
  expect(() => portal.createStage('deals', second, stage)).toThrow('Expected a new id')
})

test('the choices of the properties that hold pipeline and stage are those of the portal', async () => {
  const { portal, get } = setUp()
  const second = portal.createPipeline('deals', { label: 'Renewals', stages: [] })
  portal.createStage('deals', second, { label: 'Due', id: 'due' })
  portal.deleteStage('deals', 'default', 'closedlost')
  const choices = async (property: string) =>
    (await get(`/crm/properties/2026-03/${property}`)).body.options.map(
      ({ value }: { value: string }) => value,
    )
  expect(await choices('deals/pipeline')).toEqual(['default', second])
  expect((await choices('deals/dealstage')).slice(-3)).toEqual(['contractsent', 'closedwon', 'due'])
  expect(await choices('tickets/hs_pipeline_stage')).toEqual(['1', '2', '3', '4'])
  portal.updateStage('contacts', 'contacts-lifecycle-pipeline', 'lead', { label: 'Interested' })
  const { options } = (await get('/crm/v3/properties/contacts/lifecyclestage')).body
  expect(options[1]).toEqual({ label: 'Interested', value: 'lead', displayOrder: 1, hidden: false })
})

test('a lifecycle pipeline is read by its id alone', async () => {
  const { get } = setUp()
  for (const [type, id] of [
    ['contacts', 'contacts-lifecycle-pipeline'],
    ['companies', 'companies-lifecycle-pipeline'],
  ]) {
    expect((await get(`${PIPELINES}/${type}`)).body).toEqual({ results: [] })
    const { body } = await get(`${PIPELINES}/${type}/${id}`)
    expect(mismatches(shapes.pipeline, body)).toEqual([])
    expect(ids(body.stages).slice(0, 2)).toEqual(['subscriber', 'lead'])
  }
})

test('a portal may list the lifecycle pipelines, or refuse both readings', async () => {
  const listing = setUp({ lifecyclePipelines: 'listed' })
  expect(ids((await listing.get(`${PIPELINES}/contacts`)).body.results)).toEqual([
    'contacts-lifecycle-pipeline',
  ])
  for (const status of [400, 403, 404] as const) {
    const { get } = setUp({ lifecyclePipelines: status })
    for (const path of ['contacts', 'contacts/contacts-lifecycle-pipeline', 'companies'])
      expect((await get(`${PIPELINES}/${path}`)).status).toBe(status)
    expect((await get(`${PIPELINES}/deals`)).status).toBe(200)
  }
})

test('a pipeline or stage that is not there is named', () => {
  const { portal } = setUp()
  expect(() => portal.deletePipeline('deals', 'x')).toThrow('Expected a pipeline of deals, got x')
  expect(() => portal.updateStage('deals', 'default', 'x', {})).toThrow(
    'Expected a stage of pipeline default of deals, got x',
  )
})

test('the pipelines that a test reads are its own', () => {
  const { portal } = setUp()
  portal.pipelines('deals')[0]!.label = 'Changed'
  expect(portal.pipelines('deals')[0]!.label).toBe('Sales pipeline')
})

test('the changes of a pipeline and of a stage are told, newest first, also of those deleted', async () => {
  const { portal, clock, get } = setUp({ portalId: 4711 })
  const id = portal.createPipeline('deals', { label: 'Renewals', stages: [] })
  await clock.advance(1_000)
  const stage = portal.createStage('deals', id, { label: 'Due' })
  portal.updatePipeline('deals', id, { label: 'Renewed' })
  portal.deleteStage('deals', id, stage)
  portal.deletePipeline('deals', id)
  const { body } = await get(`${PIPELINES}/deals/${id}/audit`)
  expect(mismatches({ results: [shapes.pipelineAudit] }, body)).toEqual([])
  const told = ({ action, rawObject }: { action: string; rawObject: string }) => [
    action,
    JSON.parse(rawObject).label,
  ]
  expect(body.results.map(told)).toEqual([
    ['DELETE', 'Renewed'],
    ['UPDATE', 'Renewed'],
    ['CREATE', 'Renewals'],
  ])
  expect(body.results[2]).toMatchObject({
    portalId: 4711,
    identifier: id,
    timestamp: '2026-03-30T12:00:00.000Z',
  })
  const ofStage = await get(`/crm/v3/pipelines/deals/${id}/stages/${stage}/audit`)
  expect(ofStage.body.results.map(told)).toEqual([
    ['DELETE', 'Due'],
    ['CREATE', 'Due'],
  ])
})

test('what HubSpot made has no changes yet, and what never was is not found', async () => {
  const { get } = setUp()
  for (const path of ['tickets/0', 'tickets/0/stages/1'])
    expect((await get(`/crm/v3/pipelines/${path}/audit`)).body).toEqual({ results: [] })
  for (const path of ['tickets/7', 'tickets/0/stages/7', 'tickets/7/stages/1'])
    expect((await get(`/crm/v3/pipelines/${path}/audit`)).status).toBe(404)
})
