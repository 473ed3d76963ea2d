// A process of its own that says which driver is taken, or why none is, and opens a file with one that is named.
import { sqliteStore } from '../src/index.js'
import { firstDriver, type SqliteDriver } from '../src/sqlite-drivers.js'
import { schema } from './schema.js'

const [file = '', driver] = process.argv.slice(2)
try {
  if (driver === undefined) console.log(await firstDriver())
  const store = sqliteStore({ file, driver: driver as SqliteDriver | undefined })
  await store.migrate(schema)
  await store.close()
} catch (error) {
  const { code, message } = error as { code?: string; message?: string }
  console.log(code, message)
}
