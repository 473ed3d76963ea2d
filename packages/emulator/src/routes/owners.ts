import { json, notFound } from '../replies.js'
import { booleanParameter, integerParameter, type Route } from './route.js'

function scopes(): string[] {
  return ['crm.objects.owners.read']
}

/** The owners. Archived ones are only listed with `archived=true`, without the others. Source: docs, "Owners". */
export const owners: Route = {
  operation: 'owners',
  method: 'GET',
  paths: ['/crm/v3/owners', '/crm/owners/:version'],
  lane: 'burst',
  scopes,
  handle: (context) => {
    const limit = integerParameter(context, 'limit', { fallback: 100, maximum: 500 })
    const after = Number(context.url.searchParams.get('after') ?? 0)
    const email = context.url.searchParams.get('email')
    const archived = booleanParameter(context, 'archived')
    const all = context.owners
      .filter((owner) => owner.archived === archived && (email === null || owner.email === email))
      .sort((a, b) => Number(a.id) - Number(b.id))
    const from = all.filter((owner) => Number(owner.id) >= after)
    const next = from[limit]?.id
    const results = from.slice(0, limit)
    if (next === undefined) return json({ results })
    const link = new URL(context.url)
    link.searchParams.set('after', next)
    return json({ results, paging: { next: { after: next, link: link.href } } })
  },
}

/** One owner. */
export const owner: Route = {
  operation: 'owner',
  method: 'GET',
  paths: ['/crm/v3/owners/:id', '/crm/owners/:version/:id'],
  lane: 'burst',
  scopes,
  handle: (context) => {
    const archived = booleanParameter(context, 'archived')
    const found = context.owners.find(({ id }) => id === context.params.id)
    if (found?.archived !== archived) throw notFound()
    return json(found)
  },
}
