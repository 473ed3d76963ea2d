import { isoDate } from '../record-shape.js'
import { invalid, json, notFound } from '../replies.js'
import { anyReadScope } from './readable.js'
import type { Route } from './route.js'

/** Asks for a report about records with many associations, which HubSpot sends to a user by e-mail. */
export const highUsageReport: Route = {
  operation: 'association-report',
  method: 'POST',
  paths: [
    '/crm/v4/associations/usage/high-usage-report/:userId',
    '/crm/associations/:version/usage/high-usage-report/:userId',
  ],
  lane: 'burst',
  anyScope: true,
  scopes: anyReadScope,
  handle: ({ crm, now, params: { userId } }) => {
    if (!/^\d+$/.test(userId!)) throw invalid(`Invalid user id: ${userId}`)
    const user = crm.owners.find(userId!, 'userId', false)
    if (!user) throw notFound()
    return json({ userId: Number(userId), userEmail: user.email, enqueueTime: isoDate(now) })
  },
}
