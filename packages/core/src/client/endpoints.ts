import { isSearchable } from '../objects/standard-types.js'
import type { Lane } from './limits.js'

/** One request to HubSpot, before its token is added. */
export interface ApiCall {
  lane: Lane
  method: 'GET' | 'POST'
  path: string
  query?: Record<string, string>
  body?: unknown
  /**
   * Set if the records can be asked for in smaller calls when HubSpot can't answer this one. Then it is tried fewer
   * times.
   */
  divisible?: boolean
}

/** The records of a list, a search or a batch. */
export interface ListQuery {
  type: string
  /** The record id to start at. */
  after?: string | undefined
  properties: readonly string[]
  /** Properties whose earlier values are listed too. Default: none. */
  history?: readonly string[]
  archived?: boolean
  /** Most records of the page. */
  limit: number
}

/** A comparison on one property, in HubSpot's own operators. */
export type SearchFilter =
  | { propertyName: string; operator: 'GTE' | 'LT' | 'LTE'; value: string }
  | { propertyName: string; operator: 'HAS_PROPERTY' }

/** A page of a search. HubSpot takes only one sort. */
export interface SearchQuery {
  type: string
  /** A record must meet all of them. */
  filters: SearchFilter[]
  /** And one of these. HubSpot takes at most five. */
  anyOf?: SearchFilter[]
  sortBy: string
  descending?: boolean
  /** Default: a full page. */
  limit?: number
  properties: readonly string[]
  after?: string | undefined
}

/** Which property definitions of a type to list. HubSpot lists one kind a call. */
export interface DefinitionQuery {
  archived?: boolean
  /** Default: those that aren't sensitive. */
  sensitivity?: 'sensitive' | 'highly_sensitive' | undefined
}

/** The input of an association read. With `after`: the next page of that record's associations. */
export interface AssociationInput {
  id: string
  after?: string
}

/** HubSpot docs, "Objects" API: at most 100 records a page and 100 inputs a batch. */
export const LIST_PAGE = 100
/** HubSpot's OpenAPI and its error: with the history of properties, a page or a batch has at most 50 records. */
const WITH_HISTORY = 50
/** HubSpot docs, "Owners". */
const OWNERS_PAGE = 100
/** HubSpot docs, "Objects" API, batch read. */
export const BATCH_READ_INPUTS = 100
/** HubSpot changelog, September 2024: a search page holds at most 200 results. */
export const SEARCH_PAGE = 200
/** HubSpot docs, CRM search: no query gives more than its first 10,000 results. */
export const SEARCH_RESULTS = 10_000
/** HubSpot changelog, February 2025: at most 1,000 inputs an association read. */
export const ASSOCIATION_INPUTS = 1_000
/** HubSpot documents 414 without a figure; URLs past some 8,000 characters have been seen to fail. */
const URL_CHARACTERS = 8_000

/** The calls to HubSpot under one API version. Each is made in one place. */
export type Endpoints = ReturnType<typeof createEndpoints>

