// Runs as a process of its own. It migrates a store, and then increments a counter as often as it is told, each time in
// a commit with a row.
import { isHubsyncError } from '@hubsync/core'
import { type SqliteDriver, sqliteStore } from '../src/index.js'
import { contactBatch, portalId, schema } from './schema.js'

const [file = '', driver, name = '', turns = ''] = process.argv.slice(2)
const store = sqliteStore({ file, driver: driver as SqliteDriver })
const stream = 'counter'

async function count(id: string): Promise<void> {
  for (;;) {
    const expected = await store.readCheckpoint(portalId, stream)
    const next = { count: Number(expected?.count ?? 0) + 1 }
    try {
      await store.commit({ ...contactBatch(id), checkpoint: { stream, expected, next } })
      return
    } catch (error) {
      if (!isHubsyncError(error) || error.code !== 'CHECKPOINT_CONFLICT') throw error
    }
  }
}

// All processes start together, when the last of them is ready.
process.once('message', async () => {
  await store.migrate(schema)
  for (let turn = 1; turn <= Number(turns); turn++) await count(`${name}${turn}`)
  await store.close()
  process.disconnect()
})
process.send?.('ready')
