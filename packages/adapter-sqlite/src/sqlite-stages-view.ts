import { HubsyncError } from '@hubsync/core'
import { historyNames, type ObjectTable, selectStages, stagesComment } from '@hubsync/core/store'
import type { SqliteQueries } from './sqlite-queries.js'
import { quoted } from './sqlite-sql.js'
import { sql } from './sqlite-statement.js'

/** Makes the view of an object's stages, or replaces hubsync's own of an earlier release. */
export function makeStagesView(queries: SqliteQueries, { name, history }: ObjectTable): void {
  if (!history?.stages) return
  const { entries, stages } = historyNames(name)
  const text = `CREATE VIEW ${quoted(stages)} AS /* ${stagesComment(name)} */
${selectStages(quoted(entries), history.stages)}`
  const there = queries.get<{ sql: string | null }>(
    sql`SELECT sql FROM sqlite_master WHERE name = ${stages} COLLATE NOCASE`,
  )
  if (there?.sql === text) return
  if (there && !isOurs(there.sql, name))
    throw new HubsyncError(
      'SCHEMA_CONFLICT',
      `Expected "${stages}" to be a view that hubsync made or not to exist, but it is another table or view. It was left as it is; rename or drop it, or give the object another \`name\`, as in deals.extend({ name }).`,
    )
  if (there) queries.exec(`DROP VIEW ${quoted(stages)}`)
  queries.exec(text)
}

/** Drops the view of an object's stages if it is hubsync's. */
export function dropStagesView(queries: SqliteQueries, object: string): void {
  const { stages } = historyNames(object)
  const there = queries.get<{ sql: string | null }>(
    sql`SELECT sql FROM sqlite_master WHERE type = 'view' AND name = ${stages}`,
  )
  if (there && isOurs(there.sql, object)) queries.exec(`DROP VIEW ${quoted(stages)}`)
}

function isOurs(text: string | null, object: string): boolean {
  return text?.includes(`/* ${stagesComment(object)} */`) ?? false
}
