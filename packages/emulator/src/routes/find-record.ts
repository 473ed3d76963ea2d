import type { ObjectTable } from '../object-table.js'
import { parseId } from '../record-ids.js'
import { invalid } from '../replies.js'
import type { StoredRecord } from '../stored-record.js'

/**
 * Finds a record: by record id, including aliases, or by a unique property. A contact is found by its further e-mail
 * addresses too. Source: what several connectors rely on.
 */
export function finder(
  table: ObjectTable,
  idProperty: unknown,
  archived: boolean,
): (id: string) => StoredRecord | undefined {
  if (idProperty === undefined || idProperty === null || idProperty === 'hs_object_id')
    return (text) => {
      const id = parseId(text)
      return id === undefined ? undefined : table.records.find(id, archived)
    }
  const property = table.properties.get(String(idProperty))
  if (!property?.hasUniqueValue)
    throw invalid(`Property ${String(idProperty)} is not a unique identifier property`)
  const { unique } = table
  return (value) =>
    archived ? unique.findArchived(property.name, value) : unique.find(property.name, value)
}
