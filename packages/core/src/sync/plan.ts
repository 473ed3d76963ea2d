import { BATCH_READ_INPUTS } from '../client/endpoints.js'
import { AbortedError, type ReportedError } from '../errors.js'
import type { Account } from '../extract/account-reader.js'
import { readExtent } from '../extract/extent-reader.js'
import { allProperties, namedProperties, unknownAmong } from '../extract/property-reader.js'
import { isRefused } from '../extract/whole-list.js'
import type { ObjectDefinition } from '../objects/define-object.js'
import type { ResolvedOptions, RunOptions } from '../options.js'
import type { PortalRecord } from '../store/store.js'
import type { RecordState } from './checkpoint-states.js'
import { addedContent, type DefinitionChanges, newTable, staleParts } from './definition-changes.js'
import { JobTally } from './job-tally.js'
import { MirrorState } from './mirror-state.js'
import { callsOf, dueNow, referenceCallsOf } from './plan-calls.js'
import { openPortal } from './portal.js'
import { tablesHere } from './put-tables-in-place.js'
import { withNeeds } from './refused-type.js'
import { reportError } from './report.js'
import { RunContext } from './run-context.js'
import type { SharedWork } from './shared-work.js'

/** The price of the next run, for one object. */
export interface ObjectPlan {
  /**
   * About how many active records HubSpot has. Of a type that it can't search, as many as were listed the last time: 0
   * before the first run.
   */
  rows: number
  /** About how many of them the backfill must still read: 0 once it is done. */
  rowsLeft: number
  /** How many properties are read of each. */
  properties: number
  /** Calls that list the records, one for each page: of 100, or of 50 with the history of properties. */
  listCalls: number
  /** Calls that read records by id, if a list of all the properties wouldn't fit into a URL. */
  batchReadCalls: number
  /**
   * Calls that read the history of records that are in the mirror already: of properties that the definition asks for
   * only since then. A backfill reads the history with the records, 50 instead of 100 in a call, so this is 0 before it.
   */
  historyCalls: number
  /** Calls that read the associations: of the records that the backfill reads, later of the sweeps that are due. */
  associationCalls: number
  /**
   * All other calls that are known: how many records there are, what has changed, the recycle bin (`binCalls`, or 1 before
   * the first time), and the census if it is due. What has changed takes 1, or a whole list of a type that HubSpot can't
   * search.
   */
  otherCalls: number
  /** What a `refreshProperties` of all calculated properties costs. */
  refreshCalls: number
  /**
   * The price of reading the whole recycle bin, by the last time: HubSpot doesn't give its size. Null before the first
   * time.
   */
  binCalls: number | null
  /**
   * Properties in the definition that the portal doesn't have: their columns stay empty. A property that HubSpot fills
   * but doesn't list, such as `hs_v2_date_entered_…`, isn't among them.
   */
  unknownProperties: string[]
  /**
   * Why HubSpot gives out nothing of this object, such as a scope that the token lacks. Its jobs fail in a run, and its
   * numbers here are 0. Absent if it can be read.
   */
  error?: ReportedError | undefined
}

/** The price of the next run: before the first one the whole backfill, later the rest of it and what is due. */
export interface BackfillPlan<Objects = { [object: string]: ObjectPlan }> {
  /** The number of the portal. */
  portalId: string
  /** By the object's name. */
  objects: Objects
  /** About how many active records HubSpot has, of all objects. */
  rows: number
  /** About how many of them the backfill must still read. */
  rowsLeft: number
  /** About how many calls what lies around the records takes: owners, pipelines and the catalogue, if they are due. */
  referenceCalls: number
  /** About how many calls the run takes in all. Many changes, or a large recycle bin that was never read, take more. */
  calls: number
  /** The least time that it takes under HubSpot's limits, in minutes. */
  minutes: number
  /** The share of the day's calls that it takes, or null for an app without a daily limit. */
  dailyShare: number | null
  /** How the tables differ from the definitions: what the next run adds, what is left stale, and what is refused. */
  definitions: DefinitionChanges
}

/** Asking which portal it is. */
const ACCOUNT_CALLS = 1

