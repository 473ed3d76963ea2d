import * as core from '@hubsync/core'
import type { Portal } from '@hubsync/emulator'
import { describe, expect, test } from 'vitest'
import { createTrapWorld } from '../traps/trap-world.js'
import { expectEqual } from './support/equality.js'
import { populate } from './support/world.js'

interface AssociationBody {
  results: {
    from: { id: string }
    to: { toObjectId: number | string }[]
    paging?: { next: { after: string } }
  }[]
}

const size = { contacts: 40, companies: 4, deals: 4 }

/** A mirror whose replies about associations are changed on the way from HubSpot. */
function worldWith(change: (body: AssociationBody) => void, associationPageSize = 500) {
  return createTrapWorld(core, {
    portal: { associationPageSize },
    async between({ path }, answer) {
      const reply = await answer()
      if (!path.includes('/associations/')) return reply
      const body = (await reply.json()) as AssociationBody
      change(body)
      return Response.json(body, reply)
    },
  })
}

/** One contact has more deals than fit on a few short pages. */
function populateWithNineDeals(portal: Portal): void {
  const { contacts } = populate(portal, size)
  for (const deal of portal.createMany('deals', 9, () => ({})))
    portal.associate('contacts', contacts[0] as string, 'deals', deal)
}

describe('associations', () => {
  test('whose ends come as text are the same as those whose ends come as numbers', async () => {
    const { portal, runUntilEqual } = worldWith(({ results }) => {
      for (const { to } of results) for (const end of to) end.toObjectId = String(end.toObjectId)
    })
    populate(portal, size)
    await runUntilEqual()
  })

  test('whose ends come as numbers that JSON has already rounded are refused', async () => {
    const { portal, sync } = worldWith(({ results }) => {
      for (const { to } of results) for (const end of to) end.toObjectId = 2 ** 53
    })
    populate(portal, size)
    const { jobs } = await sync.run()
    expect(jobs.contacts).toMatchObject({ status: 'failed', error: { code: 'HUBSPOT_REPLY' } })
  })

  test('whose cursor comes again fail, and are not asked for without end', async () => {
    const { portal, sync } = worldWith(({ results }) => {
      for (const result of results) if (result.paging) result.paging.next.after = 'MC0xLTE='
    }, 2)
    populateWithNineDeals(portal)
    const { jobs } = await sync.run()
    expect(jobs.contacts).toMatchObject({
      status: 'failed',
      error: { code: 'HUBSPOT_REPLY', message: expect.stringMatching(/repeats the cursor/) },
    })
    expect(portal.calls.length).toBeLessThan(40)
  })

  test('whose cursors go round in a circle fail, and are not asked for without end', async () => {
    const seen: string[] = []
    const { portal, sync } = worldWith(({ results }) => {
      for (const { paging } of results ?? []) {
        if (!paging) continue
        const { next } = paging
        if (!seen.includes(next.after)) seen.push(next.after)
        // The third page leads back to the second.
        if (next.after === seen[2]) next.after = seen[0] as string
      }
    }, 2)
    populateWithNineDeals(portal)
    const { jobs } = await sync.run()
    expect(jobs.contacts).toMatchObject({
      status: 'failed',
      error: { code: 'HUBSPOT_REPLY', message: expect.stringMatching(/repeats the cursor/) },
    })
    expect(portal.calls.length).toBeLessThan(60)
  })

  test('are read by smaller batches where HubSpot takes fewer ids than it did', async () => {
    const sizes: number[] = []
    const { portal, runUntilEqual } = createTrapWorld(core, {
      async between({ path, body }, answer) {
        const { inputs } = (body ?? {}) as { inputs?: unknown[] }
        if (!path.includes('/associations/') || inputs === undefined) return answer()
        sizes.push(inputs.length)
        const message = 'The maximum number of inputs supported is 100'
        return inputs.length > 100 ? Response.json({ message }, { status: 400 }) : answer()
      },
    })
    populate(portal, { contacts: 450, companies: 4, deals: 4 })
    await runUntilEqual()
    expect(sizes).toContain(450)
    expect(sizes.filter((inputs) => inputs <= 100).length).toBeGreaterThan(4)
  })

  test.each<[string, (result: AssociationBody['results'][number]) => void]>([
    ['a result', (result) => Reflect.deleteProperty(result, 'to')],
    ['an end', ({ to }) => Reflect.deleteProperty(to[0] ?? {}, 'associationTypes')],
  ])('that are cut out of %s stay, and are asked for until they come', async (_, cut) => {
    let isCut = false
    const { portal, store, sync, run, clock } = worldWith(({ results }) => {
      if (isCut) for (const result of results) cut(result)
    })
    const { contacts } = populate(portal, size)
    await run()
    await clock.advance(60_000)
    portal.update('contacts', contacts[0] as string, { firstname: 'changed' })
    isCut = true
    expect((await sync.run()).status).toBe('partial')
    await expectEqual(portal, store)
    isCut = false
    await run()
    await expectEqual(portal, store)
  })

  test('of an end that HubSpot does not give are left out and counted', async () => {
    const { portal, store, run, again, clock } = worldWith(({ results }) => {
      for (const { to } of results) to.push({ ...to[0], toObjectId: 999_999_999 })
    })
    const { contacts } = populate(portal, size)
    const report = await run()
    expect(report.jobs.contacts?.unlinked).toBeGreaterThan(30)
    await expectEqual(portal, store)
    await clock.advance(60_000)
    portal.update('contacts', contacts[0] as string, { firstname: 'changed' })
    // Two types to a company, and one to a deal.
    expect((await again().run()).jobs.contacts).toMatchObject({ status: 'complete', unlinked: 3 })
  })
})
