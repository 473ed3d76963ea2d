import { readFileSync } from 'node:fs'
import type { OpenedDatabase } from '../sqlite-database.js'
import { openingError } from '../sqlite-errors.js'
import { loadPackage, resolvePackage } from './load-package.js'
import { type Engine, SqlJsImage } from './sql-js-image.js'
import { expectWritable, pathOf } from './whole-file.js'

/** The files that are in memory, each once: all stores of a process that have the same file share it. */
const images = new Map<string, { image: SqlJsImage; users: number }>()

/** @throws `HubsyncError` with code `DRIVER_MISSING` where it isn't installed, and `STORE_FAILED` where it doesn't load. */
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

/** The WebAssembly is read from the package, once: nothing is fetched. */
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
    // In memory there are no locks of others.
    patienceMs: 0,
    atOnce: (work) => work(),
    prepare: (sql) => shared.image.prepare(sql),
    exec: (sql) => shared.image.exec(sql),
    beforeWriting: () => expectWritable(path),
    close() {
      if (!open) return
      // Where that fails the database stays open, so that it can be closed again when there is space.
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

/** A process that ends without having closed its store. */
function saveAll(): void {
  for (const { image } of images.values())
    try {
      image.save()
    } catch {
      // Nobody is left to be told. What isn't saved, the next run reads again.
    }
}
