import { existsSync } from 'node:fs'
import {
  type ChangeEntry,
  type Checkpoint,
  differenceOf,
  HubsyncError,
  InvalidOptionError,
  isHubsyncError,
  type MirrorSchema,
  type ObjectTable,
  type RelatedRow,
  type RunRecord,
  type Store,
  type Tombstone,
} from '@hubsync/core'
import { type Prepare, writeBatch } from './sqlite-commit.js'
import { openFile, type SqliteDatabase, type SqliteStatement } from './sqlite-database.js'
import { migrate, tableExists } from './sqlite-migrations.js'
import { type RowLine, storedRow, versionOf } from './sqlite-rows.js'
import * as sql from './sqlite-sql.js'

/** Where the mirror lives: a file of its own, or a database that you opened. */
export type SqliteStoreOptions =
  | {
      /** Made where it doesn't exist. Opened at the first call, in WAL mode, and closed by `close()`. */
      file: string
    }
  | {
      /** A database of yours, of better-sqlite3 or another with its methods. It is never closed, and its settings stay. */
      database: SqliteDatabase
    }

/**
 * A store in SQLite, on better-sqlite3. Table names have no prefix; see `docs/explain/schema.md`.
 *
 * @throws `InvalidOptionError` where neither `file` nor `database` is given. Opening happens at the first call, and throws
 * there: `DRIVER_MISSING`, `NOT_A_DATABASE`, `SCHEMA_CONFLICT`, `SCHEMA_TOO_NEW`.
 */
export function sqliteStore(options: SqliteStoreOptions): Store {
  const file = expectFile(options)
  let opening: Promise<SqliteDatabase> | undefined
  let statements = new Map<string, SqliteStatement>()
  let schema: MirrorSchema = { objects: [], pairs: [] }
  let closed = false

  function expectOpen(): void {
    if (closed)
      throw new HubsyncError(
        'CLOSED',
        'Expected an open store, but `close()` was called on this one.',
      )
  }

  function open(): Promise<SqliteDatabase> {
    expectOpen()
    opening ??= (
      'database' in options ? Promise.resolve(options.database) : openFile(options.file)
    ).catch((error: unknown) => {
      opening = undefined
      throw error
    })
    return opening
  }

  async function prepared(): Promise<Prepare> {
    const database = await open()
    return (text) => {
      const statement = statements.get(text) ?? database.prepare(text)
      statements.set(text, statement)
      return statement
    }
  }

  /** Holds the write lock from the start, so that what is read in it still holds when it is written. */
  async function transaction<T>(work: (database: SqliteDatabase) => T): Promise<T> {
    const database = await open()
    try {
      database.exec('BEGIN IMMEDIATE')
    } catch (cause) {
      throw storeError(cause)
    }
    try {
      const result = work(database)
      database.exec('COMMIT')
      return result
    } catch (error) {
      rollBack(database)
      throw isHubsyncError(error) ? error : storeError(error)
    }
  }

  function table(object: string): ObjectTable {
    const found = schema.objects.find(({ name }) => name === object)
    if (!found)
      throw new HubsyncError('STORE_FAILED', `Expected a table for "${object}": migrate first.`)
    return found
  }

  return {
    async migrate(wanted) {
      await transaction((database) => migrate(database, wanted))
      schema = wanted
      statements = new Map()
    },

    async portals() {
      expectOpen()
      if (file !== undefined && opening === undefined && !existsSync(file)) return []
      const database = await open()
      if (!tableExists(database, 'sync_portals')) return []
      const lines = database.prepare(sql.syncStatements.selectPortals).all() as Record<
        string,
        string
      >[]
      return lines.map((line) => ({
        portalId: String(line.portal_id),
        uiDomain: String(line.ui_domain),
        timeZone: String(line.time_zone),
        firstRunAt: String(line.first_run_at),
        lastRunAt: String(line.last_run_at),
      }))
    },

    async readCheckpoint(portalId, stream) {
      const prepare = await prepared()
      const line = prepare(sql.syncStatements.selectCheckpoint).get(portalId, stream) as
        | { state: string }
        | undefined
      return line ? (JSON.parse(line.state) as Checkpoint) : null
    },

    async commit(batch) {
      const prepare = await prepared()
      return transaction(() => writeBatch(prepare, schema, batch))
    },

    async get(portalId, object, id) {
      const prepare = await prepared()
      const line = prepare(sql.selectRow(table(object))).get(portalId, id) as RowLine | undefined
      return line ? storedRow(table(object), line) : null
    },

    async list(portalId, object, { after = '', limit, status, updatedSince }) {
      const prepare = await prepared()
      const filters = { status: status !== undefined, updatedSince: updatedSince !== undefined }
      const wanted = [status, updatedSince].filter((value) => value !== undefined)
      const statement = prepare(sql.listRows(table(object), filters))
      const lines = statement.all(portalId, after, ...wanted, limit) as RowLine[]
      return lines.map((line) => storedRow(table(object), line))
    },

    async related(portalId, pairName, end) {
      const pair = schema.pairs.find(({ name }) => name === pairName)
      if (!pair) return []
      const prepare = await prepared()
      const near = 'fromId' in end ? 'from' : 'to'
      const id = 'fromId' in end ? end.fromId : end.toId
      const limits = end.limit === undefined ? [] : [end.limit]
      const statement = prepare(sql.selectRelated(pair, near, limits.length > 0))
      const lines = statement.all(
        portalId,
        id,
        portalId,
        id,
        end.after ?? '',
        ...limits,
      ) as RelatedLine[]
      return gatherRelated(table(near === 'from' ? pair.to : pair.from), lines)
    },

    async sets(portalId, pairName, fromIds) {
      const pair = schema.pairs.find(({ name }) => name === pairName)
      if (!pair) return []
      const prepare = await prepared()
      const select = prepare(sql.selectEdges(pair))
      return fromIds.map((fromId) => {
        const lines = select.all(portalId, fromId) as (EdgeLine & { to_id: string })[]
        const edges = lines.map(({ to_id, category, type_id, label }) => ({
          ...{ toId: to_id, category, typeId: type_id, label },
        }))
        return { pair: pairName, fromId, edges }
      })
    },

    async ids(portalId, object, { after = '', upTo, limit, status }) {
      const prepare = await prepared()
      const select = prepare(sql.selectIds(table(object), status !== undefined))
      const nextLength = prepare(sql.selectNextLength(table(object), status !== undefined))
      const filter = status ? [portalId, status] : [portalId]
      const found: string[] = []
      let length: number | null = after.length
      let from = after
      while (length !== null && (upTo === undefined || length <= upTo.length)) {
        const lines = select.all(...filter, from, length, limit - found.length) as {
          source_id: string
        }[]
        for (const { source_id } of lines)
          if (upTo === undefined || length < upTo.length || source_id <= upTo) found.push(source_id)
          else return found
        if (found.length >= limit || length === upTo?.length) return found
        length = (nextLength.get(...filter, length) as { length: number | null }).length
        from = ''
      }
      return found
    },

    async differing(portalId, object, claims) {
      const prepare = await prepared()
      const select = prepare(sql.selectVersion(table(object)))
      return claims.flatMap((claim) => {
        const line = select.get(portalId, claim.id) as RowLine | undefined
        return differenceOf(claim, line && versionOf(line)) ?? []
      })
    },

    async tombstone(portalId, object, id) {
      const prepare = await prepared()
      const line = prepare(sql.syncStatements.selectTombstone).get(portalId, object, id) as
        | { reason: Tombstone['reason']; into_id: string | null }
        | undefined
      return line ? { object, id, reason: line.reason, intoId: line.into_id } : null
    },

    async changes(portalId, { after = 0, limit }) {
      const prepare = await prepared()
      const lines = prepare(sql.syncStatements.selectChanges).all(
        portalId,
        after,
        limit,
      ) as ChangeLine[]
      return lines.map(({ seq, object, source_id, kind, columns, at }) => ({
        ...{ seq, object, id: source_id, kind, at },
        columns: JSON.parse(columns) as ChangeEntry['columns'],
      }))
    },

    async runs(portalId, { limit }) {
      const prepare = await prepared()
      const lines = prepare(sql.syncStatements.selectRuns).all(portalId, limit) as RunLine[]
      return lines.map((line) => ({
        id: line.id,
        jobs: JSON.parse(line.jobs) as string[],
        status: line.status,
        startedAt: line.started_at,
        finishedAt: line.finished_at,
        counts: line.counts === null ? null : JSON.parse(line.counts),
        error: line.error,
      }))
    },

    async counts(portalId) {
      const prepare = await prepared()
      const counts: Awaited<ReturnType<Store['counts']>> = {}
      for (const object of schema.objects) {
        const lines = prepare(sql.countRows(object)).all(portalId) as {
          source_status: string
          rows: number
        }[]
        const of = (status: string) =>
          lines.find((line) => line.source_status === status)?.rows ?? 0
        counts[object.name] = { active: of('ACTIVE'), archived: of('ARCHIVED') }
      }
      return counts
    },

    async close() {
      closed = true
      statements = new Map()
      const database = await opening?.catch(() => undefined)
      opening = undefined
      if (database && !('database' in options)) database.close()
    },
  }
}

