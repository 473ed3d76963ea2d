// Runs as a process of its own. Prints which driver is chosen, or why none is. Opens a file with the named driver. With
// `working`, it prints the driver that works, and opens nothing.
import { sqliteStore } from '../src/index.js'
import { firstDriver, type SqliteDriver, workingDriver } from '../src/sqlite-drivers.js'
import { schema } from './schema.js'

const [file = '', driver] = process.argv.slice(2)
try {
  if (driver === 'working') {
    const { driver, broken } = await workingDriver()
    console.log(driver, broken?.code)
    process.exit()
  }
  if (driver === undefined) console.log(await firstDriver())
  const store = sqliteStore({ file, driver: driver as SqliteDriver | undefined })
  await store.migrate(schema)
  await store.close()
} catch (error) {
  const { code, message } = error as { code?: string; message?: string }
  console.log(code, message)
}
