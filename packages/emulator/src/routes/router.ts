import { type ApiVersion, DATED_VERSIONS } from '../api-versions.js'
import { methodNotAllowed, notFound } from '../replies.js'
import { account, usage } from './account.js'
import {
  associationLabels,
  associationLimits,
  associationLimitsOfPair,
  associationNames,
} from './association-definitions.js'
import { associations, recordAssociations } from './associations.js'
import { batchRead } from './batch-read.js'
import { dealSplits } from './deal-splits.js'
import { get, list } from './list.js'
import { enablement, recordLimits } from './object-types.js'
import { owner, owners } from './owners.js'
import { pipelineAudit, stageAudit } from './pipeline-audits.js'
import { pipeline, pipelines, stage, stages } from './pipelines.js'
import { properties, property, propertyBatch, propertyGroup, propertyGroups } from './properties.js'
import type { Route } from './route.js'
import { schema, schemaBatch, schemas } from './schemas.js'
import { search } from './search.js'
import { v3Associations, v3RecordAssociations } from './v3-associations.js'

/** Paths with fixed segments are before those with parameters. */
const ROUTES: readonly Route[] = [
  dealSplits,
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
  list,
  get,
  propertyBatch,
  propertyGroups,
  propertyGroup,
  properties,
  property,
  enablement,
  recordLimits,
  schemas,
  schemaBatch,
  schema,
  owners,
  owner,
  pipelines,
  pipeline,
  stages,
  stage,
  pipelineAudit,
  stageAudit,
  account,
  usage,
]

function compile(path: string): RegExp {
  return new RegExp(
    `^${path.replaceAll(/:(\w+)/g, (_, name: string) =>
      name === 'version' ? '(?<version>v\\d|\\d{4}-\\d{2}(?:-beta)?)' : `(?<${name}>[^/]+)`,
    )}$`,
  )
}

const COMPILED = ROUTES.flatMap((route) =>
  route.paths.map((path) => ({ route, path, pattern: compile(path) })),
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
  for (const { route, path, pattern } of COMPILED) {
    const found = pattern.exec(pathname.replace(/(?<=.)\/$/, ''))
    if (!found) continue
    const params: Record<string, string> = {}
    for (const [name, value] of Object.entries(found.groups ?? {})) params[name] = decode(value)
    const version = params.version ?? (path.includes('/v4/') ? 'v4' : 'v3')
    if (params.version !== undefined && !hasVersion(path, version)) continue
    if (route.method === method) return { route, version, params }
    allowed.push(route.method)
  }
  throw allowed.length > 0 ? methodNotAllowed(allowed) : notFound()
}
