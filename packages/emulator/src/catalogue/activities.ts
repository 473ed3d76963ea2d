import { group, type PropertyDefinition } from './definition.js'

const html = { fieldType: 'html' }
const preview = { readOnly: true, hidden: true }

/** Properties of what people did: a selection, under HubSpot's internal names. */
export const activityProperties: Readonly<Record<string, readonly PropertyDefinition[]>> = {
  calls: group('call', {
    string: [
      'hs_call_title',
      ['hs_call_body', html],
      'hs_call_disposition',
      'hs_call_from_number',
      'hs_call_to_number',
      'hs_call_recording_url',
      ['hs_body_preview', preview],
    ],
    enumeration: [
      ['hs_call_direction', { options: ['INBOUND', 'OUTBOUND'] }],
      ['hs_call_status', { options: ['COMPLETED', 'NO_ANSWER', 'BUSY', 'FAILED'] }],
      ['hs_activity_type', { options: ['Discovery call', 'Check-in'] }],
    ],
    number: [['hs_call_duration', { label: 'Call duration in milliseconds' }]],
    datetime: ['hs_timestamp'],
  }),
  emails: group('email', {
    string: [
      'hs_email_subject',
      ['hs_email_text', { fieldType: 'textarea' }],
      ['hs_email_html', html],
      'hs_email_from_email',
      'hs_email_to_email',
      ['hs_email_thread_id', { readOnly: true, hidden: true }],
      ['hs_email_headers', { hidden: true }],
      ['hs_body_preview', preview],
    ],
    enumeration: [
      ['hs_email_direction', { options: ['EMAIL', 'INCOMING_EMAIL', 'FORWARDED_EMAIL'] }],
      ['hs_email_status', { options: ['SENT', 'SENDING', 'SCHEDULED', 'BOUNCED', 'FAILED'] }],
    ],
    datetime: ['hs_timestamp'],
  }),
  meetings: group('meeting', {
    string: [
      'hs_meeting_title',
      ['hs_meeting_body', html],
      ['hs_internal_meeting_notes', html],
      'hs_meeting_location',
      'hs_meeting_external_url',
      ['hs_body_preview', preview],
    ],
    enumeration: [
      [
        'hs_meeting_outcome',
        { options: ['SCHEDULED', 'COMPLETED', 'RESCHEDULED', 'NO_SHOW', 'CANCELED'] },
      ],
      ['hs_activity_type', { options: ['Demo', 'Check-in'] }],
    ],
    datetime: ['hs_timestamp', 'hs_meeting_start_time', 'hs_meeting_end_time'],
  }),
  notes: group('note', {
    string: [['hs_note_body', html], 'hs_attachment_ids', ['hs_body_preview', preview]],
    datetime: ['hs_timestamp'],
  }),
  tasks: group('task', {
    string: ['hs_task_subject', ['hs_task_body', html], ['hs_body_preview', preview]],
    enumeration: [
      [
        'hs_task_status',
        { options: ['NOT_STARTED', 'IN_PROGRESS', 'WAITING', 'COMPLETED', 'DEFERRED'] },
      ],
      ['hs_task_priority', { options: ['NONE', 'LOW', 'MEDIUM', 'HIGH'] }],
      ['hs_task_type', { options: ['TODO', 'CALL', 'EMAIL'] }],
    ],
    datetime: ['hs_timestamp', ['hs_task_completion_date', { readOnly: true }]],
    bool: [['hs_task_is_completed', { calculated: true, readOnly: true }]],
  }),
  communications: group('communication', {
    string: [
      ['hs_communication_body', html],
      ['hs_body_preview', preview],
    ],
    enumeration: [
      ['hs_communication_channel_type', { options: ['SMS', 'WHATS_APP', 'LINKEDIN_MESSAGE'] }],
      ['hs_communication_logged_from', { options: ['CRM'] }],
    ],
    datetime: ['hs_timestamp'],
  }),
  postal_mail: group('postal_mail', {
    string: [
      ['hs_postal_mail_body', html],
      ['hs_body_preview', preview],
    ],
    datetime: ['hs_timestamp'],
  }),
}
