import { expect, test } from 'vitest'
import { idsOf, setUp } from './harness.js'
import { mismatches, recordWithHistory } from './shapes.js'

const CONTACTS = '/crm/v3/objects/contacts'

interface Entry {
  readonly value: string
  readonly timestamp: string
  readonly kept?: boolean
}

const valuesOf = (entries: readonly Entry[] | undefined) => entries?.map(({ value }) => value)

/** A record whose property was 0, 1, 2, …, one more each second. */
async function counted(type: string, property: string, changes: number) {
  const harness = setUp()
  const id = harness.portal.create(type, { [property]: '0' })
  for (let change = 1; change <= changes; change++) {
    await harness.clock.advance(1_000)
    harness.portal.update(type, id, { [property]: String(change) })
  }
  const read = await harness.get(`/crm/v3/objects/${type}/${id}?propertiesWithHistory=${property}`)
  return { ...harness, id, entries: read.body.propertiesWithHistory[property] as Entry[] }
}

test('a history has the keys of a recorded one, with a source and a user where there was one', async () => {
  const { portal, clock, get } = setUp()
  const id = portal.create('contacts', { phone: '1' })
  await clock.advance(1_000)
  portal.update('contacts', id, { phone: '2' })
  await clock.advance(1_000)
  const source = { sourceType: 'IMPORT', sourceId: '77', sourceLabel: 'people.csv' }
  portal.update('contacts', id, { phone: '3' }, { source: { ...source, updatedByUserId: 8 } })
  const { body } = await get(`${CONTACTS}/${id}?propertiesWithHistory=phone`)
  expect(mismatches(recordWithHistory, body)).toEqual([])
  expect(body.propertiesWithHistory.phone).toEqual([
    { value: '3', timestamp: '2026-03-30T12:00:02.000Z', ...source, updatedByUserId: 8 },
    {
      value: '2',
      timestamp: '2026-03-30T12:00:01.000Z',
      sourceType: 'CRM_UI',
      sourceId: 'userId:1',
      updatedByUserId: 1,
    },
    { value: '1', timestamp: '2026-03-30T12:00:00.000Z', sourceType: 'API' },
  ])
})

test('a property that was never set has an empty history, and an unknown one none', async () => {
  const { portal, get } = setUp()
  const id = portal.create('contacts', {})
  const { body } = await get(`${CONTACTS}/${id}?propertiesWithHistory=city,no_such_thing`)
  expect(body.propertiesWithHistory).toEqual({ city: [] })
})

test('a change of one property adds nothing to the history of another', async () => {
  const { portal, clock, get } = setUp()
  const id = portal.create('contacts', { phone: '1', city: 'Bonn' })
  await clock.advance(1_000)
  portal.update('contacts', id, { phone: '2', city: 'Bonn' })
  const { body } = await get(`${CONTACTS}/${id}?propertiesWithHistory=phone,city`)
  expect(valuesOf(body.propertiesWithHistory.phone)).toEqual(['2', '1'])
  expect(valuesOf(body.propertiesWithHistory.city)).toEqual(['Bonn'])
})

test('an emptied property has an empty text in its history', async () => {
  const { portal, clock, get } = setUp()
  const id = portal.create('contacts', { phone: '1' })
  for (const phone of [null, '2']) {
    await clock.advance(1_000)
    portal.update('contacts', id, { phone })
  }
  const { body } = await get(`${CONTACTS}/${id}?propertiesWithHistory=phone`)
  expect(valuesOf(body.propertiesWithHistory.phone)).toEqual(['2', '', '1'])
})

test('of a contact the newest 45 values of a property are kept', async () => {
  const { entries } = await counted('contacts', 'phone', 60)
  expect(entries).toHaveLength(45)
  expect([entries[0]?.value, entries.at(-1)?.value]).toEqual(['60', '16'])
})

