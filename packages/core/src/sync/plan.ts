import { ASSOCIATION_INPUTS, BATCH_READ_INPUTS, fitsInUrl, LIST_PAGE } from '../client/endpoints.js'
import type { HubspotClient } from '../client/hubspot-client.js'
import { readExtent } from '../extract/extent-reader.js'
import { allProperties, namedProperties, unknownAmong } from '../extract/property-reader.js'
import type { ObjectDefinition } from '../objects/define-object.js'
import type { ResolvedOptions, RunOptions } from '../options.js'
import { binState } from './bin.js'
import { openPortal } from './portal.js'
import { JobTally } from './report.js'
import { RunContext } from './run-context.js'

/** What reading one object costs. */
export interface ObjectPlan {
  /** About how many active records HubSpot has. */
  rows: number
  /** How many properties are read of each. */
  properties: number
  /** Calls that list the records, a page each. */
  listCalls: number
  /** Reads of records by id, where a list of all the properties wouldn't fit into a URL. */
  batchReadCalls: number
  /** Calls that read the associations of the records. */
  associationCalls: number
  /** What a `refreshProperties` of all calculated properties costs. */
  refreshCalls: number
  /**
   * What reading the recycle bin whole costs, by its last reading: HubSpot doesn't tell its size. Null before the first. It is no part
   * of `calls`.
   */
  binCalls: number | null
  /**
   * Properties that the definition names and the portal doesn't have: their columns stay empty. One that HubSpot fills without listing it,
   * such as `hs_v2_date_entered_…`, isn't among them.
   */
  unknownProperties: string[]
}

/** What a backfill costs, before it is begun. */
export interface BackfillPlan<Objects = { [object: string]: ObjectPlan }> {
  /** The number of the portal. */
  portalId: string
  /** By the object's name. */
  objects: Objects
  /** About how many records are to be read, of all objects. */
  rows: number
  /** About how many calls that takes, of all objects. */
  calls: number
  /** How long HubSpot's limits make it take, at the least. */
  minutes: number
  /** The share of the day's calls that it takes, or null for an app without a daily limit. */
  dailyShare: number | null
}

/** Prices a backfill of everything. It makes a few calls itself, and writes nothing. */
export async function plan(
  options: ResolvedOptions,
  client: HubspotClient,
  given: Pick<RunOptions, 'signal'>,
): Promise<BackfillPlan> {
  const context = new RunContext(options, client, given)
  const hubspot = context.hubspotFor('plan', new JobTally())
  const pinned = await options.store.portals()
  const account = await openPortal(hubspot, pinned, options.portalId)
  context.open(account)
  // Before the first run there are no tables to look into.
  const isKnown = pinned.some(({ portalId }) => portalId === account.portalId)
  const objects: Record<string, ObjectPlan> = {}
  for (const definition of options.objects) objects[definition.name] = await planObject(definition)
  const all = Object.values(objects)
  const sum = (of: (each: ObjectPlan) => number) => all.reduce((total, each) => total + of(each), 0)
  const burst = sum(({ listCalls, batchReadCalls }) => listCalls + batchReadCalls)
  const associations = sum(({ associationCalls }) => associationCalls)
  const calls = burst + associations
  const ms = Math.max(
    burst * client.spacing('burst'),
    associations * client.spacing('associations'),
  )
  return {
    portalId: account.portalId,
    objects,
    rows: sum(({ rows }) => rows),
    calls,
    minutes: Math.round(ms / 600) / 100,
    dailyShare: client.daily ? calls / client.daily.limit : null,
  }

  async function planObject(definition: ObjectDefinition): Promise<ObjectPlan> {
    const job = context.jobNamed('plan', new JobTally())
    const properties = await job.properties(definition)
    const rows = (await readExtent(job.hubspot, definition))?.total ?? 0
    const pages = Math.max(1, Math.ceil(rows / LIST_PAGE))
    const pairs = options.pairs.filter(({ from }) => from === definition)
    const defined = await allProperties(job.hubspot, definition.type)
    const unlisted = namedProperties(definition).filter(
      (property) => !defined.some(({ name }) => name === property),
    )
    const calculated = defined.filter(
      ({ name, calculated }) => calculated && properties.includes(name),
    )
    return {
      rows,
      properties: properties.length,
      listCalls: pages,
      batchReadCalls: fitsInUrl(properties) ? 0 : Math.ceil(rows / BATCH_READ_INPUTS),
      associationCalls: pairs.length * Math.ceil(rows / ASSOCIATION_INPUTS),
      binCalls: isKnown ? ((await binState(context.place, definition))?.calls ?? null) : null,
      refreshCalls: calculated.length === 0 ? 0 : Math.ceil(rows / BATCH_READ_INPUTS),
      unknownProperties: await unknownAmong(job.hubspot, definition, unlisted),
    }
  }
}
