import type { ColumnValue, Json, RecordStatus } from '../model.js'
import type { ColumnKind } from '../objects/columns.js'
import { snakeCase } from '../objects/define-object.js'

/** The name of a reference table. */
export type ReferenceName =
  | 'owners'
  | 'teams'
  | 'owners_teams'
  | 'pipelines'
  | 'pipeline_stages'
  | 'object_types'
  | 'property_groups'
  | 'property_definitions'
  | 'property_options'
  | 'association_types'

/** A column of a reference table. */
export interface ReferenceColumn {
  /** The name in TypeScript, camelCase. */
  name: string
  /** The name in SQL, snake_case. */
  sqlName: string
  /** The kind of its values. It decides the type of the column. */
  kind: Exclude<ColumnKind, 'list'>
}

/**
 * A table of reference data: what lies around the records. Its columns are `portal_id`, those of the key, `source_status` if it
 * `keeps` rows, its own, `raw` if it has one, and `synced_at`.
 */
export interface ReferenceTable {
  /** The name of the table. */
  name: ReferenceName
  /** The columns of the primary key, after `portal_id`. */
  key: readonly ReferenceColumn[]
  /** The other columns. */
  columns: readonly ReferenceColumn[]
  /** Whether a row that HubSpot no longer lists stays, as `ARCHIVED`. Otherwise it is deleted. */
  keeps: boolean
  /** Whether it has a column `raw` with HubSpot's whole object. */
  raw: boolean
  /** The table that the first columns of the key, as many as that table has, refer to by a foreign key. */
  parent?: ReferenceName
}

/** A row of a reference table. */
export interface ReferenceRow {
  /** The values of the key's columns, in their order. */
  key: readonly (string | number)[]
  /** `ARCHIVED` if HubSpot lists it as archived, or no longer lists it. Always `ACTIVE` in a table that keeps none. */
  status: RecordStatus
  /** By column name. A column that is absent is null. */
  values: Readonly<Record<string, ColumnValue>>
  /** HubSpot's whole object; null in a table without `raw`. */
  raw: Json
}

/** A row of a reference table as a store returns it. */
export interface StoredReferenceRow extends ReferenceRow {
  /** When this row was last written here. */
  syncedAt: string
}

/** A complete reading of a part of a reference table. It replaces what is stored of that part. */
export interface ReferenceSet {
  /** The table. */
  table: ReferenceName
  /** The part: the first values of the key. All rows of the portal if empty. */
  scope: readonly (string | number)[]
  /** All rows that HubSpot lists. */
  rows: ReferenceRow[]
  /** Whether the change feed gets entries for them: not the first time. */
  feed: boolean
}

type Kinds = Readonly<Record<string, ReferenceColumn['kind']>>

/** A reference table as it is written down here. */
interface Description extends Pick<ReferenceTable, 'keeps' | 'raw' | 'parent'> {
  key: Kinds
  columns: Kinds
}

const stamps = {
  sourceCreatedAt: 'datetime',
  sourceUpdatedAt: 'datetime',
  sourceArchivedAt: 'datetime',
} as const

/** A table comes after the one that it refers to, and that is the order in which they are written. */
const descriptions = {
  owners: {
    key: { sourceId: 'text' },
    columns: {
      sourceCreatedAt: 'datetime',
      sourceUpdatedAt: 'datetime',
      email: 'text',
      firstName: 'text',
      lastName: 'text',
      type: 'text',
      userId: 'text',
    },
    keeps: true,
    raw: true,
  },
  teams: { key: { sourceId: 'text' }, columns: { name: 'text' }, keeps: true, raw: true },
  owners_teams: {
    key: { ownerId: 'text', teamId: 'text' },
    columns: { isPrimary: 'boolean' },
    keeps: false,
    raw: false,
  },
  pipelines: {
    key: { object: 'text', sourceId: 'text' },
    columns: { ...stamps, label: 'text', displayOrder: 'integer' },
    keeps: true,
    raw: true,
  },
  pipeline_stages: {
    key: { object: 'text', pipelineId: 'text', sourceId: 'text' },
    columns: {
      ...stamps,
      label: 'text',
      displayOrder: 'integer',
      isClosed: 'boolean',
      isWon: 'boolean',
      probability: 'decimal',
      state: 'text',
    },
    keeps: true,
    raw: true,
    parent: 'pipelines',
  },
  object_types: {
    key: { typeId: 'text' },
    columns: {
      object: 'text',
      singular: 'text',
      plural: 'text',
      displayProperty: 'text',
      isCustom: 'boolean',
      isEnabled: 'boolean',
      records: 'integer',
    },
    keeps: true,
    raw: true,
  },
  property_groups: {
    key: { object: 'text', name: 'text' },
    columns: { label: 'text', displayOrder: 'integer' },
    keeps: true,
    raw: false,
  },
  property_definitions: {
    key: { object: 'text', name: 'text' },
    columns: {
      label: 'text',
      type: 'text',
      fieldType: 'text',
      groupName: 'text',
      description: 'text',
      isCalculated: 'boolean',
      isCustom: 'boolean',
      isUnique: 'boolean',
      isHidden: 'boolean',
      isReadOnly: 'boolean',
      referencesObject: 'text',
      sensitivity: 'text',
      ...stamps,
    },
    keeps: true,
    raw: true,
  },
  property_options: {
    key: { object: 'text', property: 'text', value: 'text' },
    columns: { label: 'text', displayOrder: 'integer', isHidden: 'boolean' },
    keeps: true,
    raw: false,
  },
  association_types: {
    key: { fromObject: 'text', toObject: 'text', category: 'text', typeId: 'integer' },
    columns: { label: 'text', maxTo: 'integer' },
    keeps: true,
    raw: false,
  },
} as const satisfies Record<ReferenceName, Description>

/** The reference tables as types, for those of their lines. */
export type ReferenceDescriptions = typeof descriptions

const columnsOf = (kinds: Kinds): readonly ReferenceColumn[] =>
  Object.entries(kinds).map(([name, kind]) => ({ name, sqlName: snakeCase(name), kind }))

/** All reference tables, each after the one that it refers to. */
export const referenceTables: readonly ReferenceTable[] = Object.entries<Description>(
  descriptions,
).map(([name, description]) => ({
  ...description,
  name: name as ReferenceName,
  key: columnsOf(description.key),
  columns: columnsOf(description.columns),
}))
