const at = '2026-03-30T12:00:00Z'

/** What a new record of each type needs, if it needs anything. */
export const NEEDED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  tickets: { hs_pipeline_stage: '1' },
  leads: { hs_lead_name: 'Engine' },
  quotes: { hs_title: 'Engine', hs_expiration_date: '2026-12-31' },
  invoices: { hs_currency: 'EUR' },
  orders: { hs_order_name: 'Engine' },
  subscriptions: { hs_name: 'Engine' },
  commerce_payments: { hs_initial_amount: '7', hs_initiated_date: at },
  appointments: { hs_appointment_name: 'Engine' },
  courses: { hs_course_name: 'Engine' },
  listings: { hs_name: 'Engine' },
  services: { hs_name: 'Engine', hs_pipeline_stage: 'service-new' },
  projects: { hs_name: 'Engine', hs_pipeline_stage: 'project-planned' },
  calls: { hs_timestamp: at },
  meetings: { hs_timestamp: at },
  notes: { hs_timestamp: at },
  tasks: { hs_timestamp: at },
  postal_mail: { hs_timestamp: at },
  communications: { hs_timestamp: at, hs_communication_channel_type: 'SMS' },
  emails: { hs_timestamp: at, hs_email_direction: 'EMAIL' },
}

/** The body that creates a record, with no more than it needs. A lead needs a company. */
export const newRecord = (type: string, company: string) => {
  const properties = NEEDED[type] ?? {}
  if (type !== 'leads') return { properties }
  const types = [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 610 }]
  return { properties, associations: [{ to: { id: company }, types }] }
}
