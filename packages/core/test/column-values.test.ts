import { describe, expect, expectTypeOf, test } from 'vitest'
import {
  column,
  contacts,
  createHubspotSync,
  defineObject,
  type InferRow,
  memoryStore,
  type ObjectDefinition,
} from '../src/index.js'

type Temperature = 'hot' | 'cold' | (string & {})

const people = contacts.extend({
  columns: {
    temperature: column.text<Temperature>('temperature', { index: true }),
    colours: column.list<'red' | 'blue'>('colours'),
    note: column.text('note'),
  },
})

describe('a column that names its choices', () => {
  test('has them in the row, among other text', () => {
    expectTypeOf<InferRow<typeof people>['temperature']>().toEqualTypeOf<Temperature | null>()
    expectTypeOf<InferRow<typeof people>['colours']>().toEqualTypeOf<('red' | 'blue')[] | null>()
    expectTypeOf<InferRow<typeof people>['note']>().toEqualTypeOf<string | null>()
    expectTypeOf<InferRow<typeof people>['email']>().toEqualTypeOf<string | null>()
  })

  test('is filtered by its choices', () => {
    const objects = [people] as const
    const sync = createHubspotSync({ accessToken: 'pat-na1-0', store: memoryStore(), objects })
    const known = () => sync.list('contacts', { where: { temperature: 'hot' } })
    const unknown = () => sync.list('contacts', { where: { temperature: 'mild' } })
    // @ts-expect-error Lists can only be compared with null.
    const list = () => sync.list('contacts', { where: { colours: ['red'] } })
    expect([known, unknown, list]).toHaveLength(3)
  })

  test('refuses choices that are no text', () => {
    // @ts-expect-error Text is text.
    const wrong = () => column.text<1>('temperature')
    expect(wrong).toBeTypeOf('function')
  })

  test('is a column like any other at run time', () => {
    expect(column.text<Temperature>('temperature')).toEqual({
      kind: 'text',
      property: 'temperature',
    })
    const definitions: readonly ObjectDefinition[] = [
      people,
      defineObject({ type: 'tickets', columns: { stage: column.text<'1'>('hs_pipeline_stage') } }),
    ]
    expect(definitions).toHaveLength(2)
  })
})
