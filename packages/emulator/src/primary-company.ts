import type { Edge } from './association-graph.js'
import type { Crm } from './crm.js'
import type { ObjectTable } from './object-table.js'

/**
 * Updates `associatedcompanyid`, the primary company, of the contacts that a change of associations affects. Their
 * modification date stays. `id` is the changed record itself, if it still exists. Source: HubSpot docs, "Associations";
 * that the date stays was reported by several.
 */
export function mirrorPrimaryCompany(
  crm: Crm,
  table: ObjectTable,
  edges: readonly Edge[],
  id?: number,
): void {
  const name = table.type.standard?.name
  if (name === 'contacts' && id !== undefined) mirror(crm, table, id)
  if (name !== 'companies') return
  for (const { type, toId } of edges)
    if (type.inverse?.single && type.to.standard?.name === 'contacts')
      mirror(crm, crm.table(type.to), toId)
}

function mirror(crm: Crm, contacts: ObjectTable, id: number): void {
  const record = contacts.records.get(id)
  if (!record || record.archivedAt !== undefined) return
  const companies = crm.types.find('companies')!
  let primary = ''
  for (const { toId, types } of crm.graph.of(contacts.type, id, companies))
    if (types.some(({ single }) => single) && crm.isActive(companies, toId)) primary = String(toId)
  if ((record.properties.associatedcompanyid ?? '') !== primary)
    crm.setCalculated(contacts, id, { associatedcompanyid: primary || null })
}
