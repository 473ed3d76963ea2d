import { ownerProperties } from './common.js'
import { group, type PropertyDefinition } from './definition.js'

const calculated = { calculated: true, readOnly: true }
const readOnly = { readOnly: true }
const hidden = { readOnly: true, hidden: true }
const rollup = { fieldType: 'calculation_rollup', readOnly: true }
const equation = { ...calculated, fieldType: 'calculation_equation' }
/** The choices are HubSpot's own and can't be changed, or can. */
const fixed = { readOnlyOptions: true }
const open = { readOnlyOptions: false }

/** Standard properties of contacts: a selection, under HubSpot's internal names. Source of the kinds: recorded reply. */
export const contactProperties: PropertyDefinition[] = [
  ...ownerProperties('sales_properties'),
  ...group('contactinformation', {
    string: [
      ['email', { label: 'Email', hasUniqueValue: true }],
      ['firstname', { label: 'First name' }],
      ['lastname', { label: 'Last name' }],
      ['phone', { label: 'Phone number', fieldType: 'phonenumber' }],
      ['mobilephone', { label: 'Mobile phone number', fieldType: 'phonenumber' }],
      ['fax', { fieldType: 'phonenumber' }],
      ['company', { label: 'Company name' }],
      ['jobtitle', { label: 'Job title' }],
      'salutation',
      ['website', { label: 'Website URL' }],
      ['address', { label: 'Street address' }],
      'city',
      ['state', { label: 'State/Region' }],
      ['zip', { label: 'Postal code' }],
      ['country', { label: 'Country/Region' }],
      'industry',
      ['annualrevenue', { label: 'Annual revenue' }],
      [
        'hs_full_name_or_email',
        { ...equation, hidden: true, calculationFormula: 'concatenate(firstname, " ", lastname)' },
      ],
      ['hs_email_domain', calculated],
      ['hs_calculated_phone_number', { ...calculated, hidden: true }],
      ['hs_calculated_mobile_number', { ...calculated, hidden: true }],
      ['hs_whatsapp_phone_number', { fieldType: 'phonenumber' }],
    ],
    enumeration: [
      [
        'hs_timezone',
        { ...fixed, options: ['us_slash_eastern', 'europe_slash_london', 'europe_slash_berlin'] },
      ],
      ['hs_language', { label: 'Preferred language', options: ['de', 'en', 'fr', 'pt'] }],
      ['numemployees', { label: 'Number of employees', options: ['1-5', '5-25', '25-50'] }],
      // Lists of ids and addresses. They have no choices.
      ['hs_additional_emails', { hidden: true, hasUniqueValue: true }],
      ['hs_calculated_merged_vids', { ...calculated, hidden: true }],
      ['hs_all_contact_vids', { ...calculated, hidden: true }],
    ],
    number: [
      [
        'associatedcompanyid',
        {
          label: 'Primary associated company ID',
          externalOptions: true,
          referencedObjectType: 'COMPANY',
          hidden: true,
        },
      ],
      ['hs_time_to_first_engagement', calculated],
    ],
    // Contacts have this property, but it is always empty, so a search by it finds nothing. Source: recorded reply.
    datetime: [
      ['hs_lastmodifieddate', { ...readOnly, hidden: true, label: 'Object last modified date' }],
      ['hs_lifecyclestage_lead_date', readOnly],
      ['hs_lifecyclestage_customer_date', readOnly],
    ],
    bool: [['hs_is_contact', { ...calculated, hidden: true, fieldType: 'calculation_read_time' }]],
    phone_number: [['hs_searchable_calculated_phone_number', { ...calculated, hidden: true }]],
    object_coordinates: [['hs_notes_last_activity', hidden]],
  }),
  ...group('contactlcs', {
    datetime: [
      ['hs_v2_date_entered_current_stage', equation],
      ['hs_v2_time_in_current_stage', { ...equation, dateDisplayHint: 'time_since' }],
      ['hs_v2_date_entered_customer', readOnly],
    ],
    number: [['hs_v2_cumulative_time_in_customer', readOnly]],
  }),
  ...group('sales_properties', {
    enumeration: [
      [
        'hs_lead_status',
        {
          ...open,
          label: 'Lead status',
          fieldType: 'radio',
          options: ['NEW', 'OPEN', 'IN_PROGRESS', 'CONNECTED'],
        },
      ],
    ],
    number: [['hubspotscore', { label: 'HubSpot score', fieldType: 'calculation_score' }]],
    bool: [['hs_is_unworked', { fieldType: 'calculation_equation' }]],
  }),
  ...group('facebook_ads_properties', {
    string: ['date_of_birth', 'start_date', 'graduation_date'],
  }),
  ...group('emailinformation', { bool: ['hs_email_optout'] }),
  ...group('analyticsinformation', {
    string: ['hs_analytics_first_url', 'hs_analytics_last_url', 'hs_analytics_source_data_1'],
    number: ['hs_analytics_num_page_views', 'hs_analytics_num_visits', 'hs_analytics_revenue'],
    enumeration: [
      [
        'hs_analytics_source',
        {
          ...fixed,
          label: 'Original traffic source',
          options: ['ORGANIC_SEARCH', 'DIRECT_TRAFFIC', 'OFFLINE'],
        },
      ],
    ],
    datetime: ['hs_analytics_first_timestamp', 'hs_analytics_last_visit_timestamp'],
  }),
  ...group('deal_information', {
    datetime: ['closedate'],
    enumeration: [
      [
        'hs_buying_role',
        { ...open, fieldType: 'checkbox', options: ['BLOCKER', 'CHAMPION', 'DECISION_MAKER'] },
      ],
    ],
    number: [
      ['days_to_close', { ...calculated, calculationFormula: 'closedate - createdate' }],
      ['num_associated_deals', rollup],
      ['recent_deal_amount', { readOnly: true, showCurrencySymbol: true }],
    ],
  }),
  ...group('contact_activity', {
    string: [['message', { fieldType: 'textarea' }]],
    datetime: ['notes_last_contacted', 'notes_last_updated', 'notes_next_activity_date'],
    number: ['num_contacted_notes', 'num_notes'],
  }),
]
