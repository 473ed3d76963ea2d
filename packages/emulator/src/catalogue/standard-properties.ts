import { activityProperties } from './activities.js'
import { commerceProperties } from './commerce.js'
import { companyProperties } from './companies.js'
import { contactProperties } from './contacts.js'
import { dealProperties } from './deals.js'
import type { PropertyDefinition } from './definition.js'
import { serviceProperties } from './service.js'

/** The properties of HubSpot's own types besides those that every type has, by the name of the type. */
export const standardProperties: Readonly<Record<string, readonly PropertyDefinition[]>> = {
  contacts: contactProperties,
  companies: companyProperties,
  deals: dealProperties,
  ...commerceProperties,
  ...activityProperties,
  ...serviceProperties,
}

/** A property whose definition says that it was created in 1970. Source: recorded replies. */
export const epochProperty = 'hs_merged_object_ids'

/** Properties of which a definition tells no dates. Source: recorded replies (15 of each type). */
export const undatedProperties: ReadonlySet<string> = new Set([
  'hs_object_id',
  'hs_object_source',
  'hs_object_source_id',
  'hs_object_source_label',
  'hs_object_source_detail_1',
  'hs_object_source_detail_2',
  'hs_object_source_detail_3',
  'hs_object_source_user_id',
  'hs_owning_teams',
  'hs_read_only',
  'hs_unique_creation_key',
  'hs_user_ids_of_all_notification_followers',
  'hs_user_ids_of_all_notification_unfollowers',
  'hs_user_ids_of_all_owners',
  'hs_was_imported',
])
