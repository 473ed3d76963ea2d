import { ConstraintError, memoryStore, type Store } from '@hubsync/core'
import { expect, test } from 'vitest'
import { createWorld } from './support/world.js'

/** A store that refuses contacts, as a constraint that the user has added does. */
function refusing(refuses: (id: string) => boolean): Store {
  const store = memoryStore()
  const commit: Store['commit'] = async (batch) => {
    for (const { object, rows } of batch.rows ?? [])
      if (object === 'contacts' && rows.some(({ id }) => refuses(id)))
        throw new ConstraintError({ tables: ['contacts'], constraint: 'mine' })
    return store.commit(batch)
  }
  return { ...store, commit }
}

test('600 records that stay refused leave the run partial, run after run', async () => {
  const few = new Set<string>()
  const { portal, clock, sync } = createWorld(
    refusing((id) => !few.has(id)),
    { census: '24h', associationSweep: '24h' },
  )
  for (const id of portal.createMany('contacts', 601, () => ({})).slice(0, 1)) few.add(id)
  for (let run = 0; run < 3; run++) {
    const { jobs } = await sync.run({ jobs: ['contacts'] })
    expect(jobs.contacts).toMatchObject({ status: 'partial' })
    expect(jobs.contacts?.reason).toMatch(/and 597 more/)
    await clock.advance(60_000)
  }
  expect((await sync.list('contacts')).results).toHaveLength(1)
})
