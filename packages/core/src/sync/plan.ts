import { ASSOCIATION_INPUTS, BATCH_READ_INPUTS, fitsInUrl, LIST_PAGE } from '../client/endpoints.js'
import type { HubspotClient } from '../client/hubspot-client.js'
import { AbortedError } from '../errors.js'
import { readExtent } from '../extract/extent-reader.js'
import { allProperties, namedProperties, unknownAmong } from '../extract/property-reader.js'
import type { ObjectDefinition } from '../objects/define-object.js'
import type { ResolvedOptions, RunOptions } from '../options.js'
import { binState } from './bin.js'
import { openPortal } from './portal.js'
import { JobTally } from './report.js'
import { RunContext } from './run-context.js'

/** The price of reading one object. */
export interface ObjectPlan {
  /** About how many active records HubSpot has. */
  rows: number
  /** How many properties are read of each. */
  properties: number
  /** Calls that list the records, one for each page. */
  listCalls: number
  /** Calls that read records by id, if a list of all the properties wouldn't fit into a URL. */
  batchReadCalls: number
  /** Calls that read the associations of the records. */
  associationCalls: number
  /** What a `refreshProperties` of all calculated properties costs. */
  refreshCalls: number
  /**
   * The price of reading the whole recycle bin, by the last time: HubSpot doesn't give its size. Null before the first
   * time. Not part of `calls`.
   */
  binCalls: number | null
  /**
   * Properties in the definition that the portal doesn't have: their columns stay empty. A property that HubSpot fills
   * but doesn't list, such as `hs_v2_date_entered_…`, isn't among them.
   */
  unknownProperties: string[]
}

/** The price of a backfill, before it begins. */
export interface BackfillPlan<Objects = { [object: string]: ObjectPlan }> {
  /** The number of the portal. */
  portalId: string
  /** By the object's name. */
  objects: Objects
  /** About how many records there are to read, of all objects. */
  rows: number
  /** About how many calls that takes. */
  calls: number
  /** The least time that it takes under HubSpot's limits, in minutes. */
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
  if (given.signal?.aborted) throw new AbortedError()
  const context = new RunContext(options, client, given)
  const hubspot = context.hubspotFor('plan', new JobTally())
  const pinned = await options.store.portals()
  const account = await openPortal(hubspot, pinned, options.portalId)
  context.open(account)
  // Before the first run there are no tables.
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
