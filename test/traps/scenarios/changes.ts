import assert from 'node:assert/strict'
import { populate } from '../../integration/support/world.js'
import {
  type Between,
  type Core,
  createTrapWorld,
  HOUR,
  isSearch,
  settledWorld,
} from '../trap-world.js'

/** Companies that were mirrored, and were changed hours ago, one per second. */
async function changedCompanies(
  core: Core,
  count: number,
  options: Parameters<typeof createTrapWorld>[1] = {},
) {
  const world = createTrapWorld(core, { objects: [core.companies], ...options })
  const { portal, clock, run } = world
  const { companies } = populate(portal, { contacts: 0, companies: count, deals: 0 })
  await clock.advance(2 * HOUR)
  await run()
  await clock.advance(4 * HOUR)
  const begin = clock.now() - 3 * HOUR
  for (const [index, id] of companies.entries())
    portal.update(
      'companies',
      id,
      { name: `changed ${index}` },
      { updatedAt: begin + index * 1000 },
    )
  return { ...world, companies }
}

/** The same, all changed in one millisecond. */
async function changedAtOnce(
  core: Core,
  ids: readonly string[],
  options: Parameters<typeof createTrapWorld>[1] = {},
) {
  const world = createTrapWorld(core, { objects: [core.companies], ...options })
  const { portal, clock, run } = world
  const given = (index: number) => ({ id: ids[index] as string })
  portal.createMany('companies', ids.length, () => ({}), given)
  await clock.advance(2 * HOUR)
  await run()
  await clock.advance(4 * HOUR)
  portal.updateMany('companies', ids, { name: 'changed' })
  await clock.advance(2 * HOUR)
  return world
}

const numbers = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => String(from + index))

/** A lower limit in place of HubSpot's 10,000 results, so that a test reaches it. */
function wallAt(results: number): Between {
  return async (call, answer) => {
    const { after = 0, limit = 10 } = (call.body ?? {}) as { after?: number; limit?: number }
    if (!isSearch(call) || Number(after) + limit <= results) return answer()
    const body = { status: 'error', category: 'VALIDATION_ERROR', message: `past ${results}` }
    return Response.json(body, { status: 400 })
  }
}

