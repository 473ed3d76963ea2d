import { group, type PropertyDefinition } from './definition.js'

const calculated = { calculated: true, readOnly: true }
/** A calculated property without the flag `calculated`, as most are in replies. Source: recorded reply. */
const rollup = { fieldType: 'calculation_rollup', readOnly: true }

/** Computed whenever it is read, so it changes without a modification date. Source: recorded reply. */
const readTime = { fieldType: 'calculation_read_time', readOnly: true, hidden: true }

/** Standard properties of companies: a selection, under HubSpot's internal names. */
export const companyProperties: PropertyDefinition[] = [
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
      ['hs_additional_domains', { fieldType: 'text' }],
      [
        'hs_calculated_phone_number',
        { ...calculated, calculationFormula: 'format_phone_number(string(phone))' },
      ],
      ['linkedin_company_page', { label: 'LinkedIn company page' }],
      ['twitterhandle', { label: 'Twitter handle' }],
    ],
    number: [
      ['annualrevenue', { label: 'Annual revenue', showCurrencySymbol: true }],
      ['numberofemployees', { label: 'Number of employees' }],
      ['total_money_raised', { fieldType: 'text' }],
      ['hs_time_in_customer', readTime],
      ['hs_num_child_companies', { label: 'Number of child companies' }],
      ['hs_parent_company_id', { externalOptions: true, referencedObjectType: 'COMPANY' }],
    ],
    enumeration: [
      [
        'industry',
        {
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
        'hs_lead_status',
        { fieldType: 'radio', options: ['NEW', 'OPEN', 'IN_PROGRESS', 'CONNECTED'] },
      ],
      ['type', { options: ['PROSPECT', 'PARTNER', 'RESELLER', 'VENDOR', 'OTHER'] }],
    ],
    bool: ['is_public', ['hs_is_target_account', { label: 'Target account' }]],
    datetime: [
      'closedate',
      ['days_to_close_date', { hidden: true }],
      ['hs_date_entered_customer', readTime],
    ],
    object_coordinates: [['hs_coordinates', { hidden: true, fieldType: 'text' }]],
  }),
  ...group('company_activity', {
    datetime: [
      'notes_last_contacted',
      'notes_last_updated',
      'notes_next_activity_date',
      ['first_deal_created_date', { readOnly: true }],
      ['recent_deal_close_date', rollup],
      ['hs_v2_date_entered_current_stage', { ...calculated, fieldType: 'calculation_equation' }],
    ],
    number: [
      'num_contacted_notes',
      'num_notes',
      ['num_associated_contacts', rollup],
      ['num_associated_deals', rollup],
      ['hs_num_open_deals', rollup],
      ['recent_deal_amount', { ...calculated, showCurrencySymbol: true }],
      ['total_revenue', { ...rollup, showCurrencySymbol: true }],
      ['hs_v2_time_in_current_stage', { ...calculated, fieldType: 'calculation_equation' }],
    ],
  }),
  ...group('analyticsinformation', {
    number: ['hs_analytics_num_page_views', 'hs_analytics_num_visits'],
    enumeration: [
      ['hs_analytics_source', { options: ['ORGANIC_SEARCH', 'DIRECT_TRAFFIC', 'OFFLINE'] }],
    ],
    datetime: ['hs_analytics_first_timestamp'],
  }),
]
