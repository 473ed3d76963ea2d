import { readRecords } from '../extract/record-reader.js'
import type { HubspotRecord } from '../model.js'
import type { ObjectDefinition } from '../objects/define-object.js'
import type { RecordState } from './checkpoint.js'
import { type Job, type Page, pairsFrom } from './job.js'
import { addPending } from './pending.js'

/** Rows that are filled in at a time. */
const ROWS = 500

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
export function needsFilling(definition: ObjectDefinition, { mapping }: RecordState): boolean {
  return mappingOf(definition).some((entry) => !mapping.includes(entry))
}

/**
 * Fills in what a definition has come to have since the rows were written: from HubSpot's object, where it holds the
 * property, and by reading the record again where it doesn't.
 */
export async function* fillIn(
  job: Job,
  definition: ObjectDefinition,
  begun: RecordState,
): AsyncGenerator<Page<RecordState>> {
  const wanted = mappingOf(definition)
  const properties = await job.properties(definition)
  // A definition that has changed again meanwhile is begun with anew.
  const same = begun.filling?.mapping.join() === wanted.join()
  let state: RecordState = same
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
      .filter((record) => holdsAll(record, definition, properties))
    const kept = new Set(here.map(({ id }) => id))
    const lacking = rows.filter(({ id }) => !kept.has(id))
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
    // One that has changed meanwhile would not be named as changed again: what links it is read with it.
    const differing = await job.store.differing(
      job.origin.portalId,
      definition.name,
      again.filter(({ archived }) => !archived),
    )
    const changed = differing.map(({ id }) => id)
    const done = rows.length < ROWS
    state = done
      ? { ...state, filling: null, mapping: wanted }
      : {
          ...state,
          filling: { after: rows.at(-1)?.id ?? null, read: read + rows.length, mapping: wanted },
        }
    state = addPending(state, new Map([[definition.name, unanswered]]))
    yield {
      phase: 'columns',
      total,
      records: [{ definition, records: [...here, ...again] }],
      near: (await pairsFrom(job, definition)).map((pair) => ({ pair, ids: changed })),
      newcomers: [],
      tombstones: [],
      feed: false,
      next: state,
      last: false,
    }
    if (done) return
  }
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
