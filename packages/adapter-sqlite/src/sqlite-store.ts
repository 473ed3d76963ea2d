import type { HistoryGap, StoredHistoryEntry } from '@hubsync/core'
import {
  type Batch,
  type ChangeEntry,
  type Checkpoint,
  differenceOf,
  filtersOf,
  type IdRange,
  leasesAt,
  type MirrorSchema,
  mergeSchemas,
  type ObjectTable,
  type PlannedEdge,
  type PortalRecord,
  type RecordGap,
  type RunRecord,
  type Store,
  type StoredLease,
  schemaThere,
  schemaWithout,
  tableOf,
} from '@hubsync/core/store'
import { readReference, writeBatch, writeLeases } from './sqlite-commit.js'
import { SqliteConnection } from './sqlite-connection.js'
import { tableExists } from './sqlite-existing-tables.js'
import { countGaps, selectHistory, selectHistoryGaps, selectLatestGaps } from './sqlite-history.js'
import { migrate, missing } from './sqlite-migrations.js'
import type { SqliteStoreOptions } from './sqlite-options.js'
import { prune } from './sqlite-prune.js'
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
import { makeViews } from './sqlite-views.js'

/**
 * A store in SQLite. Table names have no prefix; see `docs/explain/schema.md`.
 *
 * @throws `InvalidOptionError` if neither `file` nor `database` is given, or they can't be used. The database is opened
 * at the first call, which throws `DRIVER_MISSING`, `NOT_A_DATABASE`, `STORE_FAILED`, `SCHEMA_CONFLICT` or
 * `SCHEMA_TOO_NEW`.
 */
export function sqliteStore(options: SqliteStoreOptions): Store {
  const connection = new SqliteConnection(options)
  /** `schema` has what `migrate` has created and commits may write; `readable` also what `missing` has found. */
  let schema: MirrorSchema = { objects: [], pairs: [] }
  let readable = schema

  const table = (object: string) => tableOf(readable, object)
  const hasHistory = (object: string) =>
    readable.objects.some(({ name, history }) => name === object && history !== undefined)
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

    async prune(portalId, parts, { dryRun }) {
      const work = (queries: SqliteQueries) => prune(queries, portalId, parts, dryRun)
      const { rows, dropped } = await (dryRun
        ? connection.readTogether(work)
        : connection.write(work, { durable: true }))
      schema = schemaWithout(schema, dropped)
      readable = schemaWithout(readable, dropped)
      return rows
    },

    makeViews(views) {
      return connection.write((queries) => makeViews(queries, views), { durable: true })
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

    lease(request) {
      // With sql.js other processes see it only once it is saved. A renewal may wait for the next commit.
      const durable = request.want !== 'renew'
      return connection.write((queries) => writeLeases(queries, request), { durable })
    },

    leases(portalId, at) {
      return connection.read((queries) => {
        if (!tableExists(queries, 'sync_leases')) return []
        return leasesAt(queries.all<StoredLease>(sql.selectLeases(portalId)), at)
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
        const filters = filtersOf(table(object), page.where)
        if (!filters) return []
        const lines = queries.all<RowLine>(sql.listRows(table(object), portalId, page, filters))
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
      return connection.read((queries) => idsOf(queries, table(object), portalId, range))
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
      // Readers continue after the last number that they have seen. If a power cut lost that entry, its number would be
      // given to another entry, and the reader would miss that one.
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

    reference(portalId, name, scope) {
      return connection.read((queries) => {
        const table = readable.reference?.find((table) => table.name === name)
        return table ? readReference(queries, table, portalId, scope) : []
      })
    },

    history(portalId, object, id, page) {
      return connection.read((queries) => {
        if (!hasHistory(object)) return []
        const query = selectHistory(object, portalId, id, page)
        return queries.all<StoredHistoryEntry>(query).map((line) => ({ ...line }))
      })
    },

    historyGaps(portalId, object, id, page) {
      return connection.read((queries) => {
        if (!hasHistory(object)) return []
        const query = selectHistoryGaps(object, portalId, id, page)
        return queries.all<HistoryGap>(query).map((line) => ({ ...line }))
      })
    },

    gapsOf(portalId, object, latest) {
      return connection.readTogether((queries) => {
        if (!hasHistory(object)) return { counts: {}, latest: [] }
        const lines = queries.all<{ property: string; gaps: number }>(countGaps(object, portalId))
        const gaps = queries.all<RecordGap>(selectLatestGaps(object, portalId, latest))
        return {
          counts: Object.fromEntries(lines.map(({ property, gaps }) => [property, gaps])),
          latest: gaps.map((line) => ({ ...line })),
        }
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

/** A line in which some columns are JSON text. */
type WithJson<Value, Names extends keyof Value> = Omit<Value, Names> & Record<Names, string>

/**
 * Ids in the order of their numbers. SQLite compares ids as text, so each length is read by itself, shorter ids first.
 */
function idsOf(
  queries: SqliteQueries,
  table: ObjectTable,
  portalId: string,
  range: IdRange,
): string[] {
  const { after = '', upTo, limit, status } = range
  const found: string[] = []
  const rest = { after, limit, status }
  let length: number | null = after.length
  while (length !== null && (upTo === undefined || length <= upTo.length)) {
    const query = sql.selectIds(table, portalId, rest, length)
    for (const { source_id } of queries.all<{ source_id: string }>(query))
      if (upTo === undefined || length < upTo.length || source_id <= upTo) found.push(source_id)
      else return found
    if (found.length >= limit || length === upTo?.length) return found
    const next = sql.selectNextLength(table, portalId, range, length)
    length = queries.get<{ length: number | null }>(next)?.length ?? null
    rest.after = ''
    rest.limit = limit - found.length
  }
  return found
}

/** The user's tables with foreign keys that may refuse a delete of this batch. */
function tablesReferringTo(queries: SqliteQueries, batch: Batch): string[] {
  const { rows = [], tombstones = [], associations = [], reference = [] } = batch
  const { forgetRuns, forgetChangesUpTo } = batch
  const tables = new Set<string>([
    ...[...rows, ...tombstones].map(({ object }) => object),
    ...associations.map(({ pair }) => pair),
    ...reference.map(({ table }) => table),
  ])
  if (forgetRuns) tables.add('sync_runs')
  if (forgetChangesUpTo !== undefined) tables.add('sync_changes')
  const lines = queries.all<{ name: string }>(sql.selectReferring(tables))
  return lines.map(({ name }) => name)
}
