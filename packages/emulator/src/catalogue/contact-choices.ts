import type { PropertyOption } from './definition.js'

/** `value Label; value Label` */
function labelled(text: string): PropertyOption[] {
  return text
    .split(';')
    .map((pair) => pair.trim())
    .map((pair) => {
      const [value] = pair.split(' ') as [string]
      return { value, label: pair.slice(value.length + 1) || value }
    })
}

const languages = `aa Afar; ab Abkhazian; af Afrikaans; ak Akan; am Amharic; ar Arabic; ar-ae Arabic - United Arab Emirates;
ar-eg Arabic - Egypt; as Assamese; az Azerbaijani; be Belarusian; bg Bulgarian; bn Bengali; bs Bosnian; ca Catalan;
cs Czech; cs-cz Czech - Czech Republic; cy Welsh; da Danish; da-dk Danish - Denmark; de German; de-at German - Austria;
de-ch German - Switzerland; de-de German - Germany; el Greek; en English; en-au English - Australia;
en-ca English - Canada; en-gb English - United Kingdom; en-ie English - Ireland; en-in English - India;
en-nz English - New Zealand; en-us English - United States; en-za English - South Africa; eo Esperanto; es Spanish;
es-ar Spanish - Argentina; es-cl Spanish - Chile; es-co Spanish - Colombia; es-es Spanish - Spain;
es-mx Spanish - Mexico; et Estonian; eu Basque; fa Persian; fi Finnish; fi-fi Finnish - Finland; fr French;
fr-be French - Belgium; fr-ca French - Canada; fr-ch French - Switzerland; fr-fr French - France; ga Irish; gl Galician;
gu Gujarati; he Hebrew; hi Hindi; hr Croatian; hu Hungarian; hy Armenian; id Indonesian; is Icelandic; it Italian;
it-ch Italian - Switzerland; it-it Italian - Italy; ja Japanese; ja-jp Japanese - Japan; ka Georgian; kk Kazakh;
km Khmer; kn Kannada; ko Korean; ko-kr Korean - South Korea; ky Kyrgyz; lb Luxembourgish; lo Lao; lt Lithuanian;
lv Latvian; mk Macedonian; ml Malayalam; mn Mongolian; mr Marathi; ms Malay; mt Maltese; my Burmese; nb Norwegian Bokmal;
ne Nepali; nl Dutch; nl-be Dutch - Belgium; nl-nl Dutch - Netherlands; no Norwegian; pa Punjabi; pl Polish;
pl-pl Polish - Poland; pt Portuguese; pt-br Portuguese - Brazil; pt-pt Portuguese - Portugal; ro Romanian; ru Russian;
ru-ru Russian - Russia; si Sinhala; sk Slovak; sl Slovenian; so Somali; sq Albanian; sr Serbian; sv Swedish;
sv-se Swedish - Sweden; sw Swahili; ta Tamil; te Telugu; th Thai; tl Tagalog; tr Turkish; tr-tr Turkish - Turkey;
uk Ukrainian; ur Urdu; uz Uzbek; vi Vietnamese; xh Xhosa; yi Yiddish; zh Chinese; zh-cn Chinese - China;
zh-hk Chinese - Hong Kong SAR; zh-tw Chinese - Taiwan; zu Zulu`

