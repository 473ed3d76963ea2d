import { formatOffset, utcOffset } from '../account.js'
import { isoDate } from '../record-shape.js'
import { json } from '../replies.js'
import type { Route } from './route.js'

/** Which portal it is. Needs no scope. Source: recorded reply. */
export const account: Route = {
  operation: 'account',
  method: 'GET',
  paths: ['/account-info/v3/details', '/account-info/:version/details'],
  lane: 'burst',
  scopes: () => [],
  handle: ({ account: { portalId, timeZone, currency, uiDomain }, now }) => {
    const offset = utcOffset(timeZone, now)
    return json({
      portalId,
      accountType: 'STANDARD',
      timeZone,
      companyCurrency: currency,
      additionalCurrencies: [],
      utcOffset: formatOffset(offset),
      utcOffsetMilliseconds: offset,
      uiDomain,
      dataHostingLocation: /^app-(\w+)\./.exec(uiDomain)?.[1] ?? 'na1',
    })
  },
}

/** How much of the day's quota is used. Source: HubSpot docs, "Retrieve private app daily API usage". */
export const usage: Route = {
  operation: 'usage',
  method: 'GET',
  paths: [
    '/account-info/v3/api-usage/daily/private-apps',
    '/account-info/:version/api-usage/daily/private-apps',
  ],
  lane: 'burst',
  scopes: () => [],
  handle: ({ limits, now }) => {
    const { limit, used, resetsAt } = limits.usage(now)
    const result = {
      collectedAt: isoDate(now),
      currentUsage: used,
      fetchStatus: 'SUCCESS',
      name: 'private-apps-api-calls-daily',
      resetsAt: isoDate(resetsAt),
      usageLimit: limit,
    }
    return json({ results: [result] })
  },
}
