import { expect, test } from 'vitest'
import { labelledViews, labelsOf } from '../../src/store/labelled-views.js'
import { referenceTables, type StoredReferenceRow } from '../../src/store/reference-tables.js'
import type { TableColumn } from '../../src/store/tables.js'

const column = (
  name: string,
  property: string,
  kind: TableColumn['kind'] = 'text',
): TableColumn => ({
  name,
  sqlName: name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
  kind,
  property,
})

const named = (type: string, columns: TableColumn[], choices: string[] = []) =>
  labelsOf({ type, columns }, new Map(choices.map((name) => [name, 'choice']))).map(
    ({ sqlName, of }) => [sqlName, of],
  )

test('an owner has a name, whatever the column is called', () => {
  expect(named('deals', [column('ownerId', 'hubspot_owner_id')])).toEqual([['owner_name', 'owner']])
  expect(named('deals', [column('seller', 'hubspot_owner_id')])).toEqual([['seller_name', 'owner']])
})

test.each(['deals', 'tickets', '2-7000001'])('%s have labels of pipeline and stage', (type) => {
  const [pipeline, stage] =
    type === 'deals' ? ['pipeline', 'dealstage'] : ['hs_pipeline', 'hs_pipeline_stage']
  const columns = [column('place', pipeline as string), column('step', stage as string)]
  expect(named(type, columns)).toEqual([
    ['place_label', 'pipeline'],
    ['step_label', 'stage'],
  ])
  expect(labelsOf({ type, columns })[1]?.pipeline?.name).toBe('place')
  expect(labelsOf({ type, columns: columns.slice(1) })[0]?.pipeline).toBeUndefined()
})

test('a lifecycle stage is a choice, which HubSpot documents', () => {
  const columns = [column('lifecycleStage', 'lifecyclestage')]
  expect(named('contacts', columns)).toEqual([])
  expect(named('contacts', columns, ['lifecyclestage'])).toEqual([
    ['lifecycle_stage_label', 'choice'],
  ])
})

test.each([
  ['text', 1],
  ['list', 1],
  ['boolean', 0],
  ['integer', 0],
  ['email', 0],
] as const)('of a choice, a column of the kind %s has %i labels', (kind, count) => {
  expect(named('contacts', [column('one', 'one', kind)], ['one'])).toHaveLength(count)
})

test('a label that has the name of a column, or of another label, is left out', () => {
  const columns = [column('stage', 'dealstage'), column('stageLabel', 'other')]
  expect(named('deals', columns)).toEqual([])
  const owners = [column('owner', 'hubspot_owner_id'), column('ownerId', 'hubspot_owner_id')]
  expect(named('deals', owners)).toEqual([['owner_name', 'owner']])
})

test('only tables with labels have a view, and labels need the tables that they come from', () => {
  const objects = [
    {
      name: 'sales',
      type: 'deals',
      columns: [column('stage', 'dealstage'), column('kind', 'dealtype')],
    },
    { name: 'bare', type: 'companies', columns: [column('name', 'name')] },
  ]
  const definition = (
    object: string,
    values: StoredReferenceRow['values'],
    options = [{ value: 'a', label: 'A' }],
  ): StoredReferenceRow => ({
    ...{ key: [object, 'dealtype'], status: 'ACTIVE', values, raw: { options }, syncedAt: '' },
  })
  const choice = definition('sales', { type: 'enumeration', referencesObject: null })
  const viewsWith = (rows: StoredReferenceRow[], ...tables: string[]) =>
    labelledViews(
      {
        objects,
        pairs: [],
        reference: referenceTables.filter(({ name }) => tables.includes(name)),
      },
      rows,
    ).map(({ name, labels }) => [name, ...labels.map(({ sqlName }) => sqlName)])
  const all = referenceTables.map(({ name }) => name)
  expect(viewsWith([choice], ...all)).toEqual([['sales_labelled', 'stage_label', 'kind_label']])
  expect(viewsWith([choice], 'property_options')).toEqual([['sales_labelled', 'kind_label']])
  expect(viewsWith([choice])).toEqual([])
  const others = [
    definition('bare', { type: 'enumeration' }),
    definition('sales', { type: 'string' }),
    definition('sales', { type: 'enumeration' }, []),
    definition('sales', { type: 'enumeration', referencesObject: 'COMPANY' }),
  ]
  expect(viewsWith(others, ...all)).toEqual([['sales_labelled', 'stage_label']])
  const owner = definition('sales', { type: 'enumeration', referencesObject: 'OWNER' })
  expect(viewsWith([owner], ...all)).toEqual([['sales_labelled', 'stage_label', 'kind_name']])
})
