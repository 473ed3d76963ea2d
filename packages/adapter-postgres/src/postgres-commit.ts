import {
  type Batch,
  type ChangeEntry,
  CheckpointConflictError,
  type CommitResult,
  checkpointMoves,
  type KnownRow,
  type MirrorRow,
  type MirrorSchema,
  noRows,
  type ObjectTable,
  planRow,
  type RowCounts,
  type RowGroup,
  rawText,
  type Tombstone,
  tableOf,
} from '@hubsync/core'
import type { Run, Transaction } from './postgres-database.js'
import { lockKey } from './postgres-names.js'
import {
  knownRow,
  momentOf,
  momentParameter,
  momentText,
  type PlannedRow,
  type RowParameters,
  rowParameters,
} from './postgres-rows.js'
import { replaceSets } from './postgres-sets.js'
import * as sql from './postgres-sql.js'
import { decodeText, encodeJson, encodeText, textArray } from './postgres-text.js'

/** What a commit has found out and done so far. */
interface Work extends Transaction {
  schema: string
  mirror: MirrorSchema
  batch: Batch
  portalId: string
  at: string
  result: CommitResult
  changes: Omit<ChangeEntry, 'seq' | 'at'>[]
}

/** What is here of an object's rows and tombstones, by id, and what becomes of it. */
interface Here {
  table: ObjectTable
  known: Map<string, KnownRow>
  /** HubSpot's objects of the batch as text. */
  texts: Map<MirrorRow, string>
  /** What writes all rows of the batch as they came. */
  asGiven: RowParameters
  tombstones: Map<string, { reason: Tombstone['reason']; at: string }>
  planned: Map<string, PlannedRow>
  /** The statement that writes what is planned. */
  write?: Parameters<Run>
  unburied: string[]
  /** Records that lose their associations. */
  leaving: string[]
}

/**
 * What a commit begins with: its locks, all in one order for all commits. Writing records of an object is for one commit at a time,
 * so that no newer version slips in between its reading and its writing; replacing the sets of a pair is too.
 *
 * Every statement of a commit finds its rows by an index. A plan that was made while a table was almost empty, and is kept with the
 * statement's name, would go on to read the table from end to end.
 */
export function commitOpening(schema: string, batch: Batch): string {
  const { portalId, rows = [], tombstones = [], associations = [] } = batch
  const keys = new Set([
    ...[...rows, ...tombstones].map(({ object }) => lockKey('rows', schema, portalId, object)),
    ...associations.map(({ pair }) => lockKey('sets', schema, portalId, pair)),
  ])
  const inOrder = [...keys].sort((one, other) => (one < other ? -1 : 1))
  const locks = inOrder.map((key) => `SELECT pg_advisory_xact_lock(${key})`)
  const settings = ['SET LOCAL enable_seqscan = off']
  if (batch.durable) settings.push(WAIT_FOR_DISK)
  return [...settings, ...locks].join(';')
}

/** Where the server answers before a commit is on its disk, it waits for that now. Any other setting does so, or waits for more. */
const WAIT_FOR_DISK = `SELECT pg_catalog.set_config('synchronous_commit', 'on', true)
WHERE pg_catalog.current_setting('synchronous_commit') = 'off'`

/** Writes a batch. Call it inside a transaction that began with {@link commitOpening}. */
export async function writeBatch(
  transaction: Transaction,
  schema: string,
  mirror: MirrorSchema,
  batch: Batch,
): Promise<CommitResult> {
  const result: CommitResult = { rows: {}, associations: { added: 0, removed: 0, unlinked: 0 } }
  const portalId = encodeText(batch.portalId)
  const at = momentParameter(batch.at)
  const work: Work = { ...transaction, schema, mirror, batch, portalId, at, result, changes: [] }
  const [here] = await Promise.all([
    readObjects(work).then((found) => planObjects(work, found)),
    moveCheckpoints(work),
    writeSyncTables(work),
  ])
  for (const { write } of here.values()) if (write) transaction.send(...write)
  const buried = [
    ...new Map(batch.tombstones?.map((each) => [`${each.object}/${each.id}`, each])).values(),
  ]
  for (const { object, id } of buried) here.get(object)?.leaving.push(id)
  await unlink(work, here)
  moveTombstones(work, here, buried)
  await buryRows(work, here, buried)
  const statusOf = (object: string, id: string) => here.get(object)?.known.get(id)?.status
  result.associations = await replaceSets(work, batch, statusOf)
  writeChanges(work)
  return result
}

