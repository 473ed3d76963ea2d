import assert from 'node:assert/strict'
import type { ColumnValue, ObjectDefinition, Store, StoredRow } from '@hubsync/core'
import type { HubspotRecord, Portal } from '@hubsync/emulator'
import { calculated, type Pair } from './definitions.js'
import { expectHistory } from './expect-history.js'
import { allRows } from './rows.js'

/** What is compared besides records and associations. */
export interface Comparison {
  objects: readonly ObjectDefinition[]
  pairs: readonly Pair[]
  /** Whether the labels of associations are compared: those that were renamed come with the catalogue. */
  labels: boolean
  /** Whether calculated properties have been refreshed. */
  refreshed: boolean
  /** All records that the mirror has ever had, by type. Those that are gone must have a tombstone. */
  known: ReadonlyMap<string, ReadonlySet<string>>
}

/** Compares the tables of these objects and pairs with the portal. Throws at the first difference. */
export async function expectEqual(portal: Portal, store: Store, given: Comparison): Promise<void> {
  const portalId = String(portal.portalId)
  for (const definition of given.objects) {
    const type = definition.name
    const rows = await allRows(store, portalId, type)
    for (const archived of [false, true])
      for (const record of portal.records(type, { archived })) {
        const row = rows.get(record.id)
        assert.ok(row, `${type} ${record.id} is missing in the mirror`)
        rows.delete(record.id)
        expectRow(definition, row, record, archived, given.refreshed)
        assert.equal(
          await store.tombstone(portalId, type, record.id),
          null,
          `${type} ${record.id}: tombstone of a record that is there`,
        )
      }
    assert.deepEqual([...rows.keys()], [], `${type} that are in the mirror alone`)
    for (const id of given.known.get(type) ?? []) await expectTombstone(portal, store, type, id)
    await expectHistory(portal, store, definition)
  }
  for (const pair of given.pairs) await expectAssociations(portal, store, pair, given.labels)
}

function expectRow(
  { name, columns, properties }: ObjectDefinition,
  row: StoredRow,
  record: HubspotRecord,
  archived: boolean,
  refreshed: boolean,
): void {
  const here = `${name} ${record.id}`
  const base = {
    status: row.status,
    url: row.url,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  }
  const { url, createdAt, updatedAt, archivedAt } = record
  assert.deepEqual(
    { ...base, archivedAt: row.archivedAt },
    ...[
      {
        status: archived ? 'ARCHIVED' : 'ACTIVE',
        url,
        createdAt,
        updatedAt,
        archivedAt: archivedAt ?? null,
      },
    ],
    `${here}: its dates and status`,
  )
  const { properties: raw, ...object } = row.raw
  const { properties: real, ...whole } = record
  assert.deepEqual(object, JSON.parse(JSON.stringify(whole)), `${here}: raw`)
  const isCompared = (property: string) =>
    refreshed || property !== calculated[name as keyof typeof calculated]
  const others = properties === 'all' ? Object.keys(real) : properties
  const wanted = [
    ...Object.values(columns).map(({ property }) => property),
    ...(Array.isArray(others) ? others : []),
  ]
  for (const property of wanted.filter(isCompared))
    assert.equal(raw[property] ?? '', real[property] ?? '', `${here}: raw ${property}`)
  for (const [column, { kind, property }] of Object.entries(columns))
    if (isCompared(property))
      assert.deepEqual(row.values[column], read(kind, real[property]), `${here}: ${column}`)
}

/** The value of a column, as the documentation says that it is made from the property. */
function read(kind: string, given: string | null | undefined): ColumnValue {
  const text = (given ?? '').trim()
  if (text === '') return null
  if (kind === 'email') return text.toLowerCase()
  if (kind === 'integer') return Number(text)
  return text
}

async function expectTombstone(portal: Portal, store: Store, type: string, id: string) {
  if (portal.record(type, id)) return
  const found = await store.tombstone(String(portal.portalId), type, id)
  assert.ok(found, `${type} ${id} is gone without a tombstone`)
  const winner = portal.resolve(type, id)
  if (winner === undefined) return
  assert.equal(found.reason, 'merged', `${type} ${id}: why it is gone`)
  let into = found.intoId
  for (let next = into; next !== null && next !== winner; ) {
    next = (await store.tombstone(String(portal.portalId), type, next))?.intoId ?? null
    into = next
  }
  assert.equal(into, winner, `${type} ${id}: what it was merged into`)
}

async function expectAssociations(
  portal: Portal,
  store: Store,
  [from, to]: Pair,
  withLabels: boolean,
): Promise<void> {
  const shown = ({ label, ...edge }: Edge) => edgeOf({ ...edge, label: withLabels ? label : null })
  const portalId = String(portal.portalId)
  const ids = [...(await allRows(store, portalId, from)).keys()]
  const sets = await store.sets(portalId, `${from}_${to}`, ids)
  const mirrored = sets.flatMap(({ fromId, edges }) =>
    edges.map((edge) => shown({ fromId, ...edge })),
  )
  const real = [...portal.associations(from, to)].map(shown)
  assert.deepEqual(mirrored.sort(), real.sort(), `associations from ${from} to ${to}`)
}

interface Edge {
  fromId: string
  toId: string
  category: string
  typeId: number
  label: string | null
}

function edgeOf({ fromId, toId, category, typeId, label }: Edge): string {
  return `${fromId} ${toId} ${category} ${typeId} ${label}`
}
