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
