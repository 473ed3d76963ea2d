import {
  type AssociationEdge,
  type ChangeEntry,
  type Checkpoint,
  differenceOf,
  InvalidOptionError,
  type Json,
  type MirrorSchema,
  mergeSchemas,
  type ObjectTable,
  type PairTable,
  type RelatedRow,
  type RunRecord,
  type Store,
  schemaThere,
  type Tombstone,
  tableOf,
} from '@hubsync/core'
import { commitOpening, writeBatch } from './postgres-commit.js'
import { postgresDatabase } from './postgres-database.js'
import { isLocked } from './postgres-errors.js'
import { migrate, migrationOpening, missing } from './postgres-migrations.js'
import { type OwnPool, openPool } from './postgres-pool.js'
import type { Line, PostgresPool } from './postgres-query.js'
import { expectVisible, isFilled } from './postgres-row-security.js'
import { momentOf, momentParameter, storedRow, storedVersion, textOf } from './postgres-rows.js'
import * as sql from './postgres-sql.js'
import { decodeJson, decodeText, encodeText } from './postgres-text.js'

/** Where the mirror lives: a server to connect to, or a pool of yours. */
export type PostgresStoreOptions = {
  /**
   * The schema that the tables are in. Made where it doesn't exist, if the role may; otherwise rights on it alone are enough.
   *
   * @default 'hubspot'
   */
  schema?: string
} & (
  | {
      /** As pg takes it: `postgres://user:password@host:5432/database`. Connected at the first call, closed by `close()`. */
      connectionString: string
    }
  | {
      /** A pool of yours, of pg or another with its `connect`, which sends a `Buffer` as a binary parameter. It is never closed. With pg's option `pipeline` a commit takes fewer trips to the server. */
      pool: PostgresPool
    }
)

/**
 * A store in PostgreSQL, on pg. Works behind a pooler such as PgBouncer in transaction mode; see `docs/explain/schema.md`
 * for the tables.
 *
 * @throws `InvalidOptionError` where neither `connectionString` nor `pool` is given. Connecting happens at the first call, and
 * throws there: `DRIVER_MISSING`, `SCHEMA_CONFLICT`, `SCHEMA_TOO_NEW`, or `STORE_FAILED` with what to do in its message.
 */
