import { describe, expect, test } from 'vitest'
import { column, deals, defineObject } from '../src/index.js'
import { pipelinesOf } from '../src/objects/standard-types.js'

const columns = { name: column.text('name') }

describe('the pipelines of a type', () => {
  test.each([
    ['deals', 'pipeline', 'dealstage', true],
    ['0-5', 'hs_pipeline', 'hs_pipeline_stage', true],
    ['lead', 'hs_pipeline', 'hs_pipeline_stage', true],
    ['contacts', 'hs_pipeline', 'lifecyclestage', false],
    ['companies', 'hs_pipeline', 'lifecyclestage', false],
    ['2-1234567', 'hs_pipeline', 'hs_pipeline_stage', false],
  ])('called %s are in %s and %s', (type, pipeline, stage, isDocumented) => {
    const definition = defineObject({ type, name: 'mine', columns })
    expect(pipelinesOf(definition)).toEqual({ pipeline, stage, isDocumented })
  })

  test.each(['products', 'calls', 'New_Type'])('called %s are none', (type) => {
    expect(pipelinesOf(defineObject({ type, name: 'mine', columns }))).toBeUndefined()
  })

  test('stay known of a definition with another name', () => {
    expect(pipelinesOf(deals.extend({ name: 'sales' }))?.stage).toBe('dealstage')
  })
})