test('of other records the newest 20 values of a property are kept', async () => {
  const { entries } = await counted('deals', 'amount', 100)
  expect(valuesOf(entries)).toEqual(Array.from({ length: 20 }, (_, index) => String(100 - index)))
})

test('the truth has the values that HubSpot dropped', async () => {
  const { portal, id } = await counted('deals', 'amount', 25)
  const { amount } = portal.history('deals', id)!
  expect(amount).toHaveLength(26)
  expect(amount!.filter(({ kept }) => kept)).toHaveLength(20)
  expect(amount![0]).toMatchObject({ value: '25', kept: true, recordId: id })
  expect(amount![25]).toMatchObject({ value: '0', kept: false, recordId: id })
})

test('two changes in the same millisecond are two entries, the later one first', async () => {
  const { portal, get } = setUp()
  const id = portal.create('deals', { amount: '1' })
  portal.update('deals', id, { amount: '2' })
  portal.update('deals', id, { amount: '3' }, { updatedAt: portal.clock.now() })
  const { body } = await get(`/crm/v3/objects/deals/${id}?propertiesWithHistory=amount`)
  const { amount } = body.propertiesWithHistory
  expect(valuesOf(amount)).toEqual(['3', '2', '1'])
  expect(new Set(amount.map(({ timestamp }: Entry) => timestamp)).size).toBe(1)
})

test('the first entry is the value of the record, also after a change that is dated back', async () => {
  const { portal, get } = setUp()
  const id = portal.create('deals', { amount: '1' })
  portal.update('deals', id, { amount: '2' }, { updatedAt: '2020-01-01T00:00:00Z' })
  const { body } = await get(
    `/crm/v3/objects/deals/${id}?propertiesWithHistory=amount&properties=amount`,
  )
  const [first, second] = body.propertiesWithHistory.amount as Entry[]
  expect(first?.value).toBe(body.properties.amount)
  expect(first!.timestamp >= second!.timestamp).toBe(true)
})

test('the modification date has a history too, and the creation date and id one entry', async () => {
  const { portal, clock, get } = setUp()
  const id = portal.create('deals', {})
  await clock.advance(1_000)
  portal.update('deals', id, { amount: '2' })
  const names = 'hs_lastmodifieddate,createdate,hs_object_id'
  const { body } = await get(`/crm/v3/objects/deals/${id}?propertiesWithHistory=${names}`)
  const { hs_lastmodifieddate, createdate, hs_object_id } = body.propertiesWithHistory
  expect(valuesOf(hs_lastmodifieddate)).toEqual([
    '2026-03-30T12:00:01.000Z',
    '2026-03-30T12:00:00.000Z',
  ])
  expect(valuesOf(createdate)).toEqual([body.createdAt])
  expect(valuesOf(hs_object_id)).toEqual([id])
})

test('the time of a calculated value is that of the read, and the modification date stays', async () => {
  const { portal, clock, get } = setUp()
  const id = portal.create('contacts', {})
  portal.setCalculated('contacts', id, { num_associated_deals: '1' })
  await clock.advance(1_000)
  portal.setCalculated('contacts', id, { num_associated_deals: '2' })
  const path = `${CONTACTS}/${id}?propertiesWithHistory=num_associated_deals`
  for (let read = 0; read < 2; read++) {
    await clock.advance(60_000)
    const { body } = await get(path)
    const [newest, older] = body.propertiesWithHistory.num_associated_deals
    expect(newest).toEqual({
      value: '2',
      timestamp: new Date(clock.now()).toISOString(),
      sourceType: 'CALCULATED',
      sourceId: 'RollupProperties',
    })
    expect(older).toMatchObject({ value: '1', timestamp: '2026-03-30T12:00:00.000Z' })
    expect(body.updatedAt).toBe('2026-03-30T12:00:00.000Z')
  }
})

