import assert from 'node:assert/strict'
import type { Store } from '@hubsync/core'
import type { Portal } from '@hubsync/emulator'

type Table = Parameters<Store['reference']>[1]

/** Holds the owners and teams of the mirror against the portal. What HubSpot no longer lists has to be `ARCHIVED`. */
export async function expectSameOwners(portal: Portal, store: Store): Promise<void> {
  const active = portal.owners()
  const archived = portal.owners({ archived: true })
  const all = [...active, ...archived]
  await expectSame(portal, store, 'owners', [], {
    columns: ['email', 'firstName'],
    all: all.map((owner) => [owner.id, owner.email ?? null, owner.firstName || null]),
    active: active.map(({ id }) => id),
  })
  const teams = all.flatMap(({ teams = [] }) => teams)
  const named = [...new Map(teams.map(({ id, name }) => [id, [id, name]])).values()]
  await expectSame(portal, store, 'teams', [], { columns: ['name'], all: named })
  const members = all.flatMap(({ id, teams = [] }) => teams.map((team) => [`${id}/${team.id}`]))
  await expectSame(portal, store, 'owners_teams', [], { columns: [], all: members })
}

/** Holds the pipelines and stages of an object of the mirror against the portal. */
export async function expectSamePipelines(
  portal: Portal,
  store: Store,
  object: string,
): Promise<void> {
  const pipelines = portal.pipelines(object)
  await expectSame(portal, store, 'pipelines', [object], {
    columns: ['label'],
    all: pipelines.map(({ id, label }) => [`${object}/${id}`, label]),
  })
  await expectSame(portal, store, 'pipeline_stages', [object], {
    columns: ['label', 'displayOrder'],
    all: pipelines.flatMap(({ id: pipeline, stages }) =>
      stages.map(({ id, label, displayOrder }) => [
        `${object}/${pipeline}/${id}`,
        label,
        displayOrder,
      ]),
    ),
  })
}

/** Holds the definitions, options, groups and association types of the mirror against the portal. */
export async function expectSameCatalogue(
  portal: Portal,
  store: Store,
  objects: readonly string[],
  pairs: readonly (readonly [from: string, to: string])[],
): Promise<void> {
  for (const object of objects) {
    const active = portal.properties(object)
    const all = [...active, ...portal.properties(object, { archived: true })]
    await expectSame(portal, store, 'property_definitions', [object], {
      columns: ['label', 'type', 'fieldType', 'groupName'],
      all: all.map(({ name, label, type, fieldType, groupName }) => [
        `${object}/${name}`,
        ...[label || null, type, fieldType, groupName || null],
      ]),
      active: active.map(({ name }) => `${object}/${name}`),
    })
    await expectSame(portal, store, 'property_options', [object], {
      columns: ['label', 'displayOrder', 'isHidden'],
      all: all.flatMap(({ name, options }) =>
        options.map((each) => [
          `${object}/${name}/${each.value}`,
          ...[each.label || null, each.displayOrder, each.hidden],
        ]),
      ),
    })
    await expectSame(portal, store, 'property_groups', [object], {
      columns: ['label'],
      all: portal.propertyGroups(object).map(({ name, label }) => [`${object}/${name}`, label]),
    })
  }
  for (const [from, to] of [...pairs, ...pairs.map(([from, to]) => [to, from] as const)])
    await expectSame(portal, store, 'association_types', [from, to], {
      columns: ['label'],
      all: portal
        .associationTypes(from, to)
        .map(({ category, typeId, label }) => [`${from}/${to}/${category}/${typeId}`, label]),
    })
}

/** What a part of a table has to hold. */
interface Wanted {
  columns: readonly string[]
  /** Every row that the portal has, archived ones too: its key, then its values in these columns. */
  all: readonly (readonly unknown[])[]
  /** The keys of those that are `ACTIVE`; absent if all are. */
  active?: readonly string[]
}

/** Compares a part of a table by one read. Rows that the portal no longer has are there besides, but not `ACTIVE`. */
async function expectSame(
  portal: Portal,
  store: Store,
  table: Table,
  scope: string[],
  { columns, all, active = all.map(([key]) => String(key)) }: Wanted,
): Promise<void> {
  const rows = (await store.reference(String(portal.portalId), table, scope)).map((row) => ({
    ...row,
    key: row.key.join('/'),
  }))
  const activeRows = rows.filter(({ status }) => status === 'ACTIVE')
  assert.deepEqual(activeRows.map(({ key }) => key).sort(), [...active].sort())
  const keys = new Set(all.map(([key]) => key))
  const known = rows.filter(({ key }) => keys.has(key))
  assert.deepEqual(
    sorted(known.map(({ key, values }) => [key, ...columns.map((column) => values[column])])),
    sorted(all),
  )
}

function sorted(rows: readonly (readonly unknown[])[]): (readonly unknown[])[] {
  return [...rows].sort((one, other) => (String(one[0]) < String(other[0]) ? -1 : 1))
}
