import type { ColumnKind } from '@hubsync/core'
import {
  type ObjectTable,
  objectComments,
  type PairTable,
  pairComments,
  syncComments,
  type TableColumn,
  type TableComments,
} from '@hubsync/core/store'
import { literal, qualified, quoted } from './postgres-names.js'

/** A column: its name, its type, and the constraints after it. */
export type ColumnDeclaration = readonly [name: string, type: string, rest: string]

/** A table, with its comments in the database. */
export interface TableDeclaration {
  name: string
  columns: readonly ColumnDeclaration[]
  constraints: readonly string[]
  comments: TableComments
}

/** Keys compare byte by byte, as in every other store, whatever the collation of the database is. */
export const key = 'COLLATE "C" NOT NULL'

export const portalId: ColumnDeclaration = ['portal_id', 'text', key]

/** The SQL type of each kind, spelled as `format_type` returns it. */
export const columnTypes: Record<ColumnKind, string> = {
  text: 'text',
  email: 'text',
  phone: 'text',
  integer: 'bigint',
  number: 'double precision',
  decimal: 'numeric',
  boolean: 'boolean',
  date: 'date',
  datetime: 'timestamp with time zone',
  list: 'text[]',
}

const moment = 'timestamp with time zone'

/** A column that numbers the lines in the order of their inserts. */
const counter = 'GENERATED ALWAYS AS IDENTITY NOT NULL'

export const sourceStatus: ColumnDeclaration = [
  'source_status',
  'text',
  `COLLATE "C" NOT NULL CHECK (source_status IN ('ACTIVE', 'ARCHIVED'))`,
]

/** The columns of every object's table before its mapped ones. `raw` and `synced_at` follow those. */
const columnsBefore: readonly ColumnDeclaration[] = [
  portalId,
  ['source_id', 'text', key],
  sourceStatus,
  ['source_url', 'text', ''],
  ['source_created_at', moment, ''],
  ['source_updated_at', moment, 'NOT NULL'],
  ['source_archived_at', moment, ''],
  ['source_created_year', 'integer', ''],
]

const columnsAfter: readonly ColumnDeclaration[] = [
  ['raw', 'jsonb', 'NOT NULL'],
  ['synced_at', moment, 'NOT NULL'],
]

/** The columns of every object's table besides its mapped ones. */
export const baseColumns = [...columnsBefore, ...columnsAfter]

export function objectTable(table: ObjectTable): TableDeclaration {
  return {
    name: table.name,
    columns: [...columnsBefore, ...table.columns.map(mappedColumn), ...columnsAfter],
    constraints: ['PRIMARY KEY (portal_id, source_id)'],
    comments: objectComments(table),
  }
}

function mappedColumn({ sqlName, kind }: TableColumn): ColumnDeclaration {
  return [sqlName, columnTypes[kind], '']
}

export function pairTable(schema: string, pair: PairTable): TableDeclaration {
  const { name, from, to } = pair
  return {
    name,
    columns: [
      portalId,
      ['from_id', 'text', key],
      ['to_id', 'text', key],
      ['category', 'text', key],
      ['type_id', 'bigint', 'NOT NULL'],
      ['label', 'text', ''],
    ],
    constraints: [
      'PRIMARY KEY (portal_id, from_id, to_id, category, type_id)',
      `FOREIGN KEY (portal_id, from_id) REFERENCES ${qualified(schema, from)} (portal_id, source_id)`,
      `FOREIGN KEY (portal_id, to_id) REFERENCES ${qualified(schema, to)} (portal_id, source_id)`,
    ],
    comments: pairComments(pair),
  }
}

/** Lists the migrations that were applied. */
export const versionTable: TableDeclaration = {
  name: 'sync_schema',
  columns: [
    ['version', 'integer', 'PRIMARY KEY'],
    ['applied_at', moment, 'NOT NULL DEFAULT now()'],
  ],
  constraints: [],
  comments: syncComments.sync_schema,
}

