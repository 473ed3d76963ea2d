import { HubsyncError } from '../errors.js'
import type { ObjectDefinition } from '../objects/define-object.js'
import type { Pair } from '../objects/pairs.js'
import type { Batch, CommitResult, RowGroup } from '../store/store.js'
import { moveCheckpoint, openCheckpoint, type Place, type Writing } from './checkpoint.js'
import type { Coverage, PairEnds, Standing } from './checkpoint-states.js'
import type { Job } from './job.js'
import { covers, historyRead, lacksHistory, mappingOf } from './mapping.js'
import { MirrorState } from './mirror-state.js'
import { type Parts, withoutParts } from './parts.js'

/** All coverages that this mirror was ever written with. The number of a coverage is its place in the list. */
type CoveragesState = { known: Coverage[] }

// No object's name may begin like these, and the streams of an object begin with its name.
const COVERAGES = 'sync_coverages'
/** Moved by each process that starts to write with less than others have. */
const ENTRIES = 'sync_entries'
/** Moved by commits that belong to no other stream. */
const ASIDE = 'sync_aside'
/** Moved if columns or tables that were filled are gone. */
const LOSSES = 'sync_losses'

/** How often a coverage whose runs follow each other notes that it ran. */
const NOTE_MS = 3_600_000

/** The streams of the objects and pairs of a coverage. */
export function ownStreamsOf({ objects, pairs }: Pick<Coverage, 'objects' | 'pairs'>): string[] {
  const ofObject = (name: string) =>
    ['archived', 'census', 'history', 'history:verify', 'verify', 'refresh'].map(
      (job) => `${name}:${job}`,
    )
  return [
    ...Object.keys(objects).flatMap((name) => [name, ...ofObject(name)]),
    ...pairs.flatMap(({ name }) => [`associations:${name}`, `${name}:verify`]),
  ]
}

/** The streams that may write records under a coverage. */
function streamsOf(coverage: Coverage): string[] {
  return [...ownStreamsOf(coverage), ENTRIES, ASIDE, LOSSES]
}

/** The coverage of these definitions and pairs. */
export function coverageOf(objects: readonly ObjectDefinition[], pairs: readonly Pair[]): Coverage {
  const types = objects.flatMap(({ name, typeId }) => (typeId ? [[name, typeId] as const] : []))
  return {
    ...historyRead(objects),
    objects: Object.fromEntries(objects.map((each) => [each.name, mappingOf(each)])),
    types: Object.fromEntries(types),
    pairs: pairs.map(({ name, from, to }) => ({ name, from: from.name, to: to.name })),
  }
}

/** Whether a coverage has a pair. */
export function hasPair({ pairs }: Coverage, { name }: Pick<Pair, 'name'>): boolean {
  return pairs.some((pair) => pair.name === name)
}

/** A coverage with everything that some coverages have. */
export function unionOf(coverages: readonly Coverage[]): Coverage {
  const objects: Coverage['objects'] = {}
  const types: Coverage['types'] = {}
  const pairs = new Map<string, PairEnds>()
  const history: Coverage['history'] = {}
  for (const coverage of coverages) {
    Object.assign(types, coverage.types)
    for (const [name, mapping] of Object.entries(coverage.objects))
      objects[name] = [...new Set([...(objects[name] ?? []), ...mapping])]
    for (const [name, properties] of Object.entries(coverage.history ?? {}))
      history[name] = [...new Set([...(history[name] ?? []), ...properties])]
    for (const pair of coverage.pairs) pairs.set(pair.name, pair)
  }
  return { objects, types, pairs: [...pairs.values()], history }
}

/** All coverages that a mirror was ever written with. */
export async function coveragesIn(place: Place): Promise<readonly Coverage[]> {
  return (await openCheckpoint<CoveragesState>(place, COVERAGES)).state?.known ?? []
}

/**
 * Takes parts that are gone from the tables out of all coverages: nothing is written with them any more, and a column
 * may come back as another kind. Note the loss first: who has these parts must fill them again.
 */
export async function forgetParts(place: Place, parts: Parts): Promise<void> {
  await moveCheckpoint<CoveragesState>(place, COVERAGES, (state) => ({
    known: (state?.known ?? []).map((coverage) => withoutParts(coverage, parts)),
  }))
}

/** Whether the second coverage has something that the first lacks, of objects that both have. */
function lacks(one: Coverage, other: Coverage): boolean {
  return (
    other.pairs.some((pair) => !hasPair(one, pair)) ||
    Object.entries(one.objects).some(
      ([name, mapping]) =>
        (other.objects[name] ?? []).some((entry) => !covers(mapping, entry)) ||
        lacksHistory(one, name, other.history?.[name] ?? []),
    )
  )
}

/**
 * What all processes together have ever written a mirror with.
 *
 * A row has the version of its record, but not what was read with that version: a process whose definitions lack a pair
 * or a column writes the row without it. So each commit notes in its checkpoint which coverage it wrote records of
 * which objects with. A reader that reads a pair or a column of all records stores the revisions of all those
 * checkpoints as they were before. What was written later with less has to be read again.
 */
export class Coverages {
  readonly known: readonly Coverage[]

  constructor(private readonly mirror: MirrorState) {
    this.known = mirror.of<CoveragesState>(COVERAGES)?.known ?? []
  }

  static async read(place: Place): Promise<Coverages> {
    return new Coverages(await MirrorState.read(place))
  }

