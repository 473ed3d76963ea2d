import { group, type PropertyDefinition } from './definition.js'

const computed = { fieldType: 'calculation_equation', readOnly: true }

/** Properties of the remaining types: a selection, under HubSpot's internal names. */
export const serviceProperties: Readonly<Record<string, readonly PropertyDefinition[]>> = {
  tickets: group('ticketinformation', {
    string: [
      ['subject', { label: 'Ticket name' }],
      ['content', { label: 'Ticket description', fieldType: 'textarea' }],
      ['hs_resolution', { fieldType: 'textarea' }],
    ],
    enumeration: [
      ['hs_ticket_priority', { options: ['LOW', 'MEDIUM', 'HIGH', 'URGENT'] }],
      [
        'hs_ticket_category',
        { options: ['PRODUCT_ISSUE', 'BILLING_ISSUE', 'FEATURE_REQUEST', 'GENERAL_INQUIRY'] },
      ],
      ['source_type', { options: ['CHAT', 'EMAIL', 'FORM', 'PHONE'] }],
    ],
    datetime: [
      'closed_date',
      ['first_agent_reply_date', { readOnly: true }],
      ['hs_last_message_received_at', { readOnly: true }],
    ],
    number: [['time_to_close', computed]],
  }),
  leads: group('leadinformation', {
    string: ['hs_lead_name'],
    enumeration: [
      ['hs_lead_label', { options: ['HOT', 'WARM', 'COLD'] }],
      ['hs_lead_source', { options: ['Form', 'Referral', 'Trade fair'] }],
      ['hs_lead_disqualification_reason', { options: ['NO_BUDGET', 'NOT_A_FIT', 'NO_ANSWER'] }],
      ['hs_lead_type', { options: ['NEW_BUSINESS', 'RE_ATTEMPTING', 'UPSELL'] }],
    ],
    bool: [['hs_lead_is_disqualified', computed]],
  }),
  users: group('userinformation', {
    string: [
      ['hs_email', { readOnly: true }],
      ['hs_given_name', { readOnly: true }],
      ['hs_family_name', { readOnly: true }],
      'hs_job_title',
      'hs_additional_phone',
      'hs_standard_time_zone',
      ['hs_working_hours', { hidden: true }],
    ],
    number: [['hs_internal_user_id', { readOnly: true }]],
    bool: [['hs_deactivated', { readOnly: true }]],
    enumeration: [['hs_availability_status', { options: ['available', 'away'] }]],
    json: [['hs_out_of_office_hours', { hidden: true }]],
  }),
  goal_targets: group('goal_targetinformation', {
    string: [
      'hs_goal_name',
      ['hs_group_correlation_uuid', { readOnly: true }],
      ['hs_goal_target_group_id', { readOnly: true }],
    ],
    number: [
      'hs_target_amount',
      ['hs_kpi_value', computed],
      'hs_assignee_user_id',
      'hs_assignee_team_id',
    ],
    datetime: ['hs_start_datetime', 'hs_end_datetime'],
    enumeration: [
      ['hs_status', { options: ['IN_PROGRESS', 'ACHIEVED', 'MISSED'] }],
      ['hs_goal_type', { options: ['average_ticket_response_time', 'revenue', 'meetings_booked'] }],
      ['hs_milestone', { options: ['monthly', 'quarterly', 'yearly'] }],
    ],
  }),
  feedback_submissions: group('feedbacksubmissioninformation', {
    string: [
      ['hs_submission_name', { readOnly: true }],
      ['hs_survey_name', { readOnly: true }],
      ['hs_survey_id', { readOnly: true }],
      ['hs_contact_id', { readOnly: true }],
      ['hs_content', { readOnly: true, fieldType: 'textarea' }],
    ],
    number: [['hs_value', { readOnly: true }]],
    enumeration: [
      ['hs_survey_type', { readOnly: true, options: ['NPS', 'CSAT', 'CES', 'CUSTOM'] }],
      ['hs_survey_channel', { readOnly: true, options: ['EMAIL', 'WEB', 'CHAT'] }],
      ['hs_response_group', { readOnly: true, options: ['DETRACTOR', 'PASSIVE', 'PROMOTER'] }],
      ['hs_sentiment', { readOnly: true, options: ['NEGATIVE', 'NEUTRAL', 'POSITIVE'] }],
    ],
    datetime: [['hs_submission_timestamp', { readOnly: true }]],
  }),
  appointments: group('appointmentinformation', {
    string: ['hs_appointment_name'],
    datetime: ['hs_appointment_start', 'hs_appointment_end'],
    enumeration: [['hs_appointment_type', { options: ['VISIT', 'CALL'] }]],
  }),
  courses: group('courseinformation', {
    string: [
      'hs_course_name',
      'hs_course_id',
      ['hs_course_description', { fieldType: 'textarea' }],
    ],
    datetime: ['hs_enrollment_start', 'hs_enrollment_end'],
    number: ['hs_enrollment_capacity'],
  }),
  listings: group('listinginformation', {
    string: ['hs_name', 'hs_address_1', 'hs_city', 'hs_state_province', 'hs_zip'],
    number: [
      ['hs_price', { showCurrencySymbol: true }],
      'hs_bedrooms',
      'hs_bathrooms',
      'hs_square_footage',
      'hs_year_built',
    ],
    enumeration: [['hs_listing_type', { options: ['HOUSE', 'FLAT', 'OFFICE'] }]],
  }),
  services: group('serviceinformation', {
    string: ['hs_name', ['hs_description', { fieldType: 'textarea' }]],
    enumeration: [
      ['hs_status', { options: ['NEW', 'ON_TRACK', 'AT_RISK', 'DONE'] }],
      ['hs_category', { options: ['IMPLEMENTATION', 'TRAINING', 'CONSULTING'] }],
    ],
    number: [['hs_total_cost', { showCurrencySymbol: true }]],
    date: ['hs_start_date', 'hs_target_end_date', 'hs_close_date'],
  }),
  projects: group('projectinformation', {
    string: ['hs_name', ['hs_description', { fieldType: 'textarea' }]],
    enumeration: [['hs_priority', { options: ['LOW', 'MEDIUM', 'HIGH'] }]],
    date: ['hs_start_date', 'hs_target_due_date'],
  }),
  partner_clients: group('partner_clientinformation', { string: ['hs_name', 'hs_domain'] }),
  partner_services: group('partner_serviceinformation', { string: ['hs_name'] }),
}
