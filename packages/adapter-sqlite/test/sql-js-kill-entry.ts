// Runs as a process of its own. It commits on sql.js, five times or without end. Each commit increments a counter and
// writes a row.
import { sqliteStore } from '../src/index.js'
import { contactBatch, portalId, schema } from './schema.js'

const [file = '', end] = process.argv.slice(2)
const store = sqliteStore({ file, driver: 'sql.js' })
const stream = 'counter'
// Large rows make saves slow, so that most of these processes are killed during one.
const padding = 'x'.repeat(20_000)

await store.migrate(schema)
let expected = await store.readCheckpoint(portalId, stream)
for (;;) {
  const next = { count: Number(expected?.count ?? 0) + 1 }
  const batch = contactBatch(String(next.count))
  for (const { rows } of batch.rows ?? []) for (const row of rows) row.raw.properties = { padding }
  // Every twentieth commit is saved at once.
  const durable = next.count % 20 === 0
  await store.commit({ ...batch, checkpoint: { stream, expected, next }, durable })
  expected = next
  if (durable) process.send?.(next.count)
  if (end !== undefined && next.count === 5) process.exit()
}