/** The second of two writers waits here for the first, and then finds another checkpoint than it expected. */
async function moveCheckpoints({ early, schema, batch, portalId, at }: Work): Promise<void> {
  const statements = sql.syncStatements(schema)
  await Promise.all(
    checkpointMoves(batch).map(async ({ stream, expected, next }) => {
      const values = [portalId, encodeText(stream), encodeJson(next), at]
      const moved =
        expected === null
          ? await early(statements.insertCheckpoint, values)
          : await early(statements.updateCheckpoint, [...values, encodeJson(expected)])
      if (moved.length === 0) throw new CheckpointConflictError(stream)
    }),
  )
}

/** What no later statement depends on. */
async function writeSyncTables({ send, schema, batch, portalId }: Work): Promise<void> {
  const statements = sql.syncStatements(schema)
  if (batch.portal) {
    const { portalId: id, uiDomain, timeZone, firstRunAt, lastRunAt } = batch.portal
    const texts = [id, uiDomain, timeZone].map(encodeText)
    send(statements.upsertPortal, [...texts, ...[firstRunAt, lastRunAt].map(momentParameter)])
  }
  if (batch.run) {
    const { id, jobs, status, counts, error, startedAt, finishedAt } = batch.run
    send(statements.upsertRun, [
      ...[portalId, encodeText(id), encodeJson(jobs), status],
      counts === null ? null : encodeJson(counts),
      error === null ? null : encodeText(error),
      ...[startedAt, finishedAt].map(momentParameter),
    ])
  }
  if (batch.forgetChangesUpTo !== undefined)
    send(statements.forgetChanges, [portalId, String(batch.forgetChangesUpTo)])
  if (batch.forgetRuns) send(statements.forgetRuns, [portalId, textArray(batch.forgetRuns)])
}

/** Reads what the batch touches, object by object in the order of their names. */
async function readObjects(work: Work): Promise<Map<string, Here>> {
  const { rows = [], tombstones = [] } = work.batch
  const objects = new Set([...rows, ...tombstones].map(({ object }) => object))
  const found = [...objects]
    .sort()
    .map(async (object) => [object, await readObject(work, object)] as const)
  return new Map(await Promise.all(found))
}

async function readObject(
  { early, schema, mirror, batch, portalId }: Work,
  object: string,
): Promise<Here> {
  const { rows = [], tombstones = [] } = batch
  const table = tableOf(mirror, object)
  const given = rows.filter((group) => group.object === object).flatMap((group) => group.rows)
  const ids = [...given, ...tombstones.filter((each) => each.object === object)].map(({ id }) => id)
  const here: Here = {
    table,
    known: new Map(),
    texts: new Map(),
    tombstones: new Map(),
    planned: new Map(),
    asGiven: [],
    unburied: [],
    leaving: [],
  }
  if (ids.length === 0) return here
  const lines = early(sql.selectKnownRows({ schema, table }), [
    ...[portalId, textArray(ids), object],
    ...needed(given),
  ])
  // While the server reads.
  for (const row of given) here.texts.set(row, rawText(row.raw))
  here.asGiven = rowParameters(
    table,
    [...here.texts].map(([row, text]) => ({ row, rawText: text })),
  )
  for (const line of await lines) {
    const id = decodeText(String(line.source_id))
    if (line._reason === null) {
      here.known.set(id, knownRow(table, line))
    } else {
      const reason = line._reason as Tombstone['reason']
      here.tombstones.set(id, { reason, at: momentOf(line._at) ?? '' })
    }
  }
  return here
}

/** What `selectKnownRows` has to give of HubSpot's objects, as its parameters from `$4`. */
function needed(rows: readonly MirrorRow[]): [versions: Buffer, names: string[], url: string] {
  const versions = new Set(rows.map(({ updatedAt }) => momentText(updatedAt)))
  let inAll = Object.keys(rows[0]?.raw.properties ?? {})
  for (const { raw } of rows) {
    // Most rows name the same in the same order, which is told in a fraction of the time that looking for each name takes.
    const names = Object.keys(raw.properties)
    if (inAll.some((name, index) => name !== names[index]))
      inAll = inAll.filter((name) => Object.hasOwn(raw.properties, name))
  }
  const lacksLink = rows.some(({ raw }) => raw.url === undefined)
  return [textArray([...versions]), inAll.map(encodeText), String(lacksLink)]
}

/** Plans the rows one after the other, as they come in the batch, and prepares what comes of it, a statement for each object. */
function planObjects(work: Work, found: Map<string, Here>): Map<string, Here> {
  const { schema, batch, portalId, at } = work
  for (const group of batch.rows ?? []) planRows(work, found.get(group.object) as Here, group)
  for (const here of found.values()) {
    const { table, planned, asGiven } = here
    if (planned.size === 0) continue
    const parameters = writesAllAsGiven(here) ? asGiven : rowParameters(table, planned.values())
    here.write = [sql.upsertRows({ schema, table }), [portalId, at, ...parameters]]
  }
  return found
}

