import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { type ChangeEntry, HubsyncError, type RunRecord, type Store } from '@hubsync/core'
import {
  differenceOf,
  filtersOf,
  leasesAt,
  type MirrorSchema,
  mergeSchemas,
  schemaThere,
  schemaWithout,
  tableOf,
} from '@hubsync/core/store'
import { readRelated, readSet } from './associations.ts'
import { readCheckpoint, readLeases, readTombstone, writeBatch, writeLeases } from './commit.ts'
import { all, asRefusal, columnsOf, type Database, quoted } from './database.ts'
import { readGaps, readGapsOf, readHistory } from './history.ts'
import { readReference } from './reference.ts'
import { condition, readRow, storedRow } from './rows.ts'
import { migrate, missing, prune } from './tables.ts'

/** A store in a SQLite file, opened with the driver of Node.js, or in a database that you lend. */
export function ownStore(place: { file: string } | { database: Database }): Store {
  /** `schema` has what `migrate` has created and commits may write; `readable` also what `missing` has found. */
  let schema: MirrorSchema = { objects: [], pairs: [] }
  let readable = schema
  let own: DatabaseSync | undefined
  let closed = false

  /** Nothing is opened before the first call. */
  function open(): Database {
    if (closed) throw new HubsyncError('CLOSED', 'Expected an open store, but it was closed.')
    if ('database' in place) return place.database
    if (own) return own
    own = new DatabaseSync(place.file, { timeout: 5_000 })
    own.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL')
    return own
  }

  const keepsHistory = (object: string) =>
    readable.objects.some(({ name, history }) => name === object && history)

  /** Takes the write lock at its start, so that no other connection can change what it reads. */
  function transaction<T>(work: (at: Database) => T): T {
    const at = open()
    at.exec('BEGIN IMMEDIATE')
    try {
      const result = work(at)
      at.exec('COMMIT')
      return result
    } catch (error) {
      rollBack(at)
      throw asRefusal(error)
    }
  }

  return {
    async migrate(wanted) {
      transaction((at) => migrate(at, wanted))
      schema = mergeSchemas(schema, wanted)
      readable = mergeSchemas(readable, wanted)
    },

    async missing(wanted) {
      const lacking = missing(open(), wanted)
      readable = schemaThere(readable, wanted, lacking)
      return lacking
    },

    async prune(portalId, parts, { dryRun }) {
      const work = (at: Database) => prune(at, portalId, parts, dryRun)
      const { rows, dropped } = dryRun ? work(open()) : transaction(work)
      schema = schemaWithout(schema, dropped)
      readable = schemaWithout(readable, dropped)
      return rows
    },

    // A store may go without views.
    async makeViews() {
      return []
    },

    async commit(batch) {
      return transaction((at) => writeBatch(at, schema, batch))
    },

    async lease(request) {
      return transaction((at) => writeLeases(at, request))
    },

    async leases(portalId, now) {
      return leasesAt(readLeases(open(), portalId), now)
    },

    async portals() {
      if (!own && !closed && 'file' in place && !existsSync(place.file)) return []
      const at = open()
      if (columnsOf(at, 'sync_portals').length === 0) return []
      return all(at, 'SELECT * FROM sync_portals ORDER BY portal_id').map((line) => ({
        portalId: String(line.portal_id),
        uiDomain: String(line.ui_domain),
        timeZone: String(line.time_zone),
        firstRunAt: String(line.first_run_at),
        lastRunAt: String(line.last_run_at),
      }))
    },

    async checkpoints(portalId) {
      const sql = 'SELECT stream, state FROM sync_checkpoints WHERE portal_id = ?'
      const lines = all(open(), sql, [portalId])
      return new Map(lines.map(({ stream, state }) => [String(stream), JSON.parse(String(state))]))
    },

    async readCheckpoint(portalId, stream) {
      return JSON.parse(readCheckpoint(open(), portalId, stream) ?? 'null')
    },

    async get(portalId, object, id) {
      const at = open()
      const table = tableOf(readable, object)
      const line = readRow(at, table, portalId, id)
      return line ? storedRow(table, line) : null
    },

    async list(portalId, object, { after = '', limit, status, updatedSince = '', where }) {
      const at = open()
      const table = tableOf(readable, object)
      const conditions = filtersOf(table, where)?.map(condition)
      if (!conditions) return []
      const lines = all(
        at,
        `SELECT * FROM ${quoted(object)} WHERE portal_id = ? AND source_id > ? AND source_updated_at >= ?
         AND (? IS NULL OR source_status = ?) ${conditions.map(({ sql }) => `AND ${sql}`).join(' ')}
         ORDER BY source_id LIMIT ?`,
        [
          portalId,
          after,
          updatedSince,
          status ?? null,
          status ?? null,
          ...conditions.map(({ value }) => value),
          limit,
        ],
      )
      return lines.map((line) => storedRow(table, line))
    },

    async related(portalId, pairName, end) {
      const at = open()
      const pair = readable.pairs.find(({ name }) => name === pairName)
      return pair ? readRelated(at, readable, portalId, pair, end) : []
    },

    async sets(portalId, pair, fromIds) {
      const at = open()
      if (!readable.pairs.some(({ name }) => name === pair)) return []
      return fromIds.map((fromId) => readSet(at, portalId, pair, fromId))
    },

    async ids(portalId, object, { after = '', upTo, limit, status }) {
      const lines = all(
        open(),
        `SELECT source_id FROM ${quoted(object)} WHERE portal_id = ?
         AND (length(source_id), source_id) > (?, ?) AND (? IS NULL OR (length(source_id), source_id) <= (?, ?))
         AND (? IS NULL OR source_status = ?) ORDER BY length(source_id), source_id LIMIT ?`,
        [
          portalId,
          after.length,
          after,
          upTo ?? null,
          upTo?.length ?? 0,
          upTo ?? '',
          status ?? null,
          status ?? null,
          limit,
        ],
      )
      return lines.map((line) => String(line.source_id))
    },

    async differing(portalId, object, claims) {
      const at = open()
      const table = tableOf(readable, object)
      return claims.flatMap((claim) => {
        const line = readRow(at, table, portalId, claim.id)
        const known = line && storedRow(table, line)
        return differenceOf(claim, known, readTombstone(at, portalId, object, claim.id)) ?? []
      })
    },

    async tombstone(portalId, object, id) {
      const found = readTombstone(open(), portalId, object, id)
      return found ? { object, id, reason: found.reason, intoId: found.intoId } : null
    },

    async changes(portalId, { after = 0, before, limit, newestFirst = false, of }) {
      const lines = all(
        open(),
        `SELECT * FROM sync_changes WHERE portal_id = ? AND seq > ?
         ${before === undefined ? '' : 'AND seq < ?'}
         ${of ? 'AND object = ? AND source_id = ?' : ''}
         ORDER BY seq ${newestFirst ? 'DESC' : 'ASC'} LIMIT ?`,
        [
          ...[portalId, after],
          ...(before === undefined ? [] : [before]),
          ...(of ? [of.object, of.id] : []),
          limit,
        ],
      )
      return lines.map((line) => ({
        seq: Number(line.seq),
        object: String(line.object),
        id: String(line.source_id),
        kind: line.kind as ChangeEntry['kind'],
        at: String(line.at),
        columns: JSON.parse(String(line.columns)),
      }))
    },

    async runs(portalId, { limit, startedBefore }) {
      const lines = all(
        open(),
        `SELECT * FROM sync_runs WHERE portal_id = ? AND (? IS NULL OR started_at < ?)
         ORDER BY started_at DESC, seq DESC LIMIT ?`,
        [portalId, startedBefore ?? null, startedBefore ?? null, limit],
      )
      return lines.map((line) => ({
        id: String(line.id),
        jobs: JSON.parse(String(line.jobs)),
        status: line.status as RunRecord['status'],
        counts: line.counts === null ? null : JSON.parse(String(line.counts)),
        error: line.error as string | null,
        startedAt: String(line.started_at),
        finishedAt: line.finished_at as string | null,
      }))
    },

    async reference(portalId, name, scope) {
      const at = open()
      const table = readable.reference?.find((table) => table.name === name)
      return table ? readReference(at, table, portalId, scope) : []
    },

    async history(portalId, object, id, page) {
      const at = open()
      return keepsHistory(object) ? readHistory(at, portalId, object, id, page) : []
    },

    async historyGaps(portalId, object, id, page) {
      const at = open()
      return keepsHistory(object) ? readGaps(at, portalId, object, id, page) : []
    },

    async gapsOf(portalId, object, latest) {
      const at = open()
      return keepsHistory(object)
        ? readGapsOf(at, portalId, object, latest)
        : { counts: {}, latest: [] }
    },

    async counts(portalId) {
      const at = open()
      const count = (object: string, status: string) =>
        Number(
          all(
            at,
            `SELECT count(*) AS rows FROM ${quoted(object)} WHERE portal_id = ? AND source_status = ?`,
            [portalId, status],
          )[0]?.rows,
        )
      return Object.fromEntries(
        readable.objects.map(({ name }) => [
          name,
          { active: count(name, 'ACTIVE'), archived: count(name, 'ARCHIVED') },
        ]),
      )
    },

    async close() {
      closed = true
      own?.close()
      own = undefined
    },
  }
}

function rollBack(at: Database): void {
  try {
    at.exec('ROLLBACK')
  } catch {
    // SQLite has already rolled back by itself, for example because the disk is full. Throw that first error.
  }
}
