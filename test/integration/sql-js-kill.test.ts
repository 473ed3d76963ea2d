import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, watch } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { sqliteStore } from '@hubsync/adapter-sqlite'
import { createHubspotSync } from '@hubsync/core'
import { createPortal } from '@hubsync/emulator'
import { expect, onTestFinished, test } from 'vitest'
import { expectEqual } from './support/equality.js'
import { silenceInFile } from './support/process-places.js'
import { temporaryFolder } from './support/stores.js'
import { populate } from './support/world.js'

const built = (name: string) =>
  JSON.stringify(new URL(`../../packages/${name}/dist/index.js`, import.meta.url).href)

const unlimited = { burst: 1e9, search: 1e9, associations: 1e9 }
const contactPages = { path: '/contacts', operation: 'list' } as const

/** A run in a process of its own that uses the built packages. */
function script(token: string, baseUrl: string, file: string): string {
  return `
    import { createHubspotSync } from ${built('core')}
    import { sqliteStore } from ${built('adapter-sqlite')}
    const sync = createHubspotSync({
      accessToken: ${JSON.stringify(token)},
      baseUrl: ${JSON.stringify(baseUrl)},
      store: sqliteStore({ file: ${JSON.stringify(file)}, driver: 'sql.js' }),
      limits: ${JSON.stringify(unlimited)},
    })
    await sync.run()
  `
}

/** The number of contacts in the file, read without the store. */
function savedContacts(file: string): number {
  const database = new DatabaseSync(file, { readOnly: true })
  const { rows } = database.prepare('SELECT count(*) AS rows FROM contacts').get() as {
    rows: number
  }
  database.close()
  return rows
}

test('a run on sql.js that is killed is gone on with, and ends equal', async () => {
  const portal = createPortal({ seed: 5, limits: false })
  const server = await portal.listen()
  onTestFinished(() => server.close())
  populate(portal, { contacts: 3_000, companies: 20, deals: 20 })
  const folder = temporaryFolder()
  const file = join(folder, 'hubspot.db')
  // HubSpot falls silent in the middle of the contacts, so that only the clock makes the store save.
  const silence = portal.fault({ ...contactPages, kind: 'hang', after: 25, times: 1_000 })

  const child = spawn(process.execPath, ['--input-type=module'], {
    stdio: ['pipe', 'inherit', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  child.stdin.end(script(portal.token, server.url, file))
  const watcher = watch(folder, () => {
    if (existsSync(file) && savedContacts(file) > 0) child.kill('SIGKILL')
  })
  expect(await once(child, 'exit')).toEqual([null, 'SIGKILL'])
  watcher.close()
  silence.remove()
  silenceInFile(file)

  const store = sqliteStore({ file, driver: 'sql.js' })
  const sync = createHubspotSync({
    accessToken: portal.token,
    baseUrl: server.url,
    store,
    limits: unlimited,
  })
  onTestFinished(() => sync.close())
  const kept = savedContacts(file)
  const report = await sync.run()
  expect(report.status).toBe('complete')
  expect(report.jobs.contacts?.created).toBe(3_000 - kept)
  await expectEqual(portal, store)
})
