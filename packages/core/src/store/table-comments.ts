import type { ObjectTable, PairTable } from './tables.js'

/** A comment for a table and each of its columns. Stores write them into databases that have comments. */
export interface TableComments {
  /** The comment on the table. */
  table: string
  /** The comments on the columns, by SQL name. */
  columns: Record<string, string>
}

/** The comment of every `portal_id`. */
export const portalComment = 'The HubSpot account, by its id.'

/** The comments of an object's table. */
export function objectComments({ type, columns }: ObjectTable): TableComments {
  return {
    table: `HubSpot’s ${type}: a row for each record. Mirrored by hubsync; changes made here are overwritten.`,
    columns: {
      portal_id: portalComment,
      source_id: 'The record id in HubSpot, unique within its object type only.',
      source_status: 'ACTIVE, or ARCHIVED while the record lies in HubSpot’s recycle bin.',
      source_url: 'The record in HubSpot’s own pages.',
      source_created_at: 'When the record was created in HubSpot.',
      source_updated_at: 'When the record was last modified in HubSpot.',
      source_archived_at: 'When the record was archived in HubSpot.',
      source_created_year: 'The year of source_created_at, in UTC.',
      ...Object.fromEntries(
        columns.map(({ sqlName, kind, property }) => [
          sqlName,
          `HubSpot’s property ${property}, as ${kind}.`,
        ]),
      ),
      raw: 'HubSpot’s whole object, as it was last delivered.',
      synced_at: 'When this row was last written here.',
    },
  }
}

/** The comments of a pair's table. */
export function pairComments({ from, to }: PairTable): TableComments {
  return {
    table: `Associations from ${from} to ${to} in HubSpot: a row for each type of link between two records. Mirrored by hubsync.`,
    columns: {
      portal_id: portalComment,
      from_id: `The record of ${from}.`,
      to_id: `The record of ${to}.`,
      category:
        'HUBSPOT_DEFINED, USER_DEFINED, INTEGRATOR_DEFINED or WORK: who made the type of association.',
      type_id: 'The type of association, unique within its category.',
      label: 'The label of the type of association, where it has one.',
    },
  }
}

/** The comments of the tables that are the same in every mirror, by their names. */
export const syncComments = {
  sync_portals: {
    table: 'The HubSpot accounts that are mirrored here.',
    columns: {
      portal_id: portalComment,
      ui_domain: 'The domain of the account’s pages in HubSpot.',
      time_zone: 'The account’s time zone in HubSpot.',
      first_run_at: 'When the account was first synced to this database.',
      last_run_at: 'When the account was last synced to this database.',
    },
  },
  sync_checkpoints: {
    table: 'How far each stream of the sync has come. Deleting a row starts its stream again.',
    columns: {
      portal_id: portalComment,
      stream: 'The stream, for example contacts or contacts:archived.',
      state: 'Where the stream goes on from; only hubsync reads it.',
      updated_at: 'When the stream last got on.',
    },
  },
  sync_runs: {
    table: 'The runs of the sync.',
    columns: {
      portal_id: portalComment,
      id: 'The run.',
      jobs: 'The names of its jobs.',
      status: 'running, complete, partial or failed.',
      counts: 'What it did, by job; null while it goes on.',
      error: 'Why it failed, where it did.',
      started_at: 'When it started.',
      finished_at: 'When it ended; null while it goes on.',
      seq: 'The order of runs that started in the same millisecond.',
    },
  },
  sync_changes: {
    table: 'The change feed: what happened to the rows, in the order of the commits.',
    columns: {
      seq: 'The place in the feed: within an account, a later commit has higher numbers.',
      portal_id: portalComment,
      object: 'The table of the row.',
      source_id: 'The record id in HubSpot.',
      kind: 'created, updated, archived, restored, merged or removed.',
      columns: 'The mapped columns that changed: old and new value of each.',
      at: 'When the change was written here.',
    },
  },
  sync_tombstones: {
    table: 'The records that have left the tables.',
    columns: {
      portal_id: portalComment,
      object: 'The table that the record was in.',
      source_id: 'The record id in HubSpot.',
      reason: 'merged into another record, or purged from HubSpot.',
      into_id: 'The record that it was merged into.',
      at: 'When the row was taken out here.',
    },
  },
  sync_pairs: {
    table: 'The tables of associations that hubsync made here.',
    columns: {
      name: 'The table.',
      from_object: 'The object that from_id is of.',
      to_object: 'The object that to_id is of.',
    },
  },
  sync_leases: {
    table:
      'The jobs that somebody is at. Whoever has been silent for two minutes is taken for dead.',
    columns: {
      portal_id: portalComment,
      job: 'The job, for example contacts or contacts:census.',
      holder: 'Who is at it: a run, by its id in sync_runs, or other work.',
      started_at: 'Since when.',
      renewed_at: 'When its holder last said that it lives.',
    },
  },
  sync_schema: {
    table: 'The versions of hubsync’s own tables that were applied to this database.',
    columns: { version: 'The version.', applied_at: 'When it was applied.' },
  },
} satisfies Record<string, TableComments>
