/** What contacts have about what a person did, by group, in the form of `tableOf`. Source: recorded reply. */
export const contactActivity: Readonly<Record<string, string>> = {
  contact_activity: `
bool booleancheckbox
  cr hs_sequences_is_enrolled: Currently in Sequence
datetime calculation_rollup
  r hs_feedback_last_ces_survey_date: Last CES survey date
datetime date
  r engagements_last_meeting_booked: Date of last meeting booked in meetings tool
  cr first_conversion_date: First Conversion Date
  r hs_feedback_last_survey_date: Last NPS survey date
  r hs_last_sales_activity_timestamp: Last Engagement Date
  r hs_sales_email_last_clicked: Recent Sales Email Clicked Date
  r hs_sales_email_last_opened: Recent Sales Email Opened Date
  r hs_sales_email_last_replied: Recent Sales Email Replied Date
  r notes_last_contacted: Last Contacted
  r notes_last_updated: Last Activity Date
  r notes_next_activity_date: Next Activity Date
enumeration booleancheckbox
  r currentlyinworkflow: Currently in workflow (discontinued) = true; false
enumeration radio
  r hs_predictivecontactscorebucket: Lead Rating = bucket_1; bucket_2; bucket_3; bucket_4
  r hs_predictivescoringtier: Contact priority = tier_1; tier_2; tier_3; tier_4; closed_won
enumeration select
  O hs_content_membership_status: Status = active; inactive
  r hs_feedback_last_nps_rating: Last NPS survey rating (deprecated) = 0; 1; 2; 3; 4
number calculation_rollup
  r hs_feedback_last_ces_survey_rating: Last CES survey rating
number number
  r hs_predictivecontactscore: Predictive Lead Score
  r hs_predictivecontactscore_v2: Likelihood to close
  r num_contacted_notes: Number of times contacted
  r num_notes: Number of Sales Activities
string calculation_rollup
  r hs_feedback_last_ces_survey_follow_up: Last CES survey comment
string text
  r engagements_last_meeting_booked_campaign: Campaign of last booking in meetings tool
  r engagements_last_meeting_booked_medium: Medium of last booking in meetings tool
  r engagements_last_meeting_booked_source: Source of last booking in meetings tool
  cr first_conversion_event_name: First Conversion
  r hs_feedback_last_nps_follow_up: Last NPS survey comment
string textarea
  - hs_content_membership_notes: Membership Notes
  f message: Message
`,
  analyticsinformation: `
datetime date
  r hs_analytics_first_timestamp: Time First Seen
  r hs_analytics_first_visit_timestamp: Time of First Session
  r hs_analytics_last_timestamp: Time Last Seen
  r hs_analytics_last_visit_timestamp: Time of Last Session
  - hs_latest_source_timestamp: Latest Traffic Source Date
enumeration select
  O hs_analytics_source: Original Traffic Source = ORGANIC_SEARCH; PAID_SEARCH; EMAIL_MARKETING; SOCIAL_MEDIA; REFERRALS
  O hs_latest_source: Latest Traffic Source = ORGANIC_SEARCH; PAID_SEARCH; EMAIL_MARKETING; SOCIAL_MEDIA; REFERRALS
number number
  r hs_analytics_average_page_views: Average Pageviews
  r hs_analytics_num_event_completions: Number of event completions
  r hs_analytics_num_page_views: Number of Pageviews
  r hs_analytics_num_visits: Number of Sessions
  r hs_analytics_revenue: Event Revenue
string text
  r hs_analytics_first_referrer: First Referring Site
  re hs_analytics_first_touch_converting_campaign: First Touch Converting Campaign
  r hs_analytics_first_url: First Page Seen
  r hs_analytics_last_referrer: Last Referring Site
  re hs_analytics_last_touch_converting_campaign: Last Touch Converting Campaign
  r hs_analytics_last_url: Last Page Seen
  rh hs_analytics_source_composite_data: Original Traffic Source Composite Data
  r hs_analytics_source_data_1: Original Traffic Source Drill-Down 1
  r hs_analytics_source_data_2: Original Traffic Source Drill-Down 2
  rh hs_latest_source_composite_data: Latest Traffic Source Composite Data
  r hs_latest_source_data_1: Latest Traffic Source Drill-Down 1
  r hs_latest_source_data_2: Latest Traffic Source Drill-Down 2
`,
  conversioninformation: `
bool booleancheckbox
  h hs_bing_ad_clicked: Bing ad clicked
  h hs_facebook_ad_clicked: Clicked Facebook ad
  h hs_tiktok_ad_clicked: TikTok ad clicked
datetime date
  cr recent_conversion_date: Recent Conversion Date
enumeration booleancheckbox
  h hs_clicked_linkedin_ad: Clicked on a LinkedIn Ad = true; false
  h hs_linkedin_ad_clicked: Clicked LinkedIn Ad = true; false
number number
  cr num_conversion_events: Number of Form Submissions
  cr num_unique_conversion_events: Number of Unique Forms Submitted
string text
  - hs_bing_click_id: Bing click id
  - hs_facebook_click_id: Facebook click id
  - hs_google_click_id: Google ad click id
  r hs_ip_timezone: IP Timezone
  - hs_linkedin_click_id: LinkedIn click id
  - hs_tiktok_click_id: TikTok click id
  r ip_city: IP City
  r ip_country: IP Country
  r ip_country_code: IP Country Code
  rh ip_latlon: IP Latitude & Longitude
  r ip_state: IP State/Region
  r ip_state_code: IP State Code/Region Code
  rh ip_zipcode: IP Zipcode
  cr recent_conversion_event_name: Recent Conversion
`,
  emailinformation: `
bool booleancheckbox
  rO hs_email_bad_address: Invalid email address
  rh hs_email_is_ineligible: Is globally ineligible
  r hs_email_optout: Unsubscribed from all email
  r hs_email_quarantined: Email Address Quarantined
  - hs_enriched_email_bounce_detected: Enriched Email Bounce Detected (Deprecated)
date date
  - hs_employment_change_detected_date: Employment change detected date
  - hs_job_change_detected_date: Job change detected date
  - hs_returning_to_office_detected_date: Returning to office detected date
datetime date
  r hs_email_first_click_date: First marketing email click date
  r hs_email_first_open_date: First marketing email open date
  r hs_email_first_reply_date: First marketing email reply date
  r hs_email_first_send_date: First marketing email send date
  r hs_email_last_click_date: Last marketing email click date
  r hs_email_last_open_date: Last marketing email open date
  r hs_email_last_reply_date: Last marketing email reply date
  r hs_email_last_send_date: Last marketing email send date
  rh hs_email_recipient_fatigue_recovery_time: Email Address Recipient Fatigue Next Available Sending Time
enumeration checkbox
  o hs_legal_basis: Legal basis for processing contact's data = Legitimate interest – prospect/lead; Legitimate interest – existing customer; Legitimate interest - other; Performance of a contract; Freely given consent from contact
enumeration radio
  rO hs_email_hard_bounce_reason_enum: Email hard bounce reason = CONTENT; MAILBOX_FULL; OTHER; POLICY; SPAM
enumeration select
  - hs_email_customer_quarantined_reason: Email address quarantine reason = SUSPENSION_REMEDIATION; BLOCKLIST_REMEDIATION; TRUST_SAFETY_REMEDIATION
  r hs_email_quarantined_reason: Email address automated quarantine reason = ON_LIST_IMPORT; HIGH_HARD_BOUNCE_RATE; MULTIPLE_CANCELLED_CAMPAIGNS; FORM_ABUSE; RECIPIENT_COMPLAINT
  r hs_emailconfirmationstatus: Marketing email confirmation status = Confirmed; Confirmation Pending; Confirmation Email Sent; User clicked confirmation; HubSpot Rep. marked confirmed
number number
  r hs_email_bounce: Marketing emails bounced
  r hs_email_click: Marketing emails clicked
  r hs_email_delivered: Marketing emails delivered
  r hs_email_open: Marketing emails opened
  r hs_email_replied: Marketing emails replied
  r hs_email_sends_since_last_engagement: Sends Since Last Engagement
  rh hs_messaging_engagement_score: messaging_engagement_score
string text
  rhO hs_email_hard_bounce_reason: Email hard bounce reason = CONTENT; MAILBOX_FULL; OTHER; POLICY; SPAM
  r hs_email_last_email_name: Last marketing email name
  rh hs_email_optimal_send_day_of_week: Optimal Marketing Email Send Day of Week
  rh hs_email_optimal_send_time_of_day: Optimal Marketing Email Send Time of Day
string textarea
  r hs_quarantined_emails: Quarantined Emails
`,
  smsinformation: `
datetime date
  rh hs_last_sms_send_date: Last Sms Send Date
string text
  rh hs_last_sms_send_name: Last SMS Send Name
`,
}
