import { HubsyncError } from '@hubsync/core'
import type { Run } from './postgres-database.js'
import { showRows } from './postgres-errors.js'
import { qualified } from './postgres-names.js'
import type { Line } from './postgres-query.js'
import { describeHidden } from './postgres-schema-sql.js'

/**
 * Expects that row-level security leaves something of these tables to see. PostgreSQL itself says nothing where it doesn't: every
 * statement finds them empty.
 *
 * @returns whether some of what is in them may be hidden.
 * @throws `HubsyncError` with code `ROWS_HIDDEN`, which names the tables.
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

/** Where nothing of a table is seen, though something is in it. */
export function isFilled({ denied, filled }: Line): boolean {
  return denied === 't' || filled === 't'
}
