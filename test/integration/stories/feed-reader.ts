import assert from 'node:assert/strict'
import {
  type ChangeEntry,
  type ChangePage,
  type ColumnValue,
  isHubsyncError,
  type MirrorReader,
  type Store,
  type StoredRow,
} from '@hubsync/core'
import { AroundReplica } from './around-replica.js'
import { levels, types } from './definitions.js'
import { allRows } from './rows.js'

interface Replica {
  status: 'ACTIVE' | 'ARCHIVED'
  values: Record<string, ColumnValue>
}

/** How the feed is read. */
type Feed = Pick<MirrorReader, 'changes'>

/** The rows as they were at a cursor. */
export interface Snapshot {
  cursor: string
  /** Whether the mirror was restored to an earlier state since then. The feed may refuse the cursor in that case. */
  mayBeLost: boolean
  rows: Map<string, Replica>
  syncedAt: Map<string, string>
  around: AroundReplica
}

/** Columns that exist from the start. The feed has no entries about the filling of columns that are added later. */
const columnsOf = (type: string) =>
  Object.keys(levels[0]?.find(({ name }) => name === type)?.columns ?? {})

/** A program that follows a mirror: it takes a snapshot with its cursor, and then reads only the change feed. */
export class FeedReader {
  readonly #portalId: string
  /** The entries that it has read, from the first one after the snapshot. */
  #met: string[] = []
  /** Its cursor; undefined before its first page. */
  #cursor: string | undefined
  /**
   * Whether the mirror was restored since then to a state before the cursor. The feed may refuse the cursor in that
   * case.
   */
  #mayBeLost = false
  snapshot: Snapshot | undefined
  /** Whether rows may have been filled in since then. The feed has no entries about that. */
  filledIn = false

  constructor(portalId: string) {
    this.#portalId = portalId
  }

