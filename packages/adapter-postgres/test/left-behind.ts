import type { Store } from '@hubsync/core'
import type pg from 'pg'
import { expect } from 'vitest'
import { batch, companiesOf, group, portalId, row } from './samples.js'

/** Everything that a client can leave behind on a connection: settings, locks, prepared statements, … */
export async function stateOf(connection: pg.ClientBase) {
  const { rows } = await connection.query(`SELECT
  (SELECT count(*)::int FROM pg_prepared_statements WHERE name <> '') AS prepared,
  (SELECT count(*)::int FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'advisory') AS locks,
  (SELECT count(*)::int FROM pg_class WHERE relpersistence = 't' AND relnamespace = pg_my_temp_schema()) AS temporary`)
  // Settings of PL/pgSQL appear, with their defaults, once a connection has run a DO block.
  const settings = await connection.query(
    `SELECT name, setting FROM pg_settings WHERE name NOT LIKE 'plpgsql.%' ORDER BY name`,
  )
  return { ...rows[0], settings: settings.rows }
}

export const nothing = { prepared: 0, locks: 0, temporary: 0 }

/** Commits six times, and reads the result. */
export async function commitInTurns(store: Store): Promise<void> {
  for (let turn = 0; turn < 6; turn++)
    await store.commit(
      batch({
        checkpoint: {
          stream: 'contacts',
          expected: turn === 0 ? null : { turn: turn - 1 },
          next: { turn },
        },
        rows: [group('contacts', row('1', turn)), group('companies', row('9'))],
        associations: [companiesOf('1', '9')],
      }),
    )
  expect(await store.readCheckpoint(portalId, 'contacts')).toEqual({ turn: 5 })
  expect(await store.related(portalId, 'contacts_companies', { fromId: '1' })).toHaveLength(1)
}
