import { setImmediate } from 'node:timers/promises'
import { readRecords } from '../../extract/record-reader.js'
import { mapHistory } from '../../map/map-history.js'
import type { HistoryEntry, HubspotRecord, StoredHistoryEntry } from '../../model.js'
import type { ObjectDefinition } from '../../objects/define-object.js'
import type { HistoryComparisonState, HistoryDifferences } from '../checkpoint-states.js'
import { historyOf, storedHistory } from '../history.js'
import type { Job } from '../job.js'
import { groupSize, listed, nothing, type Position, pageOf } from '../page.js'
import type { Stream } from '../stream.js'
import { isLate, type Reach, reachOf } from './differences.js'
import { walkIds } from './id-walk.js'

/** Most records that are compared at a time. */
const ROWS = 500
/** How many records with differing histories are kept. */
const EXAMPLES = 1_000
/** How many records are compared before the event loop gets a turn. */
const TURN = 50

type State = Position<HistoryComparisonState>

/**
 * Compares the history of every stored record, active or archived, with what HubSpot gives of it now, and repairs it if
 * asked to. What is stored and no longer given is no difference: HubSpot drops the oldest values.
 */
export function historyComparison(
  definition: ObjectDefinition,
  { repair, round }: { repair: boolean; round: number },
): Stream<HistoryComparisonState> {
  return {
    name: `${historyOf(definition)}:verify`,
    kind: repair ? 'aside' : 'writes nothing',
    count: (job, result) => job.tally.addRows(definition.name, result),
    async *pages(begun, job) {
      const goesOn = begun?.round === round && begun.startedAt !== null
      let state: State = goesOn ? begun : beginning(job, begun, round)
      // A comparison that repairs has already asked for what was left unanswered before. One that doesn't meets it
      // again.
      let askedAgain = goesOn || repair ? undefined : begun?.pending
      const reach = await reachOf(job, definition)
      for (const archived of state.inBin ? [true] : [false, true])
        for await (const { after, last, ...met } of idsOf(job, definition, state, archived)) {
          const look = await lookInto(job, definition, met.ids, {
            archived,
            reach,
            found: state.found,
          })
          const content = repair
            ? listed(definition, { ...look, records: look.differing }, { partial: true })
            : { ...nothing, unanswered: { [definition.name]: look.unanswered } }
          const isOver = last && archived
          state = { ...moved(job, state, { after, last, archived }), found: look.found }
          const again = askedAgain ? { askedAgain } : {}
          yield pageOf(content, { phase: 'verify', ...again, next: state, last: isOver })
          askedAgain = undefined
        }
    },
  }
}

function beginning(job: Job, last: HistoryComparisonState | null, round: number): State {
  return {
    round,
    after: null,
    startedAt: new Date(job.clock.now()).toISOString(),
    completedAt: last?.completedAt ?? null,
    found: { compared: 0, missing: 0, newer: 0, unsettled: 0, ids: [] },
  }
}

function idsOf(job: Job, definition: ObjectDefinition, { after }: State, archived: boolean) {
  const rows = Math.min(ROWS, groupSize(definition))
  return walkIds(job, definition, after, rows, archived ? 'ARCHIVED' : 'ACTIVE')
}

/** The state after a page. The active records come first, then the archived ones. */
function moved(
  job: Job,
  { inBin: _, ...state }: State,
  { after, last, archived }: { after: string | null; last: boolean; archived: boolean },
): State {
  if (last && archived)
    return {
      ...state,
      after: null,
      startedAt: null,
      completedAt: new Date(job.clock.now()).toISOString(),
    }
  return { ...state, after, ...(last || archived ? { inBin: true } : {}) }
}

/** Compares the histories of these records. */
async function lookInto(
  job: Job,
  definition: ObjectDefinition,
  ids: readonly string[],
  {
    archived,
    reach,
    found: before,
  }: { archived: boolean; reach: Reach; found: HistoryDifferences },
) {
  const query = { type: definition.type, ids, ...(await job.wanted(definition)), archived }
  const { records, readAt, unanswered } = await readRecords(job.hubspot, query)
  const asked = new Set(ids)
  const found = { ...before, ids: [...before.ids] }
  const differing: HubspotRecord[] = []
  const now = job.hubspotNow()
  for (const record of records) {
    // A record that another was merged into is compared under its own id.
    if (!asked.has(record.id)) continue
    const { history = {}, unsettled } = mapHistory(definition, record)
    found.compared++
    // A database in this process answers without letting the host application have its turn.
    if (found.compared % TURN === 0) await setImmediate()
    found.unsettled += unsettled.length
    const missing = await missingHere(job, definition, record.id, history)
    if (missing === 0) continue
    differing.push(record)
    const isNewer = isLate({ record, stored: undefined }, reach, now) ?? true
    if (isNewer) {
      found.newer++
      continue
    }
    found.missing += missing
    if (found.ids.length < EXAMPLES) found.ids.push(record.id)
  }
  return { readAt, unanswered, differing, found }
}

/** How many of these entries aren't stored. */
async function missingHere(
  { store, origin }: Job,
  { name }: ObjectDefinition,
  id: string,
  history: Readonly<Record<string, readonly HistoryEntry[]>>,
): Promise<number> {
  const wanted = Object.entries(history).flatMap(([property, entries]) =>
    entries.map((entry) => keyOf({ property, ...entry })),
  )
  if (wanted.length === 0) return 0
  const stored = new Map<string, number>()
  for (const entry of await storedHistory(store, origin.portalId, name, id))
    stored.set(keyOf(entry), (stored.get(keyOf(entry)) ?? 0) + 1)
  let missing = 0
  for (const key of wanted) {
    const left = stored.get(key) ?? 0
    if (left === 0) missing++
    else stored.set(key, left - 1)
  }
  return missing
}

function keyOf({
  property,
  changedAt,
  value,
}: Pick<StoredHistoryEntry, 'property' | 'changedAt' | 'value'>) {
  return JSON.stringify([property, changedAt, value?.toWellFormed()])
}
