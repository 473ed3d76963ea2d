import * as shapes from '../shapes.js'
import { type CallParts, type Examples, NOWHERE } from './case.js'

const deals = (parts: CallParts = {}) => ({
  ...parts,
  params: { type: 'deals', pipeline: 'renewals', ...parts.params },
})

const notFound = { status: 404, shape: shapes.notFound } as const
const invalid = { status: 400, shape: shapes.validationError } as const
const nothing = { status: 204, shape: undefined } as const

const stage = (label: string, displayOrder: number) => ({
  ...{ label, displayOrder },
  metadata: { probability: '0.5' },
})
const renewals = {
  ...{ label: 'Third', displayOrder: 1 },
  stages: [stage('Due', 0), stage('Done', 1)],
}
const inUse = { ...shapes.validationError, subCategory: 'string' }
/** A deal is in the stage that is to go. */
const refuseUsed = (params: Record<string, string>) => ({
  ...{ status: 400, shape: inUse },
  call: () => deals({ params, query: '?validateReferencesBeforeDelete=true' }),
})
/** The deal in the stage goes first, which 2026-09 asks for. */
const emptied = (params: Record<string, string>) => ({
  ...nothing,
  call: ({
    portal,
    deal,
  }: {
    portal: { archive(type: string, id: string): void }
    deal: string
  }) => {
    portal.archive('deals', deal)
    return deals({ params })
  },
})
const gone = { pipeline: 'gone' }

/** Pipelines and their stages. */
export const pipelines: Examples = {
  'GET /crm/v3/pipelines/:type': [
    { status: 200, shape: { results: [shapes.pipeline] }, call: () => deals() },
    {
      status: 200,
      shape: { results: [shapes.pipeline] },
      call: () => deals({ params: { type: 'tickets' } }),
    },
  ],
  'POST /crm/v3/pipelines/:type': [
    { status: 201, shape: shapes.pipeline, call: () => deals({ body: renewals }) },
    { ...invalid, call: () => deals({ body: { ...renewals, label: 'Renewals' } }) },
    {
      ...{ status: 409, shape: shapes.conflictOfStages },
      call: () => {
        const stages = [{ ...stage('Due', 0), stageId: 'due' }]
        return deals({ body: { ...renewals, stages } })
      },
    },
    { ...invalid, call: () => deals({ params: { type: 'contacts' }, body: renewals }) },
  ],
  'GET /crm/v3/pipelines/:type/:pipeline': [
    { status: 200, shape: shapes.pipeline, call: () => deals() },
    { ...notFound, call: () => deals({ params: gone }) },
  ],
  'PATCH /crm/v3/pipelines/:type/:pipeline': [
    { status: 200, shape: shapes.pipeline, call: () => deals({ body: { label: 'Again' } }) },
    { ...notFound, call: () => deals({ params: gone, body: { label: 'Again' } }) },
  ],
  'PUT /crm/v3/pipelines/:type/:pipeline': [
    {
      ...{ status: 200, shape: shapes.pipeline },
      call: ({ portal, deal }) => {
        portal.archive('deals', deal)
        return deals({ body: renewals })
      },
    },
    { ...notFound, call: () => deals({ params: gone, body: renewals }) },
  ],
  'DELETE /crm/v3/pipelines/:type/:pipeline': [
    emptied({}),
    refuseUsed({}),
    { ...notFound, call: () => deals({ params: gone }) },
  ],
  'GET /crm/v3/pipelines/:type/:pipeline/audit': [
    { status: 200, shape: { results: [shapes.pipelineAudit] }, call: () => deals() },
    { ...notFound, call: () => deals({ params: gone }) },
  ],
  'GET /crm/v3/pipelines/:type/:pipeline/stages': [
    { status: 200, shape: { results: [shapes.stage] }, call: () => deals() },
    { ...notFound, call: () => deals({ params: gone }) },
  ],
  'POST /crm/v3/pipelines/:type/:pipeline/stages': [
    { status: 201, shape: shapes.stage, call: () => deals({ body: stage('Lost', 2) }) },
    {
      ...{ status: 400, shape: shapes.withoutCategory },
      call: () => deals({ body: { ...stage('Lost', 2), stageId: 'due' } }),
    },
    { ...notFound, call: () => deals({ params: gone, body: stage('Lost', 2) }) },
  ],
  'GET /crm/v3/pipelines/:type/:pipeline/stages/:stage': [
    { status: 200, shape: shapes.stage, call: () => deals({ params: { stage: 'due' } }) },
    { ...notFound, call: () => deals({ params: { stage: 'gone' } }) },
  ],
  'PATCH /crm/v3/pipelines/:type/:pipeline/stages/:stage': [
    {
      ...{ status: 200, shape: shapes.stage },
      call: () => deals({ params: { stage: 'due' }, body: { label: 'Soon', metadata: {} } }),
    },
    { ...notFound, call: () => deals({ params: { stage: 'gone' }, body: { label: 'Soon' } }) },
  ],
  'PUT /crm/v3/pipelines/:type/:pipeline/stages/:stage': [
    {
      ...{ status: 200, shape: shapes.stage },
      call: () => deals({ params: { stage: 'due' }, body: stage('Soon', 0) }),
    },
    { ...notFound, call: () => deals({ params: { stage: 'gone' }, body: stage('Soon', 0) }) },
  ],
  'DELETE /crm/v3/pipelines/:type/:pipeline/stages/:stage': [
    emptied({ stage: 'due' }),
    refuseUsed({ stage: 'due' }),
    { ...nothing, call: () => deals({ params: { stage: NOWHERE } }) },
  ],
  'GET /crm/v3/pipelines/:type/:pipeline/stages/:stage/audit': [
    {
      ...{ status: 200, shape: { results: [shapes.pipelineAudit] } },
      call: () => deals({ params: { stage: 'due' } }),
    },
    { ...notFound, call: () => deals({ params: { stage: 'gone' } }) },
  ],
}