export function postgresStore(options: PostgresStoreOptions): Store {
  const schema = expectOptions(options)
  const statements = sql.syncStatements(schema)
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

  function place(object: string): sql.Place<ObjectTable> {
    return { schema, table: tableOf(readable, object) }
  }

  /** What a table has given. Nothing may be all that row-level security leaves to see, since this process has looked. */
  async function seen(table: string, lines: Line[], isHidden?: typeof isFilled): Promise<Line[]> {
    if (lines.length === 0) await expectVisible(database.read, schema, [table], isHidden)
    return lines
  }

  function pairPlace(name: string): sql.Place<PairTable> | undefined {
    const table = readable.pairs.find((pair) => pair.name === name)
    return table && { schema, table }
  }

  return {
    async migrate(wanted) {
      await database.transaction(
        migrationOpening(schema),
        ({ run }) => migrate(run, schema, wanted),
        'Nothing was changed.',
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
      const there = await database.read(sql.describeRelations, [schema, ['sync_portals']])
      if (there.length === 0) return []
      const lines = await database.read(statements.selectPortals)
      await seen('sync_portals', lines, isFilled)
      return lines.map((line) => ({
        portalId: textOf(line.portal_id) ?? '',
        uiDomain: textOf(line.ui_domain) ?? '',
        timeZone: textOf(line.time_zone) ?? '',
        firstRunAt: momentOf(line.first_run_at) ?? '',
        lastRunAt: momentOf(line.last_run_at) ?? '',
      }))
    },

    async checkpoints(portalId) {
      const lines = await database.read(statements.selectCheckpoints, [encodeText(portalId)])
      return new Map(
        lines.map(({ stream, state }) => [
          decodeText(String(stream)),
          decodeJson<Checkpoint>(String(state)),
        ]),
      )
    },

    async readCheckpoint(portalId, stream) {
      const [line] = await database.read(statements.selectCheckpoint, [
        ...[portalId, stream].map(encodeText),
      ])
      return line ? decodeJson<Checkpoint>(String(line.state)) : null
    },

    async commit(batch) {
      return database.transaction(
        commitOpening(schema, batch),
        (transaction) => writeBatch(transaction, schema, mirror, batch),
        'Nothing of this commit was written.',
      )
    },

    async get(portalId, object, id, { raw = true } = {}) {
      const at = place(object)
      const lines = await database.read(sql.selectRow(at, raw), [portalId, id].map(encodeText))
      const [line] = await seen(object, lines)
      return line ? storedRow(at.table, line) : null
    },

    async list(portalId, object, { after = '', limit, status, updatedSince, raw = true }) {
      const at = place(object)
      const filters = { status: status !== undefined, updatedSince: updatedSince !== undefined }
      const lines = await database.read(sql.listRows(at, filters, raw), [
        ...[portalId, after].map(encodeText),
        ...[String(limit), status, updatedSince && momentParameter(updatedSince)].filter(
          (value) => value !== undefined,
        ),
      ])
      return (await seen(object, lines)).map((line) => storedRow(at.table, line))
    },

    async related(portalId, pairName, end) {
      const at = pairPlace(pairName)
      if (!at) return []
      const near = 'fromId' in end ? 'from' : 'to'
      const far = place(near === 'from' ? at.table.to : at.table.from)
      const id = 'fromId' in end ? end.fromId : end.toId
      const limits = end.limit === undefined ? [] : [String(end.limit)]
      const text = sql.selectRelated(far, pairName, near, limits.length > 0, end.raw ?? true)
      const lines = await database.read(text, [
        ...[portalId, id, end.after ?? ''].map(encodeText),
        ...limits,
      ])
      return gatherRelated(far.table, lines)
    },

    async sets(portalId, pairName, fromIds) {
      const at = pairPlace(pairName)
      if (!at) return []
      const sets = new Map<string, AssociationEdge[]>()
      const lines = await database.read(sql.selectEdges(at), [
        encodeText(portalId),
        fromIds.map(encodeText),
      ])
      for (const line of lines) {
        const fromId = textOf(line.from_id) ?? ''
        const edges = sets.get(fromId) ?? []
        sets.set(fromId, edges)
        edges.push({
          toId: textOf(line.to_id) ?? '',
          category: textOf(line.category) ?? '',
          typeId: Number(line.type_id),
          label: textOf(line.label),
        })
      }
      return fromIds.map((fromId) => ({ pair: pairName, fromId, edges: sets.get(fromId) ?? [] }))
    },

    async ids(portalId, object, { after = '', upTo, limit, status }) {
      const select = sql.selectIds(place(object), status !== undefined)
      const nextLength = sql.selectNextLength(place(object), status !== undefined)
      const portal = encodeText(portalId)
      const filter = status ? [status] : []
      const found: string[] = []
      let length: number | null = after.length
      let from = after
      while (length !== null && (upTo === undefined || length <= upTo.length)) {
        const lines = await database.read(select, [
          ...[portal, encodeText(from), String(length), String(limit - found.length)],
          ...filter,
        ])
        for (const line of lines) {
          const id = textOf(line.source_id) ?? ''
          if (upTo !== undefined && length === upTo.length && id > upTo) return found
          found.push(id)
        }
        if (found.length >= limit || length === upTo?.length) return found
        const [line] = await database.read(nextLength, [portal, String(length), ...filter])
        length = line?.length ? Number(line.length) : null
        from = ''
      }
      return found
    },

    async differing(portalId, object, claims) {
      const lines = await database.read(sql.selectVersions(place(object)), [
        encodeText(portalId),
        claims.map(({ id }) => encodeText(id)),
        object,
      ])
      const found = new Map(lines.map((line) => [textOf(line.source_id), line]))
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
      const [line] = await database.read(statements.selectTombstone, [
        ...[portalId, object, id].map(encodeText),
      ])
      const reason = line?.reason as Tombstone['reason']
      return line ? { object, id, reason, intoId: textOf(line.into_id) } : null
    },

    async changes(portalId, { after = 0, limit, newestFirst = false }) {
      const { selectChanges, selectNewestChanges } = statements
      const lines = await database.read(newestFirst ? selectNewestChanges : selectChanges, [
        ...[encodeText(portalId), String(after), String(limit)],
      ])
      return (await seen('sync_changes', lines)).map((line) => ({
        seq: Number(line.seq),
        object: textOf(line.object) ?? '',
        id: textOf(line.source_id) ?? '',
        kind: line.kind as ChangeEntry['kind'],
        columns: decodeJson<ChangeEntry['columns']>(String(line.columns)),
        at: momentOf(line.at) ?? '',
      }))
    },

    async runs(portalId, { limit, startedBefore }) {
      const page = [encodeText(portalId), String(limit)]
      const lines =
        startedBefore === undefined
          ? await database.read(statements.selectRuns, page)
          : await database.read(statements.selectRunsBefore, [
              ...page,
              momentParameter(startedBefore),
            ])
      return lines.map((line) => ({
        id: textOf(line.id) ?? '',
        jobs: decodeJson<string[]>(String(line.jobs)),
        status: line.status as RunRecord['status'],
        startedAt: momentOf(line.started_at) ?? '',
        finishedAt: momentOf(line.finished_at),
        counts: line.counts ? decodeJson<Json>(line.counts) : null,
        error: textOf(line.error),
      }))
    },

    async counts(portalId) {
      const counts: Awaited<ReturnType<Store['counts']>> = {}
      for (const { name } of readable.objects) counts[name] = { active: 0, archived: 0 }
      if (readable.objects.length === 0) return counts
      const lines = await database.read(sql.countRows(schema, readable.objects), [
        encodeText(portalId),
      ])
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

function gatherRelated(table: ObjectTable, lines: Line[]): RelatedRow[] {
  const related: RelatedRow[] = []
  for (const line of lines) {
    const last = related.at(-1)
    const association = {
      category: textOf(line._category) ?? '',
      typeId: Number(line._type_id),
      label: textOf(line._label),
    }
    if (last?.row.id === textOf(line.source_id)) last?.associations.push(association)
    else related.push({ row: storedRow(table, line), associations: [association] })
  }
  return related
}

/** Gives the schema's name. No message repeats the connection string: it holds the password. */
function expectOptions(options: PostgresStoreOptions): string {
  const {
    connectionString,
    pool,
    schema = 'hubspot',
  } = (options ?? {}) as {
    connectionString?: unknown
    pool?: Partial<PostgresPool>
    schema?: unknown
  }
  const lent = typeof pool?.connect === 'function'
  const own = typeof connectionString === 'string' && connectionString !== ''
  if (lent ? connectionString !== undefined : pool !== undefined || !own)
    throw new InvalidOptionError(
      "Expected postgresStore({ connectionString: 'postgres://user:password@host:5432/database' }), or postgresStore({ pool }) with a pool of pg.",
    )
  const scheme = own && /^([a-z][a-z\d+.-]*):/i.exec(connectionString)?.[1]
  if (scheme && !['postgres', 'postgresql', 'socket'].includes(scheme.toLowerCase()))
    throw new InvalidOptionError(
      `Expected \`connectionString\` to begin with postgres://, got one that begins with ${scheme}:.`,
    )
  if (typeof schema !== 'string' || !/^[^\0]{1,63}$/u.test(schema) || /^pg_/.test(schema))
    throw new InvalidOptionError(
      `Expected \`schema\` to be the name of a schema, 1 to 63 characters long and not starting with pg_, got ${JSON.stringify(schema)}.`,
    )
  return schema
}