const timeZones = `pacific_slash_midway; pacific_slash_pago_pago; us_slash_samoa; pacific_slash_honolulu; us_slash_hawaii;
us_slash_alaska; america_slash_anchorage; us_slash_pacific; america_slash_los_angeles; america_slash_tijuana;
us_slash_mountain; us_slash_arizona; america_slash_denver; america_slash_phoenix; us_slash_central;
america_slash_chicago; america_slash_mexico_city; us_slash_eastern; america_slash_new_york; america_slash_toronto;
america_slash_bogota; america_slash_lima; america_slash_halifax; canada_slash_atlantic; america_slash_caracas;
america_slash_santiago; america_slash_st_johns; america_slash_sao_paulo; america_slash_argentina_slash_buenos_aires;
atlantic_slash_azores; africa_slash_casablanca; africa_slash_lagos; europe_slash_dublin; europe_slash_lisbon;
europe_slash_london; utc; europe_slash_amsterdam; europe_slash_berlin; europe_slash_brussels; europe_slash_copenhagen;
europe_slash_madrid; europe_slash_oslo; europe_slash_paris; europe_slash_prague; europe_slash_rome;
europe_slash_stockholm; europe_slash_vienna; europe_slash_warsaw; europe_slash_zurich; africa_slash_cairo;
africa_slash_johannesburg; europe_slash_athens; europe_slash_bucharest; europe_slash_helsinki; europe_slash_kiev;
asia_slash_jerusalem; africa_slash_nairobi; asia_slash_riyadh; europe_slash_istanbul; europe_slash_moscow;
asia_slash_tehran; asia_slash_dubai; asia_slash_kabul; asia_slash_karachi; asia_slash_tashkent; asia_slash_calcutta;
asia_slash_kolkata; asia_slash_kathmandu; asia_slash_dhaka; asia_slash_bangkok; asia_slash_ho_chi_minh;
asia_slash_jakarta; asia_slash_hong_kong; asia_slash_manila; asia_slash_shanghai; asia_slash_singapore;
asia_slash_taipei; australia_slash_perth; asia_slash_seoul; asia_slash_tokyo; australia_slash_adelaide;
australia_slash_brisbane; australia_slash_melbourne; australia_slash_sydney; pacific_slash_auckland;
pacific_slash_fiji`

const sources = `ORGANIC_SEARCH Organic Search; PAID_SEARCH Paid Search; EMAIL_MARKETING Email Marketing;
SOCIAL_MEDIA Organic Social; REFERRALS Referrals; OTHER_CAMPAIGNS Other Campaigns; DIRECT_TRAFFIC Direct Traffic;
OFFLINE Offline Sources; PAID_SOCIAL Paid Social; AI_REFERRALS AI Referrals`

/**
 * The choices of properties that have more than the recorded reply shows: it has five of each. Of languages and time
 * zones they are those of many users, not all. Source: HubSpot KB, "HubSpot's default contact properties".
 */
export const contactChoices: Readonly<Record<string, readonly PropertyOption[]>> = {
  hs_language: labelled(languages),
  hs_inferred_language_codes: labelled(languages),
  hs_timezone: labelled(timeZones),
  hs_analytics_source: labelled(sources),
  hs_latest_source: labelled(sources),
  hs_lead_status:
    labelled(`NEW New; OPEN Open; IN_PROGRESS In Progress; OPEN_DEAL Open Deal; UNQUALIFIED Unqualified;
    ATTEMPTED_TO_CONTACT Attempted to Contact; CONNECTED Connected; BAD_TIMING Bad Timing`),
  hs_buying_role: labelled(`BLOCKER Blocker; BUDGET_HOLDER Budget Holder; CHAMPION Champion;
    DECISION_MAKER Decision Maker; END_USER End User; EXECUTIVE_SPONSOR Executive Sponsor; INFLUENCER Influencer;
    LEGAL_AND_COMPLIANCE Legal & Compliance; OTHER Other`),
  hs_seniority:
    labelled(`vp VP; director Director; entry Entry; executive Executive; manager Manager; owner Owner;
    partner Partner; senior Senior; employee Employee`),
  hs_role:
    labelled(`accounting Accounting; administrative Administrative; business_development Business Development;
    communications Communications; consulting Consulting; customer_service Customer Service; design Design;
    education Education; engineering Engineering; entrepreneurship Entrepreneurship; finance Finance;
    health_professional Health Professional; human_resources Human Resources;
    information_technology Information Technology; legal Legal; marketing Marketing; operations Operations;
    product Product; project_management Project Management; public_relations Public Relations;
    quality_assurance Quality Assurance; real_estate Real Estate; recruiting Recruiting; research Research;
    sales Sales; support Support; retired Retired`),
  numemployees: labelled('1-5; 5-25; 25-50; 50-100; 100-500; 500-1000; 1000+'),
  hs_feedback_last_nps_rating: labelled('0; 1; 2; 3; 4; 5; 6; 7; 8; 9; 10'),
}