  /** Reads the page after its cursor, and returns the number of entries. Starts again if the cursor is lost. */
  async follow(feed: Feed, limit: number): Promise<number> {
    const after = this.#cursor
    const page = await unlessLost(feed.changes({ after, limit }), this.#mayBeLost)
    // Another follower may be further by now.
    if (this.#cursor !== after) return 0
    if (page === undefined) {
      this.#met = []
      this.#cursor = undefined
      this.#mayBeLost = false
      return this.follow(feed, limit)
    }
    for (const entry of page.results) {
      const { seq } = entry
      const last = Number.parseInt(this.#met.at(-1) ?? '0', 10)
      assert.ok(seq > last, `entry ${seq} comes after entry ${last}`)
      this.#met.push(markOf(entry))
    }
    this.#cursor = page.cursor
    return page.results.length
  }

  /**
   * The mirror was set back. A cursor of what stayed in the feed is good; one of what is lost may be refused, or lead on to all that
   * came after it.
   *
   * @param feed - undefined where the backup is older than the first run.
   * @param older - the snapshot that was there when the backup was made.
   */
  async meetRestored(feed: Feed | undefined, older: Snapshot | undefined): Promise<void> {
    const entries = feed ? await entriesAfter(feed) : []
    const last = this.#met.at(-1)
    this.#mayBeLost ||= !entries.some((entry) => markOf(entry) === last)
    if (this.snapshot && this.snapshot !== older) this.snapshot.mayBeLost = true
  }

  async takeSnapshot(feed: Feed, store: Store): Promise<void> {
    const { cursor } = await feed.changes({ after: 'now' })
    const around = await AroundReplica.take(store, this.#portalId)
    const snapshot = { cursor, mayBeLost: false, rows: new Map(), syncedAt: new Map(), around }
    for (const type of types)
      for (const row of (await allRows(store, this.#portalId, type)).values()) {
        const key = `${type} ${row.id}`
        snapshot.rows.set(key, replicaOf(type, row))
        snapshot.syncedAt.set(key, row.syncedAt)
      }
    this.snapshot = snapshot
  }

  /** Replays the feed over the snapshot, and compares the result with the tables. */
  async expectEqual(feed: Feed, store: Store): Promise<void> {
    const all = await entriesAfter(feed)
    while ((await this.follow(feed, 1_000)) > 0);
    assert.deepEqual(this.#met, all.map(markOf), 'entries that a follower met')
    if (!this.snapshot) return
    const { cursor, mayBeLost, rows, syncedAt, around } = this.snapshot
    const later = await unlessLost(entriesAfter(feed, cursor), mayBeLost)
    if (!later) return
    for (const entry of later) if (AroundReplica.isOf(entry)) around.replay(entry)
    await around.expectEqual(store, this.#portalId)
    const entries = later.filter(isOfRecord)
    const removed = new Set(entries.filter(isRemoval).map(keyOf))
    for (const entry of entries) replay(rows, entry, !removed.has(keyOf(entry)))
    const latest = new Map(entries.map((entry) => [keyOf(entry), entry]))
    for (const type of types)
      for (const row of (await allRows(store, this.#portalId, type)).values()) {
        const key = `${type} ${row.id}`
        assert.deepEqual(
          rows.get(key),
          replicaOf(type, row),
          `${key}, by the feed and in its table`,
        )
        rows.delete(key)
        if (this.filledIn) continue
        // A row is written exactly when the feed has an entry about it.
        const written = latest.get(key)?.at ?? syncedAt.get(key)
        assert.equal(
          row.syncedAt,
          written,
          `${key}: when it was last written, by its table and by the feed`,
        )
      }
    assert.deepEqual([...rows.keys()], [], 'records that are there by the feed alone')
    const erased = all.findLast(
      (entry) =>
        isOfRecord(entry) && isLaterRemoved(all, entry) && Object.keys(entry.columns).length > 0,
    )
    assert.equal(erased, undefined, 'an entry with the content of a record that is gone')
  }
}

/** The pages of the feed after a cursor, up to the first empty one. */
async function* pagesAfter(feed: Feed, cursor?: string): AsyncGenerator<ChangePage> {
  for (let after = cursor; ; ) {
    const page = await feed.changes({ after, limit: 1_000 })
    yield page
    if (page.results.length === 0) return
    after = page.cursor
  }
}

async function entriesAfter(feed: Feed, cursor?: string): Promise<ChangeEntry[]> {
  const entries: ChangeEntry[] = []
  for await (const { results } of pagesAfter(feed, cursor)) entries.push(...results)
  return entries
}

/** The result of a promise, or undefined if the cursor is lost and that is allowed. */
function unlessLost<T>(awaited: Promise<T>, mayBeLost: boolean): Promise<T | undefined> {
  return awaited.catch((error: unknown) => {
    const isLost = isHubsyncError(error) && error.code === 'CURSOR_LOST'
    assert.ok(!isLost || mayBeLost, 'a cursor is refused though nothing after it is lost')
    if (isLost) return undefined
    throw error
  })
}

/** The identity of an entry. Its number isn't enough: after a restore the same numbers are used again. */
function markOf({ seq, object, id, kind, at }: ChangeEntry): string {
  return [seq, object, id, kind, at].join(' ')
}

function replay(rows: Map<string, Replica>, entry: ChangeEntry, isWhole: boolean): void {
  const key = keyOf(entry)
  if (isRemoval(entry)) {
    assert.ok(rows.delete(key), `${key} is ${entry.kind} by the feed, but was not there`)
    return
  }
  const known = rows.get(key)
  const isNew = entry.kind === 'created' || (entry.kind === 'archived' && !known)
  assert.equal(
    known === undefined,
    isNew,
    `${key} is ${entry.kind} by the feed: whether it was there`,
  )
  const values: Replica['values'] =
    known?.values ?? Object.fromEntries(columnsOf(entry.object).map((name) => [name, null]))
  for (const name of columnsOf(entry.object)) {
    const change = entry.columns[name]
    if (!change) continue
    if (isWhole)
      assert.deepEqual(change.old, values[name], `${key}: ${name} before entry ${entry.seq}`)
    assert.notDeepEqual(change.old, change.new, `${key}: ${name} in entry ${entry.seq}`)
    values[name] = change.new
  }
  const status =
    entry.kind === 'archived' ? 'ARCHIVED' : entry.kind === 'updated' ? known?.status : 'ACTIVE'
  rows.set(key, { status: status ?? 'ACTIVE', values })
}

function replicaOf(type: string, { status, values }: StoredRow): Replica {
  return {
    status,
    values: Object.fromEntries(columnsOf(type).map((name) => [name, values[name] ?? null])),
  }
}

function isOfRecord({ object }: ChangeEntry): boolean {
  return types.some((type) => type === object)
}

function isRemoval({ kind }: ChangeEntry): boolean {
  return kind === 'merged' || kind === 'removed'
}

function keyOf({ object, id }: ChangeEntry): string {
  return `${object} ${id}`
}

function isLaterRemoved(all: readonly ChangeEntry[], { object, id, seq }: ChangeEntry): boolean {
  return all.some(
    (entry) => entry.seq >= seq && entry.object === object && entry.id === id && isRemoval(entry),
  )
}
