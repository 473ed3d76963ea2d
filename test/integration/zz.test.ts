import { memoryStore } from '@hubsync/core'
import { test } from 'vitest'
import { createWorld, populate } from './support/world.js'
test('x', async () => {
  const { portal, sync } = createWorld(memoryStore(), { census: false, associationSweep: false })
  const { contacts } = populate(portal, { contacts: 250, companies: 4, deals: 4 })
  portal.fault({ kind: 'error', holding: [contacts[249] as string], operation: 'list', times: Infinity })
  const p = sync.run()
  let n = 0
  const f = portal.fetch
  setInterval(() => { console.log(portal.calls.length, portal.calls.slice(-3).map((c) => [c.operation, c.query.after, c.query.limit, c.fault])) ; if (n++ > 5) process.exit(1) }, 500)
  await p
})
