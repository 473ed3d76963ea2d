import type {
  AssociationDefinition,
  AssociationLabels,
  AssociationType,
  AssociationTypes,
  WantedAssociation,
} from './association-types.js'
import type { PropertyDefinition } from './catalogue/definition.js'
import type { Crm } from './crm.js'
import type { CustomObjectDetails } from './custom-objects.js'
import type { ObjectType } from './object-types.js'

/** A custom object. */
export interface CustomObject extends CustomObjectDetails {
  /** `2-1234567` */
  typeId: string
  /** `pets`; paths take the type id, `p<portalId>_pets` or `p_pets`. */
  name: string
  /** Its properties besides those that every object has. @defaultValue none */
  properties?: readonly PropertyDefinition[]
  /** The object types that its records can be associated with, unlabelled. @defaultValue none */
  associatedObjects?: readonly string[]
}

/** An association type in one direction, as HubSpot sends it. */
export type HubspotAssociationType = Pick<AssociationType, 'category' | 'typeId' | 'label'>

/** Object types and the ways in which their records can be associated. */
export interface PortalSchema {
  /** Adds a custom object. */
  defineObject(object: CustomObject): void
  /** Changes what is named of a custom object. */
  updateObject(type: string, changes: CustomObjectDetails): void
  /** Archives a custom object: it is listed with `archived=true` alone, and its records can't be read. */
  archiveObject(type: string): void
  /** Restores an archived custom object. */
  restoreObject(type: string): void
  /** Switches a type of the object library on or off: appointments, courses, listings, services. All are on at first. */
  enableObject(type: string, on: boolean): void
  /** Adds an association type in both directions, and returns the direction that is named. */
  defineAssociation(
    fromType: string,
    toType: string,
    definition?: AssociationDefinition,
  ): HubspotAssociationType
  /** Renames an association type. Its ids stay, and every association of that type has the new label at once. */
  renameAssociation(
    fromType: string,
    toType: string,
    wanted: WantedAssociation,
    labels: AssociationLabels,
  ): void
  /** Deletes an association type in both directions. HubSpot only lets one go that no record has. */
  deleteAssociation(fromType: string, toType: string, wanted: WantedAssociation): void
  /** Sets how many associations of a type a record may have, as an admin does; `undefined` for no limit. */
  limitAssociation(
    fromType: string,
    toType: string,
    wanted: WantedAssociation,
    maximum: number | undefined,
  ): void
  /** The association types of a pair, in this direction, without limits, faults and delays. */
  associationTypes(fromType: string, toType: string): HubspotAssociationType[]
}

/** The methods of a portal that define objects and association types. */
export function schemaMethods(crm: Crm): PortalSchema {
  const { associationTypes, customObjects, types } = crm
  const wantedOf = (from: string, to: string, wanted: WantedAssociation) =>
    associationTypes.require(types.require(from), types.require(to), wanted)

  return {
    defineObject({ typeId, name, properties = [], associatedObjects = [], ...details }) {
      const type = types.defineCustom(typeId, name)
      customObjects.define(type, details)
      for (const property of properties)
        crm.table(type).properties.define(property, crm.clock.now())
      for (const other of associatedObjects) associationTypes.define(type, types.require(other), {})
    },
    updateObject: (type, changes) => customObjects.update(types.require(type), changes),
    archiveObject: (type) => types.archive(types.require(type), true),
    restoreObject: (type) => types.archive(types.require(type), false),
    enableObject: (type, on) => types.enable(types.require(type), on),

    defineAssociation(fromType, toType, definition = {}) {
      const [from, to] = [types.require(fromType), types.require(toType)]
      return shape(associationTypes.define(from, to, definition))
    },
    renameAssociation: (from, to, wanted, labels) =>
      associationTypes.rename(wantedOf(from, to, wanted), labels),
    deleteAssociation(from, to, wanted) {
      const type = wantedOf(from, to, wanted)
      if (crm.graph.uses(type))
        throw new Error(
          `Expected an association type that no record has, got ${type.typeId}. Use portal.dissociate() first, as HubSpot asks for.`,
        )
      associationTypes.delete(type)
    },
    limitAssociation: (from, to, wanted, maximum) =>
      associationTypes.limit(wantedOf(from, to, wanted), maximum),
    associationTypes: (from, to) =>
      typesOf(associationTypes, types.require(from), types.require(to)).map(shape),
  }
}

function typesOf(all: AssociationTypes, from: ObjectType, to: ObjectType) {
  return all.of(from, to) ?? []
}

function shape({ category, typeId, label }: AssociationType): HubspotAssociationType {
  return { category, typeId, label }
}
