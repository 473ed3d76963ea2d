import type { Catalogue, CatalogueObject } from '../extract/catalogue-reader.js'
import { unknown } from '../extract/object-type-reader.js'
import type { ObjectType, PropertyDefinition } from '../extract/parse-catalogue.js'
import { isRefused } from '../extract/whole-list.js'
import type { RecordStatus } from '../model.js'
import { isCustom } from '../objects/portal-objects.js'
import type { ReferenceRow, ReferenceSet } from '../store/reference-tables.js'

/** A part of a table, read completely. */
type Part = Omit<ReferenceSet, 'feed'>

/** The index of a table holds no longer keys: about 2,700 bytes in PostgreSQL. */
const LONGEST_KEY_BYTES = 2_000

/**
 * What to write of a catalogue: a set for each part that was read completely. Object types of which one list was refused
 * are written one by one, so that those which only that list names stay as they are.
 */
export function catalogueSets(catalogue: Catalogue): Part[] {
  const sets: Part[] = [...objectTypeSets(catalogue)]
  for (const { object, groups, properties } of catalogue.objects) {
    const scope = [object.name]
    if (groups.complete)
      sets.push({
        table: 'property_groups',
        scope,
        rows: groups.items.map(({ name, archived, label, displayOrder }) =>
          row([object.name, name], archived, { label, displayOrder }),
        ),
      })
    if (!properties.complete) continue
    const { items } = properties
    sets.push(
      {
        table: 'property_definitions',
        scope,
        rows: items.map((each) => definitionRow(object, each)),
      },
      { table: 'property_options', scope, rows: items.flatMap((each) => optionRows(object, each)) },
    )
  }
  for (const { from, to, types } of catalogue.associationTypes)
    if (types.complete)
      sets.push({
        table: 'association_types',
        scope: [from.name, to.name],
        rows: types.items.map(({ category, typeId, label, maxTo }) =>
          row([from.name, to.name, category, typeId], false, { label, maxTo }),
        ),
      })
  return sets.map(({ table, scope, rows }) => ({ table, scope, rows: storable(rows) }))
}

function objectTypeSets({ objectTypes, objects }: Catalogue): Part[] {
  const { items, complete, failures } = objectTypes
  if (!complete && !failures.every(isRefused)) return []
  const ids = new Set(items.map(({ typeId }) => typeId))
  // HubSpot lists every custom type that it has, and not every type of its own.
  const unlisted = objects.flatMap(({ object: { typeId } }) =>
    typeId === undefined || ids.has(typeId) || (complete && isCustom({ type: typeId }))
      ? []
      : [unknown(typeId)],
  )
  const rows = [...items, ...unlisted].map((type) => {
    const mirrored = objects.find(({ object }) => object.typeId === type.typeId)
    return objectTypeRow(type, mirrored?.object.name ?? null)
  })
  if (complete) return [{ table: 'object_types', scope: [], rows }]
  return rows.map((row) => ({ table: 'object_types', scope: row.key, rows: [row] }))
}

function objectTypeRow(type: ObjectType, object: string | null): ReferenceRow {
  const { typeId, singular, plural, displayProperty, isCustom, isEnabled, records, raw } = type
  const names = { object, singular, plural, displayProperty }
  return row([typeId], false, { ...names, isCustom, isEnabled, records }, raw)
}

function definitionRow({ name: object }: CatalogueObject, each: PropertyDefinition): ReferenceRow {
  const { name, label, type, fieldType, groupName, description, isCalculated, isCustom } = each
  const { isUnique, isHidden, isReadOnly, referencesObject, sensitivity, archived, raw } = each
  const values = {
    label,
    type,
    fieldType,
    groupName,
    description,
    isCalculated,
    isCustom,
    isUnique,
    isHidden,
    isReadOnly,
    referencesObject,
    sensitivity,
    sourceCreatedAt: each.createdAt,
    sourceUpdatedAt: each.updatedAt,
    sourceArchivedAt: each.archivedAt,
  }
  return row([object, name], archived, values, raw)
}

function optionRows(object: CatalogueObject, { name, options }: PropertyDefinition) {
  return options.map(({ value, label, displayOrder, hidden }) =>
    row([object.name, name, value], false, { label, displayOrder, isHidden: hidden }),
  )
}

function row(
  key: ReferenceRow['key'],
  archived: boolean,
  values: ReferenceRow['values'],
  raw: ReferenceRow['raw'] = null,
): ReferenceRow {
  const status: RecordStatus = archived ? 'ARCHIVED' : 'ACTIVE'
  return {
    key: key.map((part) => (typeof part === 'string' ? part.toWellFormed() : part)),
    status,
    values,
    raw,
  }
}

/** Each key once, without those that an index can't hold. */
function storable(rows: readonly ReferenceRow[]): ReferenceRow[] {
  const byKey = new Map(rows.map((row) => [JSON.stringify(row.key), row]))
  return [...byKey]
    .filter(([key]) => Buffer.byteLength(key) <= LONGEST_KEY_BYTES)
    .map(([, row]) => row)
}
