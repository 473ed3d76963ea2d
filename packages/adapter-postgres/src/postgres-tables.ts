import type { ColumnKind, ObjectTable, PairTable, TableColumn } from '@hubsync/core'
import { literal, qualified, quoted } from './postgres-names.js'

/** A column: its name, its type and what follows it, and what it holds. */
export type ColumnDeclaration = readonly [name: string, type: string, rest: string, comment: string]

/** A table, with what is said about it in the database itself. */
export interface TableDeclaration {
  name: string
  comment: string
  columns: readonly ColumnDeclaration[]
  constraints: readonly string[]
}

/** Keys compare byte by byte, whatever the database's own order is: so they do in every other store. */
const key = 'COLLATE "C" NOT NULL'

const portalId: ColumnDeclaration = ['portal_id', 'text', key, 'The HubSpot account, by its id.']

/** How each kind is declared, spelled as PostgreSQL itself gives types back. */
const columnTypes: Record<ColumnKind, string> = {
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

/** A moment. */
const moment = 'timestamp with time zone'

/** The columns that every object's table has before its mapped ones; `raw` and `synced_at` follow those. */
const columnsBefore: readonly ColumnDeclaration[] = [
  portalId,
  ['source_id', 'text', key, 'The record id in HubSpot, unique within its object type only.'],
  [
    'source_status',
    'text',
    `COLLATE "C" NOT NULL CHECK (source_status IN ('ACTIVE', 'ARCHIVED'))`,
    'ACTIVE, or ARCHIVED while the record lies in HubSpot’s recycle bin.',
  ],
  ['source_url', 'text', '', 'The record in HubSpot’s own pages.'],
  ['source_created_at', moment, '', 'When the record was created in HubSpot.'],
  ['source_updated_at', moment, 'NOT NULL', 'When the record was last modified in HubSpot.'],
  ['source_archived_at', moment, '', 'When the record was archived in HubSpot.'],
  ['source_created_year', 'integer', '', 'The year of source_created_at, in UTC.'],
]

const columnsAfter: readonly ColumnDeclaration[] = [
  ['raw', 'jsonb', 'NOT NULL', 'HubSpot’s whole object, as it was last delivered.'],
  ['synced_at', moment, 'NOT NULL', 'When this row was last written here.'],
]

/** The base columns of every object's table, in order. */
export const baseColumns = [...columnsBefore, ...columnsAfter]

/** The table of an object. */
export function objectTable({ name, type, columns }: ObjectTable): TableDeclaration {
  return {
    name,
    comment: `HubSpot’s ${type}: a row for each record. Mirrored by hubsync; changes made here are overwritten.`,
    columns: [...columnsBefore, ...columns.map(mappedColumn), ...columnsAfter],
    constraints: ['PRIMARY KEY (portal_id, source_id)'],
  }
}

/** The column of a mapped property. */
export function mappedColumn({ sqlName, kind, property }: TableColumn): ColumnDeclaration {
  return [sqlName, columnTypes[kind], '', `HubSpot’s property ${property}, as ${kind}.`]
}

/** The table of a pair. */
export function pairTable(schema: string, { name, from, to }: PairTable): TableDeclaration {
  return {
    name,
    comment: `Associations from ${from} to ${to} in HubSpot: a row for each type of link between two records. Mirrored by hubsync.`,
    columns: [
      portalId,
      ['from_id', 'text', key, `The record of ${from}.`],
      ['to_id', 'text', key, `The record of ${to}.`],
      [
        'category',
        'text',
        key,
        'HUBSPOT_DEFINED, USER_DEFINED, INTEGRATOR_DEFINED or WORK: who made the type of association.',
      ],
      ['type_id', 'bigint', 'NOT NULL', 'The type of association, unique within its category.'],
      ['label', 'text', '', 'The label of the type of association, where it has one.'],
    ],
    constraints: [
      'PRIMARY KEY (portal_id, from_id, to_id, category, type_id)',
      `FOREIGN KEY (portal_id, from_id) REFERENCES ${qualified(schema, from)} (portal_id, source_id)`,
      `FOREIGN KEY (portal_id, to_id) REFERENCES ${qualified(schema, to)} (portal_id, source_id)`,
    ],
  }
}

/** Which versions of the tables have been applied. */
export const versionTable: TableDeclaration = {
  name: 'sync_schema',
  comment: 'The versions of hubsync’s own tables that were applied to this schema.',
  columns: [
    ['version', 'integer', 'PRIMARY KEY', 'The version.'],
    ['applied_at', moment, 'NOT NULL DEFAULT now()', 'When it was applied.'],
  ],
  constraints: [],
}

/** The tables that are the same in every mirror. */
export const syncTables: readonly TableDeclaration[] = [
  {
    name: 'sync_portals',
    comment: 'The HubSpot accounts that are mirrored here.',
    columns: [
      portalId,
      ['ui_domain', 'text', 'NOT NULL', 'The domain of the account’s pages in HubSpot.'],
      ['time_zone', 'text', 'NOT NULL', 'The account’s time zone in HubSpot.'],
      ['first_run_at', moment, 'NOT NULL', 'When the account was first synced to this schema.'],
      ['last_run_at', moment, 'NOT NULL', 'When the account was last synced to this schema.'],
    ],
    constraints: ['PRIMARY KEY (portal_id)'],
  },
  {
    name: 'sync_checkpoints',
    comment: 'How far each stream of the sync has come. Deleting a row starts its stream again.',
    columns: [
      portalId,
      ['stream', 'text', key, 'The stream, for example contacts:changes.'],
      ['state', 'jsonb', 'NOT NULL', 'Where the stream goes on from; only hubsync reads it.'],
      ['updated_at', moment, 'NOT NULL', 'When the stream last got on.'],
    ],
    constraints: ['PRIMARY KEY (portal_id, stream)'],
  },
  {
    name: 'sync_runs',
    comment: 'The runs of the sync.',
    columns: [
      portalId,
      ['id', 'text', key, 'The run.'],
      ['jobs', 'jsonb', 'NOT NULL', 'The names of its jobs.'],
      ['status', 'text', 'NOT NULL', 'running, complete, partial or failed.'],
      ['counts', 'jsonb', '', 'What it did, by job; null while it goes on.'],
      ['error', 'text', '', 'Why it failed, where it did.'],
      ['started_at', moment, 'NOT NULL', 'When it started.'],
      ['finished_at', moment, '', 'When it ended; null while it goes on.'],
      [
        'seq',
        'bigint',
        'GENERATED ALWAYS AS IDENTITY NOT NULL',
        'The order of runs that started in the same millisecond.',
      ],
    ],
    constraints: ['PRIMARY KEY (portal_id, id)'],
  },
  {
    name: 'sync_changes',
    comment: 'The change feed: what happened to the rows, in the order of the commits.',
    columns: [
      [
        'seq',
        'bigint',
        'GENERATED ALWAYS AS IDENTITY NOT NULL',
        'The place in the feed: within an account, a later commit has higher numbers.',
      ],
      portalId,
      ['object', 'text', key, 'The table of the row.'],
      ['source_id', 'text', key, 'The record id in HubSpot.'],
      ['kind', 'text', 'NOT NULL', 'created, updated, archived, restored, merged or removed.'],
      [
        'columns',
        'jsonb',
        'NOT NULL',
        'The mapped columns that changed: old and new value of each.',
      ],
      ['at', moment, 'NOT NULL', 'When the change was written here.'],
    ],
    constraints: ['PRIMARY KEY (portal_id, seq)'],
  },
  {
    name: 'sync_tombstones',
    comment: 'The records that have left the tables.',
    columns: [
      portalId,
      ['object', 'text', key, 'The table that the record was in.'],
      ['source_id', 'text', key, 'The record id in HubSpot.'],
      [
        'reason',
        'text',
        `NOT NULL CHECK (reason IN ('merged', 'purged'))`,
        'merged into another record, or purged from HubSpot.',
      ],
      ['into_id', 'text', '', 'The record that it was merged into.'],
      ['at', moment, 'NOT NULL', 'When the row was taken out here.'],
    ],
    constraints: ['PRIMARY KEY (portal_id, object, source_id)'],
  },
]

/** SQL that creates a table and says in the database what it is. */
export function createTable(schema: string, table: TableDeclaration): string {
  const at = qualified(schema, table.name)
  const lines = [
    ...table.columns.map(([name, type, rest]) => `${quoted(name)} ${type} ${rest}`.trim()),
    ...table.constraints,
  ]
  return [
    `CREATE TABLE ${at} (\n  ${lines.join(',\n  ')}\n)`,
    `COMMENT ON TABLE ${at} IS ${literal(table.comment)}`,
    ...table.columns.map((column) => commentOn(at, column)),
  ].join(';\n')
}

/** SQL that adds a column to a table. */
export function addColumn(schema: string, table: string, column: ColumnDeclaration): string {
  const at = qualified(schema, table)
  const [name, type, rest] = column
  return `ALTER TABLE ${at} ADD COLUMN ${quoted(name)} ${type} ${rest};\n${commentOn(at, column)}`
}

function commentOn(at: string, [name, , , comment]: ColumnDeclaration): string {
  return `COMMENT ON COLUMN ${at}.${quoted(name)} IS ${literal(comment)}`
}
