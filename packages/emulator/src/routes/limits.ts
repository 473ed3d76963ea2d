import { defaultLabels, type ObjectType } from '../object-types.js'
import type { DefinedProperty } from '../property-entries.js'
import { json } from '../replies.js'
import { MOST_LABELS } from './association-label-writes.js'
import { anyReadScope } from './readable.js'
import type { Context, Route } from './route.js'

/**
 * What a portal may have. Source of the first: HubSpot docs, "Properties"; of those of records: HubSpot KB, "CRM object
 * limits". All of them differ by plan, and the others are made up.
 */
const CUSTOM_PROPERTIES_OF_A_TYPE = 1_000
const CUSTOM_PROPERTIES = 30_000
const CALCULATED_PROPERTIES = 200
const PIPELINES_OF_A_TYPE = 100
const PIPELINES_OF_CUSTOM_OBJECTS = 100
const RECORDS_OF_A_TYPE = 15_000_000
const RECORDS_OF_CUSTOM_OBJECTS = 1_500_000

const reads = { method: 'GET', lane: 'burst', anyScope: true, scopes: anyReadScope } as const
const paths = (what: string) => [`/crm/v3/limits/${what}`, `/crm/limits/:version/${what}`]

function named({ crm }: Context, type: ObjectType) {
  const fallback = defaultLabels(type)
  const { singular, plural } = type.standard ? fallback : (crm.customObjects.of(type).labels ?? {})
  return {
    objectTypeId: type.typeId,
    singularLabel: singular ?? fallback.singular,
    pluralLabel: plural ?? fallback.plural,
  }
}

const percentage = (usage: number, limit: number) => (usage / limit) * 100

function overall(types: readonly { usage: number }[], limit: number) {
  const usage = types.reduce((sum, one) => sum + one.usage, 0)
  return {
    overallLimit: limit,
    overallUsage: usage,
    overallPercentage: percentage(usage, limit),
  }
}

/** HubSpot's own types each have a limit, and custom objects have one together. */
function byKind(
  context: Context,
  count: (type: ObjectType) => number,
  limits: { ofType: number; ofCustom: number },
  concerns: (type: ObjectType) => boolean = () => true,
) {
  const { types } = context.crm
  const custom = types.custom().map((type) => ({ ...named(context, type), usage: count(type) }))
  return json({
    hubspotDefinedObjectTypes: types
      .standard()
      .filter((type) => types.isEnabled(type) && concerns(type))
      .map((type) => {
        const usage = count(type)
        const limit = limits.ofType
        return { ...named(context, type), usage, limit, percentage: percentage(usage, limit) }
      }),
    customObjectTypes: { ...overall(custom, limits.ofCustom), byObjectType: custom },
  })
}

/** How many records a portal has of each type, under the portal's own names. Source: HubSpot API specification. */
export const recordLimits: Route = {
  ...reads,
  operation: 'record-limits',
  paths: paths('records'),
  handle: (context) =>
    byKind(context, (type) => context.crm.table(type).records.count(false), {
      ofType: RECORDS_OF_A_TYPE,
      ofCustom: RECORDS_OF_CUSTOM_OBJECTS,
    }),
}

/** How many pipelines there are of each type that has some. Source: HubSpot docs, "Limits tracking". */
export const pipelineLimits: Route = {
  ...reads,
  operation: 'pipeline-limits',
  paths: paths('pipelines'),
  handle: (context) =>
    byKind(
      context,
      (type) => context.crm.pipelines.of(type).length,
      { ofType: PIPELINES_OF_A_TYPE, ofCustom: PIPELINES_OF_CUSTOM_OBJECTS },
      ({ pipelineProperty, stageProperty }) =>
        pipelineProperty !== undefined && stageProperty !== 'lifecyclestage',
    ),
}

/** Each type with how many of its own properties are so. */
function countedProperties(context: Context, isCounted: (property: DefinedProperty) => boolean) {
  const { crm } = context
  return [...crm.types.standard(), ...crm.types.custom()]
    .filter((type) => crm.types.isEnabled(type))
    .map((type) => {
      const own = crm
        .table(type)
        .properties.list(false)
        .filter((property) => !property.hubspotDefined)
      return { ...named(context, type), usage: own.filter(isCounted).length }
    })
}

/** How many properties users have defined. Source: HubSpot docs, "Limits tracking". */
export const customPropertyLimits: Route = {
  ...reads,
  operation: 'custom-property-limits',
  paths: paths('custom-properties'),
  handle: (context) => {
    const types = countedProperties(context, () => true)
    const limit = CUSTOM_PROPERTIES_OF_A_TYPE
    return json({
      ...overall(types, CUSTOM_PROPERTIES),
      byObjectType: types.map((type) => ({
        ...type,
        limit,
        percentage: percentage(type.usage, limit),
      })),
    })
  },
}

/** How many of those are calculated. Source: HubSpot docs, "Limits tracking". */
export const calculatedPropertyLimits: Route = {
  ...reads,
  operation: 'calculated-property-limits',
  paths: paths('calculated-properties'),
  handle: (context) => {
    const types = countedProperties(
      context,
      ({ fieldType, calculationFormula }) =>
        fieldType.startsWith('calculation_') || calculationFormula !== undefined,
    )
    return json({ ...overall(types, CALCULATED_PROPERTIES), byObjectType: types })
  },
}

/** How many labels users have given to each pair of types, in each direction. Source: HubSpot docs, "Limits tracking". */
export const labelLimits: Route = {
  ...reads,
  operation: 'association-label-limits',
  paths: paths('associations/labels'),
  handle: (context) => {
    const { searchParams } = context.url
    const isEnd = (name: string, { typeId }: ObjectType) =>
      [null, typeId].includes(searchParams.get(name))
    const results = context.crm.associationTypes.pairs().flatMap((types) => {
      const own = types.filter(
        ({ category, label }) => category === 'USER_DEFINED' && label !== null,
      )
      const [first] = own
      if (!first || !isEnd('fromObjectTypeId', first.from) || !isEnd('toObjectTypeId', first.to))
        return []
      return {
        allLabels: own.map(({ label }) => label),
        fromObjectType: named(context, first.from),
        toObjectType: named(context, first.to),
        limit: MOST_LABELS,
        usage: own.length,
        percentage: percentage(own.length, MOST_LABELS),
      }
    })
    return json({ results })
  },
}
