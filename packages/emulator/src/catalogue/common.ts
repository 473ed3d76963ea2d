import { group, type PropertyDefinition } from './definition.js'

const readOnly = { readOnly: true }
const calculated = { calculated: true, readOnly: true }
const external = { externalOptions: true }
const listed = { readOnly: true, hidden: true, externalOptions: true }

/** Who a record belongs to. The choices are the owners and teams of the portal. */
export function ownerProperties(groupName: string): PropertyDefinition[] {
  return group(groupName, {
    datetime: [['hubspot_owner_assigneddate', { ...readOnly, label: 'Owner assigned date' }]],
    enumeration: [
      ['hubspot_owner_id', { ...external, label: 'Owner', referencedObjectType: 'OWNER' }],
      ['hubspot_team_id', { ...readOnly, ...external, label: 'HubSpot team' }],
    ],
  })
}

/** The properties of every object type. */
export function commonProperties(
  groupName: string,
  createdProperty: string,
  modifiedProperty: string,
): PropertyDefinition[] {
  return [
    ...ownerProperties(groupName),
    ...group(groupName, {
      datetime: [
        [createdProperty, { ...readOnly, label: 'Create date' }],
        [modifiedProperty, { ...readOnly, label: 'Last modified date' }],
      ],
      number: [
        ['hs_object_id', { ...readOnly, label: 'Record ID' }],
        ['hs_created_by_user_id', { ...readOnly, ...external }],
        ['hs_updated_by_user_id', { ...readOnly, ...external }],
        ['hs_number_of_notes', { ...calculated, fieldType: 'calculation_rollup' }],
      ],
      enumeration: [
        [
          'hs_merged_object_ids',
          { ...readOnly, fieldType: 'checkbox', label: 'Merged record IDs' },
        ],
        ['hs_all_owner_ids', listed],
        ['hs_all_team_ids', listed],
        ['hs_object_source_label', { ...readOnly, ...external }],
      ],
      string: [
        ['hs_object_source', { ...readOnly, hidden: true }],
        ['hs_object_source_id', { ...readOnly, hidden: true }],
      ],
      bool: [['hs_was_imported', { ...readOnly, hidden: true }]],
    }),
  ]
}

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