  /**
   * The revisions of the checkpoints that other coverages write by, and of the catalogue's, which sees what labels are
   * renamed. Ask before the reading that is to be compared with them.
   */
  static async standing(job: Place & Pick<Job, 'coverage'>): Promise<Standing> {
    const own = await job.coverage()
    const coverages = await Coverages.read(job)
    const others = coverages.known.filter((_, number) => number !== own)
    const standing: Standing = {}
    for (const stream of new Set([...others.flatMap(streamsOf), 'catalogue'])) {
      const { revision } = coverages.mirror.checkpoint(stream)
      if (revision > 0) standing[stream] = revision
    }
    return standing
  }

  /** Whether records of one of these objects were written since then with a coverage that lacks something. */
  wroteSince(
    standing: Standing = {},
    objects: readonly string[],
    isLacking: (coverage: Coverage) => boolean,
  ): boolean {
    for (const [number, coverage] of this.known.entries()) {
      if (!isLacking(coverage)) continue
      for (const stream of streamsOf(coverage)) {
        const checkpoint = this.mirror.checkpoint(stream)
        const last = objects.map((object) => checkpoint.lastWritten(number, object))
        if (Math.max(...last) > (standing[stream] ?? 0)) return true
      }
    }
    return false
  }
}

/**
 * Registers a coverage before anything is written with it. If it lacks something that others have, that is noted too:
 * the others have to read that again, even if nothing is written now.
 *
 * @returns its number.
 * @throws with code `SCHEMA_CONFLICT` if the mirror has an object of that name with another HubSpot type.
 */
export async function enter(place: Place, coverage: Coverage): Promise<number> {
  const coverages = await Coverages.read(place)
  expectSameTypes(coverage, unionOf(coverages.known))
  const { number, known } = await register(place, coverage, coverages, true)
  if (known.some((other) => lacks(coverage, other)))
    await note(place, ENTRIES, { coverage: number, objects: Object.keys(coverage.objects) })
  return number
}

/** Notes that the rows or associations of some objects have lost what this coverage lacks. */
export async function noteLoss(
  place: Place,
  coverage: Coverage,
  objects: readonly string[],
): Promise<void> {
  const { number } = await register(place, coverage, await Coverages.read(place), false)
  await note(place, LOSSES, { coverage: number, objects })
}

function expectSameTypes({ types }: Coverage, known: Coverage): void {
  for (const [name, type] of Object.entries(types)) {
    const other = known.types[name]
    if (other !== undefined && other !== type)
      throw new HubsyncError(
        'SCHEMA_CONFLICT',
        `Expected "${name}" to be of the HubSpot type ${other}, whose records are mirrored under that name, got ${type}. No record was written. Give the object another \`name\`.`,
      )
  }
}

/** @param runs - whether a run with this coverage begins. */
async function register(place: Place, coverage: Coverage, coverages: Coverages, runs: boolean) {
  let known = [...coverages.known]
  const now = new Date(place.clock.now()).toISOString()
  const isNew = placeOf(known, coverage) < 0
  if (isNew || (runs && isToBeNoted(known, placeOf(known, coverage), now)))
    await moveCheckpoint<CoveragesState>(place, COVERAGES, (state) => {
      known = state?.known ?? []
      // Another process may have been faster.
      if (placeOf(known, coverage) < 0) known = [...known, { ...coverage, since: now }]
      const number = placeOf(known, coverage)
      if (runs) known = known.map((each, at) => (at === number ? { ...each, ranAt: now } : each))
      return { known }
    })
  return { number: placeOf(known, coverage), known }
}

/** Whether a run of a coverage is to be noted: each hour, and whenever others ran since its last one. */
function isToBeNoted(known: readonly Coverage[], number: number, now: string): boolean {
  const last = known[number]?.ranAt
  if (last === undefined) return true
  const isOld = Math.abs(Date.parse(now) - Date.parse(last)) >= NOTE_MS
  return isOld || known.some(({ ranAt }) => ranAt !== undefined && ranAt > last)
}

/** The place of a coverage in a list, which is its number; -1 if it isn't there. */
export function placeOf(known: readonly Coverage[], coverage: Coverage): number {
  const text = textOf(coverage)
  return known.findIndex((each) => textOf(each) === text)
}

/** A database may return the members of an object in another order. */
function textOf({ objects, pairs, history = {} }: Coverage): string {
  const inOrder = (members: object) =>
    Object.entries(members).sort(([one], [other]) => (one < other ? -1 : 1))
  return JSON.stringify([inOrder(objects), pairs.map(({ name }) => name).sort(), inOrder(history)])
}

async function note(place: Place, stream: string, writing: Writing): Promise<void> {
  await moveCheckpoint(place, stream, () => ({}), {}, writing)
}

/**
 * Which objects a commit to a stream writes records of, and with which coverage. Records that only get some properties
 * merged in don't count.
 */
export async function writingOf(
  job: Pick<Job, 'coverage' | 'objects' | 'pairs'>,
  stream: string,
  groups: readonly RowGroup[],
  refused: ReadonlySet<string>,
): Promise<Writing> {
  if (!streamsOf(coverageOf(job.objects, job.pairs)).includes(stream))
    throw new Error(`Expected "${stream}" to be among the streams that records are written by.`)
  const written = groups.filter(({ rows }) => rows.some(({ partial }) => !partial))
  return { coverage: await job.coverage(refused), objects: written.map(({ object }) => object) }
}

/** Writes what belongs to no stream of a run. */
export async function writeAside(
  job: Job,
  content: Pick<Batch, 'at' | 'associations' | 'tombstones' | 'fences'> & { rows: RowGroup[] },
  refused: ReadonlySet<string>,
): Promise<CommitResult> {
  const writing = await writingOf(job, ASIDE, content.rows, refused)
  return moveCheckpoint(job, ASIDE, () => ({}), content, writing)
}
