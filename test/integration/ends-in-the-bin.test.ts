import * as core from '@hubsync/core'
import { describe, expect, test } from 'vitest'
import { settledWorld } from '../traps/trap-world.js'
import { expectEqual } from './support/equality.js'
import { HOUR, mirrored } from './support/mirrored.js'
import { createWorld } from './support/world.js'

/** Nothing else that would repair associations. */
const alone = { census: false, associationSweep: false } as const

/** A mirror with a contact and its company, which was archived a moment ago. */
async function withArchivedEnd() {
  const world = await mirrored(alone)
  const [contact, company] = [world.contacts[0] as string, world.companies[0] as string]
  world.portal.archive('companies', company)
  return { ...world, contact, company }
}

type World = Awaited<ReturnType<typeof withArchivedEnd>>

const readings: Record<string, (world: World) => Promise<unknown>> = {
  'by a touch': ({ sync, contact }) => sync.syncRecords('contacts', [contact]),
  'by a sweep': ({ sync }) => sync.run({ jobs: ['associations'] }),
  'for a change': async ({ portal, sync, clock, contact }) => {
    portal.update('contacts', contact, { firstname: 'changed' })
    await clock.advance(60_000)
    await sync.run({ jobs: ['contacts'] })
  },
}

describe('a company that is archived, and whose bin was not read', () => {
  test.each(Object.keys(readings))(
    'is linked again once it is restored, though a contact of it was read %s meanwhile',
    async (how) => {
      const world = await withArchivedEnd()
      const { portal, store, sync, clock, company } = world
      await readings[how]?.(world)
      await clock.advance(60_000)
      portal.restore('companies', company)
      await clock.advance(HOUR)
      expect((await sync.run()).status).toBe('complete')
      await expectEqual(portal, store)
    },
  )

  test('is archived here by the page that loses the link with it, and the feed tells of it', async () => {
    const { sync, contact, company } = await withArchivedEnd()
    const { cursor } = await sync.changes({ after: 'now' })
    await sync.syncRecords('contacts', [contact])
    expect(await sync.get('companies', company)).toMatchObject({ status: 'ARCHIVED' })
    const { results } = await sync.changes({ after: cursor })
    expect(results).toMatchObject([{ object: 'companies', id: company, kind: 'archived' }])
  })

  test('is linked again where it is restored before HubSpot is asked what became of it', async () => {
    let restore: (() => void) | undefined
    const world = await settledWorld(core, {
      between(call, answer) {
        if (call.path.includes('/objects/') && call.path.endsWith('companies/batch/read'))
          restore?.()
        return answer()
      },
    })
    const { portal, store, sync, clock, contacts, companies } = world
    const [contact, company] = [contacts[0] as string, companies[0] as string]
    portal.archive('companies', company)
    await clock.advance(60_000)
    restore = () => {
      portal.restore('companies', company)
      restore = undefined
    }
    await sync.syncRecords('contacts', [contact])
    expect(restore).toBeUndefined()
    await clock.advance(HOUR)
    expect((await sync.run()).status).toBe('complete')
    await expectEqual(portal, store)
  })

  test('is asked for again where HubSpot leaves it unanswered', async () => {
    const { portal, store, sync, clock, contact, company, leaveOut } = await withArchivedEnd()
    portal.update('contacts', contact, { firstname: 'changed' })
    await clock.advance(60_000)
    const silent = leaveOut('batch-read', company)
    expect((await sync.run({ jobs: ['contacts'] })).status).toBe('partial')
    silent.remove()
    expect((await sync.run({ jobs: ['contacts'] })).status).toBe('complete')
    portal.restore('companies', company)
    await clock.advance(HOUR)
    expect((await sync.run()).status).toBe('complete')
    await expectEqual(portal, store)
  })
})

test('companies whose links are removed are asked for once, a hundred at a time, and written by nothing', async () => {
  const { portal, store, sync, clock } = createWorld(core.memoryStore(), alone)
  const companies = portal.createMany('companies', 150, () => ({}))
  const contacts = portal.createMany('contacts', 300, () => ({}))
  const end = (index: number) => companies[index % 150] as string
  for (const [index, id] of contacts.entries())
    portal.associate('contacts', id, 'companies', end(index))
  await clock.advance(2 * HOUR)
  await sync.run()
  for (const [index, id] of contacts.entries())
    portal.dissociate('contacts', id, 'companies', end(index))
  portal.clearCalls()
  await sync.run({ jobs: ['associations'] })
  const read = portal.calls.filter(({ operation }) => operation === 'batch-read')
  expect(read.map(({ objectType }) => objectType)).toEqual(['companies', 'companies'])
  await expectEqual(portal, store)
  await sync.run({ jobs: ['associations'] })
  expect(portal.calls.filter(({ operation }) => operation === 'batch-read')).toHaveLength(2)
})

test('companies that were merged are not asked for by the page that brings what they became', async () => {
  const { portal, store, sync, clock, companies } = await mirrored(alone)
  portal.merge('companies', companies[0] as string, companies[1] as string)
  await clock.advance(60_000)
  portal.clearCalls()
  expect((await sync.run({ jobs: ['companies'] })).status).toBe('complete')
  expect(portal.calls.filter(({ operation }) => operation === 'batch-read')).toHaveLength(1)
  await expectEqual(portal, store)
})
