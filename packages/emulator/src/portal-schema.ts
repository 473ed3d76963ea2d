import type { Crm } from './crm.js'
import type { Owner } from './owners.js'
import type { PortalSchema } from './portal-types.js'
import { isoDate } from './record-shape.js'

/** The methods of a portal that define objects, properties, association types and owners. */
export function schemaMethods(crm: Crm, owners: Owner[]): PortalSchema {
  return {
    defineProperty: (type, definition) =>
      crm.named(type).properties.define(definition, crm.clock.now()),
    archiveProperty: (type, name) => crm.named(type).properties.archive(name, crm.clock.now()),

    defineObject({ typeId, name, properties = [], associatedObjects = [] }) {
      const type = crm.types.defineCustom(typeId, name)
      for (const property of properties)
        crm.table(type).properties.define(property, crm.clock.now())
      for (const other of associatedObjects)
        crm.associationTypes.define(type, crm.types.require(other), {})
    },

    defineAssociation(fromType, toType, definition = {}) {
      const from = crm.types.require(fromType)
      const to = crm.types.require(toType)
      const { category, typeId, label } = crm.associationTypes.define(from, to, definition)
      return { category, typeId, label }
    },

    createOwner({ email, firstName = '', lastName = '', type = 'PERSON', id }) {
      const number = Number(id ?? 30_000_001 + owners.length * 1_013)
      const now = isoDate(crm.clock.now())
      owners.push({
        id: String(number),
        email,
        type,
        firstName,
        lastName,
        userId: number,
        userIdIncludingInactive: number,
        createdAt: now,
        updatedAt: now,
        archived: false,
      })
      return String(number)
    },

    archiveOwner(id) {
      const owner = owners.find((one) => one.id === String(id))
      if (!owner)
        throw new Error(
          `Expected the id of an owner, got ${id}. Use one that portal.createOwner() gave.`,
        )
      const updatedAt = isoDate(crm.clock.now())
      Object.assign(owner, { archived: true, userId: null, updatedAt })
    },
  }
}
