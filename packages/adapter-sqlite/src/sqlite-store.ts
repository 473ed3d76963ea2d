import {
  type Batch,
  type ChangeEntry,
  type Checkpoint,
  differenceOf,
  type MirrorSchema,
  mergeSchemas,
  type ObjectTable,
  type RelatedRow,
  type RunRecord,
  type Store,
  schemaThere,
  type Tombstone,
  tableOf,
} from '@hubsync/core'
import { writeBatch } from './sqlite-commit.js'
import { type Prepare, SqliteConnection } from './sqlite-connection.js'
import { migrate, missing, tableExists } from './sqlite-migrations.js'
import type { SqliteStoreOptions } from './sqlite-options.js'
import { type RowLine, storedRow, versionOf } from './sqlite-rows.js'
import * as sql from './sqlite-sql.js'

/**
 * A store in SQLite. Table names have no prefix; see `docs/explain/schema.md`.
 *
 * @throws `InvalidOptionError` where neither `file` nor `database` is given, or they can't be used. Opening happens at the first
 * call, and throws there: `DRIVER_MISSING`, `NOT_A_DATABASE`, `STORE_FAILED`, `SCHEMA_CONFLICT`, `SCHEMA_TOO_NEW`.
 */
export function sqliteStore(options: SqliteStoreOptions): Store {
  const connection = new SqliteConnection(options)
  /** What may be written, and what can be read. */
  let schema: MirrorSchema = { objects: [], pairs: [] }
  let readable = schema

  const table = (object: string) => tableOf(readable, object)

  return {
    async migrate(wanted) {
      await connection.write((_, database) => migrate(database, wanted), { durable: true })
      schema = mergeSchemas(schema, wanted)
      readable = mergeSchemas(readable, wanted)
      connection.forgetStatements()
    },

    async missing(wanted) {
      const lacking = await connection.readTogether((_, database) => missing(database, wanted))
      readable = schemaThere(readable, wanted, lacking)
      return lacking
    },

    async portals() {
      if (connection.isNew()) return []
      return connection.read((prepare, database) => {
        if (!tableExists(database, 'sync_portals')) return []
        const lines = prepare(sql.syncStatements.selectPortals).all() as Record<string, string>[]
        return lines.map((line) => ({
          portalId: String(line.portal_id),
          uiDomain: String(line.ui_domain),
          timeZone: String(line.time_zone),
          firstRunAt: String(line.first_run_at),
          lastRunAt: String(line.last_run_at),
        }))
      })
    },

    checkpoints(portalId) {
      return connection.read((prepare) => {
        const lines = prepare(sql.syncStatements.selectCheckpoints).all(portalId) as {
          stream: string
          state: string
        }[]
        return new Map(lines.map(({ stream, state }) => [stream, JSON.parse(state) as Checkpoint]))
      })
    },

    readCheckpoint(portalId, stream) {
      return connection.read((prepare) => {
        const line = prepare(sql.syncStatements.selectCheckpoint).get(portalId, stream) as
          | { state: string }
          | undefined
        return line ? (JSON.parse(line.state) as Checkpoint) : null
      })
    },

    commit(batch) {
      return connection.write((prepare) => writeBatch(prepare, schema, batch), {
        durable: batch.durable === true,
        referring: (prepare) => tablesReferringTo(prepare, batch),
      })
    },

    get(portalId, object, id, { raw = true } = {}) {
      return connection.read((prepare) => {
        const select = prepare(sql.selectRow(table(object), raw))
        const line = select.get(portalId, id) as RowLine | undefined
        return line ? storedRow(table(object), line) : null
      })
    },

    list(portalId, object, { after = '', limit, status, updatedSince, raw = true }) {
      return connection.read((prepare) => {
        const filters = { status: status !== undefined, updatedSince: updatedSince !== undefined }
        const wanted = [status, updatedSince].filter((value) => value !== undefined)
        const statement = prepare(sql.listRows(table(object), { ...filters, raw }))
        const lines = statement.all(portalId, after, ...wanted, limit) as RowLine[]
        return lines.map((line) => storedRow(table(object), line))
      })
    },

    related(portalId, pairName, end) {
      return connection.read((prepare) => {
        const pair = readable.pairs.find(({ name }) => name === pairName)
        if (!pair) return []
        const near = 'fromId' in end ? 'from' : 'to'
        const id = 'fromId' in end ? end.fromId : end.toId
        const wanted = [portalId, id, end.after ?? '']
        const page = end.limit === undefined ? [] : [...wanted, end.limit]
        const far = table(near === 'from' ? pair.to : pair.from)
        const limited = end.limit !== undefined
        const statement = prepare(sql.selectRelated(far, pairName, near, limited, end.raw ?? true))
        const lines = statement.all(...wanted, ...page) as RelatedLine[]
        return gatherRelated(far, lines)
      })
    },

    sets(portalId, pairName, fromIds) {
      return connection.readTogether((prepare) => {
        const pair = readable.pairs.find(({ name }) => name === pairName)
        if (!pair) return []
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
      })
    },

    ids(portalId, object, { after = '', upTo, limit, status }) {
      return connection.read((prepare) => {
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
            if (upTo === undefined || length < upTo.length || source_id <= upTo)
              found.push(source_id)
            else return found
          if (found.length >= limit || length === upTo?.length) return found
          length = (nextLength.get(...filter, length) as { length: number | null }).length
          from = ''
        }
        return found
      })
    },

    differing(portalId, object, claims) {
      return connection.readTogether((prepare) => {
        const select = prepare(sql.selectVersion(table(object)))
        const buried = prepare(sql.syncStatements.selectTombstone)
        return claims.flatMap((claim) => {
          const line = select.get(portalId, claim.id) as RowLine | undefined
          if (line)
            return differenceOf(claim, { ...versionOf(line), syncedAt: line.synced_at }) ?? []
          const tombstone = buried.get(portalId, object, claim.id)
          return differenceOf(claim, undefined, tombstone as TombstoneLine | undefined) ?? []
        })
      })
    },

    tombstone(portalId, object, id) {
      return connection.read((prepare) => {
        const line = prepare(sql.syncStatements.selectTombstone).get(portalId, object, id) as
          | TombstoneLine
          | undefined
        return line ? { object, id, reason: line.reason, intoId: line.into_id } : null
      })
    },

    async changes(portalId, { after = 0, limit, newestFirst = false }) {
      const entries = await connection.read((prepare) => {
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
      })
      // Readers go on by number. One that was seen and lost would be given again to another entry.
      await connection.flush()
      return entries
    },

    runs(portalId, { limit, startedBefore }) {
      return connection.read((prepare) => {
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
      })
    },

    counts(portalId) {
      return connection.readTogether((prepare) => {
        const counts: Awaited<ReturnType<Store['counts']>> = {}
        for (const object of readable.objects) {
          const lines = prepare(sql.countRows(object)).all(portalId) as {
            source_status: string
            rows: number
          }[]
          const of = (status: string) =>
            lines.find((line) => line.source_status === status)?.rows ?? 0
          counts[object.name] = { active: of('ACTIVE'), archived: of('ARCHIVED') }
        }
        return counts
      })
    },

    close: () => connection.close(),
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

/** The tables with foreign keys that may keep this batch's rows from going. */
function tablesReferringTo(prepare: Prepare, { rows = [], tombstones = [] }: Batch): string[] {
  const objects = new Set([...rows, ...tombstones].map(({ object }) => object))
  const lines = prepare(sql.selectReferring).all() as { name: string; to: string }[]
  const names = lines.filter(({ to }) => objects.has(to)).map(({ name }) => `"${name}"`)
  return [...new Set(names)]
}
