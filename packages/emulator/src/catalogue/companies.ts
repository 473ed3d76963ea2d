import { ownerProperties } from './common.js'
import { group, type PropertyDefinition } from './definition.js'

const readOnly = { readOnly: true }
const hidden = { readOnly: true, hidden: true }
const calculated = { calculated: true, readOnly: true }
const equation = { ...calculated, fieldType: 'calculation_equation' }
/** A calculated property without the flag `calculated`, as most are in replies. */
const rollup = { fieldType: 'calculation_rollup', readOnly: true }
/** Computed whenever it is read, so it changes without a modification date. */
const readTime = { fieldType: 'calculation_read_time', readOnly: true, hidden: true }
/** The choices are HubSpot's own and can't be changed, or can. */
const fixed = { readOnlyOptions: true }
const open = { readOnlyOptions: false }

/** Standard properties of companies: a selection, under HubSpot's internal names. Source of the kinds: recorded reply. */
export const companyProperties: PropertyDefinition[] = [
  ...ownerProperties('sales_properties'),
  ...group('companyinformation', {
    string: [
      ['name', { label: 'Company name' }],
      ['domain', { label: 'Company domain name' }],
      ['website', { label: 'Website URL' }],
      ['phone', { label: 'Phone number', fieldType: 'phonenumber' }],
      ['description', { fieldType: 'textarea' }],
      ['about_us', { label: 'About us' }],
      ['address', { label: 'Street address' }],
      ['address2', { label: 'Street address 2' }],
      'city',
      ['state', { label: 'State/Region' }],
      ['zip', { label: 'Postal code' }],
      ['country', { label: 'Country/Region' }],
      'timezone',
      ['founded_year', { label: 'Year founded' }],
      'total_money_raised',
      [
        'hs_calculated_phone_number',
        {
          ...calculated,
          hidden: true,
          fieldType: 'phonenumber',
          calculationFormula: 'format_phone_number(string(phone))',
        },
      ],
    ],
    number: [
      ['annualrevenue', { label: 'Annual revenue', showCurrencySymbol: true }],
      ['numberofemployees', { label: 'Number of employees' }],
      ['hs_num_child_companies', { label: 'Number of child companies' }],
      ['hs_parent_company_id', { externalOptions: true, referencedObjectType: 'COMPANY' }],
      ['hs_time_in_customer', readTime],
      ['num_associated_contacts', rollup],
      ['num_notes', { hidden: true }],
      ['total_revenue', { ...rollup, showCurrencySymbol: true }],
    ],
    enumeration: [
      [
        'industry',
        {
          ...open,
          options: [
            { value: 'COMPUTER_SOFTWARE', label: 'Computer software' },
            { value: 'FINANCIAL_SERVICES', label: 'Financial services' },
            { value: 'HOSPITAL_HEALTH_CARE', label: 'Hospital and health care' },
            { value: 'RETAIL', label: 'Retail' },
            { value: 'TELECOMMUNICATIONS', label: 'Telecommunications' },
          ],
        },
      ],
      [
        'type',
        {
          ...open,
          fieldType: 'radio',
          options: ['PROSPECT', 'PARTNER', 'RESELLER', 'VENDOR', 'OTHER'],
        },
      ],
      [
        'hs_analytics_source',
        { ...fixed, options: ['ORGANIC_SEARCH', 'DIRECT_TRAFFIC', 'OFFLINE'] },
      ],
      // A list of names. It has no choices.
      ['hs_additional_domains', { ...open, hidden: true, fieldType: 'checkbox' }],
    ],
    bool: ['is_public'],
    datetime: ['closedate', ['hs_date_entered_customer', readTime]],
    object_coordinates: [['hs_notes_last_activity', hidden]],
  }),
  ...group('companylcs', {
    datetime: [
      ['hs_v2_date_entered_current_stage', equation],
      [
        'hs_v2_time_in_current_stage',
        {
          ...equation,
          calculationFormula: 'hs_v2_date_entered_current_stage',
          dateDisplayHint: 'time_since',
        },
      ],
      ['hs_v2_date_entered_customer', readOnly],
    ],
    number: [['hs_v2_cumulative_time_in_customer', readOnly]],
  }),
  ...group('targetaccountsinformation', {
    bool: [['hs_is_target_account', { label: 'Target account' }]],
  }),
  ...group('sales_properties', {
    enumeration: [
      [
        'hs_lead_status',
        { ...open, fieldType: 'radio', options: ['NEW', 'OPEN', 'IN_PROGRESS', 'CONNECTED'] },
      ],
    ],
  }),
  ...group('socialmediainformation', {
    string: [
      ['linkedin_company_page', { label: 'LinkedIn company page' }],
      ['twitterhandle', { label: 'Twitter handle' }],
    ],
  }),
  ...group('company_activity', {
    datetime: [
      ['hs_lastmodifieddate', { ...readOnly, label: 'Last modified date' }],
      'notes_last_contacted',
      'notes_last_updated',
      'notes_next_activity_date',
    ],
    number: ['num_contacted_notes'],
  }),
  ...group('deal_information', {
    datetime: [
      ['first_deal_created_date', readOnly],
      ['recent_deal_close_date', readOnly],
    ],
    number: [
      ['num_associated_deals', rollup],
      ['hs_num_open_deals', readOnly],
      ['recent_deal_amount', { ...calculated, showCurrencySymbol: true }],
    ],
  }),
  ...group('analyticsinformation', {
    number: ['hs_analytics_num_page_views', 'hs_analytics_num_visits'],
    datetime: ['hs_analytics_first_timestamp'],
  }),
]
