import assert from 'node:assert/strict'
import type { Store } from '@hubsync/core'
import type { Portal } from '@hubsync/emulator'

type Table = Parameters<Store['reference']>[1]

/** Holds the owners and teams of the mirror against the portal. What HubSpot no longer lists has to be `ARCHIVED`. */
export async function expectSameOwners(portal: Portal, store: Store): Promise<void> {
  const active = portal.owners()
  const archived = portal.owners({ archived: true })
  const all = [...active, ...archived]
  const labelled = all.map((owner) => [owner.id, owner.email ?? null, owner.firstName || null])
  assert.deepEqual(
    await labels(portal, store, 'owners', ['email', 'firstName'], labelled),
    sorted(labelled),
  )
  assert.deepEqual(await ids(portal, store, 'owners'), active.map(({ id }) => id).sort())
  const teams = all.flatMap(({ teams = [] }) => teams)
  const named = [...new Map(teams.map(({ id, name }) => [id, [id, name]])).values()]
  assert.deepEqual(await labels(portal, store, 'teams', ['name'], named), sorted(named))
  assert.deepEqual(await ids(portal, store, 'teams'), named.map(([id]) => String(id)).sort())
  const members = all.flatMap(({ id, teams = [] }) => teams.map((team) => `${id}/${team.id}`))
  assert.deepEqual(await ids(portal, store, 'owners_teams'), members.sort())
}

/** Holds the pipelines and stages of an object of the mirror against the portal. */
export async function expectSamePipelines(
  portal: Portal,
  store: Store,
  object: string,
): Promise<void> {
  const pipelines = portal.pipelines(object)
  const listed = pipelines.map(({ id, label }) => [`${object}/${id}`, label])
  assert.deepEqual(
    await ids(portal, store, 'pipelines', [object]),
    listed.map(([id]) => String(id)).sort(),
  )
  assert.deepEqual(await labels(portal, store, 'pipelines', ['label'], listed), sorted(listed))
  const stages = pipelines.flatMap(({ id: pipeline, stages }) =>
    stages.map(({ id, label, displayOrder }) => [
      `${object}/${pipeline}/${id}`,
      label,
      displayOrder,
    ]),
  )
  assert.deepEqual(
    await ids(portal, store, 'pipeline_stages', [object]),
    stages.map(([id]) => String(id)).sort(),
  )
  assert.deepEqual(
    await labels(portal, store, 'pipeline_stages', ['label', 'displayOrder'], stages),
    sorted(stages),
  )
}

const optionColumns = ['label', 'displayOrder', 'isHidden']

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
    const defined = all.map(({ name, label, type, fieldType, groupName }) => [
      `${object}/${name}`,
      ...[label || null, type, fieldType, groupName || null],
    ])
    const shown = ['label', 'type', 'fieldType', 'groupName']
    assert.deepEqual(
      await ids(portal, store, 'property_definitions', [object]),
      active.map(({ name }) => `${object}/${name}`).sort(),
    )
    assert.deepEqual(
      await labels(portal, store, 'property_definitions', shown, defined),
      sorted(defined),
    )
    const options = all.flatMap(({ name, options }) =>
      options.map((each) => [
        `${object}/${name}/${each.value}`,
        ...[each.label || null, each.displayOrder, each.hidden],
      ]),
    )
    assert.deepEqual(
      await ids(portal, store, 'property_options', [object]),
      options.map(([key]) => String(key)).sort(),
    )
    assert.deepEqual(
      await labels(portal, store, 'property_options', optionColumns, options),
      sorted(options),
    )
    const groups = portal.propertyGroups(object)
    const named = groups.map(({ name, label }) => [`${object}/${name}`, label])
    assert.deepEqual(
      await ids(portal, store, 'property_groups', [object]),
      named.map(([key]) => String(key)).sort(),
    )
    assert.deepEqual(
      await labels(portal, store, 'property_groups', ['label'], named),
      sorted(named),
    )
  }
  for (const [from, to] of [...pairs, ...pairs.map(([from, to]) => [to, from] as const)]) {
    const types = portal.associationTypes(from, to)
    const named = types.map(({ category, typeId, label }) => [
      `${from}/${to}/${category}/${typeId}`,
      label,
    ])
    assert.deepEqual(
      await ids(portal, store, 'association_types', [from, to]),
      named.map(([key]) => String(key)).sort(),
    )
    assert.deepEqual(
      await labels(portal, store, 'association_types', ['label'], named),
      sorted(named),
    )
  }
}

/** The keys of the active rows. */
async function ids(portal: Portal, store: Store, table: Table, scope: string[] = []) {
  const rows = await store.reference(String(portal.portalId), table, scope)
  return rows
    .filter(({ status }) => status === 'ACTIVE')
    .map(({ key }) => key.join('/'))
    .sort()
}

/** The rows of these keys, each with some of its values. */
async function labels(
  portal: Portal,
  store: Store,
  table: Table,
  columns: string[],
  wanted: readonly (readonly unknown[])[],
) {
  const rows = await store.reference(String(portal.portalId), table, [])
  const keys = new Set(wanted.map(([key]) => key))
  return sorted(
    rows
      .filter(({ key }) => keys.has(key.join('/')))
      .map(({ key, values }) => [key.join('/'), ...columns.map((column) => values[column])]),
  )
}

function sorted(rows: readonly (readonly unknown[])[]): (readonly unknown[])[] {
  return [...rows].sort((one, other) => (String(one[0]) < String(other[0]) ? -1 : 1))
}