/** Whether every row is to be written, with nothing kept of what was there. */
function writesAllAsGiven({ texts, planned }: Here): boolean {
  if (planned.size < texts.size) return false
  for (const [{ id, values }, text] of texts) {
    const plan = planned.get(id)
    if (plan?.rawText !== text || plan.row.values !== values) return false
  }
  return true
}

function planRows({ result, changes }: Work, here: Here, { object, rows, feed }: RowGroup): void {
  const counts = countsOf(result, object)
  for (const incoming of rows) {
    const { id } = incoming
    const plan = planRow(
      here.table,
      incoming,
      here.known.get(id),
      here.tombstones.get(id),
      here.texts.get(incoming),
    )
    counts[plan.count]++
    if (plan.action === 'leave') continue
    here.known.set(id, { ...plan.row, rawText: plan.rawText })
    here.planned.set(id, plan)
    if (here.tombstones.delete(id)) here.unburied.push(id)
    if (plan.row.status === 'ARCHIVED') here.leaving.push(id)
    if (feed) changes.push({ object, id, ...plan.change })
  }
}

/**
 * Takes away the associations of the records that were archived, or are about to be buried. In every pair that is there: one that has
 * left the schema, or that another process has added, still has its ends here.
 */
async function unlink(
  { run, send, schema, portalId }: Work,
  here: Map<string, Here>,
): Promise<void> {
  const leaving = (object: unknown) => here.get(String(object))?.leaving.map(encodeText) ?? []
  if ([...here.keys()].every((object) => leaving(object).length === 0)) return
  for (const { name, from, to } of await run(sql.selectPairs(schema), [schema])) {
    const pair = { name: String(name), from: String(from), to: String(to) }
    const [near, far] = [leaving(from), leaving(to)]
    if (near.length + far.length > 0)
      send(sql.unlink({ schema, table: pair }), [portalId, near, far])
  }
}

function moveTombstones(work: Work, here: Map<string, Here>, buried: Tombstone[]): void {
  const { send, schema, batch, at } = work
  const statements = sql.syncStatements(schema)
  const unburied = [...here].flatMap(([object, each]) =>
    each.unburied.map((id) => recordKey(batch, object, id)),
  )
  if (unburied.length > 0) send(statements.deleteTombstones, [encodeJson(unburied)])
  const records = buried.map(({ object, id, reason, intoId }) => {
    return { ...recordKey(batch, object, id), reason, into_id: intoId }
  })
  if (records.length > 0) send(statements.upsertTombstones, [encodeJson(records), at])
}

/** Takes rows out, and their content out of the feed. */
async function buryRows(work: Work, here: Map<string, Here>, buried: Tombstone[]) {
  const { run, send, schema, batch, portalId, result, changes } = work
  const removed: Tombstone[] = []
  for (const [object, { table, known }] of here) {
    const given = buried.filter((each) => each.object === object)
    if (given.length === 0) continue
    const ids = given.map(({ id }) => encodeText(id))
    const lines = await run(sql.deleteRows({ schema, table }), [portalId, ids])
    const gone = new Set(lines.map(({ source_id }) => source_id))
    countsOf(result, object).removed += gone.size
    removed.push(...given.filter(({ id }) => gone.has(encodeText(id))))
    for (const { id } of given) known.delete(id)
  }
  if (removed.length === 0) return
  const records = removed.map(({ object, id }) => recordKey(batch, object, id))
  send(sql.syncStatements(schema).eraseChanges, [encodeJson(records)])
  for (const change of changes)
    if (removed.some(({ object, id }) => change.object === object && change.id === id))
      change.columns = {}
  for (const { object, id, reason } of removed)
    changes.push({ object, id, kind: reason === 'merged' ? 'merged' : 'removed', columns: {} })
}

/** Last of all, since from here until its end the commit keeps the others from the feed. */
function writeChanges({ send, schema, batch, portalId, at, changes }: Work): void {
  if (changes.length === 0) return
  const records = changes.map(({ id, ...change }) => ({ source_id: id, ...change }))
  const lock = String(lockKey('changes', schema, batch.portalId))
  send(sql.insertChanges(schema), [portalId, at, encodeJson(records), lock])
}

function recordKey({ portalId }: Batch, object: string, id: string) {
  return { portal_id: portalId, object, source_id: id }
}

function countsOf(result: CommitResult, object: string): RowCounts {
  const counts = result.rows[object] ?? noRows()
  result.rows[object] = counts
  return counts
}
