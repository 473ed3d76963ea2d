import assert from 'node:assert/strict'
import type {
  ChangeEntry,
  ChangePage,
  ColumnValue,
  MirrorReader,
  Store,
  StoredRow,
} from '@hubsync/core'
import { levels, types } from './definitions.js'
import { allRows } from './rows.js'

interface Replica {
  status: 'ACTIVE' | 'ARCHIVED'
  values: Record<string, ColumnValue>
}

/** Where the feed is read. */
type Feed = Pick<MirrorReader, 'changes'>

interface Snapshot {
  cursor: string
  rows: Map<string, Replica>
  syncedAt: Map<string, string>
}

/** Columns that are there from the beginning: the feed doesn't tell of those that are added later being filled. */
const columnsOf = (type: string) =>
  Object.keys(levels[0]?.find(({ name }) => name === type)?.columns ?? {})

/** A program that follows a mirror: it takes a snapshot with its cursor, then lives by the change feed alone. */
export class FeedReader {
  readonly #portalId: string
  /** The numbers of the entries that it met by following, from the very first. */
  readonly #met: number[] = []
  /** Where it follows from; undefined before its first page. */
  cursor: string | undefined
  #snapshot: Snapshot | undefined
  /** Whether rows may have been filled in since, of which the feed doesn't tell. */
  filledIn = false

  constructor(portalId: string) {
    this.#portalId = portalId
  }

  /** Takes a page that came after the cursor. */
  meet({ results, cursor }: ChangePage): void {
    for (const { seq } of results) {
      const last = this.#met.at(-1) ?? 0
      assert.ok(seq > last, `entry ${seq} comes after entry ${last}`)
      this.#met.push(seq)
    }
    this.cursor = cursor
  }

  async takeSnapshot(feed: Feed, store: Store): Promise<void> {
    const { cursor } = await feed.changes({ after: 'now' })
    this.#snapshot = { cursor, rows: new Map(), syncedAt: new Map() }
    for (const type of types)
      for (const row of (await allRows(store, this.#portalId, type)).values()) {
        const key = `${type} ${row.id}`
        this.#snapshot.rows.set(key, replicaOf(type, row))
        this.#snapshot.syncedAt.set(key, row.syncedAt)
      }
  }

  /** Replays the feed over the snapshot, and holds the result against the tables. */
  async expectEqual(feed: Feed, store: Store): Promise<void> {
    const all = await entriesAfter(feed)
    for await (const page of pagesAfter(feed, this.cursor)) this.meet(page)
    assert.deepEqual(
      this.#met,
      all.map(({ seq }) => seq),
      'entries that a follower met',
    )
    if (!this.#snapshot) return
    const { cursor, rows, syncedAt } = this.#snapshot
    const entries = await entriesAfter(feed, cursor)
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
        // A row is written exactly where the feed tells of it.
        const written = latest.get(key)?.at ?? syncedAt.get(key)
        assert.equal(
          row.syncedAt,
          written,
          `${key}: when it was last written, by its table and by the feed`,
        )
      }
    assert.deepEqual([...rows.keys()], [], 'records that are there by the feed alone')
    const erased = all.findLast(
      (entry) => isLaterRemoved(all, entry) && Object.keys(entry.columns).length > 0,
    )
    assert.equal(erased, undefined, 'an entry with the content of a record that is gone')
  }
}

/** The pages of the feed after a cursor, to the first one that is empty. */
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
