import type { AssociationEdge, RecordStatus } from '../model.js'
import type { Columns, InferRow, ObjectDefinition, ValueOf } from '../objects/define-object.js'
import type { ReadOptions } from '../options.js'
import type { Membership, ReferenceRows } from './reference-rows.js'

/** The names of rows that are read: those of the objects, `owners` and `teams`. */
export type RowName<Objects extends readonly ObjectDefinition[]> =
  | Objects[number]['name']
  | keyof ReferenceRows

/** The row of an object, by the object's name, or that of an owner or a team. */
export type RowOf<
  Objects extends readonly ObjectDefinition[],
  Name extends string,
> = Name extends keyof ReferenceRows
  ? ReferenceRows[Name]
  : InferRow<Extract<Objects[number], { name: Name }>>

/** More options of a read of rows. */
export interface RowOptions<Raw extends boolean = boolean> extends ReadOptions {
  /** False leaves out `raw`, HubSpot's whole object, which is most of a row. Default: true. */
  raw?: Raw | undefined
}

/** A row with `raw` or without it, as it was asked for. */
export type ReadOf<Row, Raw extends boolean> = Raw extends true
  ? Row
  : { [Key in keyof Row as Exclude<Key, 'raw'>]: Row[Key] }

/** A page of rows, and the cursor of the next one. */
export interface RowPage<Row> {
  /** The rows, in the order of their ids as text. Empty if there are none. */
  results: Row[]
  /** `next` is absent on the last page. */
  paging: { next?: { after: string } }
}

/** A record at the other end of associations, and these associations. */
export interface RelatedRecord<Row> {
  /** The row of the record at the other end. */
  record: Row
  /** One entry for each type of link: the plain one, Primary, and the portal's own labels. */
  associations: Omit<AssociationEdge, 'toId'>[]
}

/** What `related` gives of rows of this name. */
export type RelatedOf<
  Objects extends readonly ObjectDefinition[],
  Name extends string,
  Raw extends boolean,
> = Name extends keyof ReferenceRows
  ? Membership<ReadOf<ReferenceRows[Name], Raw>>
  : RelatedRecord<ReadOf<RowOf<Objects, Name>, Raw>>

/** The values that rows must have to be listed, by column. */
export type WhereOf<
  Objects extends readonly ObjectDefinition[],
  Name extends string,
> = Name extends keyof ReferenceRows
  ? WhereReference<Name>
  : WhereIn<Extract<Objects[number], { name: Name }>['columns']>

/** By column. If the columns of a definition aren't known, any. */
export type WhereIn<C extends Columns> = {
  -readonly [Key in keyof C]?: Exclude<ValueOf<C[Key]>, string[]> | null
}

/** Which rows `list` gives. */
export interface ListOptions<Where = { [column: string]: string | number | boolean | null }> {
  /** The cursor of the previous page. */
  after?: string | undefined
  /** 1 to 1,000. Default: 100. */
  limit?: number | undefined
  /** Default: `ACTIVE`. */
  status?: RecordStatus | 'ALL' | undefined
  /** Only rows that were modified in HubSpot at this moment or later, ISO-8601. Not for owners and teams. */
  updatedSince?: string | undefined
  /**
   * Only rows that have all these values: `{ email: 'a@example.com' }`. Null: only rows without a value. A value is
   * brought into the form of its column first, so that ` A@Example.com ` finds `a@example.com`. Decimals compare as
   * numbers, lists only with null. Give a column `index: true` if it is filtered often: without an index, all rows of
   * the object are read.
   */
  where?: Where | undefined
}

/** The values that owners or teams must have to be listed. */
export type WhereReference<Name extends keyof ReferenceRows> = {
  [Column in Exclude<
    keyof ReferenceRows[Name],
    'id' | 'status' | 'createdAt' | 'updatedAt' | 'raw'
  >]?: string | null
}

/** Which pipelines, stages, properties and options to give. */
export interface ReferenceReadOptions extends ReadOptions {
  /** Default: `ACTIVE`, without what is archived in HubSpot or no longer there. */
  status?: RecordStatus | 'ALL' | undefined
}
