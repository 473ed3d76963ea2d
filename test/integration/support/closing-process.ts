// A process that begins a run, closes its mirror while somebody owes it an answer, and has nothing more to do.
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
