import type { Store, Tombstone } from '@hubsync/core'
import {
  type Checkpoint,
  differenceOf,
  filtersOf,
  historyNames,
  type IdRange,
  leasesAt,
  type MirrorSchema,
  mergeSchemas,
  type ObjectTable,
  schemaThere,
  schemaWithout,
  tableOf,
} from '@hubsync/core/store'
import { createIndexes } from './postgres-column-indexes.js'
import { writeBatch, writeLeases } from './postgres-commit.js'
import { postgresDatabase } from './postgres-database.js'
import { commitError, isLocked, storeError } from './postgres-errors.js'
import {
  countGaps,
  selectHistory,
  selectHistoryGaps,
  selectLatestGaps,
  storedEntry,
  storedGap,
} from './postgres-history.js'
import { migrate, missing } from './postgres-migrations.js'
import { expectOptions, type PostgresStoreOptions } from './postgres-options.js'
import { type OwnPool, openPool } from './postgres-pool.js'
import { neededBy, prune, pruneError } from './postgres-prune.js'
import type { Line } from './postgres-query.js'
import { selectReference, storedReferenceRow } from './postgres-reference.js'
import { expectVisible, expectVisibleCheckpoints, isFilled } from './postgres-row-security.js'
import {
  idOf,
  knownTombstones,
  relatedRows,
  storedChange,
  storedCheckpoints,
  storedLeases,
  storedPortal,
  storedRow,
  storedRun,
  storedSets,
  storedVersion,
  textOf,
} from './postgres-rows.js'
import { describeRelations, migrationOpening } from './postgres-schema-sql.js'
import * as sql from './postgres-sql.js'
import { decodeJson } from './postgres-text.js'
import type { Run } from './postgres-transaction.js'
import { makeViews } from './postgres-views.js'
import { commitOpening, leaseOpening } from './postgres-write-sql.js'

/**
 * A store in PostgreSQL, on pg. It works behind a pooler such as PgBouncer in transaction mode. See
 * `docs/explain/schema.md` for the tables.
 *
 * @throws `InvalidOptionError` if neither `connectionString` nor `pool` is given. The store connects at the first call,
 * which throws `DRIVER_MISSING`, `SCHEMA_CONFLICT`, `SCHEMA_TOO_NEW` or `STORE_FAILED`. The message says what to do.
 */
