import { calls, communications, emails, meetings, notes, postalMail, tasks } from './activities.js'
import {
  carts,
  contracts,
  discounts,
  fees,
  invoices,
  lineItems,
  orders,
  payments,
  products,
  quotes,
  subscriptions,
  taxes,
} from './commerce.js'
import { companies } from './companies.js'
import { contacts } from './contacts.js'
import { deals } from './deals.js'
import { appointments, courses, listings, projects, services } from './object-library.js'
import { feedbackSubmissions, goals, leads, tickets, users } from './sales-and-service.js'

/**
 * Every object that comes ready. A portal may lack some of them, and a token the scopes: the jobs of such an object fail
 * alone, and the others go on.
 */
export const standardObjects = [
  ...([contacts, companies, deals, tickets, leads, goals, feedbackSubmissions, users] as const),
  ...([calls, emails, meetings, notes, tasks, communications, postalMail] as const),
  ...([products, lineItems, quotes, orders, carts, invoices, payments, subscriptions] as const),
  ...([discounts, fees, taxes, contracts] as const),
  ...([appointments, courses, listings, services, projects] as const),
] as const