/** The tables that are the same in every mirror. */
export const syncTables: readonly TableDeclaration[] = [
  {
    name: 'sync_portals',
    columns: [
      portalId,
      ['ui_domain', 'text', 'NOT NULL'],
      ['time_zone', 'text', 'NOT NULL'],
      ['first_run_at', moment, 'NOT NULL'],
      ['last_run_at', moment, 'NOT NULL'],
    ],
    constraints: ['PRIMARY KEY (portal_id)'],
    comments: syncComments.sync_portals,
  },
  {
    name: 'sync_checkpoints',
    columns: [
      portalId,
      ['stream', 'text', key],
      ['state', 'jsonb', 'NOT NULL'],
      ['updated_at', moment, 'NOT NULL'],
    ],
    constraints: ['PRIMARY KEY (portal_id, stream)'],
    comments: syncComments.sync_checkpoints,
  },
  {
    name: 'sync_runs',
    columns: [
      portalId,
      ['id', 'text', key],
      ['jobs', 'jsonb', 'NOT NULL'],
      ['status', 'text', 'NOT NULL'],
      ['counts', 'jsonb', ''],
      ['error', 'text', ''],
      ['started_at', moment, 'NOT NULL'],
      ['finished_at', moment, ''],
      ['seq', 'bigint', counter],
    ],
    constraints: ['PRIMARY KEY (portal_id, id)'],
    comments: syncComments.sync_runs,
  },
  {
    name: 'sync_changes',
    columns: [
      ['seq', 'bigint', counter],
      portalId,
      ['object', 'text', key],
      ['source_id', 'text', key],
      ['kind', 'text', 'NOT NULL'],
      ['columns', 'jsonb', 'NOT NULL'],
      ['at', moment, 'NOT NULL'],
    ],
    constraints: ['PRIMARY KEY (portal_id, seq)'],
    comments: syncComments.sync_changes,
  },
  {
    name: 'sync_tombstones',
    columns: [
      portalId,
      ['object', 'text', key],
      ['source_id', 'text', key],
      ['reason', 'text', `NOT NULL CHECK (reason IN ('merged', 'purged'))`],
      ['into_id', 'text', ''],
      ['at', moment, 'NOT NULL'],
    ],
    constraints: ['PRIMARY KEY (portal_id, object, source_id)'],
    comments: syncComments.sync_tombstones,
  },
]

/**
 * Lists the pair tables that hubsync has created, by their names in the database. Without it they couldn't be told from
 * the user's tables.
 */
export const pairList: TableDeclaration = {
  name: 'sync_pairs',
  columns: [
    ['name', 'text', key],
    ['from_object', 'text', key],
    ['to_object', 'text', key],
  ],
  constraints: ['PRIMARY KEY (name)'],
  comments: syncComments.sync_pairs,
}

/** Who is at which job. */
export const leaseTable: TableDeclaration = {
  name: 'sync_leases',
  columns: [
    portalId,
    ['job', 'text', key],
    ['holder', 'text', key],
    ['started_at', moment, 'NOT NULL'],
    ['renewed_at', moment, 'NOT NULL'],
  ],
  constraints: ['PRIMARY KEY (portal_id, job)'],
  comments: syncComments.sync_leases,
}

/** SQL that creates a table with its comments. */
export function createTable(
  schema: string,
  table: TableDeclaration,
  condition: '' | 'IF NOT EXISTS' = '',
): string {
  const at = qualified(schema, table.name)
  const lines = [
    ...table.columns.map(([name, type, rest]) => `${quoted(name)} ${type} ${rest}`.trim()),
    ...table.constraints,
  ]
  return [
    `${`CREATE TABLE ${condition}`.trim()} ${at} (\n  ${lines.join(',\n  ')}\n)`,
    `COMMENT ON TABLE ${at} IS ${literal(table.comments.table)}`,
    ...table.columns.map(([name]) => commentOn(at, name, table)),
  ].join(';\n')
}

/** SQL that adds a column with its comment. */
export function addColumn(
  schema: string,
  table: TableDeclaration,
  [name, type, rest]: ColumnDeclaration,
): string {
  const at = qualified(schema, table.name)
  return `ALTER TABLE ${at} ADD COLUMN ${quoted(name)} ${type} ${rest};\n${commentOn(at, name, table)}`
}

function commentOn(at: string, column: string, { comments }: TableDeclaration): string {
  return `COMMENT ON COLUMN ${at}.${quoted(column)} IS ${literal(comments.columns[column] ?? '')}`
}
