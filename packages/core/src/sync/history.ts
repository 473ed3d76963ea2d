import { someOf } from '../counted.js'
import type { StoredHistoryEntry } from '../model.js'
import type { ObjectDefinition } from '../objects/define-object.js'
import { keepsHistory } from '../objects/history-selection.js'
import type { CommitResult, HistoryRead, RowGroup, Store } from '../store/store.js'
import type { HistoryState, RecordState, Standing } from './checkpoint-states.js'
import { Coverages } from './coverage.js'
import type { Job } from './job.js'
import { lacksHistory } from './mapping.js'
import { MirrorState } from './mirror-state.js'
import { countPending } from './pending.js'
import type { FoundGap } from './report.js'

/** The stream, and the job, that reads the history of an object's stored records. */
export function historyOf({ name }: Pick<ObjectDefinition, 'name'>): string {
  return `${name}:history`
}

/** The properties whose history is to be here: those that the definition names, or all that the portal has now. */
export async function historyWanted(
  job: Pick<Job, 'wanted'>,
  definition: ObjectDefinition,
): Promise<readonly string[]> {
  const { history } = definition
  return history === 'all' ? (await job.wanted(definition)).history : history
}

/** A reading of the history of all stored records. */
interface Reading {
  properties: readonly string[]
  from: Standing | undefined
}

/**
 * The properties whose history isn't in the mirror for every stored record. It is if it was read with the backfill or by
 * a walk, and no process has written records without it since.
 */
export function historyLacking(
  mirror: MirrorState,
  object: Pick<ObjectDefinition, 'name'>,
  wanted: readonly string[],
): string[] {
  const { name } = object
  const coverages = new Coverages(mirror)
  const records = mirror.of<RecordState>(name)
  const walk = mirror.of<HistoryState>(historyOf(object))
  const readings: Reading[] = [
    { properties: records?.history ?? [], from: records?.startedFrom },
    { properties: walk?.filled ?? [], from: walk?.completedFrom },
  ]
  const isHere = (property: string) =>
    readings.some(
      ({ properties, from }) =>
        properties.includes(property) &&
        !coverages.wroteSince(from, [name], (other) => lacksHistory(other, name, [property])),
    )
  return wanted.filter((property) => !isHere(property))
}

/** Whether a run has history to read of the stored records, or, of all properties, has to find out. */
export function isHistoryOpen(mirror: MirrorState, object: ObjectDefinition): boolean {
  if (!keepsHistory(object)) return false
  if (object.history === 'all') return true
  const state = mirror.of<HistoryState>(historyOf(object))
  const isBegun = state !== null && (state.startedAt !== null || countPending(state, [object]) > 0)
  return isBegun || historyLacking(mirror, object, object.history).length > 0
}

/** The reason why some records lack the history of some properties, or undefined if none does. */
export async function historyReason(
  job: Job,
  definition: ObjectDefinition,
): Promise<string | undefined> {
  if (!keepsHistory(definition)) return undefined
  const wanted = await historyWanted(job, definition)
  const lacking = historyLacking(await MirrorState.read(job), definition, wanted)
  if (lacking.length === 0) return undefined
  return `Some records of ${definition.name} lack the history of ${someOf(lacking)}: it is new in the definition or the portal, or a process whose definitions lack it has written them. Run the job ${historyOf(definition)}, or a run without names, to read it.`
}

/** Most entries of one read of the store. */
const AT_ONCE = 1_000

/**
 * The stored history of a record, newest first, however long it is.
 *
 * @param read - which entries. Default: all of them.
 */
export async function storedHistory(
  store: Pick<Store, 'history'>,
  portalId: string,
  object: string,
  id: string,
  { property, after, limit = Number.POSITIVE_INFINITY }: Partial<HistoryRead> = {},
): Promise<StoredHistoryEntry[]> {
  const entries: StoredHistoryEntry[] = []
  for (let last = after, page: StoredHistoryEntry[]; ; last = page.at(-1)) {
    const most = Math.min(AT_ONCE, limit - entries.length)
    page = await store.history(portalId, object, id, { property, after: last, limit: most })
    entries.push(...page)
    if (page.length < most || entries.length === limit) return entries
  }
}

/**
 * The first gaps that a commit has found in the histories of these rows.
 *
 * @param most - how many to name.
 */
export async function gapsFound(
  { store, origin }: Job,
  groups: readonly RowGroup[],
  { history = {} }: CommitResult,
  at: string,
  most: number,
): Promise<FoundGap[]> {
  const named: FoundGap[] = []
  if (most === 0) return named
  for (const { object, rows } of groups) {
    if (!history[object]?.gaps) continue
    for (const { id } of rows.filter(({ history }) => history)) {
      // A new gap may be older than others of the record.
      const gaps = await store.historyGaps(origin.portalId, object, id, { limit: AT_ONCE })
      for (const { property, after, before, foundAt } of gaps)
        if (foundAt === at) named.push({ object, id, property, after, before })
      if (named.length >= most) return named
    }
  }
  return named
}
