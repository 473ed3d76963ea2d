import { group, type PropertyDefinition } from './definition.js'

/** A few properties of less common objects. */
export const otherProperties: Readonly<Record<string, PropertyDefinition[]>> = {
  tickets: group('ticketinformation', {
    string: [
      ['subject', { label: 'Ticket name' }],
      ['content', { label: 'Ticket description', fieldType: 'textarea' }],
    ],
    enumeration: [['hs_ticket_priority', { options: ['LOW', 'MEDIUM', 'HIGH', 'URGENT'] }]],
    datetime: ['closed_date'],
  }),
  products: group('productinformation', {
    string: ['name', ['description', { fieldType: 'textarea' }], 'hs_sku'],
    number: [['price', { showCurrencySymbol: true }]],
  }),
  line_items: group('lineiteminformation', {
    string: ['name', 'hs_sku'],
    number: ['quantity', 'price', ['amount', { calculated: true, readOnly: true }]],
  }),
  leads: group('leadinformation', { string: ['hs_lead_name'], enumeration: ['hs_lead_label'] }),
  tasks: group('task', {
    string: ['hs_task_subject', ['hs_task_body', { fieldType: 'html' }]],
    datetime: ['hs_timestamp'],
  }),
  notes: group('note', {
    string: [['hs_note_body', { fieldType: 'html' }]],
    datetime: ['hs_timestamp'],
  }),
  calls: group('call', { string: ['hs_call_title', 'hs_call_body'], datetime: ['hs_timestamp'] }),
  emails: group('email', { string: ['hs_email_subject'], datetime: ['hs_timestamp'] }),
  meetings: group('meeting', { string: ['hs_meeting_title'], datetime: ['hs_timestamp'] }),
}
