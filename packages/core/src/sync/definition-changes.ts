import { ASSOCIATION_INPUTS, BATCH_READ_INPUTS } from '../client/endpoints.js'
import { snakeCase } from '../objects/define-object.js'
import { keepsHistory } from '../objects/history-selection.js'
import type { MirrorOptions } from '../options.js'
import { historyNames } from '../store/history-tables.js'
import type { PortalRecord, Store } from '../store/store.js'
import type { MissingTables, TablePart } from '../store/tables.js'
import type { ChangedKind } from './changed-kinds.js'
import type { Coverage, RecordState, WalkState } from './checkpoint-states.js'
import { Coverages, coverageOf, coveragesIn, placeOf, unionOf } from './coverage.js'
import { isOwed, lastSweep } from './due.js'
import { columnsOf, mappingOf } from './mapping.js'
import type { MirrorState } from './mirror-state.js'
import { sweepOf } from './streams/association-stream.js'
import { lackingOf } from './streams/fill-columns.js'

/** What the next run adds to a table, or fills in it. */
export interface AddedContent {
  /** The name of the table: that of an object or a pair, or that of an object's history, such as `deals_history`. */
  table: string
  /** Whether the table itself is new. */
  isNew: boolean
  /** Columns of an existing table that are to be filled, by their names in the definition. */
  columns: string[]
  /** Further properties that `raw` is to have. */
  properties: string[]
  /** `raw`: the values are in the mirror already. `hubspot`: the records, or their associations, are read again. */
  filledFrom: 'raw' | 'hubspot'
  /** About how many calls that takes. Null if HubSpot has to be asked, as `plan()` does, or if its object includes them. */
  calls: number | null
}

/**
 * A table or column that these definitions don't name. Either it is left of earlier ones, and no run writes it any more,
 * or another process has other definitions, which name it.
 */
export interface StalePart {
  /**
   * The name of the table: that of the object or pair, or that of an object's history, such as `deals_history`. The table
   * of its gaps and the view of its stages go with the latter.
   */
  table: string
  /** The column, by its name in the definition that had it; null for the whole table. */
  column: string | null
  /** How many rows of this portal the table has, counted up to 10,000. */
  rows: number
  /**
   * Since when it isn't kept up to date: ISO-8601 in UTC with milliseconds. For an object the moment up to which it is
   * complete; otherwise the first run without it. Null if that isn't known, or was not yet.
   */
  since: string | null
  /** Whether another portal in this store was written with it: then the table or column stays, without this portal. */
  shared: boolean
  /**
   * When a run with other definitions, which name it, last began. Set if that was within the last day and after the first
   * run with these definitions: then another process keeps it up to date, and `prune()` leaves it. Otherwise absent.
   */
  keptAt?: string | undefined
}

/** How long after its last run another process may still be at work. */
const KEPT_MS = 86_400_000

/** How the tables differ from the definitions. */
export interface DefinitionChanges {
  /** What the next run adds and fills. */
  added: AddedContent[]
  /** What is left of earlier definitions. */
  stale: StalePart[]
  /** Columns whose kind has changed. Runs and reads are refused until `prune()` has dropped them. */
  refused: ChangedKind[]
}

type Mirror = Pick<MirrorOptions, 'store' | 'clock' | 'objects' | 'pairs' | 'reference'>
type Counts = Awaited<ReturnType<Store['counts']>>

/** What exists of the tables, as `tablesHere` finds it. */
interface TablesHere {
  missing: MissingTables
  known: readonly Coverage[]
}

/** What the next run adds and fills, by what is in the store alone. */
export function addedContent(
  { objects, pairs }: Pick<Mirror, 'objects' | 'pairs'>,
  state: MirrorState,
  missing: MissingTables,
  counts: Counts,
): AddedContent[] {
  const coverages = new Coverages(state)
  const recordsOf = (name: string) =>
    missing.objects.includes(name) ? null : state.of<RecordState>(name)
  const ofObjects = objects.flatMap((definition): AddedContent[] => {
    const { name } = definition
    const records = recordsOf(name)
    if (records === null) return [newTable(name, null)]
    const wanted = mappingOf(definition).filter((entry) => entry !== '*')
    const { entries, areHere } = lackingOf(wanted, name, coverages, records)
    const gone = missing.columns.filter(({ object }) => object === name)
    const columns = columnsOf(entries).map((column) => column.name)
    for (const { column } of gone) if (!columns.includes(column)) columns.push(column)
    const properties = entries.filter((entry) => entry.startsWith('+')).map((each) => each.slice(1))
    if (columns.length + properties.length === 0) return []
    const { active = 0, archived = 0 } = counts[name] ?? {}
    const calls = Math.ceil(active / BATCH_READ_INPUTS) + Math.ceil(archived / BATCH_READ_INPUTS)
    const content = { table: name, isNew: false, columns, properties }
    return [
      areHere
        ? { ...content, filledFrom: 'raw', calls: 0 }
        : { ...content, filledFrom: 'hubspot', calls },
    ]
  })
  const ofPairs = pairs.flatMap((pair): AddedContent[] => {
    const isNew = missing.pairs.includes(pair.name)
    const from = recordsOf(pair.from.name)
    // Its associations are read with the records.
    if (!from?.backfilledAt) return isNew ? [newTable(pair.name, null)] : []
    const last = lastSweep(pair, from, state.of<WalkState>(sweepOf(pair)))
    if (!isNew && last && !isOwed(coverages, pair, last)) return []
    const calls = Math.ceil((counts[pair.from.name]?.active ?? 0) / ASSOCIATION_INPUTS)
    return [{ ...newTable(pair.name, calls), isNew }]
  })
  return [...ofObjects, ...ofPairs]
}

