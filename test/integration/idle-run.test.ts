import { memoryStore, type Store } from '@hubsync/core'
import { expect, test } from 'vitest'
import { createWorld, populate } from './support/world.js'

/** A store that notes its calls. */
function notingStore(asked: [name: string, ...given: unknown[]][]): Store {
  return new Proxy(memoryStore(), {
    get(target, name: keyof Store) {
      const method = target[name] as (...given: unknown[]) => unknown
      return (...given: unknown[]) => {
        asked.push([name, ...given])
        return method(...given)
      }
    },
  })
}

test('a run with nothing to do looks for portals once, reads 15 checkpoints, and opens no fence', async () => {
  const asked: [name: string, ...given: unknown[]][] = []
  const options = { census: '24h', associationSweep: '24h' } as const
  const { sync, portal, clock } = createWorld(notingStore(asked), options)
  populate(portal, { contacts: 6, companies: 2, deals: 2 })
  await sync.run()
  await clock.advance(2 * 3_600_000)
  await sync.run()
  await clock.advance(20 * 60_000)
  asked.splice(0)
  expect((await sync.run()).status).toBe('complete')
  const named = (...names: string[]) => asked.filter(([name]) => names.includes(name))
  expect(named('portals')).toHaveLength(1)
  expect(named('checkpoints', 'readCheckpoint')).toHaveLength(15)
  expect(named('readCheckpoint').filter(([, , stream]) => /:fence$/.test(String(stream)))).toEqual(
    [],
  )
  expect(named('differing')).toEqual([])
})

test('the checkpoints of another portal in the store are not read', async () => {
  const asked: [name: string, ...given: unknown[]][] = []
  const store = notingStore(asked)
  const others = createWorld(store, { portal: { portalId: 2_000_002 } })
  await others.again({ portalId: '2000002' }).run()
  others.close()
  const { portal, again } = createWorld(store)
  const sync = again({ portalId: String(portal.portalId) })
  await sync.run()
  asked.splice(0)
  await sync.run()
  const read = asked.filter(([name]) => name === 'checkpoints' || name === 'readCheckpoint')
  expect(new Set(read.map(([, portalId]) => portalId))).toEqual(new Set([String(portal.portalId)]))
})
