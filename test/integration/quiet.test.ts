import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { sqliteStore } from '@hubsync/adapter-sqlite'
import { createHubspotSync } from '@hubsync/core'
import { createPortal } from '@hubsync/emulator'
import { expect, test } from 'vitest'
import { temporaryFolder } from './support/stores.js'

/** What keeps this process alive, except for what the test runner itself has. */
const handles = () => process.getActiveResourcesInfo().filter((name) => /TCP|FS|Timeout/.test(name))

test('nothing is opened before it is asked for, and close() leaves nothing behind', async () => {
  const portal = createPortal({ seed: 3 })
  const server = await portal.listen()
  portal.create('contacts', { firstname: 'Ada' })
  const file = join(temporaryFolder(), 'hubspot.db')
  const before = handles()
  const sync = createHubspotSync({
    accessToken: portal.token,
    baseUrl: server.url,
    store: sqliteStore({ file }),
  })
  expect(handles()).toEqual(before)
  expect(existsSync(file)).toBe(false)
  expect(portal.calls).toHaveLength(0)
  expect((await sync.run()).status).toBe('complete')
  expect((await sync.list('contacts')).results).toHaveLength(1)
  await sync.close()
  await server.close()
  expect(existsSync(`${file}-wal`)).toBe(false)
  expect(handles().filter((name) => name === 'Timeout').length).toBeLessThanOrEqual(
    before.filter((name) => name === 'Timeout').length,
  )
})

test('a process that is done with its mirror ends by itself', () => {
  const script = `
    import { createHubspotSync, memoryStore } from ${JSON.stringify(new URL('../../packages/core/dist/index.js', import.meta.url).href)}
    import { createPortal } from ${JSON.stringify(new URL('../../packages/emulator/dist/index.js', import.meta.url).href)}
    const portal = createPortal({ seed: 3 })
    const server = await portal.listen()
    const sync = createHubspotSync({ accessToken: portal.token, baseUrl: server.url, store: memoryStore() })
    const { status } = await sync.run()
    await sync.close()
    await server.close()
    console.log(status)
  `
  const printed = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
    timeout: 20_000,
  })
  expect(printed).toContain('complete')
})
