import { contacts, emails } from '@hubsync/core'
import { describe, expect, test } from 'vitest'
import { storesWithoutSqlJs } from './support/stores.js'
import { createWorld } from './support/world.js'

describe.each(storesWithoutSqlJs)(
  'e-mails, which HubSpot deletes for good, on $name',
  ({ open }) => {
    const mirror = (census: number | false) => {
      const given = { objects: [contacts, emails], associations: [], census } as const
      const world = createWorld(open(), given)
      const ids = world.portal.createMany('emails', 5, (index) => ({
        hs_email_subject: `Mail ${index}`,
      }))
      return { ...world, ids: ids as [string, ...string[]] }
    }

    test('are never looked for in a recycle bin', async () => {
      const { portal, sync } = mirror(false)
      const { jobs } = await sync.run()
      expect(Object.keys(jobs).toSorted()).toEqual(['contacts', 'contacts:archived', 'emails'])
      const bins = portal.calls.filter(({ query }) => query.archived === 'true')
      expect(bins.map(({ path }) => path)).toEqual(['/crm/objects/2026-03/contacts'])
    })

    test('leave the mirror with the census once they are deleted', async () => {
      const { portal, sync, clock, ids } = mirror(0)
      await sync.run()
      await clock.advance(60_000)
      portal.archive('emails', ids[0])
      const report = await sync.run()
      expect(report).toMatchObject({
        status: 'complete',
        jobs: { 'emails:census': { removed: 1 } },
      })
      expect(await sync.get('emails', ids[0])).toBeNull()
      expect((await sync.verify()).status).toBe('equal')
    })
  },
)
