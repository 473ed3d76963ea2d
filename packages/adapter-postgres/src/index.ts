export type { PostgresStoreOptions } from './postgres-options.js'
export type {
  PostgresClient,
  PostgresPool,
  PostgresQuery,
  PostgresResult,
} from './postgres-query.js'
export { postgresStore } from './postgres-store.js'
