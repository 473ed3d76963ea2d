import type { ColumnValue, HubspotRecord, Json, RecordStatus, TombstoneReason } from '../model.js'
import type { ReferenceDescriptions } from '../store/reference-tables.js'
import type { Column, ColumnKind } from './columns.js'
import type { ObjectDefinition, SpelledOut, ValueOf, WithHistory } from './define-object.js'
import type { StandardPair } from './standard-pairs.js'
import type { CanonicalType } from './type-names.js'

/** A database that the tables can be in. */
export type SqlDatabase = 'postgres' | 'sqlite'

/** The types that a query returns for each kind of column, by default, from `pg` and from SQLite's drivers. */
interface KindTypes {
  postgres: {
    text: string
    email: string
    phone: string
    /** `pg` returns `bigint` as text. */
    integer: string
    number: number
    decimal: string
    boolean: boolean
    /** `pg` returns midnight in the time zone of the process. */
    date: Date
    datetime: Date
    list: string[]
  }
  sqlite: {
    text: string
    email: string
    phone: string
    integer: number
    number: number
    decimal: string
    /** 1 or 0. */
    boolean: number
    date: string
    datetime: string
    /** A JSON array. */
    list: string
  }
}

type Value<Database extends SqlDatabase, Kind extends ColumnKind> = KindTypes[Database][Kind]
type Moment<Database extends SqlDatabase> = Value<Database, 'datetime'>

/** The value of a mapped column: text and lists with the choices that the definition types them by. */
type Cell<Database extends SqlDatabase, Given extends Column> = Given['kind'] extends 'text'
  ? ValueOf<Given>
  : [Database, Given['kind']] extends ['postgres', 'list']
    ? ValueOf<Given>
    : Value<Database, Given['kind']>

/** JSON: `pg` parses it, SQLite returns text. */
type JsonOf<Database extends SqlDatabase, Content> = Database extends 'sqlite' ? string : Content

/** A column's name in the tables, as `snakeCase` makes it. */
export type SnakeCase<Name extends string> = Spelled<Name, ''>

type Spelled<Name extends string, Done extends string> = Name extends `${infer Letter}${infer Rest}`
  ? Spelled<Rest, `${Done}${Letter extends Lowercase<Letter> ? Letter : `_${Lowercase<Letter>}`}`>
  : Done

/** A line of an object's table. */
type ObjectLine<Definition extends ObjectDefinition, Database extends SqlDatabase> = {
  portal_id: string
  source_id: string
  source_status: RecordStatus
  source_url: string | null
  source_created_at: Moment<Database> | null
  source_updated_at: Moment<Database>
  source_archived_at: Moment<Database> | null
  source_created_year: number | null
} & {
  [Name in keyof Definition['columns'] & string as SnakeCase<Name>]: Cell<
    Database,
    Definition['columns'][Name]
  > | null
} & {
  raw: JsonOf<Database, HubspotRecord>
  synced_at: Moment<Database>
}

/** A line of the table of an object's history. */
interface HistoryLine<Database extends SqlDatabase> {
  portal_id: string
  source_id: string
  property: string
  changed_at: Moment<Database>
  ordinal: number
  value: string | null
  source_type: string
  source_ref: string | null
  source_label: string | null
  user_id: string | null
  merged_from: string | null
  synced_at: Moment<Database>
}

/** A line of the table of the gaps in an object's history. */
interface HistoryGapLine<Database extends SqlDatabase> {
  portal_id: string
  source_id: string
  property: string
  after: Moment<Database> | null
  before: Moment<Database>
  found_at: Moment<Database>
  merged_from: string | null
}

/** A line of the view of an object's stages. */
interface StageLine<Database extends SqlDatabase> {
  portal_id: string
  source_id: string
  pipeline_id: string | null
  stage_id: string
  entered_at: Moment<Database>
  left_at: Moment<Database> | null
  is_current: Value<Database, 'boolean'>
}

/** A line of a pair's table. */
interface PairLine<Database extends SqlDatabase> {
  portal_id: string
  from_id: string
  to_id: string
  category: string
  type_id: Value<Database, 'integer'>
  label: string | null
}

/** Columns of these kinds. */
type Columns<Kinds, Database extends SqlDatabase> = {
  [Name in keyof Kinds & string as SnakeCase<Name>]: Value<Database, Kinds[Name] & ColumnKind>
}

type Nullable<Line> = { [Name in keyof Line]: Line[Name] | null }

