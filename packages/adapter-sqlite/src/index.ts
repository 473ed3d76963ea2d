export type { SqliteDatabase, SqliteStatement, SqliteValue } from './sqlite-database.js'
export type { SqliteStoreOptions } from './sqlite-store.js'
export { sqliteStore } from './sqlite-store.js'
