// Runs as a process of its own with a store. It carries out the orders that it is sent, and answers with the results.
import { isHubsyncError } from '@hubsync/core'
import type { Checkpoint } from '@hubsync/core/store'
import { postgresStore } from '../src/index.js'
import { batch, group, schema as mirror, row } from './samples.js'

/** What a process is asked to do. */
export type Order =
  | { do: 'migrate' }
  | { do: 'commit'; expected: Checkpoint | null; next: Checkpoint; id: string }

const [connectionString = '', schema = ''] = process.argv.slice(2)
const store = postgresStore({ connectionString, schema })

process.on('message', async (order: Order) => {
  try {
    if (order.do === 'migrate') await store.migrate(mirror)
    else {
      const { expected, next, id } = order
      const checkpoint = { stream: 'contacts', expected, next }
      await store.commit(batch({ checkpoint, rows: [group('contacts', row(id))] }))
    }
    process.send?.('done')
  } catch (error) {
    process.send?.(isHubsyncError(error) ? error.code : String(error))
  }
})
// Nothing else keeps the process alive: it ends if the store leaves nothing open.
process.once('disconnect', () => store.close())
process.send?.('ready')
