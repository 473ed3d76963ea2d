import { portalComment, type TableComments } from './table-comments.js'
import type { HistoryTable } from './tables.js'

/** The names of what an object's history is kept in. */
export interface HistoryNames {
  /** The table of the entries: `deals_history`. */
  entries: string
  /** The table of the gaps: `deals_history_gaps`. */
  gaps: string
  /** The view of the stages: `deals_stages`. */
  stages: string
  /** The index of the entries by property and moment, for questions about all records. */
  byProperty: string
}

/** The names of what the history of an object is kept in. */
export function historyNames(object: string): HistoryNames {
  const entries = `${object}_history`
  return {
    entries,
    gaps: `${entries}_gaps`,
    stages: `${object}_stages`,
    byProperty: `${entries}_by_property`,
  }
}

/** The comments of the table of an object's history. */
export function historyComments(object: string): TableComments {
  return {
    table: `Every value that properties of ${object} had, as far as HubSpot still had it when it was read. Mirrored by hubsync, which only adds to it.`,
    columns: {
      portal_id: portalComment,
      source_id: 'The record id in HubSpot.',
      property: 'The property, by its internal name.',
      changed_at: 'When the value was written in HubSpot.',
      ordinal: 'The place among the entries of the same moment; nearly always 0.',
      value: 'The value as HubSpot has it.',
      source_type: 'What wrote it: CRM_UI, API, and others.',
      source_ref: 'HubSpot’s sourceId: a user, a worker, a record.',
      source_label: 'HubSpot’s name of the source.',
      user_id: 'The user who wrote it.',
      merged_from: 'The record that had the value, where that was merged into this one.',
      synced_at: 'When this row was written here.',
    },
  }
}

/** The comments of the table of the gaps in an object's history. */
export function historyGapComments(object: string): TableComments {
  return {
    table: `Where the history of ${object} may lack entries, because HubSpot had dropped them before they were read.`,
    columns: {
      portal_id: portalComment,
      source_id: 'The record id in HubSpot.',
      property: 'The property, by its internal name.',
      after: 'The last known entry before the gap; null if nothing before it is known.',
      before: 'The first known entry after it.',
      found_at: 'When the gap was found.',
      merged_from: 'The record whose history has the gap, where that was merged into this one.',
    },
  }
}

/** What a database says about the view of an object's stages, and by which a store knows that it made it. */
export function stagesComment(object: string): string {
  return `Made by hubsync: the stays of ${object} in each stage.`
}

/**
 * The query of the view of an object's stages, in SQL that PostgreSQL and SQLite both understand. A stay begins with an
 * entry of the stage, or of the pipeline in the middle of it, and ends with the next one that changes either. What was
 * merged in is left out: it is the time of another record.
 *
 * @param entries - the table of the history, quoted.
 */
export function selectStages(
  entries: string,
  { pipeline, stage }: NonNullable<HistoryTable['stages']>,
): string {
  const record = 'PARTITION BY portal_id, source_id'
  return `WITH entries AS (
  SELECT portal_id, source_id, property, changed_at, value,
    row_number() OVER (${record} ORDER BY changed_at, CASE property WHEN '${pipeline}' THEN 0 ELSE 1 END, ordinal) AS place
  FROM ${entries} WHERE property IN ('${pipeline}', '${stage}') AND merged_from IS NULL
), counted AS (
  SELECT portal_id, source_id, property, changed_at, value, place,
    count(CASE WHEN property = '${pipeline}' THEN 1 END) OVER (${record} ORDER BY place) AS pipelines,
    count(CASE WHEN property = '${stage}' THEN 1 END) OVER (${record} ORDER BY place) AS stages,
    lead(changed_at) OVER (${record} ORDER BY place) AS next_at
  FROM entries
), states AS (
  SELECT portal_id, source_id, changed_at, place,
    coalesce(max(CASE WHEN property = '${pipeline}' THEN value END) OVER (${record}, pipelines), '') AS pipeline_id,
    coalesce(max(CASE WHEN property = '${stage}' THEN value END) OVER (${record}, stages), '') AS stage_id,
    CASE WHEN property = '${pipeline}' AND next_at = changed_at THEN 1 ELSE 0 END AS is_passing
  FROM counted
), turns AS (
  SELECT portal_id, source_id, changed_at, place, pipeline_id, stage_id,
    coalesce(lag(pipeline_id) OVER (${record} ORDER BY place), '') AS last_pipeline,
    coalesce(lag(stage_id) OVER (${record} ORDER BY place), '') AS last_stage
  FROM states WHERE is_passing = 0
), stays AS (
  SELECT portal_id, source_id, pipeline_id, stage_id, changed_at,
    lead(changed_at) OVER (${record} ORDER BY place) AS left_at
  FROM turns WHERE pipeline_id <> last_pipeline OR stage_id <> last_stage
)
SELECT portal_id, source_id, nullif(pipeline_id, '') AS pipeline_id, stage_id, changed_at AS entered_at, left_at,
  left_at IS NULL AS is_current
FROM stays WHERE stage_id <> ''`
}