interface EdgeLine {
  category: string
  type_id: number
  label: string | null
}

type RelatedLine = RowLine & { '@category': string; '@type_id': number; '@label': string | null }

interface RunLine {
  id: string
  jobs: string
  status: RunRecord['status']
  started_at: string
  finished_at: string | null
  counts: string | null
  error: string | null
}

interface ChangeLine {
  seq: number
  object: string
  source_id: string
  kind: ChangeEntry['kind']
  columns: string
  at: string
}

function gatherRelated(table: ObjectTable, lines: RelatedLine[]): RelatedRow[] {
  const related: RelatedRow[] = []
  for (const line of lines) {
    const last = related.at(-1)
    const association = {
      category: line['@category'],
      typeId: line['@type_id'],
      label: line['@label'],
    }
    if (last?.row.id === line.source_id) last.associations.push(association)
    else related.push({ row: storedRow(table, line), associations: [association] })
  }
  return related
}

function expectFile(options: SqliteStoreOptions): string | undefined {
  const { file, database } = (options ?? {}) as {
    file?: unknown
    database?: Partial<SqliteDatabase>
  }
  if (database && typeof database.prepare === 'function' && typeof database.exec === 'function')
    return undefined
  if (typeof file === 'string' && file !== '' && database === undefined) return file
  throw new InvalidOptionError(
    "Expected sqliteStore({ file: 'hubspot.db' }), or sqliteStore({ database }) with an open better-sqlite3 database.",
  )
}

function rollBack(database: SqliteDatabase): void {
  try {
    database.exec('ROLLBACK')
  } catch {
    // SQLite has rolled back by itself, as it does when the disk is full.
  }
}

function storeError(cause: unknown): HubsyncError {
  const { code, message } = cause as { code?: string; message?: string }
  const what =
    code === 'SQLITE_BUSY'
      ? 'Expected the write lock of the SQLite database within 5 s, but another connection holds it. Run again.'
      : message?.includes('within a transaction')
        ? 'Expected the database that was lent to be in no transaction, but yours is open. End it first.'
        : `SQLite failed: ${message}.`
  return new HubsyncError('STORE_FAILED', `${what} Nothing of this commit was written.`, { cause })
}
