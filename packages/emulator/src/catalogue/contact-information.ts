/** What contacts have about a person, by group, in the form of `tableOf`. Source: recorded reply. */
export const contactInformation: Readonly<Record<string, string>> = {
  contactinformation: `
bool booleancheckbox
  r hs_contact_enrichment_opt_out: Enrichment opt out
  r hs_content_membership_email_confirmed: Email Confirmed
  rh hs_created_by_conversations: Created By Conversations
  rh hs_data_privacy_ads_consent: Ads Consent from Forms
  h hs_feedback_show_nps_web_survey: Should be shown an NPS web survey
  r hs_intent_signals_enabled: Intent Signals active
  r hs_is_enriched: Has been enriched
  rh hs_is_merge_revertible: Is Merge Revertible
  rh hs_read_only: Read only object
  rh hs_was_imported: Performed in an import
bool calculation_equation
  cr hs_currently_enrolled_in_prospecting_agent: Currently Enrolled in Prospecting Agent
bool calculation_read_time
  crh hs_is_contact: Is a contact
date date
  rh hs_intent_paid_up_to_date: Intent paid up to date
datetime calculation_rollup
  r hs_feedback_last_csat_survey_date: Last CSAT survey date
  rh hs_first_subscription_create_date: First subscription create date
  cr hs_latest_disqualified_lead_date: Latest Disqualified Lead Date
  cr hs_latest_open_lead_date: Latest Open Lead Date
  cr hs_latest_qualified_lead_date: Latest Qualified Lead Date
  rh hs_latest_subscription_create_date: Latest subscription create date
  - hs_prospecting_agent_last_enrolled: Prospecting Agent Last Enrolled
datetime date
  r createdate: Create Date
  r hs_contact_enrichment_opt_out_timestamp: Enrichment opt out timestamp
  r hs_content_membership_follow_up_enqueued_at: Time enrolled in registration follow up emails
  r hs_content_membership_registered_at: Registered At
  r hs_content_membership_registration_email_sent_at: Time registration email was sent
  rh hs_createdate: Object create date/time
  rh hs_document_last_revisited: Recent Document Revisit Date
  crh hs_first_outreach_date: First outreach date
  h hs_last_metered_enrichment_timestamp: Last Metered Enrichment Timestamp
  rh hs_last_sales_activity_date: last sales activity date old
  rh hs_lastmodifieddate: Object last modified date/time
  rh hs_latest_meeting_activity: Latest meeting activity
  cr hs_latest_sequence_ended_date: Last sequence ended date
  r hs_latest_sequence_enrolled_date: Last sequence enrolled date
  rh hs_latest_sequence_finished_date: Last sequence finished date
  rh hs_latest_sequence_unenrolled_date: Last sequence unenrolled date
  h hs_live_enrichment_deadline: Live enrichment deadline
  r hs_membership_last_private_content_access_date: Membership last private content access date
  r hs_sa_first_engagement_date: Date of first engagement
  r lastmodifieddate: Last Modified Date
enumeration booleancheckbox
  r hs_marketable_status: Marketing contact status = true; false
  r hs_marketable_until_renewal: Marketing contact until next update = true; false
enumeration checkbox
  e hs_all_assigned_business_unit_ids: Brands
  r hs_merged_object_ids: Merged Contact IDs
  he hs_owning_teams: Owning Teams
  e hs_shared_team_ids: Shared teams
  e hs_shared_user_ids: Shared users
  rhe hs_user_ids_of_all_notification_followers: User IDs of all notification followers
  rhe hs_user_ids_of_all_notification_unfollowers: User IDs of all notification unfollowers
  rhe hs_user_ids_of_all_owners: User IDs of all owners
enumeration radio
  - hs_customer_agent_lead_status: Customer Agent Lead Status = qualified; partially_qualified; not_qualified
  - hs_journey_stage: Journey Stage = new_contact; in_nurturing; low_intent; mid_intent; high_intent
  fe lifecyclestage: Lifecycle Stage = subscriber; lead; marketingqualifiedlead; salesqualifiedlead; opportunity
enumeration select
  hu hs_additional_emails: Additional email addresses
  rhe hs_all_accessible_team_ids: All teams
  crh hs_all_contact_vids: All vids for a contact
  rhe hs_all_owner_ids: All owner IDs
  rhe hs_all_team_ids: All team IDs
  crh hs_calculated_form_submissions: The 800 most recent form submissions for a contact
  crh hs_calculated_merged_vids: Merged vids with timestamps of a contact
  r hs_current_customer: Current Customer = yes; no; unknown
  - hs_inferred_language_codes: Inferred Language Codes = ab; aa; af; ak; sq
  f hs_language: Preferred language = aa; ab; af; ak; sq
  rh hs_last_sales_activity_type: Last Engagement Type = COMPANYPROSPECTS_REVISIT; PRESENTATION_REVISIT; EMAIL_CLICK; EMAIL_OPEN; EMAIL_REPLY
  r hs_marketable_reason_type: Marketing contact status source type = AD; CONTACT_IMPORT; CONVERSATION; FORM_SUBMISSION; INITIAL_STATE
  rh hs_notes_next_activity_type: Next Activity Type = CALL; CONVERSATION_SESSION; INCOMING_EMAIL; EMAIL; FORWARDED_EMAIL
  re hs_object_source_label: Record source
  f hs_persona: Persona
  he hs_pipeline: Pipeline
  f hs_role: Employment Role = accounting; administrative; business_development; communications; consulting
  cr hs_sa_first_engagement_descr: Description of first engagement = EMPTY_DESCRIPTION; BOUNCED; BUSY; CALLING_CRM_USER; CANCELED
  cr hs_sa_first_engagement_object_type: Type of first engagement = CALL; CONVERSATION_SESSION; EMAIL; MEETING_EVENT; TASK
  f hs_seniority: Employment Seniority = vp; director; entry; executive; manager
  f hs_sub_role: Employment Sub Role = account_executive; account_manager; accountant; accounting_manager; administrative_assistant
  f hs_timezone: Time Zone = pacific_slash_midway; pacific_slash_niue; pacific_slash_pago_pago; pacific_slash_samoa; us_slash_samoa
  f numemployees: Number of Employees = 1-5; 5-25; 25-50; 50-100; 100-500
number calculation_equation
  rh hs_count_is_unworked: Count of unengaged contacts
  rh hs_count_is_worked: Count of engaged contacts
  - hs_time_between_contact_creation_and_deal_close: Time between contact creation and deal close
  - hs_time_between_contact_creation_and_deal_creation: Time between contact creation and deal creation
  - hs_time_to_move_from_lead_to_customer: Time to move from lead to customer
  - hs_time_to_move_from_marketingqualifiedlead_to_customer: Time to move from marketing qualified lead to customer
  - hs_time_to_move_from_opportunity_to_customer: Time to move from opportunity to customer
  - hs_time_to_move_from_salesqualifiedlead_to_customer: Time to move from sales qualified lead to customer
  - hs_time_to_move_from_subscriber_to_customer: Time to move from subscriber to customer
number calculation_rollup
  rh hs_associated_target_accounts: Associated Target Accounts
  r hs_feedback_last_csat_survey_rating: Last CSAT survey rating
  r hs_feedback_last_nps_rating_number: Latest NPS survey rating
  rh hs_has_active_subscription: Contact has an active subscription
  crhe hs_manual_campaign_ids: Manual campaign ids
  rh hs_prospecting_agent_actively_enrolled_count: Prospecting Agent Actively Enrolled Count
  - hs_prospecting_agent_total_enrolled_count: Prospecting Agent Total Enrolled Count
number number
  he associatedcompanyid: Primary Associated Company ID
  rh associatedcompanylastupdated: Associated Company Last Updated
  re hs_created_by_user_id: Created by user ID
  cr hs_first_engagement_object_id: ID of first engagement
  re hs_latest_sequence_enrolled: Last sequence enrolled
  r hs_latitude: Latitude
  r hs_longitude: Longitude
  r hs_object_id: Record ID
  rh hs_object_source_user_id: Record creation source user ID
  h hs_pinned_engagement_id: Pinned engagement ID
  rh hs_sequences_actively_enrolled_count: Number of sequences actively enrolled
  r hs_sequences_enrolled_count: Number of sequences enrolled
  rh hs_source_object_id: Source Object ID
  rh hs_source_portal_id: Source Portal ID
  cr hs_time_to_first_engagement: Lead response time
  re hs_updated_by_user_id: Updated by user ID
  rh surveymonkeyeventlastupdated: SurveyMonkey Event Last Updated
  rh webinareventlastupdated: Webinar Event Last Updated
object_coordinates text
  rh hs_notes_last_activity: Last Activity
  rh hs_notes_next_activity: Next Activity
phone_number phonenumber
  crh hs_searchable_calculated_international_mobile_number: Calculated Mobile Number with country code
  crh hs_searchable_calculated_international_phone_number: Calculated Phone Number with country code
  crh hs_searchable_calculated_mobile_number: Calculated Mobile Number without country code
  crh hs_searchable_calculated_phone_number: Calculated Phone Number without country code
string calculation_equation
  crh hs_full_name_or_email: Full name or email
string calculation_rollup
  r hs_feedback_last_csat_survey_follow_up: Last CSAT survey comment
string phonenumber
  f fax: Fax Number
  f hs_whatsapp_phone_number: WhatsApp Phone Number
  f mobilephone: Mobile Phone Number
  f phone: Phone Number
string text
  f address: Street Address
  f annualrevenue: Annual Revenue
  f city: City
  f company: Company Name
  f country: Country/Region
  fu email: Email
  f firstname: First Name
  rh hs_avatar_filemanager_key: Avatar FileManager key
  crh hs_calculated_mobile_number: Calculated Mobile Number in International Format
  crh hs_calculated_phone_number: Calculated Phone Number in International Format
  crh hs_calculated_phone_number_area_code: Calculated Phone Number Area Code
  crh hs_calculated_phone_number_country_code: Calculated Phone Number Country Code
  crh hs_calculated_phone_number_region_code: Calculated Phone Number Region
  r hs_contact_creation_legal_basis_source_instance_id: Contact creation legal basis source instance ID
  - hs_content_membership_email: Member email
  r hs_content_membership_registration_domain_sent_to: Domain to which registration email was sent
  rh hs_conversations_visitor_email: Conversations visitor email
  f hs_country_region_code: Country/Region Code
  cr hs_email_domain: Email Domain
  r hs_gps_error: GPS Error
  h hs_gps_latitude: Latitudes
  h hs_gps_longitude: Longitudes
  r hs_marketable_reason_id: Marketing contact status source name
  rh hs_mobile_sdk_push_tokens: Mobile Sdk Push Tokens
  rh hs_object_source: Record creation source
  r hs_object_source_detail_1: Record source detail 1
  r hs_object_source_detail_2: Record source detail 2
  r hs_object_source_detail_3: Record source detail 3
  rh hs_object_source_id: Record creation source ID
  r hs_registration_method: Registration Method
  f hs_state_code: State/Region Code
  rhu hs_unique_creation_key: Unique creation key
  f industry: Industry
  f jobtitle: Job Title
  f lastname: Last Name
  f salutation: Salutation
  f state: State/Region
  f twitterhandle: Twitter Username
  f website: Website URL
  f zip: Postal Code
`,
}
