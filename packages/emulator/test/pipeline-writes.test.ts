import { describe, expect, test } from 'vitest'
import { setUp } from './harness.js'
import * as shapes from './shapes.js'

const stage = (
  label: string,
  displayOrder: number,
  probability: unknown = '0.5',
  more: object = {},
) => ({
  label,
  displayOrder,
  metadata: { probability },
  ...more,
})
const DEALS = '/crm/v3/pipelines/deals'
const renewals = (more: object = {}) => ({
  label: 'Renewals',
  displayOrder: 1,
  stages: [stage('Due', 0, '0.50', { stageId: 'due' }), stage('Won', 1, 1)],
  ...more,
})

describe.each(['/crm/v3/pipelines', '/crm/pipelines/2026-03', '/crm/pipelines/2026-09'])(
  'under %s',
  (base) => {
    const path = `${base}/deals`

    test('a pipeline is made, renamed, replaced and deleted', async () => {
      const { post, patch, put, get, remove } = setUp()
      const created = await post(path, renewals({ pipelineId: 'renewals' }))
      expect(created.status).toBe(201)
      expect(shapes.mismatches(shapes.pipeline, created.body)).toEqual([])
      expect(created.body).toMatchObject({
        id: 'renewals',
        stages: [
          { id: 'due', metadata: { isClosed: 'false', probability: '0.5' } },
          { label: 'Won', metadata: { isClosed: 'true', probability: '1.0' } },
        ],
      })
      const renamed = await patch(`${path}/renewals`, { label: 'Again' })
      expect([renamed.status, renamed.body.label, renamed.body.displayOrder]).toEqual([
        200,
        'Again',
        1,
      ])
      const replaced = await put(`${path}/renewals`, {
        label: 'Renewals',
        displayOrder: 2,
        stages: [stage('New', 0), { ...stage('Soon', 1), stageId: 'due' }],
      })
      expect(replaced.status).toBe(200)
      const { stages } = (await get(`${path}/renewals`)).body
      expect(stages.map(({ label }: { label: string }) => label).sort()).toEqual(['New', 'Soon'])
      expect(stages).toContainEqual(expect.objectContaining({ id: 'due', label: 'Soon' }))
      expect((await remove(`${path}/renewals`)).status).toBe(204)
      expect((await get(`${path}/renewals`)).status).toBe(404)
      for (const answer of [await remove(`${path}/renewals`), await patch(`${path}/renewals`, {})])
        expect(answer.status).toBe(404)
    })

    test('a stage is made, changed, replaced and deleted', async () => {
      const { post, patch, put, get, remove } = setUp()
      await post(path, renewals({ pipelineId: 'renewals' }))
      const stages = `${path}/renewals/stages`
      const created = await post(stages, stage('Lost', 2, 0, { stageId: 'lost' }))
      expect([created.status, created.body]).toMatchObject([
        201,
        { id: 'lost', metadata: { isClosed: 'true', probability: '0.0' } },
      ])
      const changed = await patch(`${stages}/lost`, { metadata: { probability: 0.2, mood: 'sad' } })
      expect(changed.body).toMatchObject({
        label: 'Lost',
        metadata: { isClosed: 'false', probability: '0.2' },
      })
      expect(changed.body.metadata).not.toHaveProperty('mood')
      const replaced = await put(`${stages}/lost`, { label: 'Gone', displayOrder: 2, metadata: {} })
      expect(replaced.body).toMatchObject({ label: 'Gone', metadata: { probability: '0.2' } })
      for (let time = 0; time < 2; time++) expect((await remove(`${stages}/lost`)).status).toBe(204)
      expect((await get(stages)).body.results).toHaveLength(2)
      expect((await patch(`${stages}/lost`, { label: 'x' })).status).toBe(404)
    })

    test('a stage with records is deleted or kept as the version has it', async () => {
      const { portal, post, remove } = setUp()
      await post(path, renewals({ pipelineId: 'renewals' }))
      const id = portal.create('deals', { pipeline: 'renewals', dealstage: 'due' })
      const always = base.includes('2026-09')
      const asked = await remove(`${path}/renewals/stages/due?validateReferencesBeforeDelete=true`)
      expect([asked.status, asked.body]).toMatchObject([
        400,
        {
          message: `Stage IDs: [due] are being referenced by object IDs: [${id}]`,
          category: 'VALIDATION_ERROR',
          subCategory: 'PipelineError.STAGE_ID_IN_USE',
          context: { stageIds: ['[due]'], objectIds: [`[${id}]`] },
        },
      ])
      const unasked = await remove(`${path}/renewals`)
      expect(unasked.status).toBe(always ? 400 : 204)
      portal.archive('deals', id)
      expect((await remove(`${path}/renewals`)).status).toBe(always ? 204 : 404)
    })
  },
)

