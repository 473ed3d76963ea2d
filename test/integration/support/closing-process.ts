// A process that starts a run, closes its mirror while an answer is still awaited, and then has nothing more to do.
import { postgresStore } from '@hubsync/adapter-postgres'
import { createHubspotSync, memoryStore } from '@hubsync/core'

const [baseUrl = '', given = '', connectionString, schema = ''] = process.argv.slice(2)
const accessToken = given === 'never' ? () => new Promise<string>(() => {}) : given
const store = connectionString ? postgresStore({ connectionString, schema }) : memoryStore()
const sync = createHubspotSync({ store, baseUrl, accessToken })
sync.run().catch(() => {})
process.once('message', async () => {
  process.disconnect()
  await sync.close()
})
process.send?.('running')
