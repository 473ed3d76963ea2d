import { group, type PropertyDefinition } from './definition.js'

const readOnly = { readOnly: true }
const calculated = { calculated: true, readOnly: true }

/** The properties of every object type. */
export function commonProperties(
  groupName: string,
  createdProperty: string,
  modifiedProperty: string,
): PropertyDefinition[] {
  return group(groupName, {
    datetime: [
      [createdProperty, { ...readOnly, label: 'Create date' }],
      [modifiedProperty, { ...readOnly, label: 'Last modified date' }],
      ['hubspot_owner_assigneddate', { ...readOnly, label: 'Owner assigned date' }],
    ],
    number: [
      ['hs_object_id', { ...readOnly, label: 'Record ID' }],
      ['hs_created_by_user_id', readOnly],
      ['hs_updated_by_user_id', readOnly],
    ],
    enumeration: [
      ['hs_merged_object_ids', { ...readOnly, fieldType: 'checkbox', label: 'Merged record IDs' }],
      [
        'hubspot_owner_id',
        { label: 'Owner', externalOptions: true, referencedObjectType: 'OWNER' },
      ],
      ['hubspot_team_id', { ...readOnly, label: 'HubSpot team', externalOptions: true }],
      ['hs_all_owner_ids', { ...readOnly, fieldType: 'checkbox', externalOptions: true }],
      ['hs_all_team_ids', { ...readOnly, fieldType: 'checkbox', externalOptions: true }],
    ],
    string: [
      ['hs_object_source', { ...readOnly, hidden: true }],
      ['hs_object_source_id', { ...readOnly, hidden: true }],
      ['hs_object_source_label', readOnly],
    ],
    bool: [['hs_was_imported', { ...readOnly, hidden: true }]],
  }).concat(
    group(groupName, {
      number: [['hs_number_of_notes', { ...calculated, fieldType: 'calculation_rollup' }]],
    }),
  )
}

const external = { externalOptions: true }

/** The properties that hold pipeline and stage. Their choices are the pipelines and stages of the portal. */
export function pipelineProperties(groupName: string, stageProperty: string): PropertyDefinition[] {
  if (stageProperty === 'hs_pipeline_stage')
    return group(groupName, {
      enumeration: [
        ['hs_pipeline', { ...external, label: 'Pipeline' }],
        ['hs_pipeline_stage', { ...external, label: 'Pipeline stage' }],
      ],
    })
  if (stageProperty === 'lifecyclestage')
    return group(groupName, {
      enumeration: [
        ['hs_pipeline', { ...external, hidden: true, label: 'Pipeline' }],
        ['lifecyclestage', { ...external, label: 'Lifecycle stage', fieldType: 'radio' }],
      ],
    })
  return group(groupName, {
    enumeration: [
      ['pipeline', external],
      ['dealstage', { ...external, label: 'Deal stage', fieldType: 'radio' }],
    ],
  })
}
