import { contactActivity } from './contact-activity.js'
import { contactBackground } from './contact-background.js'
import { contactChoices } from './contact-choices.js'
import { contactInformation } from './contact-information.js'
import { group, type PropertyDefinition } from './definition.js'
import { startingPipelines } from './pipelines.js'
import { tableOf } from './property-table.js'

/** The formulas of those that have one, in our own words: HubSpot's are longer. */
const formulas: Readonly<Record<string, string>> = {
  days_to_close: 'closedate - createdate',
  hs_count_is_unworked: 'if is_present(hs_time_to_first_engagement) then 0 else 1',
  hs_count_is_worked: 'if is_present(hs_time_to_first_engagement) then 1 else 0',
  hs_currently_enrolled_in_prospecting_agent: 'hs_prospecting_agent_actively_enrolled_count > 0',
  hs_full_name_or_email: 'concatenate(firstname, " ", lastname)',
  hs_is_unworked: 'not is_present(notes_last_updated)',
  hs_latest_sequence_ended_date:
    'max(hs_latest_sequence_unenrolled_date, hs_latest_sequence_finished_date)',
  hs_membership_has_accessed_private_content:
    'is_present(hs_membership_last_private_content_access_date)',
  hs_registered_member: 'is_present(hs_content_membership_registered_at)',
  hs_sequences_is_enrolled: 'hs_sequences_actively_enrolled_count >= 1',
  hs_time_between_contact_creation_and_deal_close:
    'time_between(createdate, hs_v2_date_entered_customer)',
  hs_time_between_contact_creation_and_deal_creation:
    'time_between(createdate, first_deal_created_date)',
  hs_v2_date_entered_current_stage: 'string_to_number(timestamp(lifecyclestage))',
  hs_v2_time_in_current_stage: 'hs_v2_date_entered_current_stage',
  ...Object.fromEntries(
    ['lead', 'marketingqualifiedlead', 'opportunity', 'salesqualifiedlead', 'subscriber'].map(
      (stage) => [
        `hs_time_to_move_from_${stage}_to_customer`,
        `time_between(hs_v2_date_entered_${stage}, hs_v2_date_entered_customer)`,
      ],
    ),
  ),
}

/** The kinds of object whose ids are values. */
const references: Readonly<Record<string, string>> = {
  associatedcompanyid: 'COMPANY',
  hs_latest_sequence_enrolled: 'SEQUENCE',
  hubspot_owner_id: 'OWNER',
}

/**
 * When a contact came into a lifecycle stage, when it left, and how long it was there. The older ones are computed when
 * they are read. Source: recorded replies.
 */
function timesOf({ id, label }: { readonly id: string; readonly label: string }) {
  const stored = { readOnly: true, formField: false }
  const computed = { ...stored, fieldType: 'calculation_read_time' }
  const named = `"${label} (Lifecycle Stage Pipeline)"`
  return [
    ...group('contactlcs', {
      datetime: [
        [`hs_v2_date_entered_${id}`, { ...stored, label: `Date entered ${named}` }],
        [`hs_v2_date_exited_${id}`, { ...stored, label: `Date exited ${named}` }],
        [`hs_date_entered_${id}`, { ...computed, label: `Date entered ${named}` }],
        [`hs_date_exited_${id}`, { ...computed, label: `Date exited ${named}` }],
      ],
      number: [
        [`hs_v2_latest_time_in_${id}`, { ...stored, label: `Latest time in ${named}` }],
        [`hs_v2_cumulative_time_in_${id}`, { ...stored, label: `Cumulative time in ${named}` }],
        [`hs_time_in_${id}`, { ...computed, label: `Time in ${named}` }],
      ],
    }),
    ...group('contactinformation', {
      datetime: [[`hs_lifecyclestage_${id}_date`, { ...stored, label: `Became a ${label} date` }]],
    }),
  ]
}

/** What HubSpot defines of contacts, as a small portal has it. Source: recorded reply. */
export const contactProperties: readonly PropertyDefinition[] = [
  ...Object.entries({ ...contactInformation, ...contactActivity, ...contactBackground })
    .flatMap(([groupName, text]) => tableOf(groupName, text))
    .map((property) => ({
      ...property,
      ...(contactChoices[property.name] ? { options: contactChoices[property.name]! } : {}),
      ...(formulas[property.name] ? { calculationFormula: formulas[property.name]! } : {}),
      ...(references[property.name] ? { referencedObjectType: references[property.name]! } : {}),
    })),
  ...startingPipelines.contacts!.stages.flatMap(timesOf),
]
