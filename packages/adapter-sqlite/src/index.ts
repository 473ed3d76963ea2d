export type { SqliteDatabase, SqliteStatement, SqliteValue } from './sqlite-database.js'
export type { SqliteDriver } from './sqlite-drivers.js'
export type { SqliteStoreOptions } from './sqlite-options.js'
export { sqliteStore } from './sqlite-store.js'
