import { type HubspotOption, labelOf, type PropertyOption } from '../catalogue/definition.js'
import type { Crm } from '../crm.js'
import type { ObjectType } from '../object-types.js'
import type { DefinedProperty } from '../properties.js'
import { isoDate } from '../record-shape.js'
import { json, notFound } from '../replies.js'
import { booleanParameter, type Context, type Route, tableOf } from './route.js'

function shapeOption(option: string | PropertyOption, displayOrder: number): HubspotOption {
  const { value, label } =
    typeof option === 'string' ? { value: option, label: labelOf(option.toLowerCase()) } : option
  return { label, value, displayOrder, hidden: false }
}

/** A definition in HubSpot's form. HubSpot's own and custom ones differ in a few keys. Source: recorded replies. */
export function shapeProperty({ pipelines }: Crm, type: ObjectType, property: DefinedProperty) {
  return {
    // Only the record id has no dates.
    ...(property.name === 'hs_object_id'
      ? {}
      : { updatedAt: isoDate(property.createdAt), createdAt: isoDate(property.createdAt) }),
    name: property.name,
    label: property.label,
    type: property.type,
    fieldType: property.fieldType,
    description: property.description,
    groupName: property.groupName,
    options: pipelines.choices(type, property.name) ?? (property.options ?? []).map(shapeOption),
    ...(property.referencedObjectType
      ? { referencedObjectType: property.referencedObjectType }
      : {}),
    ...(property.hubspotDefined ? {} : { createdUserId: '1', updatedUserId: '1' }),
    displayOrder: -1,
    calculated: property.calculated,
    ...(property.calculationFormula === undefined
      ? {}
      : { calculationFormula: property.calculationFormula }),
    externalOptions: property.externalOptions,
    ...(property.hubspotDefined && property.archivedAt === undefined
      ? {}
      : { archived: property.archivedAt !== undefined }),
    hasUniqueValue: property.hasUniqueValue,
    hidden: property.hidden,
    ...(property.hubspotDefined ? { hubspotDefined: true } : {}),
    ...(property.showCurrencySymbol ? { showCurrencySymbol: true } : {}),
    modificationMetadata: {
      archivable: true,
      readOnlyDefinition: property.hubspotDefined,
      readOnlyValue: property.readOnly,
    },
    formField: !property.readOnly && !property.hidden,
    dataSensitivity: 'non_sensitive',
  }
}

function schemaScopes(context: Context): string[] {
  const { type } = tableOf(context)
  return [type.readScope.replace('crm.objects', 'crm.schemas')]
}

/** All definitions of a type in one reply. Archived ones are only listed with `archived=true`. */
export const properties: Route = {
  operation: 'properties',
  method: 'GET',
  paths: ['/crm/v3/properties/:type', '/crm/properties/:version/:type'],
  lane: 'burst',
  scopes: schemaScopes,
  handle: (context) => {
    const { type, properties } = tableOf(context)
    const defined = properties.list(booleanParameter(context, 'archived'))
    return json({ results: defined.map((one) => shapeProperty(context.crm, type, one)) })
  },
}

/** One definition. */
export const property: Route = {
  operation: 'property',
  method: 'GET',
  paths: ['/crm/v3/properties/:type/:name', '/crm/properties/:version/:type/:name'],
  lane: 'burst',
  scopes: schemaScopes,
  handle: (context) => {
    const { type, properties } = tableOf(context)
    const found = properties.get(context.params.name!)
    if (!found) throw notFound()
    return json(shapeProperty(context.crm, type, found))
  },
}
