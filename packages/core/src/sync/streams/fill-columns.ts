import { someOf } from '../../counted.js'
import { mergeAnswers } from '../../extract/property-parts.js'
import { type RecordAnswer, readRecords } from '../../extract/record-reader.js'
import type { HubspotRecord } from '../../model.js'
import type { ObjectDefinition } from '../../objects/define-object.js'
import type { RecordState } from '../checkpoint-states.js'
import { Coverages } from '../coverage.js'
import type { Job } from '../job.js'
import { covers, mappingOf, namedBy, reads } from '../mapping.js'
import type { MirrorState } from '../mirror-state.js'
import { linksOf, listed, type Page, type Position, pageOf, readById, together } from '../page.js'
import { newcomersAmong } from '../read-changed.js'
import { claimOf, type VersionsHere, versionOf } from '../versions.js'

/** Rows that are filled in at a time. */
const ROWS = 500

/** What the rows of an object still lack. */
interface Filling {
  /** The complete mapping that they are to be filled from. */
  wanted: string[]
  /** The properties that some rows lack. Empty if all rows have everything. */
  properties: string[]
  /** Whether the objects in `raw` have the present values of all these properties. */
  areHere: boolean
}

/** The mapping that this run fills rows from. For `all` properties: those that the portal has now. */
export async function presentMapping(
  job: Pick<Job, 'wanted'>,
  definition: ObjectDefinition,
): Promise<string[]> {
  if (definition.properties !== 'all') return mappingOf(definition)
  const { properties } = await job.wanted(definition)
  return mappingOf({ ...definition, properties })
}

/**
 * A state for `all` properties without those that the portal doesn't have now. Rows that this run writes lack them, so
 * they have to be filled in if the portal gets them again.
 */
export async function withoutGone(
  job: Pick<Job, 'wanted'>,
  definition: ObjectDefinition,
  state: Position<RecordState>,
): Promise<Position<RecordState>> {
  if (definition.properties !== 'all') return state
  const present = new Set(await presentMapping(job, definition))
  const isGone = (entry: string) => entry.startsWith('+') && !present.has(entry)
  return { ...state, mapping: state.mapping.filter((entry) => !isGone(entry)) }
}

/**
 * Finds out what rows lack: the definition or the portal has got a property since, or a process without it has written
 * the rows.
 */
async function fillingOf(
  job: Pick<Job, 'wanted'>,
  definition: ObjectDefinition,
  coverages: Coverages,
  state: Pick<RecordState, 'mapping' | 'filledFrom'>,
): Promise<Filling> {
  const wanted = await presentMapping(job, definition)
  const { entries, areHere } = lackingOf(wanted, definition.name, coverages, state)
  return { wanted, properties: namedBy(entries), areHere }
}

/** The entries of a mapping that some rows lack, and whether the objects in `raw` have their present values. */
export function lackingOf(
  wanted: readonly string[],
  name: string,
  coverages: Coverages,
  { mapping, filledFrom }: Pick<RecordState, 'mapping' | 'filledFrom'>,
): { entries: string[]; areHere: boolean } {
  // Earlier versions noted `*` for all properties, which doesn't say which ones the portal had.
  const filled = mapping.filter((entry) => entry !== '*')
  const isOwed = (has: (mapping: readonly string[]) => boolean) =>
    coverages.wroteSince(filledFrom, [name], ({ objects }) => !has(objects[name] ?? []))
  const entries: string[] = []
  for (const entry of wanted)
    if (!covers(filled, entry) || isOwed((other) => covers(other, entry))) entries.push(entry)
  const properties = namedBy(entries)
  let areHere = properties.every((property) => reads(mapping, property))
  for (const property of properties) areHere &&= !isOwed((other) => reads(other, property))
  return { entries, areHere }
}

/** The reason why some rows lack something of the definition, or undefined if none does. */
export async function fillingReason(
  job: Pick<Job, 'wanted'>,
  definition: ObjectDefinition,
  mirror: MirrorState,
): Promise<string | undefined> {
  const state = mirror.of<RecordState>(definition.name)
  if (state === null) return undefined
  const { properties } = await fillingOf(job, definition, new Coverages(mirror), state)
  if (properties.length === 0) return undefined
  return `Some rows of ${definition.name} don't have ${someOf(properties)} yet: it is new in the definition or the portal, or a process whose definitions lack it has written them. The next run of ${definition.name} fills it in.`
}

/**
 * Fills in what rows lack: from the object in `raw` if that has the present value of the property, otherwise by reading
 * the record again.
 *
 * @param coverages - as they were when the job began.
 */
