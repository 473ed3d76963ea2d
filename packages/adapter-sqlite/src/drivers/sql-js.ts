import { readFileSync } from 'node:fs'
import type { OpenedDatabase } from '../sqlite-database.js'
import { openingError } from '../sqlite-errors.js'
import { loadPackage, resolvePackage } from './load-package.js'
import { type Engine, SqlJsImage } from './sql-js-image.js'
import { expectWritable, pathOf } from './whole-file.js'

/** The loaded files by path. All stores of a process on the same file share one image. */
const images = new Map<string, { image: SqlJsImage; users: number }>()

/** @throws `HubsyncError` with code `DRIVER_MISSING` if it isn't installed, and `STORE_FAILED` if it doesn't load. */
export async function loadSqlJs(): Promise<(file: string) => OpenedDatabase> {
  const engine = await loadEngine()
  return (file) => {
    try {
      return share(pathOf(file), engine)
    } catch (cause) {
      throw openingError(file, cause)
    }
  }
}

let wasmBinary: Buffer | undefined

/** Reads the WebAssembly from the package once. Nothing is fetched from the network. */
async function loadEngine(): Promise<Engine> {
  return loadPackage('sql.js', (initialise: (options: object) => Promise<Engine>) => {
    wasmBinary ??= readFileSync(resolvePackage('sql.js/dist/sql-wasm.wasm'))
    return initialise({ wasmBinary })
  })
}

function share(path: string, engine: Engine): OpenedDatabase {
  const shared = images.get(path) ?? { image: new SqlJsImage(path, engine), users: 0 }
  if (images.size === 0) process.on('exit', saveAll)
  images.set(path, shared)
  shared.users++
  let open = true
  return {
    image: shared.image,
    // No other connection can lock a database in memory.
    patienceMs: 0,
    atOnce: (work) => work(),
    prepare: (sql) => shared.image.prepare(sql),
    exec: (sql) => shared.image.exec(sql),
    beforeWriting: () => expectWritable(path),
    close() {
      if (!open) return
      // If the save fails, the database stays open, so that `close()` can be called again once there is space.
      shared.image.save()
      open = false
      shared.users--
      if (shared.users > 0) return
      shared.image.close()
      images.delete(path)
      if (images.size === 0) process.off('exit', saveAll)
    },
  }
}

/** Saves the files of a process that ends without closing its stores. */
function saveAll(): void {
  for (const { image } of images.values())
    try {
      image.save()
    } catch {
      // Nobody can handle an error at this point. The next run reads again what wasn't saved.
    }
}