/** A line of a reference table. */
type ReferenceLine<
  Table extends ReferenceDescriptions[keyof ReferenceDescriptions],
  Database extends SqlDatabase,
> = { portal_id: string } & Columns<Table['key'], Database> &
  (Table['keeps'] extends true ? { source_status: RecordStatus } : unknown) &
  Nullable<Columns<Table['columns'], Database>> &
  (Table['raw'] extends true ? { raw: JsonOf<Database, Json> | null } : unknown) & {
    synced_at: Moment<Database>
  }

/** The tables that are the same in every mirror. */
interface SyncTables<Database extends SqlDatabase> {
  sync_portals: {
    portal_id: string
    ui_domain: string
    time_zone: string
    first_run_at: Moment<Database>
    last_run_at: Moment<Database>
  }
  sync_checkpoints: {
    portal_id: string
    stream: string
    state: JsonOf<Database, unknown>
    updated_at: Moment<Database>
  }
  sync_runs: {
    portal_id: string
    id: string
    jobs: JsonOf<Database, string[]>
    status: 'running' | 'complete' | 'partial' | 'failed'
    counts: JsonOf<Database, unknown> | null
    error: string | null
    started_at: Moment<Database>
    finished_at: Moment<Database> | null
  }
  sync_changes: {
    seq: Value<Database, 'integer'>
    portal_id: string
    object: string
    source_id: string
    kind: 'created' | 'updated' | 'archived' | 'restored' | 'merged' | 'removed'
    columns: JsonOf<Database, Record<string, { old: ColumnValue; new: ColumnValue }>>
    at: Moment<Database>
  }
  sync_tombstones: {
    portal_id: string
    object: string
    source_id: string
    reason: TombstoneReason
    into_id: string | null
    at: Moment<Database>
  }
  sync_pairs: { name: string; from_object: string; to_object: string }
  sync_leases: {
    portal_id: string
    job: string
    holder: string
    started_at: Moment<Database>
    renewed_at: Moment<Database>
  }
  sync_schema: { version: number; applied_at: Moment<Database> }
}

/** The object with this name, or with this name of its type. */
type Named<Objects extends readonly ObjectDefinition[], Name extends string> = Extract<
  Objects[number],
  { name: Name } | { type: CanonicalType<Name> }
>

/** The name of a pair's table. `never` if an end isn't among the objects. */
type PairName<Objects extends readonly ObjectDefinition[], Pair> = Pair extends readonly [
  infer From extends string,
  infer To extends string,
]
  ? `${Named<Objects, From>['name']}_${Named<Objects, To>['name']}`
  : never

/**
 * The SQL tables of a mirror, each with the type of its lines: for query builders such as Kysely, and to check your own
 * table types.
 *
 * Values have the types that a driver returns by default. With `pg`, moments are `Date`, `bigint` is text and JSON is
 * parsed. In SQLite, moments, decimals and JSON are text, and booleans are 1 and 0.
 *
 * Text that the definition types by its choices has their type, as in rows. So have lists with `pg`.
 *
 * The tables of reference data, such as `pipelines`, are among them, whether the mirror keeps them or not. Those of a
 * history, such as `deals_history` and `deals_stages`, are if the definition asks for it.
 *
 * `Pairs` are the `associations` of the mirror. Default: the pairs among the objects that HubSpot has by itself.
 *
 * @example
 * ```ts
 * const objects = [contacts, companies, deals] as const
 * const database = new Kysely<InferTables<typeof objects>>({ dialect })
 * ```
 */
export type InferTables<
  Objects extends readonly ObjectDefinition[],
  Database extends SqlDatabase = 'postgres',
  Pairs extends readonly (readonly [from: string, to: string])[] = readonly StandardPair[],
> = {
  [Definition in Objects[number] as Definition['name']]: SpelledOut<
    ObjectLine<Definition, Database>
  >
} & {
  [Name in WithHistory<Objects[number]> as `${Name}_history`]: HistoryLine<Database>
} & {
  [Name in WithHistory<Objects[number]> as `${Name}_history_gaps`]: HistoryGapLine<Database>
} & {
  [Name in WithHistory<Objects[number]> as `${Name}_stages`]: StageLine<Database>
} & {
  [Pair in Pairs[number] as PairName<Objects, Pair>]: PairLine<Database>
} & {
  [Name in keyof ReferenceDescriptions]: SpelledOut<
    ReferenceLine<ReferenceDescriptions[Name], Database>
  >
} & SyncTables<Database>
