import { describe, expect, test } from 'vitest'
import {
  column,
  contacts,
  deals,
  defineObject,
  InvalidOptionError,
  type ObjectDefinition,
} from '../src/index.js'
import { historyProperties } from '../src/objects/history-selection.js'
import { pairsAmong } from '../src/objects/pairs.js'
import { mirrorSchema } from '../src/store/tables.js'

const tableOf = (object: ObjectDefinition) => mirrorSchema([object], []).objects[0]

describe('the history that a definition asks for', () => {
  test('is that of no property by default', () => {
    expect(deals.history).toEqual([])
    expect(deals.extend({ columns: { vip: column.boolean('vip') } }).history).toEqual([])
  })

  test('is named by columns, or by names in HubSpot', () => {
    const sales = deals.extend({ history: ['amount', 'ownerId', 'closed_lost_reason'] })
    expect(sales.history).toEqual(['amount', 'hubspot_owner_id', 'closed_lost_reason'])
  })

  test('names each property once', () => {
    expect(deals.extend({ history: ['name', 'dealname', 'name'] }).history).toEqual(['dealname'])
  })

  test('has the pipeline where it has the stage', () => {
    expect(deals.extend({ history: ['stage'] }).history).toEqual(['dealstage', 'pipeline'])
    expect(deals.extend({ history: ['pipeline'] }).history).toEqual(['pipeline'])
    const leads = contacts.extend({ history: ['lifecycleStage'] })
    expect(leads.history).toEqual(['lifecyclestage', 'hs_pipeline'])
  })

  test('stays when the definition is extended, and finds the columns that are added', () => {
    const sales = deals.extend({ history: ['name'] }).extend({ name: 'sales' })
    expect(sales.history).toEqual(['dealname'])
    const added = { columns: { region: column.text('sales_region') }, history: ['region'] }
    expect(deals.extend(added).history).toEqual(['sales_region'])
    expect(sales.extend({ history: [] }).history).toEqual([])
  })

  test('is refused by a name that is no column and can be no property', () => {
    const extend = () => deals.extend({ history: ['closeDat'] })
    expect(extend).toThrow(InvalidOptionError)
    expect(extend).toThrow(
      /each name in `history` of "deals" to be one of its columns \(name, stage, .*, got "closeDat"/,
    )
    expect(() => deals.extend({ history: ['two words'] })).toThrow(InvalidOptionError)
    expect(() => deals.extend({ history: [''] })).toThrow(InvalidOptionError)
    for (const given of ['stage', 5, [5]])
      expect(() => deals.extend({ history: given as never })).toThrow(
        /`history` of "deals" to be 'all' or a list/,
      )
  })

  test('of all properties leaves out what HubSpot calculates, and the modification date', () => {
    const all = [
      { name: 'dealname', calculated: false },
      { name: 'days_to_close', calculated: true },
      { name: 'hs_lastmodifieddate', calculated: false },
    ]
    expect(historyProperties(deals.extend({ history: 'all' }), all)).toEqual(['dealname'])
  })
})

describe('the tables of a history', () => {
  test('are not in the schema of an object without one', () => {
    expect(tableOf(deals)).not.toHaveProperty('history')
  })

  test('have a view of stages where the history has the stage', () => {
    const stages = { pipeline: 'pipeline', stage: 'dealstage' }
    expect(tableOf(deals.extend({ history: ['stage'] }))?.history).toEqual({ stages })
    expect(tableOf(deals.extend({ history: 'all' }))?.history).toEqual({ stages })
    expect(tableOf(deals.extend({ history: ['amount'] }))?.history).toEqual({})
    const notes = defineObject({ type: 'notes', columns: {}, history: 'all' })
    expect(tableOf(notes)?.history).toEqual({})
  })

  test.each(['deals_history', 'deals_history_gaps', 'deals_stages', 'deals_history_by_property'])(
    'keep their names from other objects: %s',
    (name) => {
      const other = defineObject({ type: '2-1', name, columns: {} })
      const both = [deals, other]
      expect(() => mirrorSchema(both, pairsAmong(both, undefined))).toThrow(
        new RegExp(`"${name}" is both`),
      )
    },
  )
})
