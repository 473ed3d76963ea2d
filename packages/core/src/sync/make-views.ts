import type { MirrorOptions } from '../options.js'
import { labelledViews } from '../store/labelled-views.js'
import type { StoredReferenceRow } from '../store/reference-tables.js'
import { mirrorSchema, schemaThere } from '../store/tables.js'
import { pinnedPortal } from './pinned-portal.js'
import { tablesOf } from './reference/parts.js'

/** A view that was made. */
export interface MadeView {
  /** Its name in the database: `deals_labelled`. */
  name: string
  /** Its labels, by their names in SQL: `owner_name`, `stage_label`. */
  labels: string[]
}

/** Makes the views of all objects whose tables exist. Portals that share the database share the views too. */
export async function makeViews({
  store,
  objects,
  pairs,
  reference,
  portalId,
}: MirrorOptions): Promise<MadeView[]> {
  const pinned = await store.portals()
  pinnedPortal(pinned, portalId)
  const wanted = mirrorSchema(objects, pairs, tablesOf(reference))
  const there = schemaThere({ objects: [], pairs: [] }, wanted, await store.missing(wanted))
  const definitions: StoredReferenceRow[] = []
  if (there.reference?.some(({ name }) => name === 'property_definitions'))
    for (const portal of pinned)
      definitions.push(...(await store.reference(portal.portalId, 'property_definitions', [])))
  const views = labelledViews(there, definitions)
  const made = new Set(await store.makeViews(views))
  return views
    .filter(({ name }) => made.has(name))
    .map(({ name, labels }) => ({ name, labels: labels.map(({ sqlName }) => sqlName) }))
}
