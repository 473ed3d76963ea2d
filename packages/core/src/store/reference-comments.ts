import type { ReferenceName, ReferenceTable } from './reference-tables.js'
import { portalComment, type TableComments } from './table-comments.js'

/** The comments of a reference table. */
export function referenceComments({ name, keeps }: ReferenceTable): TableComments {
  const { table, columns } = comments[name]
  const status = keeps ? { source_status: statusComment } : {}
  const all = { portal_id: portalComment, ...status, ...common, ...columns }
  return { table: `${table} Mirrored by hubsync; changes made here are overwritten.`, columns: all }
}

const statusComment =
  'ACTIVE, or ARCHIVED: archived in HubSpot, or no longer listed there. The row stays, so that old values keep their labels.'

/** The comments of columns that several of the tables have. */
const common = {
  source_created_at: 'When it was created in HubSpot.',
  source_updated_at: 'When it was last modified in HubSpot.',
  source_archived_at: 'When it was archived in HubSpot.',
  label: 'What HubSpot’s pages call it.',
  display_order: 'Its place among its like in HubSpot’s pages.',
  raw: 'HubSpot’s whole object, as it was last delivered.',
  synced_at: 'When this row was last written here.',
}

const object = 'The object, by the name of its table here.'

const comments: Record<ReferenceName, TableComments> = {
  owners: {
    table:
      'HubSpot’s owners: the people that records are assigned to. A record’s owner_id names one.',
    columns: {
      source_id: 'The id of the owner in HubSpot.',
      email: 'The owner’s address.',
      first_name: 'The owner’s first name.',
      last_name: 'The owner’s last name.',
      type: 'PERSON or QUEUE.',
      user_id: 'The id of the owner’s user in HubSpot, also after that user has left.',
    },
  },
  teams: {
    table: 'HubSpot’s teams that owners are in.',
    columns: { source_id: 'The id of the team in HubSpot.', name: 'The name of the team.' },
  },
  owners_teams: {
    table: 'Which owner is in which team of HubSpot.',
    columns: {
      owner_id: 'The owner, by source_id in owners.',
      team_id: 'The team, by source_id in teams.',
      is_primary: 'Whether it is the owner’s main team.',
    },
  },
  pipelines: {
    table: 'HubSpot’s pipelines, which records pass through in stages.',
    columns: {
      object,
      source_id: 'The id of the pipeline in HubSpot, unique within its object only.',
    },
  },
  pipeline_stages: {
    table: 'The stages of HubSpot’s pipelines. A record’s pipeline and stage name one.',
    columns: {
      object,
      pipeline_id: 'The pipeline, by source_id in pipelines.',
      source_id: 'The id of the stage in HubSpot, unique within its pipeline only.',
      is_closed: 'Whether a record in this stage is done.',
      is_won: 'Whether a deal in this stage is won: closed, with a probability of 1.',
      probability: 'How likely a deal in this stage is won, from 0 to 1.',
      state: 'OPEN or CLOSED, for a ticket in this stage.',
    },
  },
  object_types: {
    table: 'HubSpot’s object types in this account, also those that are not mirrored.',
    columns: {
      type_id: 'The id of the type in HubSpot, such as 0-1.',
      object: 'The table of its records here, or null if they are not mirrored.',
      singular: 'What HubSpot’s pages call one record.',
      plural: 'What HubSpot’s pages call several.',
      display_property: 'The property that HubSpot’s pages show as the name of a record.',
      is_custom: 'Whether this account made it.',
      is_enabled: 'Whether it is turned on in this account.',
      records: 'How many records of it HubSpot counted.',
    },
  },
  property_groups: {
    table: 'The groups of HubSpot’s properties.',
    columns: { object, name: 'The name of the group in HubSpot, unique within its object only.' },
  },
  property_definitions: {
    table: 'HubSpot’s properties, also those that are not mirrored.',
    columns: {
      object,
      name: 'The internal name of the property in HubSpot, unique within its object only.',
      type: 'The type of its values, such as string, number or enumeration.',
      field_type: 'How HubSpot’s pages show it, such as text or select.',
      group_name: 'Its group, by name in property_groups.',
      description: 'What the property is for.',
      is_calculated: 'Whether HubSpot calculates its values.',
      is_custom: 'Whether this account made it.',
      is_unique: 'Whether no two records may have the same value.',
      is_hidden: 'Whether HubSpot’s pages hide it.',
      is_read_only: 'Whether its values can’t be written.',
      references_object: 'The object that its values name, such as OWNER.',
      sensitivity: 'non_sensitive, sensitive or highly_sensitive.',
    },
  },
  property_options: {
    table: 'The values that HubSpot’s properties of choices can have.',
    columns: {
      object,
      property: 'The property, by name in property_definitions.',
      value: 'The value, as records have it.',
      is_hidden: 'Whether HubSpot’s pages no longer offer it.',
    },
  },
  association_types: {
    table: 'The types of associations in HubSpot, in both directions.',
    columns: {
      from_object: 'The object that it leads from, by the name of its table here.',
      to_object: 'The object that it leads to, by the name of its table here.',
      category:
        'HUBSPOT_DEFINED, USER_DEFINED, INTEGRATOR_DEFINED or WORK: who made the type of association.',
      type_id: 'The type of association, unique within its category.',
      max_to: 'How many records one record may have by it, or null if there is no limit.',
    },
  },
}
