import { group, type PropertyDefinition } from './definition.js'

const calculated = { calculated: true, readOnly: true }
const equation = { ...calculated, fieldType: 'calculation_equation' }

/** Standard properties of deals: a selection, under HubSpot's internal names. */
export const dealProperties: PropertyDefinition[] = [
  ...group('dealinformation', {
    string: [
      ['dealname', { label: 'Deal name' }],
      ['description', { label: 'Deal description', fieldType: 'textarea' }],
      ['closed_lost_reason', { fieldType: 'textarea' }],
      ['closed_won_reason', { fieldType: 'textarea' }],
      ['hs_next_step', { label: 'Next step' }],
      ['deal_currency_code', { label: 'Currency' }],
      ['hs_campaign', { hidden: true }],
    ],
    enumeration: [
      [
        'dealtype',
        { label: 'Deal type', fieldType: 'radio', options: ['newbusiness', 'existingbusiness'] },
      ],
      ['hs_priority', { options: ['low', 'medium', 'high'] }],
      [
        'hs_forecast_category',
        { label: 'Forecast category', options: ['OMIT', 'PIPELINE', 'COMMIT'] },
      ],
    ],
    number: [
      ['amount', { showCurrencySymbol: true }],
      ['amount_in_home_currency', { ...equation, showCurrencySymbol: true }],
      ['hs_acv', { label: 'Annual contract value', showCurrencySymbol: true }],
      ['hs_arr', { label: 'Annual recurring revenue', showCurrencySymbol: true }],
      ['hs_mrr', { label: 'Monthly recurring revenue', showCurrencySymbol: true }],
      ['hs_tcv', { label: 'Total contract value', showCurrencySymbol: true }],
      ['hs_closed_amount', { ...equation, showCurrencySymbol: true }],
      ['hs_projected_amount', { ...equation, showCurrencySymbol: true }],
      ['hs_deal_stage_probability', equation],
      ['hs_forecast_probability', {}],
      ['hs_exchange_rate', { readOnly: true }],
      ['days_to_close', calculated],
      ['num_associated_contacts', { ...calculated, fieldType: 'calculation_rollup' }],
      ['hs_num_associated_deal_registrations', { ...calculated, fieldType: 'calculation_rollup' }],
    ],
    datetime: [
      ['closedate', { label: 'Close date' }],
      ['hs_closed_won_date', equation],
      ['hs_v2_date_entered_current_stage', equation],
      ['hs_date_entered_closedwon', { readOnly: true }],
    ],
    bool: [
      ['hs_is_closed', equation],
      ['hs_is_closed_won', equation],
      ['hs_is_deal_split', {}],
    ],
  }),
  ...group('deal_activity', {
    datetime: ['notes_last_contacted', 'notes_last_updated', 'notes_next_activity_date'],
    number: ['num_contacted_notes', 'num_notes'],
  }),
]
