import { type ApiVersion, DATED_VERSIONS } from '../api-versions.js'
import { methodNotAllowed, notFound } from '../replies.js'
import { account, usage } from './account.js'
import {
  batchLink,
  batchLinkByDefault,
  batchUnlink,
  batchUnlinkLabels,
} from './association-batches.js'
import {
  associationLabels,
  associationLimits,
  associationLimitsOfPair,
  associationNames,
} from './association-definitions.js'
import {
  createLabel,
  deleteLabel,
  removeLimits,
  setLimits,
  updateLabel,
} from './association-label-writes.js'
import { highUsageReport } from './association-report.js'
import { linkByDefault, linkLabelled, unlink } from './association-writes.js'
import { associations, recordAssociations } from './associations.js'
import { batchRead } from './batch-read.js'
import { upsertDealSplits } from './deal-split-writes.js'
import { dealSplits } from './deal-splits.js'
import {
  calculatedPropertyLimits,
  customPropertyLimits,
  labelLimits,
  pipelineLimits,
  recordLimits,
} from './limits.js'
import { get, list } from './list.js'
import {
  addFromList,
  changeMembers,
  emptyList,
  listMembers,
  listsOfRecord,
  listsOfRecords,
} from './list-members.js'
import { batchArchive, batchCreate, batchUpdate, batchUpsert } from './object-batches.js'
import { mergeRecords, privacyDelete } from './object-merges.js'
import { enablement } from './object-types.js'
import { archive, create, update } from './object-writes.js'
import { owner, owners } from './owners.js'
import { pipelineAudit, stageAudit } from './pipeline-audits.js'
import {
  archivePipeline,
  createPipeline,
  replacePipeline,
  updatePipeline,
} from './pipeline-writes.js'
import { pipeline, pipelines, stage, stages } from './pipelines.js'
import { properties, property, propertyBatch, propertyGroup, propertyGroups } from './properties.js'
import { archiveGroup, createGroup, updateGroup } from './property-group-writes.js'
import {
  archiveProperty,
  batchArchiveProperties,
  batchCreateProperties,
  createProperty,
  updateProperty,
} from './property-writes.js'
import {
  createList,
  deleteList,
  listByName,
  listsByIds,
  oneList,
  refilterList,
  renameList,
  restoreList,
  searchLists,
} from './record-lists.js'
import type { Route } from './route.js'
import {
  archiveSchema,
  archiveSchemaAssociation,
  createSchema,
  createSchemaAssociation,
  updateSchema,
} from './schema-writes.js'
import { schema, schemaBatch, schemas } from './schemas.js'
import { search } from './search.js'
import { archiveStage, changeStage, createStage } from './stage-writes.js'
import {
  accessToken,
  archiveRefreshToken,
  authorize,
  introspect,
  privateAppToken,
  refreshToken,
  revoke,
  token,
} from './tokens.js'
import {
  batchLinkByName,
  batchUnlinkByName,
  linkByName,
  unlinkByName,
} from './v3-association-writes.js'
import { v3Associations, v3RecordAssociations } from './v3-associations.js'

/** Paths with fixed segments are before those with parameters. */
export const ROUTES: readonly Route[] = [
  dealSplits,
  upsertDealSplits,
  batchRead,
  search,
  v3Associations,
  associations,
  associationLimits,
  associationLimitsOfPair,
  associationLabels,
  associationNames,
  v3RecordAssociations,
  recordAssociations,
  batchLink,
  batchLinkByDefault,
  batchUnlink,
  batchUnlinkLabels,
  batchLinkByName,
  batchUnlinkByName,
  ...setLimits,
  removeLimits,
  createLabel,
  updateLabel,
  deleteLabel,
  highUsageReport,
  linkByDefault,
  linkLabelled,
  unlink,
  linkByName,
  unlinkByName,
  batchCreate,
  batchUpdate,
  batchUpsert,
  batchArchive,
  mergeRecords,
  privacyDelete,
  list,
  create,
  get,
  update,
  archive,
  propertyBatch,
  propertyGroups,
  propertyGroup,
  createGroup,
  updateGroup,
  archiveGroup,
  batchCreateProperties,
  batchArchiveProperties,
  properties,
  property,
  createProperty,
  updateProperty,
  archiveProperty,
  enablement,
  recordLimits,
  pipelineLimits,
  labelLimits,
  customPropertyLimits,
  calculatedPropertyLimits,
  schemas,
  schemaBatch,
  schema,
  createSchema,
  updateSchema,
  archiveSchema,
  createSchemaAssociation,
  archiveSchemaAssociation,
  owners,
  owner,
  searchLists,
  listsOfRecords,
  listsOfRecord,
  listByName,
  listsByIds,
  oneList,
  createList,
  renameList,
  refilterList,
  deleteList,
  restoreList,
  ...listMembers,
  ...changeMembers,
  addFromList,
  emptyList,
  pipelines,
  pipeline,
  stages,
  stage,
  pipelineAudit,
  stageAudit,
  createPipeline,
  replacePipeline,
  updatePipeline,
  archivePipeline,
  createStage,
  ...changeStage,
  archiveStage,
  account,
  usage,
  token,
  introspect,
  revoke,
  accessToken,
  refreshToken,
  archiveRefreshToken,
  privateAppToken,
  authorize,
]

/** What a parameter can be, if it can't be any text. Beside the ids of lists there are names, such as `folders`. */
const FORMS: Readonly<Record<string, string>> = {
  version: 'v\\d|\\d{4}-\\d{2}(?:-beta)?',
  list: '\\d+',
}

function compile(path: string): RegExp {
  const pattern = path.replaceAll(
    /:(\w+)/g,
    (_, name: string) => `(?<${name}>${FORMS[name] ?? '[^/]+'})`,
  )
  return new RegExp(`^${pattern}$`)
}

const segmentsOf = (path: string) => path.split('/').length

/** By the number of segments, which leaves a few to try for each call. */
const COMPILED = Map.groupBy(
  ROUTES.flatMap((route) => route.paths.map((path) => ({ route, path, pattern: compile(path) }))),
  ({ path }) => segmentsOf(path),
)

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw notFound()
  }
}

/** Where a date stands, the last undated version can stand too. Source: the paths of HubSpot's clients. */
function hasVersion(path: string, version: ApiVersion): boolean {
  const undated = path.startsWith('/crm/associations/') ? 'v4' : 'v3'
  return version === undated || DATED_VERSIONS.includes(version)
}

/** A route with the parameters of its path. */
export interface Match {
  readonly route: Route
  readonly version: ApiVersion
  readonly params: Readonly<Record<string, string>>
}

/** The route of a request. A slash at the end of the path changes nothing. @throws `Refusal` if there is none. */
export function matchRoute(method: string, pathname: string): Match {
  const allowed: string[] = []
  const called = pathname.replace(/(?<=.)\/$/, '')
  for (const { route, path, pattern } of COMPILED.get(segmentsOf(called)) ?? []) {
    const found = pattern.exec(called)
    if (!found) continue
    const params: Record<string, string> = {}
    for (const [name, value] of Object.entries(found.groups ?? {})) params[name] = decode(value)
    const version = params.version ?? (path.includes('/v4/') ? 'v4' : 'v3')
    if (params.version !== undefined && !hasVersion(path, version)) continue
    if (route.method === method) return { route, version, params }
    allowed.push(route.method)
  }
  throw allowed.length > 0 ? methodNotAllowed([...new Set(allowed)]) : notFound()
}