test('histories come with a list, one record and a batch, of archived records too, and not with a search', async () => {
  const { portal, get, post } = setUp()
  const [active, archived] = portal.createMany('contacts', 2, () => ({ phone: '1' }))
  portal.archive('contacts', archived!)
  const history = (record: { propertiesWithHistory?: { phone: Entry[] } }) =>
    valuesOf(record.propertiesWithHistory?.phone)
  for (const [id, query] of [
    [active, ''],
    [archived, 'archived=true&'],
  ]) {
    const listed = await get(`${CONTACTS}?${query}propertiesWithHistory=phone`)
    expect(history(listed.body.results[0])).toEqual(['1'])
    const one = await get(`${CONTACTS}/${id}?${query}propertiesWithHistory=phone`)
    expect(history(one.body)).toEqual(['1'])
    const asked = { inputs: [{ id }], properties: [], propertiesWithHistory: ['phone'] }
    const batch = await post(`${CONTACTS}/batch/read?${query}`, asked)
    expect(idsOf(batch)).toEqual([id])
    expect(history(batch.body.results[0])).toEqual(['1'])
  }
  const found = await post(`${CONTACTS}/search`, { propertiesWithHistory: ['phone'] })
  expect(history(found.body.results[0])).toBeUndefined()
})

test('more than fifty with histories are refused, whether the property exists or not', async () => {
  const { portal, get, post } = setUp()
  const ids = portal.createMany('contacts', 51, () => ({}))
  const message =
    'The maximum number of inputs supported in a batch request for property histories is 50. Please reduce the number of items and try again'
  const inputs = ids.map((id) => ({ id }))
  for (const refused of [
    await get(`${CONTACTS}?limit=51&propertiesWithHistory=phone`),
    await get(`${CONTACTS}?limit=51&propertiesWithHistory=nonsense`),
    await post(`${CONTACTS}/batch/read`, { inputs, propertiesWithHistory: ['phone'] }),
    await post(`${CONTACTS}/batch/read`, { inputs, propertiesWithHistory: ['nonsense'] }),
  ]) {
    expect(refused.status).toBe(400)
    expect(refused.body).toMatchObject({ category: 'VALIDATION_ERROR', message })
  }
  expect((await get(`${CONTACTS}?limit=51&propertiesWithHistory=`)).status).toBe(200)
  const none = await post(`${CONTACTS}/batch/read`, { inputs, propertiesWithHistory: [] })
  expect(none.body.results).toHaveLength(51)
})

test('a restored record has its history, and only its modification date is new in it', async () => {
  const { portal, clock } = setUp()
  const id = portal.create('contacts', { phone: '1' })
  const before = portal.history('contacts', id)!
  portal.archive('contacts', id)
  expect(portal.history('contacts', id)).toEqual(before)
  await clock.advance(1_000)
  portal.restore('contacts', id)
  const { lastmodifieddate, ...others } = portal.history('contacts', id)!
  expect(valuesOf(lastmodifieddate)).toEqual([
    '2026-03-30T12:00:01.000Z',
    ...valuesOf(before.lastmodifieddate)!,
  ])
  expect(others).toEqual({ ...before, lastmodifieddate: undefined })
})

test('a purged record has no history, nor has what was merged into it', async () => {
  const { portal } = setUp({ mergedInBin: true })
  const [first, second] = portal.createMany('contacts', 2, () => ({ phone: '1' }))
  const winner = portal.merge('contacts', first!, second!)
  portal.purge('contacts', winner)
  for (const id of [first, second, winner]) expect(portal.history('contacts', id!)).toBeUndefined()
})

