// A process that begins a run, closes its mirror while HubSpot owes it an answer, and has nothing more to do.
import { createHubspotSync, memoryStore } from '@hubsync/core'

const [baseUrl = '', tokenGiven = ''] = process.argv.slice(2)
const accessToken = tokenGiven === 'never' ? () => new Promise<string>(() => {}) : 'a-token'
const sync = createHubspotSync({ store: memoryStore(), baseUrl, accessToken })
sync.run().catch(() => {})
process.once('message', async () => {
  process.disconnect()
  await sync.close()
})
process.send?.('running')