test('pipelines that are not valid are refused', async () => {
  const { post } = setUp()
  await post(DEALS, renewals())
  const other = (more: object) => renewals({ label: 'Other', stages: [stage('New', 0)], ...more })
  const cases: [object, number, RegExp][] = [
    [{ label: 'x' }, 400, /required fields were not set: \[displayOrder, stages\]/],
    [other({ stages: [] }), 400, /at least one stage/],
    [other({ label: 'RENEWALS' }), 400, /An active pipeline with label RENEWALS already exists/],
    [
      other({ pipelineId: 'default' }),
      400,
      /There's another pipeline of deals with pipelineId default/,
    ],
    [other({ stages: [stage('New', 0), stage(' new', 1)] }), 400, /label +new already exists/],
    [other({ stages: [stage('New', -1)] }), 400, /must not be negative/],
    [other({ stages: [stage('New', 0, '1.5')] }), 400, /between 0 and 1/],
    [other({ stages: [stage('New', 0, null)] }), 400, /must specify probability/],
    [
      other({ stages: [stage('New', 0, 1, { stageId: 'due' })] }),
      409,
      /already exist in another pipeline/,
    ],
  ]
  for (const [body, status, message] of cases) {
    const answer = await post(DEALS, body)
    expect([answer.body.message, answer.status]).toEqual([expect.stringMatching(message), status])
  }
})

test('a pipeline keeps a stage, and one of tickets a closed one', async () => {
  const { portal, post, remove, patch } = setUp()
  const tickets = '/crm/v3/pipelines/tickets'
  const made = await post(tickets, {
    label: 'Second',
    displayOrder: 1,
    stages: [
      { label: 'Open', displayOrder: 0, metadata: {} },
      { label: 'Closed', displayOrder: 1, metadata: { ticketState: 'CLOSED' } },
    ],
  })
  const { id, stages } = made.body
  expect(stages).toMatchObject([
    { metadata: { ticketState: 'OPEN', isClosed: 'false' } },
    { metadata: { ticketState: 'CLOSED', isClosed: 'true' } },
  ])
  const closed = `${tickets}/${id}/stages/${stages[1].id}`
  for (const refused of [
    await remove(closed),
    await patch(closed, { metadata: { ticketState: 'OPEN' } }),
  ])
    expect([refused.status, refused.body.subCategory]).toEqual([
      400,
      'PipelineError.MISSING_CLOSED_STAGE',
    ])
  const wrong = await patch(closed, { metadata: { ticketState: 'closed' } })
  expect(wrong.body.subCategory).toBe('PipelineError.INVALID_PIPELINE_STAGE_METADATA')
  const only = portal.createPipeline('deals', {
    label: 'Short',
    stages: [{ label: 'Only', id: 'only' }],
  })
  expect((await remove(`${DEALS}/${only}/stages/only`)).body.message).toBe(
    'Pipeline must have at least one stage',
  )
})

test('a stage in a place that is taken comes after the other, and all are numbered anew', async () => {
  const { post, get } = setUp()
  const stages = [stage('A', 0), stage('B', 4), stage('C', 9)]
  const { id } = (await post(DEALS, renewals({ stages }))).body
  await post(`${DEALS}/${id}/stages`, stage('D', 4))
  const { results } = (await get(`${DEALS}/${id}/stages`)).body
  const orders = Object.fromEntries(
    results.map((one: { label: string; displayOrder: number }) => [one.label, one.displayOrder]),
  )
  expect(orders).toEqual({ A: 0, B: 1, D: 2, C: 3 })
})

test('types without pipelines, and the lifecycle, have none to write', async () => {
  const { post } = setUp()
  for (const type of ['products', 'contacts', 'companies'])
    expect((await post(`/crm/v3/pipelines/${type}`, renewals())).status).toBe(400)
})

test('custom objects have pipelines of their own', async () => {
  const { portal, post } = setUp()
  portal.defineObject({ typeId: '2-7', name: 'pets' })
  const { status, body } = await post('/crm/v3/pipelines/p_pets', {
    label: 'Care',
    displayOrder: 0,
    stages: [{ label: 'New', displayOrder: 0, metadata: { state: 'CLOSED' } }],
  })
  expect([status, body.stages[0].metadata]).toEqual([201, { state: 'CLOSED' }])
  const record = await post('/crm/v3/objects/p_pets', {
    properties: { hs_pipeline_stage: body.stages[0].id },
  })
  expect(record.body).toMatchObject({ properties: { hs_pipeline_stage: body.stages[0].id } })
})

test('pipelines need the scope of schemas', async () => {
  const { portal, post } = setUp()
  portal.addToken('records', { scopes: ['crm.objects.deals.write'] })
  portal.addToken('schemas', { scopes: ['crm.schemas.deals.write'] })
  expect((await post(DEALS, renewals(), 'records')).status).toBe(403)
  expect((await post(DEALS, renewals(), 'schemas')).status).toBe(201)
})

test('the only pipeline of a type is not deleted', async () => {
  const { post, remove, portal } = setUp()
  expect((await remove(`${DEALS}/default`)).status).toBe(400)
  expect((await post(DEALS, renewals())).status).toBe(201)
  expect((await remove(`${DEALS}/default`)).status).toBe(204)
  expect(portal.pipelines('deals')).toHaveLength(1)
})