/** Two contacts, each with two phone numbers that it had in turn, merged a second later. */
async function merged(options: Parameters<typeof setUp>[0]) {
  const harness = setUp(options)
  const { portal, clock } = harness
  const primary = portal.create('contacts', { phone: 'p1' })
  const secondary = portal.create('contacts', { phone: 's1', city: 'Bonn' })
  await clock.advance(1_000)
  portal.update('contacts', primary, { phone: 'p2' })
  await clock.advance(1_000)
  portal.update('contacts', secondary, { phone: 's2' })
  await clock.advance(1_000)
  const winner = portal.merge('contacts', primary, secondary)
  const { body } = await harness.get(`${CONTACTS}/${winner}?propertiesWithHistory=phone,city`)
  return { ...harness, primary, secondary, winner, history: body.propertiesWithHistory }
}

test('a merged record has the values of both by time, of two at once the one of the primary, and ends with its own', async () => {
  const { portal, history, primary, secondary, winner } = await merged({})
  expect(valuesOf(history.phone)).toEqual(['p2', 's2', 'p2', 'p1'])
  expect(history.phone[0]).toMatchObject({
    timestamp: '2026-03-30T12:00:03.000Z',
    sourceType: 'MERGE_OBJECTS',
  })
  expect(valuesOf(history.city)).toEqual(['Bonn'])
  const { phone } = portal.history('contacts', winner)!
  expect(phone!.map(({ value, kept, recordId }) => [value, kept, recordId])).toEqual([
    ['p2', true, winner],
    ['s2', true, secondary],
    ['p2', true, primary],
    ['p1', true, primary],
    ['s1', false, secondary],
  ])
  expect(portal.history('contacts', secondary)).toBeUndefined()
})

test('with mergedHistory primary a merged record has the values of the primary alone', async () => {
  const { portal, history, winner } = await merged({ mergedHistory: 'primary' })
  expect(valuesOf(history.phone)).toEqual(['p2', 'p1'])
  expect(history.city).toMatchObject([
    { value: 'Bonn', timestamp: '2026-03-30T12:00:03.000Z', sourceType: 'MERGE_OBJECTS' },
  ])
  const { phone } = portal.history('contacts', winner)!
  expect(phone!.filter(({ kept }) => !kept).map(({ value }) => value)).toEqual(['s2', 's1'])
})

test('a merged record keeps no more values than another', async () => {
  const { portal, clock } = setUp()
  const ids = portal.createMany('deals', 2, () => ({ amount: '0' }))
  for (let change = 1; change <= 15; change++)
    for (const id of ids) {
      await clock.advance(1)
      portal.update('deals', id, { amount: String(change) })
    }
  const winner = portal.merge('deals', ids[0]!, ids[1]!)
  const { amount } = portal.history('deals', winner)!
  const kept = amount!.filter((entry) => entry.kept)
  expect(kept).toHaveLength(20)
  expect(amount!.slice(0, 20)).toEqual(kept)
})

test('the history of a generated record follows from the record, before and after a change', async () => {
  const { portal, clock, get } = setUp()
  const { id } = portal.generate('contacts', 3, (index) => ({ phone: String(index) }))
  const path = `${CONTACTS}/${id(1)}?propertiesWithHistory=phone`
  const phones = async () => valuesOf((await get(path)).body.propertiesWithHistory.phone)
  expect(await phones()).toEqual(['1'])
  await clock.advance(1_000)
  portal.update('contacts', id(1)!, { phone: '7' })
  expect(await phones()).toEqual(['7', '1'])
})

test('a record with a later modification date has had its values since it was created', async () => {
  const { portal } = setUp()
  const moments = { createdAt: '2024-01-02T00:00:00Z', updatedAt: '2025-01-02T00:00:00Z' }
  const source = { sourceType: 'FORM', sourceId: 'contact-us' }
  const id = portal.create('contacts', { phone: '1' }, { ...moments, source })
  const { phone, lastmodifieddate } = portal.history('contacts', id)!
  expect(phone).toMatchObject([{ timestamp: '2024-01-02T00:00:00.000Z', ...source }])
  expect(valuesOf(lastmodifieddate)).toEqual([
    '2025-01-02T00:00:00.000Z',
    '2024-01-02T00:00:00.000Z',
  ])
})
