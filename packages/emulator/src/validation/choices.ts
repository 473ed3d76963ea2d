import type { HubspotOption } from '../catalogue/definition.js'
import type { Crm } from '../crm.js'
import type { ObjectType } from '../object-types.js'
import type { DefinedProperty } from '../property-entries.js'

/**
 * HubSpot's own properties of which the catalogue has every choice. It has a selection of the others. Source: HubSpot
 * docs, pages of the objects; a recorded refusal (categories of tickets).
 */
const WHOLE: Readonly<Record<string, readonly string[]>> = {
  deals: ['dealtype', 'hs_priority'],
  tickets: ['hs_ticket_category', 'hs_ticket_priority'],
  calls: ['hs_call_direction'],
  emails: ['hs_email_direction', 'hs_email_status'],
  meetings: ['hs_meeting_outcome'],
  tasks: ['hs_task_priority', 'hs_task_status', 'hs_task_type'],
  communications: ['hs_communication_channel_type'],
}

/** The choices that a written value must be one of; none where it can be any. */
export function choicesOf(
  { pipelines }: Crm,
  type: ObjectType,
  property: DefinedProperty,
): readonly HubspotOption[] {
  const stages = pipelines.choices(type, property.name)
  if (stages) return stages
  const isWhole = !property.hubspotDefined || WHOLE[type.name]?.includes(property.name)
  return isWhole ? property.options : []
}
