/** What else contacts have, by group, in the form of `tableOf`. Source: recorded reply. */
export const contactBackground: Readonly<Record<string, string>> = {
  contactlcs: `
datetime calculation_equation
  cr hs_v2_date_entered_current_stage: Date entered current stage
  crt hs_v2_time_in_current_stage: Time in current stage
`,
  contactscripted: `
number calculation_equation
  cr hs_membership_has_accessed_private_content: Member has accessed private content
  cr hs_registered_member: Registered member
`,
  deal_information: `
datetime date
  - closedate: Close Date
  r first_deal_created_date: First Deal Created Date
  r recent_deal_close_date: Recent Deal Close Date
enumeration checkbox
  fo hs_buying_role: Buying Role = BLOCKER; BUDGET_HOLDER; CHAMPION; DECISION_MAKER; END_USER
number calculation_rollup
  r num_associated_deals: Number of Associated Deals
number number
  cr days_to_close: Days To Close
  r$ recent_deal_amount: Recent Deal Amount
  r$ total_revenue: Total Revenue
`,
  facebook_ads_properties: `
string text
  f company_size: Company size
  f date_of_birth: Date of birth
  f degree: Degree
  f field_of_study: Field of study
  f gender: Gender
  f graduation_date: Graduation date
  f job_function: Job function
  f marital_status: Marital Status
  f military_status: Military status
  f relationship_status: Relationship Status
  f school: School
  f seniority: Seniority
  f start_date: Start date
  f work_email: Work email
`,
  multiaccountmanagement: `
bool booleancheckbox
  h hs_cross_sell_opportunity: Cross-sell Opportunity
`,
  order_information: `
datetime date
  r hs_first_order_closed_date: First Order Closed Date
  r hs_recent_closed_order_date: Recent Closed Order Date
number number
  r hs_first_closed_order_id: First Closed Order ID
`,
  sales_properties: `
bool calculation_equation
  r hs_is_unworked: Contact unworked
datetime date
  r hubspot_owner_assigneddate: Owner assigned date
enumeration radio
  fo hs_lead_status: Lead Status = NEW; OPEN; IN_PROGRESS; OPEN_DEAL; UNQUALIFIED
enumeration select
  e hubspot_owner_id: Contact owner
  re hubspot_team_id: HubSpot Team
number calculation_score
  r hubspotscore: HubSpot Score
string text
  - owneremail: HubSpot Owner Email (legacy)
  - ownername: HubSpot Owner Name (legacy)
`,
  socialmediainformation: `
datetime date
  r hs_social_last_engagement: Most Recent Social Click
number number
  - followercount: Follower Count
  r hs_social_facebook_clicks: Facebook Clicks
  r hs_social_google_plus_clicks: Google Plus Clicks
  r hs_social_linkedin_clicks: LinkedIn Clicks
  r hs_social_num_broadcast_clicks: Broadcast Clicks
  r hs_social_twitter_clicks: Twitter Clicks
  f kloutscoregeneral: Klout Score
  f linkedinconnections: LinkedIn Connections
string text
  h hs_facebookid: Facebook ID
  h hs_googleplusid: googleplus ID
  f hs_linkedin_url: LinkedIn URL
  h hs_linkedinid: Linkedin ID
  h hs_twitterid: Twitter ID
  f linkedinbio: LinkedIn Bio
  hf photo: Photo
  f twitterbio: Twitter Bio
  - twitterprofilephoto: Twitter Profile Photo
`,
}