/** What is known of the price of an object that HubSpot refuses. */
const unpriced: ObjectPlan = {
  rows: 0,
  rowsLeft: 0,
  properties: 0,
  listCalls: 0,
  batchReadCalls: 0,
  historyCalls: 0,
  associationCalls: 0,
  otherCalls: 0,
  refreshCalls: 0,
  binCalls: null,
  unknownProperties: [],
}

/** Prices the next run without names. It makes a few calls itself, and writes nothing but their number. */
export async function plan(
  options: ResolvedOptions,
  shared: SharedWork,
  given: Pick<RunOptions, 'signal'>,
): Promise<BackfillPlan> {
  if (given.signal?.aborted) throw new AbortedError()
  const context = new RunContext(options, shared, given)
  const hubspot = context.hubspotFor('plan', new JobTally())
  const pinned = await options.store.portals()
  const account = await openPortal(hubspot, pinned, options.portalId)
  context.open(account)
  return context.counting(() => priced(context, options, shared, pinned, account))
}

async function priced(
  context: RunContext,
  options: ResolvedOptions,
  { client }: SharedWork,
  pinned: readonly PortalRecord[],
  account: Account,
): Promise<BackfillPlan> {
  // Before the first run there are no tables.
  const isKnown = pinned.some(({ portalId }) => portalId === account.portalId)
  const due = isKnown ? await dueNow(context, options, pinned) : undefined
  const objects: Record<string, ObjectPlan> = {}
  for (const definition of options.objects)
    objects[definition.name] = await planObject(definition).catch((error) => {
      if (!isRefused(error)) throw error
      return { ...unpriced, error: reportError(withNeeds(error, definition)) }
    })
  const all = Object.values(objects)
  const sum = (of: (each: ObjectPlan) => number) => all.reduce((total, each) => total + of(each), 0)
  const pages = sum((each) => each.listCalls + each.batchReadCalls + each.historyCalls)
  const referenceCalls = referenceCallsOf(options, due)
  const burst = ACCOUNT_CALLS + pages + referenceCalls + sum(({ otherCalls }) => otherCalls)
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
    rowsLeft: sum(({ rowsLeft }) => rowsLeft),
    referenceCalls,
    calls,
    minutes: Math.round(ms / 600) / 100,
    dailyShare: client.daily ? calls / client.daily.limit : null,
    definitions: await definitionChanges(options, pinned, account, objects),
  }

  async function planObject(definition: ObjectDefinition): Promise<ObjectPlan> {
    const job = context.jobNamed('plan', new JobTally())
    const wanted = await job.wanted(definition)
    const { properties } = wanted
    const isSearched = job.hubspot.endpoints.hasSearch(definition.type)
    const extent = await readExtent(job.hubspot, definition)
    const records = due?.mirror.of<RecordState>(definition.name)
    const rows = extent?.total ?? (isSearched ? 0 : (records?.read ?? 0))
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
      ...callsOf(definition, rows, wanted, options, due, isSearched),
      refreshCalls: calculated.length === 0 ? 0 : Math.ceil(rows / BATCH_READ_INPUTS),
      unknownProperties: await unknownAmong(job.hubspot, definition, unlisted),
    }
  }
}

/** How the tables differ from the definitions. Before the portal's first run, everything is new. */
async function definitionChanges(
  options: ResolvedOptions,
  pinned: readonly PortalRecord[],
  { portalId }: Pick<PortalRecord, 'portalId'>,
  plans: Record<string, ObjectPlan>,
): Promise<DefinitionChanges> {
  const { store, clock } = options
  const priced = ({ calls, ...content }: DefinitionChanges['added'][number]) => {
    const plan = content.isNew ? plans[content.table] : undefined
    if (plan === undefined) return { ...content, calls }
    const { listCalls, batchReadCalls, associationCalls } = plan
    return { ...content, calls: listCalls + batchReadCalls + associationCalls }
  }
  if (!pinned.some((portal) => portal.portalId === portalId)) {
    const tables = [...options.objects, ...options.pairs]
    return { added: tables.map(({ name }) => priced(newTable(name, null))), stale: [], refused: [] }
  }
  const here = await tablesHere(options, pinned, portalId)
  const state = await MirrorState.read({ store, clock, origin: { portalId } })
  const counts = await store.counts(portalId)
  return {
    added: addedContent(options, state, here.missing, counts).map(priced),
    stale: await staleParts(options, pinned, portalId, state, here),
    refused: here.changed,
  }
}
