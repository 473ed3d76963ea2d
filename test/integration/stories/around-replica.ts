import assert from 'node:assert/strict'
import type { ChangeEntry, ColumnValue, Store } from '@hubsync/core'

type Table = Parameters<Store['reference']>[1]

/** The tables of what lies around the records, by the job that reads them. */
const tables = {
  owners: ['owners', 'teams', 'owners_teams'],
  pipelines: ['pipelines', 'pipeline_stages'],
  catalogue: [
    ...(['object_types', 'property_groups', 'property_definitions'] as const),
    ...(['property_options', 'association_types'] as const),
  ],
} satisfies Record<string, Table[]>

type Part = keyof typeof tables

const parts = Object.keys(tables) as Part[]

/** The columns by which people know a row. In a story no thing lacks them. */
const names = ['label', 'name', 'email', 'firstName']

interface Row {
  status: string
  values: Record<string, ColumnValue>
  /** When it was written. */
  at: string
}

/** What lies around the records at a moment, and then by the change feed. */
export class AroundReplica {
  readonly #rows = new Map<string, Row>()
  /** What had been read by then: of the rest the feed has no entries when it is read for the first time. */
  readonly #read: Record<Part, ReadonlySet<string>>

  private constructor(read: Record<Part, ReadonlySet<string>>) {
    this.#read = read
  }

  static async take(store: Store, portalId: string): Promise<AroundReplica> {
    const read = async (part: Part) => {
      const checkpoint = await store.readCheckpoint(portalId, part)
      return new Set((checkpoint?.state as { read?: string[] } | null)?.read)
    }
    const replica = new AroundReplica({
      owners: await read('owners'),
      pipelines: await read('pipelines'),
      catalogue: await read('catalogue'),
    })
    for (const [key, row] of await replica.#rowsIn(store, portalId)) replica.#rows.set(key, row)
    return replica
  }

  /** Whether an entry of the feed is about one of these tables. */
  static isOf({ object }: ChangeEntry): boolean {
    return Object.values(tables)
      .flat()
      .some((table) => table === object)
  }

  /** Follows the feed by an entry. */
  replay({ seq, object, id, kind, columns, at }: ChangeEntry): void {
    // Of what was read for the first time since then, it has no rows that an entry could go on from.
    if (!this.#wasRead(object as Table, id.split('/'))) return
    const key = `${object} ${id}`
    const known = this.#rows.get(key)
    const isNew = kind === 'created' || (kind === 'archived' && !known)
    assert.equal(
      known === undefined,
      isNew,
      `entry ${seq}: ${key} is ${kind}: whether it was there`,
    )
    if (kind === 'removed') {
      this.#rows.delete(key)
      return
    }
    // Old records still name what is gone.
    if (kind === 'archived' && known)
      for (const name of names)
        assert.notEqual(
          columns[name]?.new,
          null,
          `${key}: ${name} by entry ${seq}, which archives it`,
        )
    const values = { ...known?.values }
    for (const [name, change] of Object.entries(columns)) {
      assert.deepEqual(change.old, values[name] ?? null, `${key}: ${name} before entry ${seq}`)
      values[name] = change.new
    }
    const status = kind === 'archived' ? 'ARCHIVED' : kind === 'updated' ? known?.status : 'ACTIVE'
    this.#rows.set(key, { status: status ?? 'ACTIVE', values, at })
  }

  /** Compares it with the tables. */
  async expectEqual(store: Store, portalId: string): Promise<void> {
    for (const [key, row] of await this.#rowsIn(store, portalId)) {
      const followed = this.#rows.get(key)
      assert.ok(followed, `${key} is in its table, but not by the feed`)
      this.#rows.delete(key)
      // The feed leaves out columns that are empty.
      const values = Object.fromEntries(
        Object.keys(row.values).map((name) => [name, followed.values[name] ?? null]),
      )
      assert.deepEqual({ ...followed, values }, row, `${key}, by the feed and in its table`)
    }
    assert.deepEqual([...this.#rows.keys()], [], 'rows around the records by the feed alone')
  }

  /** The rows of what had been read when this was taken. */
  async #rowsIn(store: Store, portalId: string): Promise<Map<string, Row>> {
    const rows = new Map<string, Row>()
    for (const table of Object.values(tables).flat())
      for (const { key, status, values, syncedAt } of await store.reference(portalId, table, []))
        if (this.#wasRead(table, key))
          rows.set(`${table} ${key.join('/')}`, { status, values: { ...values }, at: syncedAt })
    return rows
  }

  #wasRead(table: Table, key: readonly (string | number)[]): boolean {
    const part = parts.find((name) => tables[name].some((other) => other === table))
    assert.ok(part, `${table} is a table around the records`)
    return this.#read[part].has(subjectOf(part, table, key))
  }
}

/** What a row was read of: an object, a pair, or the part as a whole. */
function subjectOf(part: Part, table: Table, key: readonly (string | number)[]): string {
  if (part === 'owners' || table === 'object_types') return part === 'owners' ? part : table
  return table === 'association_types' ? `${key[0]}_${key[1]}` : String(key[0])
}
