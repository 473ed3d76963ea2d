import { HubsyncError } from '../errors.js'
import { harmless } from '../harmless-text.js'
import type { AssociationEdge } from '../model.js'
import { parseId } from './parse-record.js'

/** A reply's answer about one record's associations. */
interface AnsweredInput {
  id: string
  edges: AssociationEdge[]
  /** Where its set continues, if this is not all of it. */
  after: string | undefined
}

/**
 * Takes from a reply what it says about each record: a result, or that it has no associations. Any other error says
 * nothing.
 */
export function parseAssociations(json: unknown): AnsweredInput[] {
  const body = json as {
    results?: { from?: { id?: unknown }; to?: unknown[]; paging?: { next?: { after?: unknown } } }[]
    errors?: { subCategory?: string; context?: { fromObjectId?: unknown[] } }[]
  }
  const answered: AnsweredInput[] = []
  for (const result of body.results ?? []) {
    const id = parseId(result?.from?.id)
    // An incomplete result doesn't show what the record is linked to.
    if (id === undefined || !isWhole(result.to)) continue
    const after = result.paging?.next?.after
    const edges = result.to.flatMap(parseTarget)
    answered.push({ id, edges, after: after === undefined ? undefined : String(after) })
  }
  for (const error of body.errors ?? []) {
    if (!error?.subCategory?.endsWith('NO_ASSOCIATIONS_FOUND')) continue
    for (const id of error.context?.fromObjectId ?? [])
      answered.push({ id: String(id), edges: [], after: undefined })
  }
  return answered
}

function isWhole(to: unknown[] | undefined): to is Target[] {
  return Array.isArray(to) && to.every((end) => Array.isArray((end as Target)?.associationTypes))
}

interface Target {
  toObjectId?: unknown
  associationTypes: { category?: unknown; typeId?: unknown; label?: unknown }[]
}

/** The associations with one record at the other end: each type of link is one. */
function parseTarget({ toObjectId, associationTypes }: Target): AssociationEdge[] {
  const toId = parseId(toObjectId)
  if (toId === undefined)
    throw new HubsyncError(
      'HUBSPOT_REPLY',
      `Expected \`toObjectId\` to be an id that JSON can carry exactly, got ${harmless(String(toObjectId), 100)}.`,
    )
  return associationTypes.map((type) => ({
    toId,
    category: String(type.category),
    typeId: Number(type.typeId),
    label: typeof type.label === 'string' ? type.label : null,
  }))
}
