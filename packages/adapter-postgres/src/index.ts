export type {
  PostgresClient,
  PostgresPool,
  PostgresQuery,
  PostgresResult,
} from './postgres-query.js'
export type { PostgresStoreOptions } from './postgres-store.js'
export { postgresStore } from './postgres-store.js'
