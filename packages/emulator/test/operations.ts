import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Operation } from '../src/operations.js'
import { Refusal } from '../src/replies.js'
import { ROUTES } from '../src/routes/route-table.js'
import { matchRoute } from '../src/routes/router.js'

/** One operation of HubSpot's CRM API. */
export interface CrmOperation {
  readonly method: string
  /** The path in the older versions; undefined for one that only dated versions have. */
  readonly path: string | undefined
  /** The path in dated versions, with `{version}`; undefined for one that only older versions have. */
  readonly dated: string | undefined
  /** What it does, if the portal does it. */
  readonly operation: Operation | undefined
}

/** `/crm/v3/objects/:type` as HubSpot's documentation writes it. */
const documented = (pattern: string) => pattern.replaceAll(/:(\w+)/g, '{$1}')

const isDated = (pattern: string) => pattern.includes(':version')

/** What the portal answers, from its routes. A route has its older paths first, and then the dated ones. */
export const answered = (): CrmOperation[] =>
  ROUTES.flatMap(({ method, operation, paths }) => {
    const [older, dated] = [paths.filter((path) => !isDated(path)), paths.filter(isDated)]
    const rows = Math.max(older.length, dated.length)
    return Array.from({ length: rows }, (_, index) => ({
      method,
      operation,
      path: older[index] && documented(older[index]),
      dated: dated[index] && documented(dated[index]),
    }))
  })

const codegen = join(
  dirname(createRequire(import.meta.url).resolve('@hubspot/api-client')),
  'codegen/crm',
)

/** The paths and methods of everything about the CRM that the official client can call. */
export const ofTheClient = (): { method: string; path: string }[] => {
  const files = readdirSync(codegen, { recursive: true, encoding: 'utf8' })
  const found = files
    .filter((file) => /apis\/\w+Api\.js$/.test(file))
    .flatMap((file) => [
      ...readFileSync(join(codegen, file), 'utf8').matchAll(
        /localVarPath = '([^']+)'[\s\S]*?HttpMethod\.([A-Z]+)\)/g,
      ),
    ])
    .map(([, path, method]) => ({ method: method!, path: path!.replace(/\/$/, '') }))
  const known = new Map(found.map((one) => [`${one.method} ${one.path}`, one]))
  return [...known.values()].sort((a, b) => (a.path + a.method < b.path + b.method ? -1 : 1))
}

/** What only dated versions have. Source: HubSpot API specification, as of August 2026. */
export const ONLY_DATED: readonly { method: string; path: string }[] = [
  'custom-object-types',
  ...['associations/records/from', 'associations/records/{from}/{to}'],
]
  .map((what) => ({ method: 'GET', path: `/crm/limits/{version}/${what}` }))
  .concat([
    { method: 'GET', path: '/crm/property-validations/{version}/{type}' },
    { method: 'GET', path: '/crm/objects/{version}/forecasts' },
    { method: 'GET', path: '/crm/objects/{version}/forecasts/{id}' },
  ])

/** A path with values in the place of its parameters. */
export const example = (path: string): string =>
  path
    .replaceAll('{version}', '2026-03')
    .replaceAll(/\{(objectType|type|from|fromObjectType)\}/g, 'deals')
    .replaceAll(/\{(to|toObjectType)\}/g, 'contacts')
    .replaceAll(/\{\w+\}/g, '1')

/** Whether the portal has a route for a call. */
export const isAnswered = (method: string, path: string): boolean => {
  try {
    return matchRoute(method, example(path)) !== undefined
  } catch (error) {
    if (error instanceof Refusal) return false
    throw error
  }
}

/** What HubSpot itself doesn't let a call do, and the portal doesn't either. */
export const REFUSED: readonly { method: string; path: string; status: number; why: string }[] = [
  { method: 'POST', path: '/crm/v3/owners', status: 405, why: 'Owners can only be read.' },
  { method: 'PATCH', path: '/crm/owners/2026-03/7', status: 405, why: 'Owners can only be read.' },
  {
    ...{ method: 'POST', path: '/crm/v3/objects/feedback_submissions', status: 405 },
    why: 'Feedback submissions can only be read.',
  },
  {
    ...{ method: 'POST', path: '/crm/objects/2026-03/contracts', status: 405 },
    why: 'Contracts can only be read before 2026-09.',
  },
  {
    ...{ method: 'POST', path: '/crm/v3/objects/contracts/search', status: 404 },
    why: 'Contracts have no search before 2026-09.',
  },
  {
    ...{ method: 'POST', path: '/crm/v3/objects/partner_clients', status: 405 },
    why: 'Only values of partner clients and partner services can be written.',
  },
  {
    ...{ method: 'POST', path: '/crm/objects/2026-09/partner_clients/batch/read', status: 404 },
    why: 'Partner clients have no batch read in 2026-09.',
  },
  {
    ...{ method: 'GET', path: '/crm/objects/2026-09/projects', status: 404 },
    why: 'Projects have no paths in 2026-09.',
  },
  {
    ...{ method: 'POST', path: '/crm/v3/objects/line_items/merge', status: 404 },
    why: 'Contacts, companies, deals, tickets and custom objects can be merged; in dated versions appointments, courses, orders, projects and services too.',
  },
  {
    ...{ method: 'POST', path: '/crm/v3/objects/companies/gdpr-delete', status: 404 },
    why: 'Contacts can be deleted for privacy; in dated versions appointments too.',
  },
  {
    ...{
      method: 'GET',
      path: '/crm/objects/2026-09/contacts/7/associations/companies',
      status: 404,
    },
    why: '2026-09 has no list of the associations of a single record.',
  },
  {
    ...{ method: 'POST', path: '/crm/v3/pipelines/contacts', status: 400 },
    why: 'The lifecycle pipelines of contacts and companies are read alone, and types without pipelines have none.',
  },
]

