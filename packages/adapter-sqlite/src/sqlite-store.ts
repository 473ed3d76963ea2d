import { existsSync } from 'node:fs'
import {
  type ChangeEntry,
  type Checkpoint,
  differenceOf,
  HubsyncError,
  isHubsyncError,
  type MirrorSchema,
  mergeSchemas,
  type ObjectTable,
  type RelatedRow,
  type RunRecord,
  type Store,
  type Tombstone,
} from '@hubsync/core'
import { type Prepare, writeBatch } from './sqlite-commit.js'
import type { OpenedDatabase, SqliteDatabase, SqliteStatement } from './sqlite-database.js'
import { openFile } from './sqlite-drivers.js'
import { transactionError } from './sqlite-errors.js'
import { migrate, missing, tableExists } from './sqlite-migrations.js'
import { isLent, type SqliteStoreOptions } from './sqlite-options.js'
import { type RowLine, storedRow, versionOf } from './sqlite-rows.js'
import * as sql from './sqlite-sql.js'

/**
 * A store in SQLite. Table names have no prefix; see `docs/explain/schema.md`.
 *
 * @throws `InvalidOptionError` where neither `file` nor `database` is given, or they can't be used. Opening happens at the first
 * call, and throws there: `DRIVER_MISSING`, `NOT_A_DATABASE`, `STORE_FAILED`, `SCHEMA_CONFLICT`, `SCHEMA_TOO_NEW`.
 */
