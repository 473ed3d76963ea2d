import { encodeCursor } from '../association-cursor.js'
import { internalName } from '../association-types.js'
import type { ObjectTable } from '../object-table.js'
import type { ObjectType } from '../object-types.js'
import type { Context } from './route.js'

/** How many associations of a type a record shows. */
export const INLINE_ASSOCIATIONS = 100

/** The key of a type among the associations of a record. */
export function pluralName({ fullyQualifiedName, name }: ObjectType): string {
  return fullyQualifiedName ?? name
}

/** One association as lists, single records and version 3 show it: a row for each type, the type by its name. */
interface PlainAssociation {
  readonly id: string
  readonly type: string
}

/** A page of them. */
export interface PlainPage {
  readonly results: PlainAssociation[]
  readonly paging?: { readonly next: { readonly after: string; readonly link: string } }
}

/**
 * The associations of a record from an id on, without those to records in the bin. All rows of a pair are on one page.
 * The link leads to version 3, whatever version was asked. Source: recorded reply.
 */
export function plainPage(
  { crm, url }: Context,
  { from, to }: { readonly from: ObjectTable; readonly to: ObjectTable },
  id: number,
  { start = 0, size }: { readonly start?: number; readonly size: number },
): PlainPage {
  const known = crm.associationTypes.of(from.type, to.type) ?? []
  const results: PlainAssociation[] = []
  for (const { toId, types } of crm.graph.of(from.type, id, to.type, start)) {
    if (!crm.isActive(to.type, toId)) continue
    if (results.length > 0 && results.length + types.length > size) {
      const after = encodeURIComponent(encodeCursor(to.type.typeId, toId))
      const path = `/crm/v3/objects/${from.type.typeId}/${id}/associations/${to.type.typeId}`
      return { results, paging: { next: { after, link: `${url.origin}${path}?after=${after}` } } }
    }
    for (const type of types) results.push({ id: String(toId), type: internalName(type, known) })
  }
  return { results }
}
