import { CheckpointConflictError } from '../errors.js'
import { readRecords } from '../extract/record-reader.js'
import type { HubspotRecord } from '../model.js'
import type { ObjectDefinition } from '../objects/define-object.js'
import type { Claim } from '../store/store.js'
import type { RecordState } from './checkpoint.js'
import { type Job, openCheckpoint, type Page, type Position, pairsFrom } from './job.js'

/** Rows that are filled in at a time. */
const ROWS = 500
/** How often a checkpoint that others move as well is tried. */
const TRIES = 50

/** What the rows of an object are filled from: its columns, and the properties that are read besides. */
export function mappingOf({ columns, properties }: ObjectDefinition): string[] {
  const mapped = Object.entries(columns).map(
    ([name, { kind, property }]) => `${name}:${kind}:${property}`,
  )
  return [
    ...mapped,
    ...(properties === 'mapped'
      ? []
      : properties === 'all'
        ? ['*']
        : properties.map((name) => `+${name}`)),
  ].sort()
}

/** Whether the definition has something that the rows were not filled from. */
export function needsFilling(
  definition: ObjectDefinition,
  { mapping }: Pick<RecordState, 'mapping'>,
): boolean {
  return mappingOf(definition).some((entry) => !mapping.includes(entry))
}

/**
 * Notes what a definition has lost since the rows were written: from now on they are written without it, so that it has to be read
 * again should the definition get it back.
 */
export async function noteLosses(
  job: Pick<Job, 'store' | 'clock' | 'origin'>,
  definitions: readonly ObjectDefinition[],
): Promise<void> {
  for (const definition of definitions)
    for (let tries = 1; ; tries++) {
      const checkpoint = await openCheckpoint<RecordState>(job, definition.name)
      const left = checkpoint.state && withoutLosses(definition, checkpoint.state)
      if (!left) break
      try {
        await checkpoint.commit(left)
        break
      } catch (error) {
        // Another runner has moved it: it is looked at again.
        if (!(error instanceof CheckpointConflictError) || tries === TRIES) throw error
      }
    }
}

function withoutLosses(definition: ObjectDefinition, state: RecordState): RecordState | undefined {
  const wanted = mappingOf(definition)
  const mapping = state.mapping.filter((entry) => wanted.includes(entry))
  if (mapping.length === state.mapping.length) return undefined
  const gone = namedBy(state.mapping.filter((entry) => !wanted.includes(entry)))
  const still = namedBy(wanted)
  const lost = gone.filter((name) => !still.includes(name) && !still.includes('*'))
  return { ...state, mapping, lost: [...new Set([...(state.lost ?? []), ...lost])] }
}

/**
 * Fills in what a definition has come to have since the rows were written: from HubSpot's object, where it holds the
 * property, and by reading the record again where it doesn't.
 */
export async function* fillIn(
  job: Job,
  definition: ObjectDefinition,
  begun: Position<RecordState>,
): AsyncGenerator<Page<RecordState>> {
  const wanted = mappingOf(definition)
  const properties = await job.properties(definition)
  // A definition that has changed again meanwhile is begun with anew.
  const added = namedBy(wanted.filter((entry) => !begun.mapping.includes(entry)))
  const lost = begun.lost ?? []
  const isLost = lost.some((name) => name === '*' || added.includes('*') || added.includes(name))
  const goesOn = begun.filling?.mapping.join() === wanted.join()
  let state: Position<RecordState> = goesOn
    ? begun
    : { ...begun, filling: { after: null, read: 0, mapping: wanted } }
  const all = await rowsOf(job, definition)
  const total = all && job.tally.read + Math.max(0, all - (state.filling?.read ?? 0))
  for (;;) {
    const { after = null, read = 0 } = state.filling ?? {}
    const rows = await job.store.list(job.origin.portalId, definition.name, {
      ...(after === null ? {} : { after }),
      limit: ROWS,
    })
    job.tally.read += rows.length
    const here = rows
      .map(({ raw }) => raw)
      .filter((record) => !isLost && holdsAll(record, definition, properties))
    const kept = new Set(here.map(({ id }) => id))
    const lacking = rows.filter(({ id }) => !kept.has(id))
    const readAt = job.hubspot.now()
    const again: HubspotRecord[] = []
    const unanswered: string[] = []
    for (const archived of [false, true]) {
      const status = archived ? 'ARCHIVED' : 'ACTIVE'
      const ids = lacking.filter((row) => row.status === status).map(({ id }) => id)
      const query = { type: definition.type, ids, properties, archived }
      const answer = await readRecords(job.hubspot, query)
      again.push(...answer.records)
      unanswered.push(...answer.unanswered)
    }
    const differing = await job.differing(definition.name, again.map(claimOf))
    const newer = new Set(differing.map(({ id }) => id))
    const changed = again.filter(({ id }) => newer.has(id))
    const same = [...here, ...again.filter(({ id }) => !newer.has(id))]
    const done = rows.length < ROWS
    state = done
      ? {
          ...state,
          ...{ filling: null, mapping: wanted },
          lost: lost.filter(
            (name) => name !== '*' && !added.includes(name) && !added.includes('*'),
          ),
        }
      : {
          ...state,
          filling: { after: rows.at(-1)?.id ?? null, read: read + rows.length, mapping: wanted },
        }
    yield {
      phase: 'columns',
      total,
      records: [
        { definition, records: same.map(only(added)), readAt, partial: true },
        // One that has changed meanwhile would not be named as changed again: it is taken whole, with what links it.
        { definition, records: changed, readAt, feed: true },
      ],
      near: (await pairsFrom(job, definition)).map((pair) => ({
        pair,
        ids: changed.filter(({ archived }) => !archived).map(({ id }) => id),
      })),
      newcomers: [],
      tombstones: [],
      unanswered: { [definition.name]: unanswered },
      feed: false,
      next: state,
      last: false,
    }
    if (done) return
  }
}

/** The properties that entries of a mapping name; `*` for all that the portal has. */
function namedBy(entries: readonly string[]): string[] {
  return entries.map((entry) => {
    if (entry === '*') return entry
    return entry.startsWith('+') ? entry.slice(1) : (entry.split(':')[2] ?? '')
  })
}

/** Leaves of a record the properties that are filled in: what is here of the others may be newer. */
function only(added: readonly string[]): (record: HubspotRecord) => HubspotRecord {
  if (added.includes('*')) return (record) => record
  return (record) => ({
    ...record,
    properties: Object.fromEntries(
      Object.entries(record.properties).filter(([name]) => added.includes(name)),
    ),
  })
}

function claimOf({ id, updatedAt, archived, archivedAt }: HubspotRecord): Claim {
  return archived ? { id, updatedAt, archivedAt: archivedAt ?? updatedAt } : { id, updatedAt }
}

/** Whether HubSpot's object holds every property that is wanted, as far as HubSpot has them at all. */
function holdsAll(
  record: HubspotRecord,
  { columns, properties }: ObjectDefinition,
  wanted: readonly string[],
): boolean {
  const needed =
    properties === 'all'
      ? wanted
      : [
          ...Object.values(columns).map(({ property }) => property),
          ...(properties === 'mapped' ? [] : properties),
        ]
  return needed.every((name) => Object.hasOwn(record.properties, name))
}

async function rowsOf(job: Job, { name }: ObjectDefinition): Promise<number | undefined> {
  const counts = (await job.store.counts(job.origin.portalId))[name]
  return counts && counts.active + counts.archived
}
