import { column } from './columns.js'
import { defineObject } from './define-object.js'

/** HubSpot's calls. `duration` is in milliseconds. */
export const calls = defineObject({
  type: 'calls',
  columns: {
    title: column.text('hs_call_title'),
    body: column.text('hs_call_body'),
    happenedAt: column.datetime('hs_timestamp'),
    direction: column.text('hs_call_direction'),
    callStatus: column.text('hs_call_status'),
    disposition: column.text('hs_call_disposition'),
    duration: column.integer('hs_call_duration'),
    fromNumber: column.phone('hs_call_from_number'),
    toNumber: column.phone('hs_call_to_number'),
    activityType: column.text('hs_activity_type'),
    ownerId: column.text('hubspot_owner_id'),
  },
})

/**
 * HubSpot's e-mails, sent and received one by one. HubSpot deletes them for good, without a recycle bin: only a census
 * finds those that are gone.
 */
export const emails = defineObject({
  type: 'emails',
  columns: {
    subject: column.text('hs_email_subject'),
    text: column.text('hs_email_text'),
    happenedAt: column.datetime('hs_timestamp'),
    direction: column.text('hs_email_direction'),
    emailStatus: column.text('hs_email_status'),
    fromEmail: column.email('hs_email_from_email'),
    toEmail: column.email('hs_email_to_email'),
    threadId: column.text('hs_email_thread_id'),
    ownerId: column.text('hubspot_owner_id'),
  },
})

/** HubSpot's meetings. */
export const meetings = defineObject({
  type: 'meetings',
  columns: {
    title: column.text('hs_meeting_title'),
    body: column.text('hs_meeting_body'),
    startsAt: column.datetime('hs_meeting_start_time'),
    endsAt: column.datetime('hs_meeting_end_time'),
    outcome: column.text('hs_meeting_outcome'),
    location: column.text('hs_meeting_location'),
    activityType: column.text('hs_activity_type'),
    ownerId: column.text('hubspot_owner_id'),
  },
})

/** HubSpot's notes. */
export const notes = defineObject({
  type: 'notes',
  columns: {
    body: column.text('hs_note_body'),
    happenedAt: column.datetime('hs_timestamp'),
    attachmentIds: column.list('hs_attachment_ids'),
    ownerId: column.text('hubspot_owner_id'),
  },
})

/** HubSpot's tasks. */
export const tasks = defineObject({
  type: 'tasks',
  columns: {
    subject: column.text('hs_task_subject'),
    body: column.text('hs_task_body'),
    taskStatus: column.text('hs_task_status'),
    priority: column.text('hs_task_priority'),
    type: column.text('hs_task_type'),
    dueAt: column.datetime('hs_timestamp'),
    completedAt: column.datetime('hs_task_completion_date'),
    ownerId: column.text('hubspot_owner_id'),
  },
})

/** HubSpot's communications: SMS, WhatsApp and LinkedIn messages, sent and received one by one. */
export const communications = defineObject({
  type: 'communications',
  columns: {
    channel: column.text('hs_communication_channel_type'),
    body: column.text('hs_communication_body'),
    happenedAt: column.datetime('hs_timestamp'),
    loggedFrom: column.text('hs_communication_logged_from'),
    ownerId: column.text('hubspot_owner_id'),
  },
})

/** Letters and parcels that were sent or received. */
export const postalMail = defineObject({
  type: 'postal_mail',
  columns: {
    body: column.text('hs_postal_mail_body'),
    happenedAt: column.datetime('hs_timestamp'),
    ownerId: column.text('hubspot_owner_id'),
  },
})