export const changes = {
  async 'a type is as fresh by another of its names'(core: Core) {
    const { columns } = core.contacts
    for (const type of ['contacts', 'contact', 'Contacts', '0-1']) {
      const mine = core.defineObject({ type, name: 'contacts', columns })
      const world = await settledWorld(core, { objects: [mine, core.companies, core.deals] })
      const { portal, contacts, clock, runUntilEqual } = world
      portal.update('contacts', contacts[0] as string, { firstname: 'changed' })
      await clock.advance(60_000)
      await runUntilEqual().catch((error: unknown) => {
        throw error instanceof assert.AssertionError
          ? new assert.AssertionError({ message: `by the name ${type}, ${error.message}` })
          : error
      })
    }
  },

  async 'a contact that changed arrives with the next run'(core: Core) {
    const { portal, contacts, runUntilEqual } = await settledWorld(core)
    portal.update('contacts', contacts[0] as string, { firstname: 'changed' })
    await runUntilEqual()
  },

  async 'a change that the search shows late is found by a later run'(core: Core) {
    const { portal, contacts, clock, run, runUntilEqual } = await settledWorld(core, {
      portal: { searchLag: { min: 120_000, max: 120_000 } },
    })
    portal.update('contacts', contacts[0] as string, { firstname: 'changed' })
    await clock.advance(1_000)
    await run()
    await clock.advance(10 * 60_000)
    await runUntilEqual()
  },

  async 'a record that the search shows at its old place hides no others'(core: Core) {
    const { portal, companies, clock, runUntilEqual } = await changedCompanies(core, 300, {
      portal: { searchLag: { min: 120_000, max: 120_000 } },
    })
    // The last of the first page. Search has its new date, but not yet its new position.
    portal.update('companies', companies[199] as string, { name: 'changed again' })
    await clock.advance(1_000)
    await runUntilEqual()
  },

  async 'more changes than a search can be paged through are all read'(core: Core) {
    const { runUntilEqual } = await changedCompanies(core, 700, { between: wallAt(400) })
    await runUntilEqual()
  },

  async 'a record that is edited while the changes are read hides no other'(core: Core) {
    let edit = () => {}
    const { portal, companies, clock, run, runUntilEqual } = await changedCompanies(core, 450, {
      async between(call, answer) {
        const reply = await answer()
        if (isSearch(call)) edit()
        return reply
      },
    })
    // A record of the first page is changed after each page.
    let edits = 0
    edit = () => {
      clock.set(clock.now() + 1_000)
      portal.update('companies', companies[++edits] as string, { name: 'edited meanwhile' })
    }
    await run()
    edit = () => {}
    await clock.advance(60_000)
    await runUntilEqual()
  },

  async 'a search is read to its end where its total is too low, missing or too high'(core: Core) {
    for (const total of [1, undefined, 1_000_000]) {
      const { runUntilEqual } = await changedCompanies(core, 450, {
        async between(call, answer) {
          const reply = await answer()
          if (!isSearch(call)) return reply
          return Response.json({ ...((await reply.json()) as object), total }, reply)
        },
      })
      await runUntilEqual()
    }
  },

  async 'a short page of a search is not its end'(core: Core) {
    const { portal, companies, runUntilEqual } = await changedCompanies(core, 450, {
      portal: { searchLag: { min: 120_000, max: 120_000 } },
    })
    // Search still counts them, and returns the other records of their page.
    for (const id of companies.slice(3, 6)) portal.archive('companies', id)
    await runUntilEqual()
  },

  async 'more records in one millisecond than a search can be paged through are all read'(
    core: Core,
  ) {
    const { sync, runUntilEqual } = await changedAtOnce(core, numbers(1_000, 700), {
      between: wallAt(400),
    })
    await runUntilEqual({ maxCalls: 100 })
    assert.equal((await sync.status()).objects.companies?.openWindows, 0)
  },

  async 'a millisecond is read whole where ids are sorted in one order and filtered in another'(
    core: Core,
  ) {
    const { runUntilEqual } = await changedAtOnce(core, numbers(500, 700), {
      portal: { idOrder: { sort: 'number', filter: 'text' } },
    })
    await runUntilEqual()
  },

  async 'records with the same date as the last one of a page are all read'(core: Core) {
    const { portal, clock, runUntilEqual } = await changedAtOnce(core, numbers(1_000, 150))
    portal.createMany('companies', 150, () => ({}), { updatedAt: clock.now() - HOUR })
    await runUntilEqual()
  },

  async 'a hit that is listed far from its place hides no others'(core: Core) {
    const { portal, companies, runUntilEqual } = await changedCompanies(core, 450)
    // It is at the end of the first page, and shows a date of the last one.
    portal.misplace('companies', companies[430] as string, { listed: -231_500 })
    await runUntilEqual()
  },

  async 'hits in no order at all are all read'(core: Core) {
    const { portal, companies, runUntilEqual } = await changedCompanies(core, 450)
    for (const [index, id] of companies.entries())
      portal.misplace('companies', id, { listed: ((index * 7_919) % 3_600) * 1_000 })
    await runUntilEqual()
  },

  async 'a record that is found by another date than its hit shows is read'(core: Core) {
    const { portal, companies, runUntilEqual } = await changedCompanies(core, 450)
    for (const [index, id] of companies.entries()) {
      if (index % 50 === 0) portal.misplace('companies', id, { indexed: -50 * 60_000 })
      if (index % 17 === 0) portal.misplace('companies', id, { indexed: 40 * 60_000 })
    }
    await runUntilEqual()
  },

  async 'searches keep to the limit of searches'(core: Core) {
    const { portal, run } = await changedCompanies(core, 2_000, { limited: true })
    await run()
    const refused = portal.calls.filter(({ status }) => status === 429)
    assert.equal(refused.length, 0, `${refused.length} calls were refused with a 429`)
  },
}
