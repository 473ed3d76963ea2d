import assert from 'node:assert/strict'
import type { HubspotRecord, MirrorRow } from '@hubsync/core'
import { type ConformanceCase, storeCase } from '../conformance-case.js'
import { lineOf } from '../read-back.js'
import { batch, group, portalId, row } from '../sample-rows.js'
import { contactsWithCity, sampleSchema, schemaWith } from '../sample-schema.js'

const values = { email: 'a@example.com', firstName: 'A', budget: '10.50' }
const commitOf = (object: string, each: MirrorRow) => batch({ rows: [group(object, each)] })

export const absentValueCases: readonly ConformanceCase[] = [
  storeCase(5, 'A column that a row does not carry keeps its value', async (store, place) => {
    await store.commit(commitOf('contacts', row('1', { values })))
    await store.commit(commitOf('contacts', row('1', { at: 2, values: { firstName: 'B' } })))
    const line = await lineOf(place, 'contacts', '1')
    assert.deepEqual([line.email, line.first_name, line.budget], ['a@example.com', 'B', '10.50'])
    const entry = (await store.changes(portalId, { limit: 10 })).at(-1)
    assert.deepEqual(entry?.columns, { firstName: { old: 'A', new: 'B' } })
  }),

  storeCase(5, 'A column that a row carries as null is emptied', async (store, place) => {
    await store.commit(commitOf('contacts', row('1', { values })))
    await store.commit(commitOf('contacts', row('1', { at: 2, values: { email: null } })))
    const line = await lineOf(place, 'contacts', '1')
    assert.deepEqual([line.email, line.first_name], [null, 'A'])
    const entry = (await store.changes(portalId, { limit: 10 })).at(-1)
    assert.deepEqual(entry?.columns, { email: { old: 'a@example.com', new: null } })
  }),

  storeCase(5, 'A column that a new row does not carry is null', async (store) => {
    await store.commit(commitOf('contacts', row('1', { values: { firstName: 'A' } })))
    const stored = await store.get(portalId, 'contacts', '1')
    assert.deepEqual(stored?.values, { email: null, firstName: 'A', budget: null })
    const [entry] = await store.changes(portalId, { limit: 10 })
    assert.deepEqual(entry?.columns, { firstName: { old: null, new: 'A' } })
  }),

  storeCase(5, 'A value that has no column is left out', async (store) => {
    const more = { ...values, city: 'Berlin' }
    await store.commit(commitOf('contacts', row('1', { values: more })))
    assert.deepEqual((await store.get(portalId, 'contacts', '1'))?.values, values)
    const [entry] = await store.changes(portalId, { limit: 10 })
    assert.equal(entry?.columns.city, undefined)
  }),

  storeCase(5, 'A raw property that a row does not carry keeps its value', async (store, place) => {
    const whole = { kept: 'kept', emptied: 'full', changed: 'old' }
    await store.commit(commitOf('contacts', row('1', { properties: whole })))
    const partial = { emptied: null, changed: 'new' }
    await store.commit(commitOf('contacts', row('1', { at: 2, properties: partial })))
    const { properties } = (await lineOf(place, 'contacts', '1')).raw as HubspotRecord
    assert.deepEqual(properties, { kept: 'kept', emptied: null, changed: 'new' })
    const { rows } = await store.commit(
      commitOf('contacts', row('1', { at: 2, properties: partial })),
    )
    assert.equal(rows.contacts?.unchanged, 1)
  }),

  storeCase(5, 'Names that every JavaScript object has are kept like others', async (store) => {
    const group = { constructor: 'Bauherr', group: 'a' }
    await store.commit(commitOf('order', row('1', { values: group, properties: { valueOf: '1' } })))
    await store.commit(commitOf('order', row('1', { at: 2, values: { group: 'b' } })))
    const stored = await store.get(portalId, 'order', '1')
    assert.deepEqual(stored?.values, { group: 'b', select: null, constructor: 'Bauherr' })
    assert.deepEqual(stored?.raw.properties, { constructor: 'Bauherr', group: 'b', valueOf: '1' })
    await store.commit(commitOf('order', row('2')))
    assert.deepEqual((await store.get(portalId, 'order', '2'))?.values, {
      group: null,
      select: null,
      constructor: null,
    })
    const entries = await store.changes(portalId, { limit: 10 })
    const expected: Record<string, unknown>[] = [
      { group: { old: null, new: 'a' }, constructor: { old: null, new: 'Bauherr' } },
      { group: { old: 'a', new: 'b' } },
      {},
    ]
    assert.deepEqual(
      entries.map(({ columns }) => columns),
      expected,
    )
  }),

  storeCase(5, 'A column that a handle does not know keeps its value', async (store, place) => {
    const wider = place.store()
    const schema = schemaWith({ objects: [contactsWithCity, ...sampleSchema.objects.slice(1)] })
    await wider.migrate(schema)
    await wider.commit(commitOf('contacts', row('1', { values: { ...values, city: 'Berlin' } })))
    await store.commit(commitOf('contacts', row('1', { at: 2, values: { firstName: 'B' } })))
    assert.equal((await lineOf(place, 'contacts', '1')).city, 'Berlin')
    const stored = await wider.get(portalId, 'contacts', '1')
    assert.deepEqual(stored?.values, { ...values, firstName: 'B', city: 'Berlin' })
  }),
]
