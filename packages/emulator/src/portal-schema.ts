import type { Crm } from './crm.js'
import type { PortalSchema } from './portal-types.js'

/** The methods of a portal that define objects, properties and association types. */
export function schemaMethods(crm: Crm): PortalSchema {
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
  }
}