/** @param apiVersion - `2026-03` or another date, or `v3` (with associations in v4). */
export function createEndpoints(apiVersion: string) {
  const dated = apiVersion !== 'v3'
  const objects = dated ? `/crm/objects/${apiVersion}` : '/crm/v3/objects'
  const associations = dated ? `/crm/associations/${apiVersion}` : '/crm/v4/associations'
  const properties = dated ? `/crm/properties/${apiVersion}` : '/crm/v3/properties'
  const owners = dated ? `/crm/owners/${apiVersion}` : '/crm/v3/owners'
  const pipelines = dated ? `/crm/pipelines/${apiVersion}` : '/crm/v3/pipelines'
  const schemas = dated ? `/crm-object-schemas/${apiVersion}/schemas` : '/crm/v3/schemas'
  const limits = dated ? `/crm/limits/${apiVersion}` : '/crm/v3/limits'
  const library = dated ? `/crm/object-library/${apiVersion}` : '/crm/v3/object-library'
  const account = dated ? `/account-info/${apiVersion}/details` : '/account-info/v3/details'

  return Object.freeze({
    /** Whether HubSpot can search records of a type. If not, only lists tell what has changed. */
    hasSearch: (type: string): boolean => isSearchable({ type }, apiVersion),

    account: (): ApiCall => ({ lane: 'burst', method: 'GET', path: account }),

    properties: (
      type: string,
      { archived = false, sensitivity }: DefinitionQuery = {},
    ): ApiCall => ({
      lane: 'burst',
      method: 'GET',
      path: `${properties}/${type}`,
      query: {
        ...(archived ? { archived: 'true' } : {}),
        ...(sensitivity ? { dataSensitivity: sensitivity } : {}),
      },
    }),

    propertyGroups: (type: string): ApiCall => ({
      lane: 'burst',
      method: 'GET',
      path: `${properties}/${type}/groups`,
    }),

    schemas: (): ApiCall => ({
      lane: 'burst',
      method: 'GET',
      path: schemas,
      // The definitions are read by type. In each schema they make the reply many times as long.
      query: { includePropertyDefinitions: 'false' },
    }),

    recordLimits: (): ApiCall => ({ lane: 'burst', method: 'GET', path: `${limits}/records` }),

    enablement: (): ApiCall => ({ lane: 'burst', method: 'GET', path: `${library}/enablement` }),

    associationTypes: (from: string, to: string): ApiCall => ({
      lane: 'associations',
      method: 'GET',
      path: `${associations}/${from}/${to}/labels`,
    }),

    associationLimits: (): ApiCall => ({
      lane: 'associations',
      method: 'GET',
      path: `${associations}/definitions/configurations/all`,
    }),

    owners: ({ archived, after }: { archived: boolean; after?: string | undefined }): ApiCall => ({
      lane: 'burst',
      method: 'GET',
      path: owners,
      query: {
        limit: String(OWNERS_PAGE),
        archived: String(archived),
        ...(after === undefined ? {} : { after }),
      },
    }),

    owner: (id: string, archived: boolean): ApiCall => ({
      lane: 'burst',
      method: 'GET',
      path: `${owners}/${encodeURIComponent(id)}`,
      query: { archived: String(archived) },
    }),

    pipelines: (type: string): ApiCall => ({
      lane: 'burst',
      method: 'GET',
      path: `${pipelines}/${type}`,
    }),

    pipeline: (type: string, id: string): ApiCall => ({
      lane: 'burst',
      method: 'GET',
      path: `${pipelines}/${type}/${encodeURIComponent(id)}`,
    }),

    list: ({
      type,
      after,
      properties,
      history = [],
      archived = false,
      limit,
    }: ListQuery): ApiCall => ({
      lane: 'burst',
      method: 'GET',
      path: `${objects}/${type}`,
      query: {
        limit: String(limit),
        ...(after === undefined ? {} : { after }),
        properties: properties.join(','),
        ...(history.length > 0 ? { propertiesWithHistory: history.join(',') } : {}),
        ...(archived ? { archived: 'true' } : {}),
      },
      divisible: limit > 1,
    }),

    search: (query: SearchQuery): ApiCall => ({
      lane: 'search',
      method: 'POST',
      path: `${objects}/${query.type}/search`,
      body: {
        filterGroups: query.anyOf
          ? query.anyOf.map((one) => ({ filters: [...query.filters, one] }))
          : [{ filters: query.filters }],
        sorts: [
          {
            propertyName: query.sortBy,
            direction: query.descending ? 'DESCENDING' : 'ASCENDING',
          },
        ],
        properties: query.properties,
        limit: query.limit ?? SEARCH_PAGE,
        ...(query.after === undefined ? {} : { after: query.after }),
      },
    }),

    batchRead: (
      type: string,
      ids: readonly string[],
      { properties, history }: { properties: readonly string[]; history: readonly string[] },
      archived: boolean,
    ): ApiCall => ({
      lane: 'burst',
      method: 'POST',
      path: `${objects}/${type}/batch/read`,
      ...(archived ? { query: { archived: 'true' } } : {}),
      body: { inputs: ids.map((id) => ({ id })), properties, propertiesWithHistory: history },
    }),

    associations: (from: string, to: string, inputs: readonly AssociationInput[]): ApiCall => ({
      lane: 'associations',
      method: 'POST',
      path: `${associations}/${from}/${to}/batch/read`,
      body: { inputs },
      divisible: inputs.length > 1,
    }),
  })
}

/** The most records of a page. */
export function pageSize(history: readonly string[] = []): number {
  return history.length > 0 ? WITH_HISTORY : LIST_PAGE
}

/** The most records of a batch read. */
export function batchSize(history: readonly string[] = []): number {
  return history.length > 0 ? WITH_HISTORY : BATCH_READ_INPUTS
}

/** Whether a list call with these properties stays well below the length at which HubSpot answers 414. */
export function fitsInUrl(properties: readonly string[], history: readonly string[] = []): boolean {
  const names = [...properties, ...history].join(',')
  return encodeURIComponent(names).length <= URL_CHARACTERS - 1_500
}
