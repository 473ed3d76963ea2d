import { group, type PropertyDefinition } from './definition.js'

const calculated = { calculated: true, readOnly: true }
const readOnly = { readOnly: true }

/** Standard properties of contacts: a selection, under HubSpot's internal names. */
export const contactProperties: PropertyDefinition[] = [
  ...group('contactinformation', {
    string: [
      ['email', { label: 'Email', hasUniqueValue: true }],
      ['firstname', { label: 'First name' }],
      ['lastname', { label: 'Last name' }],
      ['phone', { label: 'Phone number', fieldType: 'phonenumber' }],
      ['mobilephone', { label: 'Mobile phone number', fieldType: 'phonenumber' }],
      'fax',
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
      ['numemployees', { label: 'Number of employees' }],
      ['message', { fieldType: 'textarea' }],
      'hs_language',
      ['hs_full_name_or_email', calculated],
      ['hs_email_domain', calculated],
      ['hs_calculated_phone_number', { ...calculated, fieldType: 'calculation_equation' }],
      ['hs_calculated_mobile_number', { ...calculated, fieldType: 'calculation_equation' }],
      ['hs_calculated_merged_vids', { ...calculated, hidden: true }],
      ['hs_all_contact_vids', { ...calculated, hidden: true }],
      'hs_additional_emails',
    ],
    enumeration: [
      [
        'hs_lead_status',
        {
          label: 'Lead status',
          fieldType: 'radio',
          options: ['NEW', 'OPEN', 'IN_PROGRESS', 'CONNECTED'],
        },
      ],
      [
        'hs_buying_role',
        { fieldType: 'checkbox', options: ['BLOCKER', 'CHAMPION', 'DECISION_MAKER'] },
      ],
      [
        'hs_timezone',
        { options: ['us_slash_eastern', 'europe_slash_london', 'europe_slash_berlin'] },
      ],
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
      ['hubspotscore', { label: 'HubSpot score', fieldType: 'calculation_score' }],
      ['days_to_close', calculated],
      ['hs_time_to_first_engagement', calculated],
    ],
    // Contacts have this property, but it is always empty, so a search by it finds nothing. Source: recorded reply.
    datetime: [
      ['hs_lastmodifieddate', { ...readOnly, hidden: true, label: 'Object last modified date' }],
      'closedate',
      ['hs_lifecyclestage_lead_date', readOnly],
      ['hs_lifecyclestage_customer_date', readOnly],
    ],
    date: ['date_of_birth', 'start_date', 'graduation_date'],
    bool: [
      'hs_email_optout',
      ['hs_is_unworked', { fieldType: 'calculation_equation' }],
      ['hs_is_contact', calculated],
    ],
  }),
  ...group('analyticsinformation', {
    string: ['hs_analytics_first_url', 'hs_analytics_last_url', 'hs_analytics_source_data_1'],
    number: ['hs_analytics_num_page_views', 'hs_analytics_num_visits', 'hs_analytics_revenue'],
    enumeration: [
      [
        'hs_analytics_source',
        {
          label: 'Original traffic source',
          options: ['ORGANIC_SEARCH', 'DIRECT_TRAFFIC', 'OFFLINE'],
        },
      ],
    ],
    datetime: ['hs_analytics_first_timestamp', 'hs_analytics_last_visit_timestamp'],
  }),
  ...group('contact_activity', {
    datetime: ['notes_last_contacted', 'notes_last_updated', 'notes_next_activity_date'],
    number: [
      'num_contacted_notes',
      'num_notes',
      ['num_associated_deals', { fieldType: 'calculation_rollup' }],
      ['recent_deal_amount', { ...calculated, showCurrencySymbol: true }],
    ],
  }),
  ...group('order_information', {
    phone_number: [['hs_whatsapp_phone_number', { fieldType: 'phonenumber' }]],
    object_coordinates: [['hs_coordinates', { hidden: true, fieldType: 'text' }]],
  }),
]
