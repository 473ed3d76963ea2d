import { associate, dissociate, type Pair } from './associating.js'
import type { Bin } from './bin.js'
import { toMilliseconds } from './clock.js'
import type { Crm } from './crm.js'
import { merge } from './merging.js'
import type { PortalRecords } from './portal-types.js'
import { type Id, toNumber } from './record-ids.js'

function moment(at: number | string | Date | undefined): number | undefined {
  return at === undefined ? undefined : toMilliseconds(at)
}

/** The methods of a portal that change records. */
export function recordMethods(crm: Crm, bin: Bin): PortalRecords {
  const pair = (fromType: string, fromId: Id, toType: string, toId: Id): Pair => ({
    from: crm.named(fromType),
    fromId: toNumber(fromId),
    to: crm.named(toType),
    toId: toNumber(toId),
  })

  const create: PortalRecords['create'] = (type, properties, given = {}) => {
    const { id, createdAt, updatedAt, source } = given
    const created = crm.create(crm.named(type), properties, {
      id: id === undefined ? undefined : toNumber(id),
      createdAt: moment(createdAt),
      updatedAt: moment(updatedAt),
      source,
    })
    return String(created)
  }

  return {
    create,
    createMany: (type, count, properties, given = {}) =>
      Array.from({ length: count }, (_, index) =>
        create(type, properties(index), typeof given === 'function' ? given(index) : given),
      ),
    generate(type, count, properties, given = {}) {
      const now = crm.clock.now()
      const of = typeof given === 'function' ? given : () => given
      const moments = (index: number) => {
        const { createdAt, updatedAt } = of(index)
        const created = moment(createdAt) ?? Math.min(moment(updatedAt) ?? now, now)
        return { createdAt: created, updatedAt: moment(updatedAt) ?? created }
      }
      const ids = crm.generate(crm.named(type), count, properties, moments)
      const id = (index: number) => (ids[index] === undefined ? undefined : String(ids[index]))
      return { count, id }
    },
    update: (type, id, properties, { updatedAt, source } = {}) =>
      crm.update(crm.named(type), toNumber(id), properties, {
        updatedAt: moment(updatedAt),
        source,
      }),
    updateMany(type, ids, properties, given = {}) {
      const updatedAt = moment(given.updatedAt) ?? crm.clock.now()
      const table = crm.named(type)
      let index = 0
      for (const id of ids) {
        const values =
          typeof properties === 'function' ? properties(String(id), index++) : properties
        crm.update(table, toNumber(id), values, { updatedAt, source: given.source })
      }
    },
    setCalculated: (type, id, properties) =>
      crm.setCalculated(crm.named(type), toNumber(id), properties),
    archive: (type, id) => bin.archive(crm.named(type), toNumber(id)),
    restore: (type, id) => bin.restore(crm.named(type), toNumber(id)),
    purge: (type, id) => bin.purge(crm.named(type), toNumber(id)),
    privacyDelete: (type, id) => bin.privacyDelete(crm.named(type), toNumber(id)),
    misplace: (type, id, misplacement) => crm.misplace(crm.named(type), toNumber(id), misplacement),
    emptyBin: () => bin.empty(),
    merge: (type, primaryId, secondaryId) =>
      String(merge({ crm, bin }, crm.named(type), toNumber(primaryId), toNumber(secondaryId))),
    associate: (fromType, fromId, toType, toId, { primary, ...wanted } = {}) =>
      associate(
        crm,
        pair(fromType, fromId, toType, toId),
        primary ? { ...wanted, label: 'Primary', category: 'HUBSPOT_DEFINED' } : wanted,
      ),
    dissociate: (fromType, fromId, toType, toId, wanted = {}) =>
      dissociate(crm, pair(fromType, fromId, toType, toId), wanted),
  }
}
