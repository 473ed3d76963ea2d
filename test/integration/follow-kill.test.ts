import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { buildProcess } from './support/build-process.js'
import { processPlaces } from './support/process-places.js'
import { temporaryFolder } from './support/stores.js'
import { createWorld, populate } from './support/world.js'

let script: string

beforeAll(async () => {
  script = await buildProcess('support/following-process.ts', 'follow')
})

describe.each(processPlaces)('a consumer that is ended by SIGKILL, on $name,', ({ make }) => {
  test('is given the page again that it died over, and no other', async () => {
    const place = make()
    const { portal, sync, clock } = createWorld(place.open(), { census: false })
    const { contacts } = populate(portal, { contacts: 6, companies: 1, deals: 1 })
    await sync.run()
    await clock.advance(60_000)
    portal.updateMany('contacts', contacts, { firstname: 'New' })
    await sync.run()
    const order = (await sync.changes()).results.map(({ id }) => id)
    await sync.close()
    const file = join(temporaryFolder(), 'noted')
    // The first dies over its second page, the next over the third, and the last one has that page again.
    for (const diesAt of [4, 4, 2]) {
      const child = fork(script, [...place.given, file, String(diesAt)])
      onTestFinished(() => void child.kill('SIGKILL'))
      const [, signal] = await once(child, 'exit')
      expect(signal).toBe('SIGKILL')
    }
    const [one, two, three] = [order.slice(0, 2), order.slice(2, 4), order.slice(4)]
    const noted = readFileSync(file, 'utf8').trimEnd().split('\n')
    expect(order).toHaveLength(6)
    expect(noted).toEqual([...one, ...two, ...two, ...three, ...three])
  })
})