/** A table that the next run makes and fills. */
export function newTable(table: string, calls: number | null): AddedContent {
  return { table, isNew: true, columns: [], properties: [], filledFrom: 'hubspot', calls }
}

/** What a part is of. */
export interface Named extends Pick<StalePart, 'table' | 'column'> {
  /** The object whose history it is. Absent for other parts. */
  historyOf?: string | undefined
}

/** A part that these definitions don't name, and that may be gone: then `rows` is null. */
type WrittenPart = Omit<StalePart, 'rows'> & Named & { rows: number | null }

/** What these definitions don't name: columns, then pairs, then objects, in which order they can be dropped. */
export async function staleParts(...given: Parameters<typeof writtenParts>): Promise<StalePart[]> {
  return (await writtenParts(...given)).filter(isHere).map(toldPart)
}

/** Whether a part exists. */
export function isHere(part: WrittenPart): part is StalePart & Named {
  return part.rows !== null
}

/** A part as it is told. */
export function toldPart({ historyOf: _, ...part }: StalePart & Named): StalePart {
  return part
}

/** What the portal was ever written with and these definitions don't name, in the same order. */
export async function writtenParts(
  mirror: Mirror,
  pinned: readonly PortalRecord[],
  portalId: string,
  state: MirrorState,
  { known }: Pick<TablesHere, 'known'>,
  changed: readonly ChangedKind[] = [],
): Promise<WrittenPart[]> {
  const { store, objects, pairs } = mirror
  const written = unionOf(known)
  const columns = objects.flatMap(({ name, columns }) => {
    const names = columnsOf(written.objects[name] ?? []).map((column) => column.name)
    return [...new Set(names)]
      .filter((column) => !Object.hasOwn(columns, column))
      .map((column) => ({ table: name, column }))
  })
  const isNamed = (named: readonly { name: string }[], name: string) =>
    named.some((each) => each.name === name)
  const tables = [
    ...written.pairs.map(({ name }) => name).filter((name) => !isNamed(pairs, name)),
    ...Object.keys(written.objects).filter((name) => !isNamed(objects, name)),
  ]
  const histories = Object.keys(written.history ?? {})
    .filter((name) => !objects.some((each) => each.name === name && keepsHistory(each)))
    .map((name) => ({ table: historyNames(name).entries, column: null, historyOf: name }))
  const found: Pick<WrittenPart, 'table' | 'column' | 'historyOf'>[] = [
    ...histories,
    ...columns,
    ...changed.map(({ table, column }) => ({ table, column })),
    ...tables.map((table) => ({ table, column: null })),
  ]
  if (found.length === 0) return []
  const others = await othersIn(mirror, pinned, portalId)
  const parts = found.map((part) => {
    const completeUpTo = state.of<RecordState>(part.table)?.completeUpTo
    const since = part.column === null && completeUpTo
    return {
      ...part,
      since: since || droppedAt(mirror, known, part),
      shared: has(others, part),
      keptAt: keptAt(mirror, known, part),
    }
  })
  const rows = await store.prune(portalId, parts.map(inStore), { dryRun: true })
  return parts.map((part, index) => ({ ...part, rows: rows[index] ?? null }))
}

/** A part as a store knows it. */
export function inStore({
  table,
  column,
  shared,
  historyOf,
}: Named & Pick<StalePart, 'shared'>): TablePart {
  if (historyOf !== undefined) return { table, historyOf, shared }
  return column === null
    ? { table, shared }
    : { table, column: snakeCase(column), name: column, shared }
}

/** What the other portals in the store were ever written with. */
async function othersIn(
  { store, clock }: Pick<Mirror, 'store' | 'clock'>,
  pinned: readonly PortalRecord[],
  own: string,
): Promise<Coverage> {
  const others: Coverage[] = []
  for (const { portalId } of pinned)
    if (portalId !== own)
      others.push(...(await coveragesIn({ store, clock, origin: { portalId } })))
  return unionOf(others)
}

function has({ objects, pairs, history = {} }: Coverage, { table, column, historyOf }: Named) {
  if (historyOf !== undefined) return Object.hasOwn(history, historyOf)
  const mapping = objects[table]
  if (column !== null) return columnsOf(mapping ?? []).some(({ name }) => name === column)
  return mapping !== undefined || pairs.some(({ name }) => name === table)
}

/** When the first run without a part was made, if these definitions are new since it was written. */
function droppedAt(
  { objects, pairs }: Mirror,
  known: readonly Coverage[],
  part: Named,
): string | null {
  const own = placeOf(known, coverageOf(objects, pairs))
  const last = known.findLastIndex((coverage) => has(coverage, part))
  return own > last ? (known[own]?.since ?? null) : null
}

/** When a run of another process with a part began, if one is still at work beside these definitions. */
function keptAt(
  { clock, objects, pairs }: Mirror,
  known: readonly Coverage[],
  part: Named,
): string | undefined {
  const own = known[placeOf(known, coverageOf(objects, pairs))]
  if (own === undefined) return undefined
  // Without a moment, the first run was made by an earlier version, and so before any other that is noted.
  const { since = '' } = own
  const moments = known.flatMap((each) => (each.ranAt && has(each, part) ? [each.ranAt] : []))
  const last = moments.sort().at(-1)
  // The clock of another machine may be far ahead.
  const isRecent = (at: string) => Math.abs(clock.now() - Date.parse(at)) < KEPT_MS
  const isAtWork = last !== undefined && last > since && isRecent(last)
  return isAtWork ? last : undefined
}
