import type { Store, Tombstone } from '@hubsync/core'
import {
  type Checkpoint,
  differenceOf,
  type MirrorSchema,
  mergeSchemas,
  schemaThere,
  tableOf,
} from '@hubsync/core/store'
import { writeBatch } from './postgres-commit.js'
import { postgresDatabase } from './postgres-database.js'
import { commitError, isLocked, storeError } from './postgres-errors.js'
import { migrate, missing } from './postgres-migrations.js'
import { expectOptions, type PostgresStoreOptions } from './postgres-options.js'
import { type OwnPool, openPool } from './postgres-pool.js'
import type { Line } from './postgres-query.js'
import { expectVisible, isFilled } from './postgres-row-security.js'
import {
  idOf,
  knownTombstones,
  relatedRows,
  storedChange,
  storedCheckpoints,
  storedPortal,
  storedRow,
  storedRun,
  storedSets,
  storedVersion,
} from './postgres-rows.js'
import { describeRelations, migrationOpening } from './postgres-schema-sql.js'
import * as sql from './postgres-sql.js'
import { decodeJson } from './postgres-text.js'
import { commitOpening } from './postgres-write-sql.js'

/**
 * A store in PostgreSQL, on pg. Works behind a pooler such as PgBouncer in transaction mode; see `docs/explain/schema.md`
 * for the tables.
 *
 * @throws `InvalidOptionError` where neither `connectionString` nor `pool` is given. Connecting happens at the first call, and
 * throws there: `DRIVER_MISSING`, `SCHEMA_CONFLICT`, `SCHEMA_TOO_NEW`, or `STORE_FAILED` with what to do in its message.
 */
export function postgresStore(options: PostgresStoreOptions): Store {
  const schema = expectOptions(options)
  const at = (portalId: string): sql.Place => ({ schema, portalId })
  let opening: Promise<OwnPool> | undefined
  /** What may be written, and what can be read. */
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

  /** What a table has given. Nothing may be all that row-level security leaves to see, since this process has looked. */
  async function seen(table: string, lines: Line[], isHidden?: typeof isFilled): Promise<Line[]> {
    if (lines.length === 0) await expectVisible(database.read, schema, [table], isHidden)
    return lines
  }

  /** The same of checkpoints, of which those of this account may be hidden alone: what is mirrored has some. */
  async function seenCheckpoints(portalId: string, lines: Line[]): Promise<Line[]> {
    if (lines.length > 0) return lines
    const checkpoints = ['sync_checkpoints']
    if (!(await expectVisible(database.read, schema, checkpoints))) return lines
    const others = await database.read(sql.selectCheckpoints(at(portalId)))
    if (others.length > 0) return lines
    for (const table of readable.objects) {
      const rows = await database.read(sql.listRows(at(portalId), table, { limit: 1 }))
      if (rows.length > 0) await expectVisible(database.read, schema, checkpoints, isFilled)
    }
    return lines
  }

  const pairNamed = (name: string) => readable.pairs.find((pair) => pair.name === name)

  return {
    async migrate(wanted) {
      await database.transaction(
        migrationOpening(schema),
        ({ run }) => migrate(run, schema, wanted),
        (cause) => storeError(cause, 'Nothing was changed.'),
        isLocked,
      )
      mirror = mergeSchemas(mirror, wanted)
      readable = mergeSchemas(readable, wanted)
    },

    async missing(wanted) {
      const lacking = await database.readTogether((run) => missing(run, schema, wanted))
      readable = schemaThere(readable, wanted, lacking)
      return lacking
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

    async get(portalId, object, id, { raw } = {}) {
      const table = tableOf(readable, object)
      const lines = await database.read(sql.selectRows(at(portalId), table, [id], raw))
      const [line] = await seen(object, lines)
      return line ? storedRow(table, line) : null
    },

    async list(portalId, object, page) {
      const table = tableOf(readable, object)
      const lines = await database.read(sql.listRows(at(portalId), table, page))
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

    async ids(portalId, object, { after = '', upTo, limit, status }) {
      const table = tableOf(readable, object)
      const found: string[] = []
      let length: number | null = after.length
      let from = after
      while (length !== null && (upTo === undefined || length <= upTo.length)) {
        const page = { after: from, length, limit: limit - found.length, status }
        for (const line of await database.read(sql.selectIds(at(portalId), table, page))) {
          const id = idOf(line)
          if (upTo !== undefined && length === upTo.length && id > upTo) return found
          found.push(id)
        }
        if (found.length >= limit || length === upTo?.length) return found
        const [line] = await database.read(
          sql.selectNextLength(at(portalId), table, length, status),
        )
        length = line?.length ? Number(line.length) : null
        from = ''
      }
      return found
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
