import * as core from '@hubsync/core'
import type { Call } from '@hubsync/emulator'
import { describe, expect, test } from 'vitest'
import { createTrapWorld, HOUR } from '../traps/trap-world.js'
import { populate } from './support/world.js'

/** A mirror whose portal has not changed for hours, with HubSpot's limits and replies that take some time. */
async function quietMirror(
  size: { contacts: number; companies: number; deals: number },
  options: Parameters<typeof createTrapWorld>[1] = {},
) {
  const world = createTrapWorld(core, { limited: true, portal: { latency: 150 }, ...options })
  const ids = populate(world.portal, size)
  await world.clock.advance(2 * HOUR)
  await world.run()
  await world.clock.advance(2 * HOUR)
  world.portal.clearCalls()
  return { ...world, ...ids }
}

/** The number of calls of each kind: of an operation, on a type or a pair. */
function countOf(calls: readonly Call[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { operation, objectType, query } of calls) {
    const bin = query.archived === 'true' ? ' archived' : ''
    const kind = `${operation} ${objectType ?? ''}${bin}`.trim()
    counts[kind] = (counts[kind] ?? 0) + 1
  }
  return counts
}

const binsAndAccount = {
  account: 1,
  'list contacts archived': 1,
  'list companies archived': 1,
  'list deals archived': 1,
}

/** So many that they don't fit into the URL of a list: values are read by id. */
const manyProperties = { properties: 'all' } as const

describe('a run costs', () => {
  test('one search for each object, the bins and the account, where nothing has changed', async () => {
    const { portal, run } = await quietMirror({ contacts: 1_500, companies: 100, deals: 100 })
    const report = await run()
    expect(countOf(portal.calls)).toEqual({
      ...binsAndAccount,
      'search contacts': 1,
      'search companies': 1,
      'search deals': 1,
    })
    expect(report.calls).toBe(7)
  })

  test('no more with what lies around the records, but 5 calls an hour and 22 a day', async () => {
    const size = { contacts: 20, companies: 10, deals: 10 }
    const { portal, run, clock } = await quietMirror(size, { reference: true })
    const ofReference = async () => {
      portal.clearCalls()
      const { calls } = await run()
      return calls - 7
    }
    expect(await ofReference()).toBe(5)
    await clock.advance(HOUR / 2)
    expect(await ofReference()).toBe(0)
    await clock.advance(24 * HOUR)
    expect(await ofReference()).toBe(5 + 22)
  })

  test('a search for 199 changed records, a batch for 100, and an association call for each pair and some 900', async () => {
    const { portal, clock, contacts, run } = await quietMirror({
      ...{ contacts: 3_000, companies: 50, deals: 50 },
    })
    for (const id of contacts.slice(1_000, 2_000)) {
      clock.set(clock.now() + 1)
      portal.update('contacts', id, { firstname: 'changed' })
    }
    await clock.advance(2 * HOUR)
    const report = await run()
    expect(report.jobs.contacts).toMatchObject({ updated: 1_000 })
    expect(countOf(portal.calls)).toEqual({
      ...binsAndAccount,
      'search companies': 1,
      'search deals': 1,
      'search contacts': expect.toSatisfy((calls: number) => calls >= 6 && calls <= 10),
      'batch-read contacts': expect.toSatisfy((calls: number) => calls >= 10 && calls <= 12),
      'associations contacts>companies': 2,
      'associations contacts>deals': 2,
    })
  })

  test('a search for some 140 records that changed in one millisecond', async () => {
    const { portal, clock, contacts, run } = await quietMirror({
      ...{ contacts: 3_000, companies: 0, deals: 0 },
    })
    portal.updateMany('contacts', contacts.slice(0, 2_800), { firstname: 'changed' })
    await clock.advance(2 * HOUR)
    const report = await run()
    expect(report.jobs.contacts).toMatchObject({ updated: 2_800 })
    const counts = countOf(portal.calls)
    expect(counts['search contacts']).toBeLessThanOrEqual(1 + 2_800 / 140 + 8)
    expect(counts['batch-read contacts']).toBeLessThanOrEqual(28 + 5)
    expect(counts['associations contacts>companies']).toBeLessThanOrEqual(5)
  })
})

test('what is merged away and lies in the bin is not read again at every run', async () => {
  const sync = { portal: { mergedInBin: true }, objects: [core.contacts.extend(manyProperties)] }
  const { portal, clock, run } = createTrapWorld(core, sync)
  for (let index = 0; index < 400; index++)
    portal.defineProperty('contacts', {
      name: `a_property_of_a_long_name_${index}`,
      type: 'string',
    })
  const ids = portal.createMany('contacts', 4, () => ({}))
  await run()
  await clock.advance(HOUR)
  portal.merge('contacts', ids[0] as string, ids[1] as string)
  await run()
  await clock.advance(2 * HOUR)
  portal.clearCalls()
  await run()
  expect(countOf(portal.calls)).toEqual({
    account: 1,
    'search contacts': 1,
    'list contacts archived': 1,
    'properties contacts': 1,
  })
})

test('a verification costs a list call for 100 records, and an association call for each pair and 1,000', async () => {
  const { portal, sync } = await quietMirror({ contacts: 5_000, companies: 100, deals: 100 })
  const report = await sync.verify()
  expect(report.status).toBe('equal')
  expect(countOf(portal.calls)).toEqual({
    ...binsAndAccount,
    'search contacts': 1,
    'search companies': 1,
    'search deals': 1,
    // Where two ranges of the list meet, a page is read by both.
    'list contacts': expect.toSatisfy((calls: number) => calls >= 50 && calls <= 50 + 12),
    'list companies': expect.toSatisfy((calls: number) => calls >= 1 && calls <= 2),
    'list deals': expect.toSatisfy((calls: number) => calls >= 1 && calls <= 2),
    'associations contacts>companies': 5,
    'associations contacts>deals': 5,
    'associations deals>companies': 1,
  })
})
