import type pg from 'pg'

interface Table {
  name: string
  columns: string
  /** The column that has a sequence, if there is one. */
  numbered: string | null
}

/**
 * The content of a schema of one portal, and a way to restore it. Other portals share the schema, and dumping all of it
 * would take longer than a story.
 */
export async function backUpPortal(
  pool: pg.Pool,
  schema: string,
  portalId: number,
): Promise<() => Promise<void>> {
  const kept = new Map<Table, string>()
  for (const table of await tablesOf(pool, schema)) {
    const { rows } = await pool.query(
      `SELECT coalesce(json_agg(line), '[]')::text AS lines FROM ${schema}.${table.name} AS line WHERE portal_id = $1`,
      [portalId],
    )
    kept.set(table, rows[0].lines)
  }
  return async () => {
    const client = await pool.connect()
    try {
      // No order of the tables satisfies all foreign keys.
      await client.query('SET session_replication_role = replica')
      for (const { name } of await tablesOf(pool, schema))
        await client.query(`DELETE FROM ${schema}.${name} WHERE portal_id = $1`, [portalId])
      for (const [table, lines] of kept) await putBack(client, schema, table, lines)
    } finally {
      await client.query('RESET session_replication_role')
      client.release()
    }
  }
}

/** The tables with rows of portals. */
async function tablesOf(pool: pg.Pool, schema: string): Promise<Table[]> {
  const { rows } = await pool.query(
    `SELECT class.relname AS name, max(attname) FILTER (WHERE attidentity <> '') AS numbered,
  string_agg(quote_ident(attname), ', ' ORDER BY attnum) AS columns
FROM pg_class AS class JOIN pg_attribute ON attrelid = class.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
WHERE relnamespace = to_regnamespace($1) AND relkind = 'r' GROUP BY class.relname HAVING bool_or(attname = 'portal_id')`,
    [schema],
  )
  return rows
}

async function putBack(
  client: pg.PoolClient,
  schema: string,
  { name, columns, numbered }: Table,
  lines: string,
): Promise<void> {
  const table = `${schema}.${name}`
  await client.query(
    `INSERT INTO ${table} (${columns}) OVERRIDING SYSTEM VALUE SELECT ${columns} FROM json_populate_recordset(NULL::${table}, $1::json)`,
    [lines],
  )
  if (numbered !== null)
    await client.query(
      `SELECT setval(pg_get_serial_sequence($1, $2), coalesce(max(${numbered}), 1), max(${numbered}) IS NOT NULL) FROM ${table}`,
      [table, numbered],
    )
}
