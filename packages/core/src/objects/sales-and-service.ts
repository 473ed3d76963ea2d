import { column } from './columns.js'
import { defineObject } from './define-object.js'

/** HubSpot's tickets. */
export const tickets = defineObject({
  type: 'tickets',
  columns: {
    subject: column.text('subject'),
    content: column.text('content'),
    pipeline: column.text('hs_pipeline'),
    stage: column.text('hs_pipeline_stage'),
    priority: column.text('hs_ticket_priority'),
    category: column.text('hs_ticket_category'),
    source: column.text('source_type'),
    closedAt: column.datetime('closed_date'),
    ownerId: column.text('hubspot_owner_id'),
  },
})

/** HubSpot's leads. They need Sales Hub Professional. */
export const leads = defineObject({
  type: 'leads',
  columns: {
    name: column.text('hs_lead_name'),
    type: column.text('hs_lead_type'),
    label: column.text('hs_lead_label'),
    pipeline: column.text('hs_pipeline'),
    stage: column.text('hs_pipeline_stage'),
    source: column.text('hs_lead_source'),
    disqualificationReason: column.text('hs_lead_disqualification_reason'),
    ownerId: column.text('hubspot_owner_id'),
  },
})

/**
 * HubSpot's goals, in the table `goals`: a row for each period and assignee, which HubSpot calls `goal_targets`. Rows of
 * one goal share `goalId`, and those of one assignee `targetGroupId`. They need Sales Hub Professional or Enterprise.
 */
export const goals = defineObject({
  type: 'goal_targets',
  name: 'goals',
  columns: {
    name: column.text('hs_goal_name'),
    type: column.text('hs_goal_type'),
    milestone: column.text('hs_milestone'),
    targetAmount: column.decimal('hs_target_amount'),
    startsAt: column.datetime('hs_start_datetime'),
    endsAt: column.datetime('hs_end_datetime'),
    goalId: column.text('hs_group_correlation_uuid'),
    targetGroupId: column.text('hs_goal_target_group_id'),
    teamId: column.text('hs_assignee_team_id'),
    ownerId: column.text('hubspot_owner_id'),
  },
})

/** HubSpot's feedback submissions: the answers to surveys. Nobody can write them through the API. */
export const feedbackSubmissions = defineObject({
  type: 'feedback_submissions',
  columns: {
    name: column.text('hs_submission_name'),
    surveyId: column.text('hs_survey_id'),
    surveyName: column.text('hs_survey_name'),
    surveyType: column.text('hs_survey_type'),
    surveyChannel: column.text('hs_survey_channel'),
    rating: column.decimal('hs_value'),
    responseGroup: column.text('hs_response_group'),
    sentiment: column.text('hs_sentiment'),
    content: column.text('hs_content'),
    contactId: column.text('hs_contact_id'),
    submittedAt: column.datetime('hs_submission_timestamp'),
  },
})

/** The people who work in the portal, as records of the CRM. HubSpot links them with no other records. */
export const users = defineObject({
  type: 'users',
  columns: {
    email: column.email('hs_email'),
    firstName: column.text('hs_given_name'),
    lastName: column.text('hs_family_name'),
    jobTitle: column.text('hs_job_title'),
    phone: column.phone('hs_additional_phone'),
    availability: column.text('hs_availability_status'),
    timeZone: column.text('hs_standard_time_zone'),
    isDeactivated: column.boolean('hs_deactivated'),
    userId: column.text('hs_internal_user_id'),
    ownerId: column.text('hubspot_owner_id'),
  },
})
