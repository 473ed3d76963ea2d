import { invalid, json, notFound } from '../replies.js'
import { booleanParameter, type Context, integerParameter, type Route } from './route.js'

function scopes(): string[] {
  return ['crm.objects.owners.read']
}

/** The id to go on from. */
function startOf({ url }: Context): number {
  const after = url.searchParams.get('after') ?? ''
  if (!/^\d*$/.test(after)) throw invalid(`Invalid value for after: ${after}`)
  return Number(after)
}

/** The owners. Archived ones are only listed with `archived=true`, without the others. Source: docs, "Owners". */
export const owners: Route = {
  operation: 'owners',
  method: 'GET',
  paths: ['/crm/v3/owners', '/crm/owners/:version'],
  lane: 'burst',
  scopes,
  handle: (context) => {
    // The docs tell no maximum. A connector asks for 500 at once.
    const limit = integerParameter(context, 'limit', { fallback: 100, maximum: 500 })
    const after = startOf(context)
    const email = context.url.searchParams.get('email')
    const from = context.crm.owners
      .list(booleanParameter(context, 'archived'))
      .filter((owner) => Number(owner.id) >= after && (email === null || owner.email === email))
    const next = from[limit]?.id
    const results = from.slice(0, limit)
    if (next === undefined) return json({ results })
    const link = new URL(context.url)
    link.searchParams.set('after', next)
    return json({ results, paging: { next: { after: next, link: link.href } } })
  },
}

/** One owner, by its own id or by that of the user. */
export const owner: Route = {
  operation: 'owner',
  method: 'GET',
  paths: ['/crm/v3/owners/:id', '/crm/owners/:version/:id'],
  lane: 'burst',
  scopes,
  handle: (context) => {
    const idProperty = context.url.searchParams.get('idProperty') ?? 'id'
    if (idProperty !== 'id' && idProperty !== 'userId')
      throw invalid(`idProperty must be one of id, userId, but was ${idProperty}`)
    const archived = booleanParameter(context, 'archived')
    const found = context.crm.owners.find(context.params.id!, idProperty, archived)
    if (!found) throw notFound()
    return json(found)
  },
}
