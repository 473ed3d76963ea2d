/**
 * The shapes of HubSpot's replies as they were recorded on live portals or are documented: which keys there are, which
 * of them may be missing, and the type of each value. Facts only, no recorded text.
 *
 * A shape is the name of a type, several of them with `|`, a list `[shape]`, or an object whose keys end with `?` where
 * they may be missing; the key `*` stands for any number of others.
 */
export type Shape = string | readonly Shape[] | { readonly [key: string]: Shape }

const isoDate = (value: unknown) =>
  typeof value === 'string' && /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{3})?Z$/.test(value)

const LEAVES: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  boolean: (value) => typeof value === 'boolean',
  null: (value) => value === null,
  /** A record id: digits in text. */
  id: (value) => typeof value === 'string' && /^\d+$/.test(value),
  isoDate,
  uuid: (value) =>
    typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value),
  /** An empty list. */
  none: (value) => Array.isArray(value) && value.length === 0,
  /** A list of texts. */
  strings: (value) => Array.isArray(value) && value.every((item) => typeof item === 'string'),
}

/** The differences between a value and a shape. */
export const mismatches = (shape: Shape, value: unknown, path = '$'): string[] => {
  if (typeof shape === 'string') {
    const fits = shape
      .split('|')
      .some((name) => (LEAVES[name] ?? ((other) => other === name))(value))
    return fits ? [] : [`${path}: expected ${shape}, got ${JSON.stringify(value)}`]
  }
  if (Array.isArray(shape)) {
    if (!Array.isArray(value)) return [`${path}: expected a list, got ${JSON.stringify(value)}`]
    return value.flatMap((item, index) => mismatches(shape[0]!, item, `${path}[${index}]`))
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return [`${path}: expected an object, got ${JSON.stringify(value)}`]
  const keys = shape as { readonly [key: string]: Shape }
  const given = value as Record<string, unknown>
  const missing = Object.keys(keys)
    .filter((key) => key !== '*' && !key.endsWith('?') && !(key in given))
    .map((key) => `${path}.${key}: missing`)
  const present = Object.entries(given).flatMap(([key, item]) => {
    const expected = keys[key] ?? keys[`${key}?`] ?? keys['*']
    return expected === undefined
      ? [`${path}.${key}: unexpected`]
      : mismatches(expected, item, `${path}.${key}`)
  })
  return [...missing, ...present]
}

const properties: Shape = { hs_object_id: 'id', '*': 'string|null' }

export const record = {
  id: 'id',
  properties,
  createdAt: 'isoDate',
  updatedAt: 'isoDate',
  archived: 'boolean',
  url: 'string',
} satisfies Shape

export const archivedRecord: Shape = { ...record, archivedAt: 'isoDate' }

const historyEntry: Shape = {
  value: 'string',
  timestamp: 'isoDate',
  sourceType: 'string',
  'sourceId?': 'string',
  'sourceLabel?': 'string',
  'updatedByUserId?': 'number',
}

export const recordWithHistory: Shape = {
  ...record,
  propertiesWithHistory: { '*': [historyEntry] },
}

export const recordWithAssociations: Shape = {
  ...record,
  associations: { '*': { results: [{ id: 'id', type: 'string' }] } },
}

export const pagingWithLink: Shape = { next: { after: 'string', link: 'string' } }

export const list = (of: Shape): Shape => ({ results: [of], 'paging?': pagingWithLink })

/** Search has no link, and its cursor is an offset. */
export const search: Shape = {
  total: 'number',
  results: [record],
  'paging?': { next: { after: 'id' } },
}

const batch = { completedAt: 'isoDate', startedAt: 'isoDate', status: 'COMPLETE' }

export const batchRead: Shape = { ...batch, results: [record] }

export const batchOf = (result: Shape) => ({ ...batch, results: [result] })

/** What dated versions answer with where older ones have no body. */
export const batchWithoutResults: Shape = batch

export const batchReadWithMissing: Shape = {
  ...batch,
  results: [record],
  numErrors: 'number',
  errors: [
    {
      status: 'error',
      category: 'OBJECT_NOT_FOUND',
      message: 'string',
      context: { ids: 'strings' },
    },
  ],
}

const associationType: Shape = { category: 'string', typeId: 'number', label: 'string|null' }

/** The id of the near end is text, that of the far end is a number. */
const associationResult: Shape = {
  from: { id: 'id' },
  to: [{ toObjectId: 'number', associationTypes: [associationType] }],
  'paging?': { next: { after: 'string' } },
}

export const noAssociations: Shape = {
  status: 'error',
  category: 'OBJECT_NOT_FOUND',
  subCategory: 'crm.associations.NO_ASSOCIATIONS_FOUND',
  message: 'string',
  context: { fromObjectId: 'strings', fromObjectType: 'strings', toObjectType: 'strings' },
}

export const invalidIdentifier: Shape = {
  status: 'error',
  category: 'VALIDATION_ERROR',
  subCategory: 'crm.associations.INVALID_IDENTIFIER',
  message: 'string',
  context: { id: 'strings' },
}

export const associations: Shape = { ...batch, results: [associationResult] }

export const associationsWithErrors = (error: Shape): Shape => ({
  ...batch,
  results: [associationResult],
  errors: [error],
  numErrors: 'number',
})

export const recordAssociations: Shape = {
  results: [{ toObjectId: 'number', associationTypes: [associationType] }],
  'paging?': pagingWithLink,
}

export const labels: Shape = { results: [associationType] }

/** The union over 614 recorded definitions. */
export const property: Shape = {
  'updatedAt?': 'isoDate',
  'createdAt?': 'isoDate',
  name: 'string',
  label: 'string',
  type: 'string',
  fieldType: 'string',
  description: 'string',
  groupName: 'string',
  options: [
    {
      label: 'string',
      value: 'string',
      displayOrder: 'number',
      hidden: 'boolean',
      'description?': 'string',
    },
  ],
  'referencedObjectType?': 'string',
  'createdUserId?': 'id',
  'updatedUserId?': 'id',
  displayOrder: 'number',
  calculated: 'boolean',
  'calculationFormula?': 'string',
  externalOptions: 'boolean',
  'archived?': 'boolean',
  hasUniqueValue: 'boolean',
  hidden: 'boolean',
  'hubspotDefined?': 'boolean',
  'showCurrencySymbol?': 'boolean',
  'dateDisplayHint?': 'string',
  modificationMetadata: {
    archivable: 'boolean',
    readOnlyDefinition: 'boolean',
    'readOnlyOptions?': 'boolean',
    readOnlyValue: 'boolean',
  },
  formField: 'boolean',
  dataSensitivity: 'non_sensitive|sensitive|highly_sensitive',
}

/** These keys are documented, and in no recorded reply. */
export const archivedProperty: Shape = { ...property, archived: 'boolean', archivedAt: 'isoDate' }

export const sensitiveProperty: Shape = { ...property, 'sensitiveDataCategories?': 'strings' }

export const propertyGroup: Shape = {
  name: 'string',
  label: 'string',
  displayOrder: 'number',
  archived: 'boolean',
}

export const propertyBatchWithMissing: Shape = {
  ...batch,
  results: [property],
  numErrors: 'number',
  errors: [
    { status: 'error', category: 'string', message: 'string', context: { name: 'strings' } },
  ],
}

export const owner = {
  id: 'id',
  email: 'string',
  type: 'PERSON|QUEUE',
  firstName: 'string',
  lastName: 'string',
  userId: 'number|null',
  userIdIncludingInactive: 'number',
  createdAt: 'isoDate',
  updatedAt: 'isoDate',
  archived: 'boolean',
  'teams?': [{ id: 'id', name: 'string', primary: 'boolean' }],
} satisfies Shape

export const stage: Shape = {
  label: 'string',
  displayOrder: 'number',
  metadata: { '*': 'string' },
  id: 'string',
  createdAt: 'isoDate',
  updatedAt: 'isoDate',
  writePermissions: 'string',
  archived: 'boolean',
}

export const pipeline: Shape = {
  label: 'string',
  displayOrder: 'number',
  id: 'string',
  stages: [stage],
  createdAt: 'isoDate',
  updatedAt: 'isoDate',
  archived: 'boolean',
}

export const pipelineAudit: Shape = {
  portalId: 'number',
  identifier: 'string',
  action: 'string',
  timestamp: 'isoDate',
  message: 'string',
  fromUserId: 'number',
  rawObject: 'string',
}

export const customObject = {
  labels: { 'singular?': 'string', 'plural?': 'string' },
  requiredProperties: 'strings',
  searchableProperties: 'strings',
  primaryDisplayProperty: 'string',
  secondaryDisplayProperties: 'strings',
  'description?': 'string',
  archived: 'boolean',
  restorable: 'boolean',
  metaType: 'string',
  id: 'id',
  fullyQualifiedName: 'string',
  createdAt: 'isoDate',
  updatedAt: 'isoDate',
  'createdByUserId?': 'number',
  'updatedByUserId?': 'number',
  allowsSensitiveProperties: 'boolean',
  objectTypeId: 'string',
  properties: [property],
  associations: [
    {
      id: 'string',
      name: 'string',
      fromObjectTypeId: 'string',
      toObjectTypeId: 'string',
      createdAt: 'isoDate|null',
      updatedAt: 'isoDate|null',
    },
  ],
  name: 'string',
} satisfies Shape

/** HubSpot's own types have the id with both of its parts. */
export const standardObject: Shape = { ...customObject, id: 'string' }

export const enablement: Shape = { enablementByObjectTypeId: { '*': 'boolean' } }

const usageOfType = {
  objectTypeId: 'string',
  singularLabel: 'string',
  pluralLabel: 'string',
  usage: 'number',
}

export const recordLimits: Shape = {
  hubspotDefinedObjectTypes: [{ ...usageOfType, limit: 'number', percentage: 'number' }],
  customObjectTypes: {
    overallLimit: 'number',
    overallUsage: 'number',
    overallPercentage: 'number',
    byObjectType: [usageOfType],
  },
}

const overall = {
  ...{ overallLimit: 'number', overallUsage: 'number', overallPercentage: 'number' },
}

const namedType = { objectTypeId: 'string', singularLabel: 'string', pluralLabel: 'string' }

export const labelLimits: Shape = {
  results: [
    {
      allLabels: 'strings',
      fromObjectType: namedType,
      toObjectType: namedType,
      ...{ limit: 'number', usage: 'number', percentage: 'number' },
    },
  ],
}

export const propertyLimits: Shape = {
  ...overall,
  byObjectType: [{ ...usageOfType, limit: 'number', percentage: 'number' }],
}

export const calculatedPropertyLimits: Shape = { ...overall, byObjectType: [usageOfType] }

export const account: Shape = {
  portalId: 'number',
  accountType: 'STANDARD',
  timeZone: 'string',
  companyCurrency: 'string',
  additionalCurrencies: 'strings',
  utcOffset: 'string',
  utcOffsetMilliseconds: 'number',
  uiDomain: 'string',
  dataHostingLocation: 'string',
}

export const usage: Shape = {
  results: [
    {
      collectedAt: 'isoDate',
      currentUsage: 'number',
      fetchStatus: 'string',
      name: 'private-apps-api-calls-daily',
      resetsAt: 'isoDate',
      usageLimit: 'number',
    },
  ],
}

const failure = { status: 'error', message: 'string', correlationId: 'uuid' }

export const unknownObjectType: Shape = failure

export const internalError: Shape = failure

export const expiredToken: Shape = {
  ...failure,
  category: 'EXPIRED_AUTHENTICATION',
  context: { 'expire time': ['isoDate'] },
}

export const unknownToken: Shape = { ...failure, category: 'INVALID_AUTHENTICATION' }

export const missingScopes: Shape = {
  ...failure,
  category: 'MISSING_SCOPES',
  errors: [
    {
      message: 'string',
      context: { 'requiredScopes?': 'strings', 'requiredGranularScopes?': 'strings' },
    },
  ],
  links: { scopes: 'string' },
}

/** The most common refusal. */
export const validationError = {
  ...failure,
  category: 'VALIDATION_ERROR',
  'subCategory?': 'string',
  'context?': { '*': 'strings' },
} satisfies Shape

/** It says which part of the call is wrong. */
export const invalidPart: Shape = {
  ...failure,
  category: 'VALIDATION_ERROR',
  errors: [{ message: 'string', in: 'string' }],
}

export const missingProperties: Shape = {
  ...failure,
  category: 'VALIDATION_ERROR',
  context: { properties: 'strings' },
}

export const invalidAssociation: Shape = {
  ...failure,
  category: 'VALIDATION_ERROR',
  context: { '*': 'strings' },
}

export const methodNotAllowed: Shape = failure

/** Some refusals have no category. */
export const withoutCategory: Shape = failure

export const propertyInUse: Shape = {
  ...failure,
  category: 'VALIDATION_ERROR',
  subCategory: 'PropertyValidationError.CANNOT_DELETE_PROPERTY_IN_USE',
  errors: [{ message: 'string', context: { parentType: 'strings', parentName: 'strings' } }],
}

export const conflictOfStages: Shape = {
  ...failure,
  category: 'CONFLICT',
  subCategory: 'PipelineError.STAGE_ID_EXISTS_IN_ANOTHER_PIPELINE',
  context: { stageIds: 'strings' },
}

/** Seen for writes that lock a portal, and for a portal that moves. */
export const waiting: Shape = { ...failure, category: 'LOCKED|MIGRATION_IN_PROGRESS' }

export const duplicateIds: Shape = {
  ...failure,
  category: 'VALIDATION_ERROR',
  context: { ids: 'strings' },
}

export const conflict = { ...failure, category: 'CONFLICT' } satisfies Shape

/** The message has the same once more, as JSON in text. */
export const invalidValues = {
  ...failure,
  category: 'VALIDATION_ERROR',
  errors: [{ message: 'string', code: 'string', context: { propertyName: 'strings' } }],
} satisfies Shape

export const notFound: Shape = { ...failure, category: 'OBJECT_NOT_FOUND' }

/** It has no policy name. */
export const searchLimit: Shape = { ...failure, category: 'RATE_LIMITS' }

/** Some recorded and reported ones have fewer keys. This is a complete one. */
export const burstLimit: Shape = {
  status: 'error',
  message: 'string',
  errorType: 'RATE_LIMIT',
  correlationId: 'uuid',
  policyName: 'TEN_SECONDLY_ROLLING',
  groupName: 'string',
}

export const dailyLimit: Shape = {
  status: 'error',
  message: 'string',
  errorType: 'RATE_LIMIT',
  correlationId: 'uuid',
  policyName: 'DAILY',
  requestId: 'string',
}

/** Headers of every reply. */
export const COMMON_HEADERS = [
  'access-control-allow-credentials',
  'cf-cache-status',
  'content-type',
  'date',
  'server',
  'vary',
  'x-hubspot-correlation-id',
]

/** Headers about the ten-second limit, on all but search and association batches. */
export const BURST_HEADERS = [
  'x-hubspot-ratelimit-interval-milliseconds',
  'x-hubspot-ratelimit-max',
  'x-hubspot-ratelimit-remaining',
  'x-hubspot-ratelimit-secondly',
  'x-hubspot-ratelimit-secondly-remaining',
]

/** Headers about the daily limit, for private apps. */
export const DAILY_HEADERS = ['x-hubspot-ratelimit-daily', 'x-hubspot-ratelimit-daily-remaining']
