import {
  type Batch,
  type ChangeEntry,
  type Checkpoint,
  differenceOf,
  type MirrorSchema,
  mergeSchemas,
  type PlannedEdge,
  type PortalRecord,
  type RunRecord,
  type Store,
  schemaThere,
  tableOf,
} from '@hubsync/core/store'
import { writeBatch } from './sqlite-commit.js'
import { SqliteConnection } from './sqlite-connection.js'
import { migrate, missing, tableExists } from './sqlite-migrations.js'
import type { SqliteStoreOptions } from './sqlite-options.js'
import type { SqliteQueries } from './sqlite-queries.js'
import {
  type RelatedLine,
  type RowLine,
  relatedRows,
  storedRow,
  storedVersion,
  type TombstoneLine,
  type VersionLine,
} from './sqlite-rows.js'
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
  const pairHere = (pair: string) => readable.pairs.find(({ name }) => name === pair)

  return {
    async migrate(wanted) {
      await connection.write((queries) => migrate(queries, wanted), { durable: true })
      schema = mergeSchemas(schema, wanted)
      readable = mergeSchemas(readable, wanted)
    },

    async missing(wanted) {
      const lacking = await connection.readTogether((queries) => missing(queries, wanted))
      readable = schemaThere(readable, wanted, lacking)
      return lacking
    },

    async portals() {
      if (connection.isNew()) return []
      return connection.read((queries) => {
        if (!tableExists(queries, 'sync_portals')) return []
        return queries.all<PortalRecord>(sql.selectPortals).map((line) => ({ ...line }))
      })
    },

    checkpoints(portalId) {
      return connection.read((queries) => {
        const query = sql.selectCheckpoints(portalId)
        const lines = queries.all<{ stream: string; state: string }>(query)
        return new Map(lines.map(({ stream, state }) => [stream, JSON.parse(state) as Checkpoint]))
      })
    },

    readCheckpoint(portalId, stream) {
      return connection.read((queries) => {
        const line = queries.get<{ state: string }>(sql.selectCheckpoint(portalId, stream))
        return line ? (JSON.parse(line.state) as Checkpoint) : null
      })
    },

    commit(batch) {
      return connection.write((queries) => writeBatch(queries, schema, batch), {
        durable: batch.durable === true,
        referring: (queries) => tablesReferringTo(queries, batch),
      })
    },

    get(portalId, object, id, read) {
      return connection.read((queries) => {
        const line = queries.get<RowLine>(sql.selectRows(table(object), portalId, [id], read))
        return line ? storedRow(table(object), line) : null
      })
    },

    list(portalId, object, page) {
      return connection.read((queries) => {
        const lines = queries.all<RowLine>(sql.listRows(table(object), portalId, page))
        return lines.map((line) => storedRow(table(object), line))
      })
    },

    related(portalId, pairName, end) {
      return connection.read((queries) => {
        const pair = pairHere(pairName)
        if (!pair) return []
        const far = table('fromId' in end ? pair.to : pair.from)
        return relatedRows(
          far,
          queries.all<RelatedLine>(sql.selectRelated(far, pair, portalId, end)),
        )
      })
    },

    sets(portalId, pairName, fromIds) {
      return connection.read((queries) => {
        const pair = pairHere(pairName)
        if (!pair) return []
        const lines = queries.all<PlannedEdge>(sql.selectEdges(pair, portalId, fromIds))
        const edges = Map.groupBy(lines, ({ fromId }) => fromId)
        return fromIds.map((fromId) => ({
          pair: pairName,
          fromId,
          edges: (edges.get(fromId) ?? []).map(({ fromId: _, ...edge }) => edge),
        }))
      })
    },

    ids(portalId, object, range) {
      return connection.read((queries) => {
        const { after = '', upTo, limit, status } = range
        const found: string[] = []
        const rest = { after, limit, status }
        let length: number | null = after.length
        while (length !== null && (upTo === undefined || length <= upTo.length)) {
          const query = sql.selectIds(table(object), portalId, rest, length)
          for (const { source_id } of queries.all<{ source_id: string }>(query))
            if (upTo === undefined || length < upTo.length || source_id <= upTo)
              found.push(source_id)
            else return found
          if (found.length >= limit || length === upTo?.length) return found
          const next = sql.selectNextLength(table(object), portalId, range, length)
          length = queries.get<{ length: number | null }>(next)?.length ?? null
          rest.after = ''
          rest.limit = limit - found.length
        }
        return found
      })
    },

    differing(portalId, object, claims) {
      return connection.readTogether((queries) => {
        const ids = claims.map(({ id }) => id)
        const versions = queries.all<VersionLine>(sql.selectVersions(table(object), portalId, ids))
        const tombstones = queries.all<TombstoneLine>(sql.selectTombstones(portalId, object, ids))
        const known = new Map(versions.map((line) => [line.source_id, storedVersion(line)]))
        const buried = new Map(tombstones.map((line) => [line.source_id, line]))
        return claims.flatMap(
          (claim) => differenceOf(claim, known.get(claim.id), buried.get(claim.id)) ?? [],
        )
      })
    },

    tombstone(portalId, object, id) {
      return connection.read((queries) => {
        const line = queries.get<TombstoneLine>(sql.selectTombstones(portalId, object, [id]))
        return line ? { object, id, reason: line.reason, intoId: line.intoId } : null
      })
    },

    async changes(portalId, page) {
      const entries = await connection.read((queries) => {
        const query = sql.selectChanges(portalId, page)
        return queries
          .all<WithJson<ChangeEntry, 'columns'>>(query)
          .map((line) => ({ ...line, columns: JSON.parse(line.columns) }))
      })
      // Readers go on by number. One that was seen and lost would be given again to another entry.
      await connection.flush()
      return entries
    },

    runs(portalId, page) {
      return connection.read((queries) => {
        const query = sql.selectRuns(portalId, page)
        return queries.all<WithJson<RunRecord, 'jobs' | 'counts'>>(query).map((line) => ({
          ...line,
          jobs: JSON.parse(line.jobs),
          counts: JSON.parse(line.counts ?? 'null'),
        }))
      })
    },

    counts(portalId) {
      return connection.readTogether((queries) => {
        const counts: Awaited<ReturnType<Store['counts']>> = {}
        for (const object of readable.objects) {
          const lines = queries.all<{ source_status: string; rows: number }>(
            sql.countRows(object, portalId),
          )
          const of = (status: string) =>
            lines.find(({ source_status }) => source_status === status)?.rows ?? 0
          counts[object.name] = { active: of('ACTIVE'), archived: of('ARCHIVED') }
        }
        return counts
      })
    },

    close: () => connection.close(),
  }
}

/** What a line has where some of its columns are JSON. */
type WithJson<Value, Names extends keyof Value> = Omit<Value, Names> & Record<Names, string>

/** The tables with foreign keys that may keep rows from going that this batch takes away. */
function tablesReferringTo(
  queries: SqliteQueries,
  { rows = [], tombstones = [], associations = [], forgetRuns, forgetChangesUpTo }: Batch,
): string[] {
  const objects = [...rows, ...tombstones].map(({ object }) => object)
  const tables = new Set([...objects, ...associations.map(({ pair }) => pair)])
  if (forgetRuns) tables.add('sync_runs')
  if (forgetChangesUpTo !== undefined) tables.add('sync_changes')
  const lines = queries.all<{ name: string }>(sql.selectReferring(tables))
  return lines.map(({ name }) => name)
}
