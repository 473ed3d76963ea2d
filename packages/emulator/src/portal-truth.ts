import type { Account } from './account.js'
import type { Bin } from './bin.js'
import type { Crm } from './crm.js'
import { wholeHistory } from './history-shape.js'
import type { PortalTruth } from './portal-types.js'
import { toNumber } from './record-ids.js'
import { shapeRecord } from './record-shape.js'

/** The methods of a portal that return its data without limits and faults. */
export function truthMethods(crm: Crm, bin: Bin, account: Account): PortalTruth {
  return {
    *records(type, { archived = false } = {}) {
      const table = crm.named(type)
      bin.purgeOverdue()
      const names = table.properties.names()
      for (const record of table.records.walk(archived))
        if (!table.records.isMerged(record.id)) yield shapeRecord(table, record, names, account)
    },

    record(type, id) {
      const table = crm.named(type)
      bin.purgeOverdue()
      const record = table.records.get(toNumber(id))
      return record && !table.records.isMerged(record.id)
        ? shapeRecord(table, record, table.properties.names(), account)
        : undefined
    },

    history(type, id) {
      const table = crm.named(type)
      bin.purgeOverdue()
      const record = table.records.get(toNumber(id))
      return record && !table.records.isMerged(record.id) ? wholeHistory(table, record) : undefined
    },

    *associations(fromType, toType) {
      const from = crm.types.require(fromType)
      const to = crm.types.require(toType)
      const sources = [...crm.graph.sources(from, to)].sort((a, b) => a - b)
      for (const fromId of sources) {
        if (!crm.isActive(from, fromId)) continue
        for (const { toId, types } of crm.graph.of(from, fromId, to)) {
          if (!crm.isActive(to, toId)) continue
          for (const { category, typeId, label } of types)
            yield { fromId: String(fromId), toId: String(toId), category, typeId, label }
        }
      }
    },

    count(type, { archived = false } = {}) {
      bin.purgeOverdue()
      const { records } = crm.named(type)
      return records.count(archived) - (archived ? records.mergedInBin : 0)
    },

    resolve(type, id) {
      const record = crm.named(type).records.resolve(toNumber(id))
      return record && String(record.id)
    },
  }
}