export function postgresStore(options: PostgresStoreOptions): Store {
  const schema = expectOptions(options)
  const at = (portalId: string): sql.Place => ({ schema, portalId })
  let opening: Promise<OwnPool> | undefined
  /** `mirror` has what `migrate` has created and commits may write; `readable` also what `missing` has found. */
  let mirror: MirrorSchema = { objects: [], pairs: [] }
  let readable = mirror

  const database = postgresDatabase(async () => {
    if ('pool' in options) return options.pool
    opening ??= openPool(options.connectionString).catch((error: unknown) => {
      opening = undefined
      throw error
    })
    return opening
  })

  /** Lines that were read from a table. If there are none, row-level security may have hidden them since `migrate`. */
  async function seen(table: string, lines: Line[], isHidden?: typeof isFilled): Promise<Line[]> {
    if (lines.length === 0) await expectVisible(database.read, schema, [table], isHidden)
    return lines
  }

  async function seenCheckpoints(portalId: string, lines: Line[]): Promise<Line[]> {
    if (lines.length === 0)
      await expectVisibleCheckpoints(database.read, at(portalId), readable.objects)
    return lines
  }

  const hasHistory = (object: string) =>
    readable.objects.some(({ name, history }) => name === object && history !== undefined)
  const pairNamed = (name: string) => readable.pairs.find((pair) => pair.name === name)

  return {
    async migrate(wanted) {
      const indexes = await database.transaction(
        migrationOpening(schema),
        ({ run }) => migrate(run, schema, wanted),
        (cause) => storeError(cause, 'Nothing was changed.'),
        isLocked,
      )
      await createIndexes(database, schema, indexes)
      mirror = mergeSchemas(mirror, wanted)
      readable = mergeSchemas(readable, wanted)
    },

    async missing(wanted) {
      const lacking = await database.readTogether((run) => missing(run, schema, wanted))
      readable = schemaThere(readable, wanted, lacking)
      return lacking
    },

    async prune(portalId, parts, { dryRun }) {
      const work = (run: Run) => prune(run, at(portalId), parts, dryRun)
      const { rows, dropped } = await (dryRun
        ? database.readTogether(work)
        : database.transaction(
            migrationOpening(schema),
            ({ run }) => work(run),
            pruneError,
            isLocked,
          ))
      mirror = schemaWithout(mirror, dropped)
      readable = schemaWithout(readable, dropped)
      return rows
    },

    async makeViews(views) {
      return database.transaction(
        migrationOpening(schema),
        ({ run }) => makeViews(run, schema, views),
        (cause) => storeError(cause, `No view was made.${neededBy(cause)}`),
        isLocked,
      )
    },

    async portals() {
      const there = await database.read(describeRelations(schema, ['sync_portals']))
      if (there.length === 0) return []
      const lines = await database.read(sql.selectPortals(schema))
      await seen('sync_portals', lines, isFilled)
      return lines.map(storedPortal)
    },

    async checkpoints(portalId) {
      const lines = await database.read(sql.selectCheckpoints(at(portalId)))
      return storedCheckpoints(await seenCheckpoints(portalId, lines))
    },

    async readCheckpoint(portalId, stream) {
      const lines = await database.read(sql.selectCheckpoint(at(portalId), stream))
      const [line] = await seenCheckpoints(portalId, lines)
      return line ? decodeJson<Checkpoint>(String(line.state)) : null
    },

    async commit(batch) {
      return database.transaction(
        commitOpening(schema, mirror, batch),
        (transaction) => writeBatch(transaction, schema, mirror, batch),
        commitError,
      )
    },

    async lease(request) {
      return database.transaction(
        leaseOpening(schema, request.portalId),
        (transaction) => writeLeases(transaction, schema, request),
        commitError,
      )
    },

    async leases(portalId) {
      const there = await database.read(describeRelations(schema, ['sync_leases']))
      if (there.length === 0) return []
      const { now, leases } = storedLeases(await database.read(sql.selectLeases(at(portalId))))
      return leasesAt(leases, now)
    },

    async get(portalId, object, id, { raw } = {}) {
      const table = tableOf(readable, object)
      const lines = await database.read(sql.selectRows(at(portalId), table, [id], raw))
      const [line] = await seen(object, lines)
      return line ? storedRow(table, line) : null
    },

    async list(portalId, object, page) {
      const table = tableOf(readable, object)
      const filters = filtersOf(table, page.where)
      if (!filters) return []
      const lines = await database.read(sql.listRows(at(portalId), table, page, filters))
      return (await seen(object, lines)).map((line) => storedRow(table, line))
    },

    async related(portalId, pairName, end) {
      const pair = pairNamed(pairName)
      if (!pair) return []
      const far = tableOf(readable, 'fromId' in end ? pair.to : pair.from)
      const lines = await database.read(sql.selectRelated(at(portalId), pair, far, end))
      return relatedRows(far, lines)
    },

    async sets(portalId, pairName, fromIds) {
      const pair = pairNamed(pairName)
      if (!pair) return []
      const sets = storedSets(await database.read(sql.selectEdges(at(portalId), pair, fromIds)))
      return fromIds.map((fromId) => ({ pair: pairName, fromId, edges: sets.get(fromId) ?? [] }))
    },

    async ids(portalId, object, range) {
      return idsOf(database.read, at(portalId), tableOf(readable, object), range)
    },

    async differing(portalId, object, claims) {
      const table = tableOf(readable, object)
      const ids = claims.map(({ id }) => id)
      const lines = await database.read(sql.selectVersions(at(portalId), table, ids))
      const found = new Map(lines.map((line) => [idOf(line), line]))
      return claims.flatMap((claim) => {
        const line = found.get(claim.id)
        const reason = line?._reason as Tombstone['reason'] | null | undefined
        const difference = reason
          ? differenceOf(claim, undefined, { reason })
          : differenceOf(claim, line && storedVersion(line))
        return difference ?? []
      })
    },

    async tombstone(portalId, object, id) {
      const lines = await database.read(sql.selectTombstones(at(portalId), object, [id]))
      const found = knownTombstones(lines).get(id)
      return found ? { object, id, reason: found.reason, intoId: found.intoId } : null
    },

    async changes(portalId, page) {
      const lines = await database.read(sql.selectChanges(at(portalId), page))
      return (await seen('sync_changes', lines)).map(storedChange)
    },

    async runs(portalId, page) {
      const lines = await database.read(sql.selectRuns(at(portalId), page))
      return lines.map(storedRun)
    },

    async reference(portalId, name, scope) {
      const table = readable.reference?.find((table) => table.name === name)
      if (!table) return []
      const lines = await database.read(selectReference(at(portalId), table, scope))
      return (await seen(name, lines)).map((line) => storedReferenceRow(table, line))
    },

    async history(portalId, object, id, page) {
      if (!hasHistory(object)) return []
      const lines = await database.read(selectHistory(at(portalId), object, id, page))
      return (await seen(historyNames(object).entries, lines)).map(storedEntry)
    },

    async historyGaps(portalId, object, id, page) {
      if (!hasHistory(object)) return []
      const lines = await database.read(selectHistoryGaps(at(portalId), object, id, page))
      return (await seen(historyNames(object).gaps, lines)).map(storedGap)
    },

    async gapsOf(portalId, object, latest) {
      if (!hasHistory(object)) return { counts: {}, latest: [] }
      const { counts, gaps } = await database.readTogether(async (run) => ({
        counts: await run(countGaps(at(portalId), object)),
        gaps: await run(selectLatestGaps(at(portalId), object, latest)),
      }))
      await seen(historyNames(object).gaps, counts)
      return {
        counts: Object.fromEntries(
          counts.map((line) => [textOf(line.property), Number(line.gaps)]),
        ),
        latest: gaps.map((line) => ({ ...storedGap(line), id: textOf(line.source_id) ?? '' })),
      }
    },

    async counts(portalId) {
      const counts: Awaited<ReturnType<Store['counts']>> = {}
      for (const { name } of readable.objects) counts[name] = { active: 0, archived: 0 }
      if (readable.objects.length === 0) return counts
      const lines = await database.read(sql.countRows(at(portalId), Object.keys(counts)))
      for (const { object, source_status, rows } of lines) {
        const count = counts[String(object)]
        if (count) count[source_status === 'ACTIVE' ? 'active' : 'archived'] = Number(rows)
      }
      return counts
    },

    async close() {
      const given = database.close()
      const pool = await opening?.catch(() => undefined)
      opening = undefined
      await Promise.all([given, pool?.end()])
    },
  }
}

/**
 * Ids in the order of their numbers. PostgreSQL compares ids as text, so each length is read by itself, shorter ids
 * first.
 */
async function idsOf(
  read: Run,
  place: sql.Place,
  table: ObjectTable,
  { after = '', upTo, limit, status }: IdRange,
): Promise<string[]> {
  const found: string[] = []
  let length: number | null = after.length
  let from = after
  while (length !== null && (upTo === undefined || length <= upTo.length)) {
    const page = { after: from, length, limit: limit - found.length, status }
    for (const line of await read(sql.selectIds(place, table, page))) {
      const id = idOf(line)
      if (upTo !== undefined && length === upTo.length && id > upTo) return found
      found.push(id)
    }
    if (found.length >= limit || length === upTo?.length) return found
    const [line] = await read(sql.selectNextLength(place, table, length, status))
    length = line?.length ? Number(line.length) : null
    from = ''
  }
  return found
}
