import { literal, lockKey, quotedSchema, storedName } from './postgres-names.js'
import { at } from './postgres-sql.js'
import { asGiven, type Statement, sql, verbatim } from './postgres-statement.js'

/**
 * ALTER TABLE waits for every transaction that uses the table, and all later ones, even reads, wait behind it. So the
 * migration waits only briefly for a lock, lets the others through, and tries again. A shorter `lock_timeout` is kept.
 */
export const waitNotLong = verbatim(`SELECT set_config('lock_timeout', '3s', true) FROM pg_settings
WHERE name = 'lock_timeout' AND (setting = '0' OR setting::integer > 3000)`)

/**
 * Sent with BEGIN. The lock lets one process after the other migrate, so the later ones find nothing to do. Quoting is
 * turned off, because names of types and definitions of indexes are compared with PostgreSQL's text.
 */
export function migrationOpening(schema: string): string {
  return `SET LOCAL quote_all_identifiers = off;SELECT pg_advisory_xact_lock(${lockKey('migrate', schema)})`
}

/** Whether the schema exists, and the encodings of the database and of the connection. */
export function describeSchema(schema: string): Statement {
  return sql`SELECT EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = ${asGiven(schema)}) AS there,
  pg_catalog.current_setting('server_encoding') AS encoding, pg_catalog.current_setting('client_encoding') AS spoken`
}

/**
 * The existing relations with these names, with their kinds, columns and types. Quotes are removed from the types,
 * because settings of the session may add them.
 */
export function describeRelations(schema: string, names: readonly string[]): Statement {
  return sql`SELECT class.relname AS name, class.relkind AS kind, attribute.attname AS column,
  pg_catalog.replace(pg_catalog.format_type(attribute.atttypid, attribute.atttypmod), '"', '') AS type
FROM pg_catalog.pg_class AS class
JOIN pg_catalog.pg_namespace AS namespace ON namespace.oid = class.relnamespace
LEFT JOIN pg_catalog.pg_attribute AS attribute
  ON attribute.attrelid = class.oid AND attribute.attnum > 0 AND NOT attribute.attisdropped
WHERE namespace.nspname = ${asGiven(schema)} AND class.relname = ANY (${names.map(storedName)})`
}

/**
 * The tables on which row-level security is active for this role. `denied`: its policies show the role no row.
 * `filled`: the table has content, and no policy shows the role every row. A row is visible if one of the permissive
 * policies and all of the restrictive ones allow it.
 */
export function describeHidden(schema: string, names: readonly string[]): Statement {
  return sql`SELECT class.relname AS name, current_user::pg_catalog.text AS role, shown.nothing AS denied,
  NOT shown.everything AND pg_catalog.pg_relation_size(class.oid) > 0 AS filled
FROM pg_catalog.pg_class AS class
JOIN pg_catalog.pg_namespace AS namespace ON namespace.oid = class.relnamespace
CROSS JOIN LATERAL (
  SELECT coalesce(pg_catalog.bool_and(rows = 'false') FILTER (WHERE policy.polpermissive), true)
      OR coalesce(pg_catalog.bool_or(rows = 'false') FILTER (WHERE NOT policy.polpermissive), false) AS nothing,
    coalesce(pg_catalog.bool_or(rows = 'true') FILTER (WHERE policy.polpermissive), false)
      AND coalesce(pg_catalog.bool_and(rows = 'true') FILTER (WHERE NOT policy.polpermissive), true) AS everything
  FROM pg_catalog.pg_policy AS policy, pg_catalog.pg_get_expr(policy.polqual, policy.polrelid) AS rows
  WHERE policy.polrelid = class.oid AND policy.polcmd IN ('*', 'r') AND rows IS NOT NULL
    AND EXISTS (SELECT FROM pg_catalog.unnest(policy.polroles) AS role
      WHERE CASE WHEN role = 0 THEN true ELSE pg_catalog.pg_has_role(role, 'USAGE') END)
) AS shown
WHERE namespace.nspname = ${asGiven(schema)} AND class.relname = ANY (${names.map(storedName)}) AND pg_catalog.row_security_active(class.oid)
ORDER BY name`
}

export function selectVersion(schema: string): Statement {
  return sql`SELECT coalesce(max(version), 0) AS version FROM ${at({ schema }, 'sync_schema')}`
}

export function selectPairNames(schema: string): Statement {
  return sql`SELECT name FROM ${at({ schema }, 'sync_pairs')}`
}

export function insertPair(
  schema: string,
  { name, from, to }: { name: string; from: string; to: string },
): Statement {
  return sql`INSERT INTO ${at({ schema }, 'sync_pairs')} (name, from_object, to_object) VALUES (${storedName(name)}, ${from}, ${to})`
}

/**
 * Drops the indexes on exactly these columns whose names have the form of hubsync's old ones, which ended in a hash if
 * the table's name was long. Only indexes of this schema are described, because those of another schema may be dropped
 * at the same time.
 */
export function dropIndexes(schema: string, ...columns: readonly string[]): string {
  const endings = columns.map((each) => literal(`%${each}`)).join(', ')
  return `DO ${literal(`DECLARE old regclass;
BEGIN
  FOR old IN WITH here AS MATERIALIZED (SELECT index.indexrelid AS id FROM pg_catalog.pg_index AS index
      JOIN pg_catalog.pg_class AS class ON class.oid = index.indexrelid
      WHERE class.relnamespace = ${literal(quotedSchema(schema))}::regnamespace AND NOT index.indisprimary AND class.relname ~ '_(by_(status|to)|[0-9a-f]{8})$')
    SELECT id FROM here WHERE pg_catalog.pg_get_indexdef(id) LIKE ANY (ARRAY[${endings}])
  LOOP EXECUTE 'DROP INDEX ' || old::text; END LOOP;
END`)}`
}