/** What each operation does, in the order of the page. */
export const WHAT: Readonly<Record<Operation, string>> = {
  list: 'List records',
  create: 'Create a record, with associations',
  get: 'Read a record',
  update: 'Change a record',
  archive: 'Archive a record',
  search: 'Search records',
  'batch-read': 'Read records by their ids',
  'batch-create': 'Create records',
  'batch-update': 'Change records',
  'batch-upsert': 'Change or create records by a unique property',
  'batch-archive': 'Archive records',
  merge: 'Merge two records',
  'privacy-delete': 'Delete a record for privacy',
  'deal-splits': 'Read how deals are split',
  'deal-splits-upsert': 'Split deals',
  associations: 'Read associations of records',
  'record-associations': 'Read associations of a record',
  associate: 'Associate two records by type',
  'associate-default': 'Associate two records',
  dissociate: 'Remove the associations of two records',
  'batch-associate': 'Associate records by type',
  'batch-associate-default': 'Associate records',
  'batch-dissociate': 'Remove associations',
  'batch-dissociate-labels': 'Remove types of associations',
  'association-names': 'List association types by name',
  'association-labels': 'List association types',
  'association-label-create': 'Create a label',
  'association-label-update': 'Rename a label',
  'association-label-archive': 'Delete a label',
  'association-limits': 'List limits of association types',
  'association-limit-write': 'Set or remove limits of association types',
  'association-report': 'Ask for a report about many associations',
  properties: 'List properties',
  'property-create': 'Create a property',
  property: 'Read a property',
  'property-update': 'Change a property',
  'property-archive': 'Archive a property',
  'property-batch': 'Read properties by their names',
  'property-batch-create': 'Create properties',
  'property-batch-archive': 'Archive properties',
  'property-groups': 'List property groups',
  'property-group-create': 'Create a property group',
  'property-group': 'Read a property group',
  'property-group-update': 'Change a property group',
  'property-group-archive': 'Archive a property group',
  pipelines: 'List pipelines',
  'pipeline-create': 'Create a pipeline',
  pipeline: 'Read a pipeline',
  'pipeline-update': 'Change a pipeline',
  'pipeline-replace': 'Replace a pipeline',
  'pipeline-archive': 'Delete a pipeline',
  'pipeline-audit': 'Read the changes of a pipeline',
  stages: 'List stages',
  'stage-create': 'Create a stage',
  stage: 'Read a stage',
  'stage-update': 'Change a stage',
  'stage-replace': 'Replace a stage',
  'stage-archive': 'Delete a stage',
  'stage-audit': 'Read the changes of a stage',
  schemas: 'List custom objects',
  'schema-create': 'Create a custom object',
  schema: 'Read an object type',
  'schema-update': 'Change a custom object',
  'schema-archive': 'Archive a custom object',
  'schema-batch': 'Read object types by their names',
  'schema-association-create': 'Create an association of a custom object',
  'schema-association-archive': 'Delete an association of a custom object',
  owners: 'List owners',
  owner: 'Read an owner',
  'list-search': 'Search lists',
  lists: 'Read lists by their ids',
  'list-by-id': 'Read a list',
  'list-by-name': 'Read a list by its name',
  'list-create': 'Create a list',
  'list-rename': 'Rename a list',
  'list-filters': 'Change the filters of a list',
  'list-delete': 'Delete a list',
  'list-restore': 'Restore a list',
  'list-members': 'List the members of a list',
  'list-members-by-join': 'List the members of a list as they joined',
  'list-add': 'Add records to a list',
  'list-remove': 'Remove records from a list',
  'list-add-and-remove': 'Add and remove records of a list',
  'list-add-from': 'Add the members of another list',
  'list-empty': 'Remove all members of a list',
  'record-lists': 'List the lists of a record',
  'record-lists-batch': 'List the lists of records',
  enablement: 'List the types of the object library',
  'record-limits': 'Count records of each type',
  'pipeline-limits': 'Count pipelines of each type',
  'association-label-limits': 'Count labels of each pair',
  'custom-property-limits': 'Count custom properties of each type',
  'calculated-property-limits': 'Count calculated properties of each type',
  account: 'Read the account',
  usage: 'Read the use of the daily limit',
  authorize: 'Install an app, with the consent given',
  token: 'Get tokens: by a code, a refresh token or for the app itself',
  'token-introspect': 'Read a token',
  'token-revoke': 'Revoke a refresh token',
  'access-token': 'Read an access token',
  'refresh-token': 'Read a refresh token',
  'refresh-token-archive': 'Delete a refresh token',
  'private-app-token': 'Read the token of a private app',
}