export function sqliteStore(options: SqliteStoreOptions): Store {
  const lent = isLent(options)
  let opening: Promise<OpenedDatabase> | undefined
  let opened: OpenedDatabase | undefined
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

  /** At once where it is open: the promises in between would be a twentieth of what a read takes. */
  function open(): OpenedDatabase | Promise<OpenedDatabase> {
    expectOpen()
    if (opened === undefined) return openAnew()
    opened.image?.refresh()
    return opened
  }

  async function openAnew(): Promise<OpenedDatabase> {
    opening ??= (
      'database' in options
        ? Promise.resolve(options.database)
        : openFile(options.file, options.driver)
    ).catch((error: unknown) => {
      opening = undefined
      throw error
    })
    opened = await opening
    opened.image?.refresh()
    return opened
  }

  function preparing(database: SqliteDatabase): Prepare {
    return (text) => {
      const statement = statements.get(text) ?? database.prepare(text)
      statements.set(text, statement)
      return statement
    }
  }

  /** Holds the write lock from the start, so that what is read in it still holds when it is written. */
  async function transaction<T>(work: (database: SqliteDatabase) => T): Promise<T> {
    const database = await open()
    database.image?.saveWhenDue()
    try {
      database.exec('BEGIN IMMEDIATE')
    } catch (cause) {
      throw transactionError(cause)
    }
    try {
      const result = work(database)
      database.exec('COMMIT')
      return result
    } catch (error) {
      rollBack(database)
      throw isHubsyncError(error) ? error : transactionError(error)
    }
  }

  async function save(): Promise<void> {
    const database = await opening
    database?.image?.save()
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
      await save()
      schema = mergeSchemas(schema, wanted)
      statements = new Map()
    },

    async missing(wanted) {
      return missing(await open(), wanted)
    },

    async portals() {
      expectOpen()
      if ('file' in options && opening === undefined && !existsSync(options.file)) return []
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
      const prepare = preparing(await open())
      const line = prepare(sql.syncStatements.selectCheckpoint).get(portalId, stream) as
        | { state: string }
        | undefined
      return line ? (JSON.parse(line.state) as Checkpoint) : null
    },

    async commit(batch) {
      const prepare = preparing(await open())
      const result = await transaction(() => writeBatch(prepare, schema, batch))
      if (batch.durable) await save()
      return result
    },

    async get(portalId, object, id, { raw = true } = {}) {
      const prepare = preparing(await open())
      const select = prepare(sql.selectRow(table(object), raw))
      const line = select.get(portalId, id) as RowLine | undefined
      return line ? storedRow(table(object), line) : null
    },

    async list(portalId, object, { after = '', limit, status, updatedSince, raw = true }) {
      const prepare = preparing(await open())
      const filters = { status: status !== undefined, updatedSince: updatedSince !== undefined }
      const wanted = [status, updatedSince].filter((value) => value !== undefined)
      const statement = prepare(sql.listRows(table(object), { ...filters, raw }))
      const lines = statement.all(portalId, after, ...wanted, limit) as RowLine[]
      return lines.map((line) => storedRow(table(object), line))
    },

    async related(portalId, pairName, end) {
      const pair = schema.pairs.find(({ name }) => name === pairName)
      if (!pair) return []
      const prepare = preparing(await open())
      const near = 'fromId' in end ? 'from' : 'to'
      const id = 'fromId' in end ? end.fromId : end.toId
      const wanted = [portalId, id, end.after ?? '']
      const page = end.limit === undefined ? [] : [...wanted, end.limit]
      const far = table(near === 'from' ? pair.to : pair.from)
      const limited = end.limit !== undefined
      const statement = prepare(sql.selectRelated(far, pairName, near, limited, end.raw ?? true))
      const lines = statement.all(...wanted, ...page) as RelatedLine[]
      return gatherRelated(far, lines)
    },

    async sets(portalId, pairName, fromIds) {
      const pair = schema.pairs.find(({ name }) => name === pairName)
      if (!pair) return []
      const prepare = preparing(await open())
      const select = prepare(sql.selectEdges(pair))
      return fromIds.map((fromId) => {
        const lines = select.all(portalId, fromId) as (EdgeLine & { to_id: string })[]
        const edges = lines.map(({ to_id, category, type_id, label }) => ({
          toId: to_id,
          category,
          typeId: type_id,
          label,
        }))
        return { pair: pairName, fromId, edges }
      })
    },

    async ids(portalId, object, { after = '', upTo, limit, status }) {
      const prepare = preparing(await open())
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
      const prepare = preparing(await open())
      const select = prepare(sql.selectVersion(table(object)))
      const buried = prepare(sql.syncStatements.selectTombstone)
      return claims.flatMap((claim) => {
        const line = select.get(portalId, claim.id) as RowLine | undefined
        if (line) return differenceOf(claim, { ...versionOf(line), syncedAt: line.synced_at }) ?? []
        const tombstone = buried.get(portalId, object, claim.id)
        return differenceOf(claim, undefined, tombstone as TombstoneLine | undefined) ?? []
      })
    },

    async tombstone(portalId, object, id) {
      const prepare = preparing(await open())
      const line = prepare(sql.syncStatements.selectTombstone).get(portalId, object, id) as
        | TombstoneLine
        | undefined
      return line ? { object, id, reason: line.reason, intoId: line.into_id } : null
    },

    async changes(portalId, { after = 0, limit, newestFirst = false }) {
      const prepare = preparing(await open())
      // Readers go on by number. One that was seen and not saved would be given again to another entry after a kill.
      await save()
      const { selectChanges, selectNewestChanges } = sql.syncStatements
      const select = prepare(newestFirst ? selectNewestChanges : selectChanges)
      const lines = select.all(portalId, after, limit) as ChangeLine[]
      return lines.map(({ seq, object, source_id, kind, columns, at }) => ({
        seq,
        object,
        id: source_id,
        kind,
        at,
        columns: JSON.parse(columns) as ChangeEntry['columns'],
      }))
    },

    async runs(portalId, { limit, startedBefore }) {
      const prepare = preparing(await open())
      const { selectRuns, selectRunsBefore } = sql.syncStatements
      const lines =
        startedBefore === undefined
          ? prepare(selectRuns).all(portalId, limit)
          : prepare(selectRunsBefore).all(portalId, startedBefore, limit)
      return (lines as RunLine[]).map((line) => ({
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
      const prepare = preparing(await open())
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
      if (database && !lent) database.close()
      opening = opened = undefined
    },
  }
}

interface TombstoneLine {
  reason: Tombstone['reason']
  into_id: string | null
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

function rollBack(database: SqliteDatabase): void {
  try {
    database.exec('ROLLBACK')
  } catch {
    // SQLite has rolled back by itself, as it does when the disk is full.
  }
}
