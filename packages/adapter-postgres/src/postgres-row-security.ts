import { HubsyncError } from '@hubsync/core'
import type { ObjectTable } from '@hubsync/core/store'
import { showRows } from './postgres-errors.js'
import { qualified } from './postgres-names.js'
import type { Line } from './postgres-query.js'
import { describeHidden } from './postgres-schema-sql.js'
import { listRows, type Place, selectCheckpoints } from './postgres-sql.js'
import type { Run } from './postgres-transaction.js'

/**
 * Throws if row-level security hides all rows of one of these tables from the role. PostgreSQL itself raises no error
 * then: the table just looks empty.
 *
 * @returns whether some of their rows may be hidden.
 * @throws `HubsyncError` with code `ROWS_HIDDEN` and the names of the tables.
 */
export async function expectVisible(
  run: Run,
  schema: string,
  names: readonly string[],
  isHidden = ({ denied }: Line): boolean => denied === 't',
): Promise<boolean> {
  const lines = await run(describeHidden(schema, names))
  const hidden = lines.filter(isHidden)
  const [first] = hidden
  if (!first) return lines.some(isFilled)
  const tables = hidden.map(({ name }) => qualified(schema, String(name)))
  throw new HubsyncError(
    'ROWS_HIDDEN',
    `Expected to see the rows of ${tables.join(', ')}, but row-level security hides them from the role "${first.role}". ${showRows}`,
  )
}

/**
 * Whether rows of a table may be hidden: the role sees none of them, or the table has content and a policy that isn't
 * open to all.
 */
export function isFilled({ denied, filled }: Line): boolean {
  return denied === 't' || filled === 't'
}

/**
 * Throws if the role finds no checkpoints of a portal because row-level security hides them. A policy may hide those of
 * one portal alone, so the check also looks for rows: a portal with rows has checkpoints.
 */
export async function expectVisibleCheckpoints(
  read: Run,
  place: Place,
  objects: readonly ObjectTable[],
): Promise<void> {
  const table = ['sync_checkpoints']
  if (!(await expectVisible(read, place.schema, table))) return
  const others = await read(selectCheckpoints(place))
  if (others.length > 0) return
  for (const object of objects) {
    const rows = await read(listRows(place, object, { limit: 1 }))
    if (rows.length > 0) await expectVisible(read, place.schema, table, isFilled)
  }
}