export async function* fillIn(
  job: Job,
  definition: ObjectDefinition,
  begun: Position<RecordState>,
  coverages: Coverages,
): AsyncGenerator<Page<RecordState>> {
  const { wanted, properties: added, areHere } = await fillingOf(job, definition, coverages, begun)
  if (added.length === 0) return
  const onlyAdded = only(new Set(added))
  const { properties, history } = await job.wanted(definition)
  // If the definition has changed again meanwhile, filling in begins again.
  const goesOn = begun.filling?.mapping.join() === wanted.join()
  const from = goesOn ? (begun.filling?.from ?? {}) : await Coverages.standing(job)
  let state: Position<RecordState> = goesOn
    ? begun
    : { ...begun, filling: { after: null, read: 0, mapping: wanted, from } }
  const all = await rowsOf(job, definition)
  const total = all && job.tally.counts.read + Math.max(0, all - (state.filling?.read ?? 0))
  for (;;) {
    const { after = null, read = 0 } = state.filling ?? {}
    const rows = await job.store.list(job.origin.portalId, definition.name, {
      ...(after === null ? {} : { after }),
      limit: ROWS,
    })
    job.tally.counts.read += rows.length
    const here = rows
      .map(({ raw }) => raw)
      .filter((record) => areHere && holdsAll(record, definition, properties))
    const kept = new Set(here.map(({ id }) => id))
    const lacking = rows.filter(({ id }) => !kept.has(id))
    const asked = job.hubspot.now()
    const again: HubspotRecord[] = []
    const unanswered: string[] = []
    const aliases = new Map<string, string>()
    for (const archived of [false, true]) {
      const status = archived ? 'ARCHIVED' : 'ACTIVE'
      const ids = lacking.filter((row) => row.status === status).map(({ id }) => id)
      const query = { type: definition.type, ids, properties, archived }
      const answer = await readRecords(job.hubspot, query)
      again.push(...answer.records)
      unanswered.push(...answer.unanswered)
      for (const [id, winner] of answer.aliases) aliases.set(id, winner)
    }
    const readAt = asked()
    const differing = await job.differing(definition.name, again.map(claimOf))
    // These versions were here before HubSpot was asked for the records.
    const replaces: VersionsHere = new Map(lacking.map((row) => [row.id, versionOf(row)]))
    const newer = new Set(differing.map(({ id }) => id))
    const found = again.filter(({ id }) => newer.has(id))
    // A record that has changed comes with its history, of which twice as many calls read the same number.
    const first = { readAt, records: found, aliases, missing: [], unanswered }
    const isEnough = history.length === 0 || found.length === 0
    const whole = isEnough ? first : await withHistories(job, definition, first)
    const changed = whole.records
    const active = changed.filter(({ archived }) => !archived)
    const ids = active.map(({ id }) => id)
    const same = [...here, ...again.filter(({ id }) => !newer.has(id))]
    const done = rows.length < ROWS
    state = done
      ? { ...state, filling: null, mapping: wanted, filledFrom: from }
      : {
          ...state,
          filling: {
            after: rows.at(-1)?.id ?? null,
            read: read + rows.length,
            mapping: wanted,
            from,
          },
        }
    const part = { readAt, unanswered: [], records: same.map(onlyAdded) }
    // A search would not find a record again that has changed meanwhile: it is taken whole, with its associations.
    const content = together(
      listed(definition, part, { partial: true }),
      readById(definition, whole, replaces, { feed: true }),
      linksOf(job, definition, ids),
    )
    const newcomers = [{ definition, ids: newcomersAmong(active, replaces) }]
    yield pageOf({ ...content, newcomers }, { phase: 'columns', total, feed: false, next: state })
    if (done) return
  }
}

/** Reads these records again, with their histories, each where it was a moment ago. */
async function withHistories(
  job: Job,
  definition: ObjectDefinition,
  { records, ...first }: RecordAnswer,
): Promise<RecordAnswer> {
  const query = { type: definition.type, ...(await job.wanted(definition)) }
  const readOf = (archived: boolean) => {
    const ids = records.filter((record) => record.archived === archived).map(({ id }) => id)
    return readRecords(job.hubspot, { ...query, ids, archived })
  }
  const answers = [{ ...first, records: [] }, await readOf(false), await readOf(true)]
  return { ...mergeAnswers(answers), readAt: first.readAt }
}

/** Keeps only the properties that are filled in: the mirror may have newer values of the others. */
function only(added: ReadonlySet<string>): (record: HubspotRecord) => HubspotRecord {
  return (record) => ({
    ...record,
    properties: Object.fromEntries(
      Object.entries(record.properties).filter(([name]) => added.has(name)),
    ),
  })
}

/** Whether the object has every property that is needed, as far as HubSpot has them at all. */
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
