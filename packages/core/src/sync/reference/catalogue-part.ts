import { HubspotError, type HubsyncError } from '../../errors.js'
import {
  type Catalogue,
  failuresOf,
  OBJECT_TYPES,
  readCatalogue,
} from '../../extract/catalogue-reader.js'
import { isRefused } from '../../extract/whole-list.js'
import { isCustom } from '../../objects/portal-objects.js'
import {
  type ReferenceRow,
  referenceTables,
  type StoredReferenceRow,
} from '../../store/reference-tables.js'
import { catalogueSets } from '../catalogue-sets.js'
import type { PartJob, PartReading, ReadSet, Refusal } from './part-reading.js'

/** Reads the catalogue of all objects and pairs. What HubSpot refuses stays as it is. */
export async function readCataloguePart(job: PartJob): Promise<PartReading> {
  const catalogue = await readCatalogue(job.hubspot, job)
  const failures = failuresOf(catalogue)
  const failed = failures.find(({ error }) => !isRefused(error))
  if (failed) throw failed.error
  const sets: ReadSet[] = []
  for (const set of catalogueSets(catalogue))
    sets.push(await withWhatIsUntold({ ...set, of: subjectOf(set) }, catalogue, job))
  // HubSpot may have no types for a pair in one direction, but it has properties of every object.
  const ofProperties = catalogue.objects.flatMap(({ properties }) => properties.failures)
  const isTold = ({ error }: { error: HubsyncError }) =>
    error.code === 'MISSING_SCOPE' || ofProperties.includes(error)
  return {
    sets,
    unreadable: 0,
    refusals: failures.filter(isRefusal).filter(isTold),
    relabelled: await relabelledAmong(sets, job),
  }
}

/**
 * Several lists tell of a type of object, and one more of the limits of association types. If one of these was refused,
 * the rows have nothing of it: those columns stay as they are stored. So does the table of a type that other processes
 * mirror.
 */
async function withWhatIsUntold(
  set: ReadSet,
  { objectTypes, associationTypes }: Catalogue,
  job: PartJob,
): Promise<ReadSet> {
  const isOfTypes = set.table === OBJECT_TYPES
  const hasNoLimits = associationTypes.some(
    ({ types }) => types.complete && types.failures.length > 0,
  )
  const isCut = isOfTypes ? !objectTypes.complete : set.table === 'association_types' && hasNoLimits
  if (!isOfTypes && !isCut) return set
  const stored = await storedOf(set, job)
  const byKey = new Map(stored.map((row) => [row.key.join(), row]))
  const rows = set.rows.map((row) => {
    const before = byKey.get(row.key.join())
    const filled = filledFrom(row, before, isCut ? untoldOf(set.table) : ['object'])
    return isCut ? { ...filled, raw: before?.raw ?? row.raw } : filled
  })
  return { ...set, rows: isOfTypes ? [...rows, ...typesOfOthers(rows, stored)] : rows }
}

/** The columns that a refused list would have told. The one that tells of labels isn't refused: null is a value. */
function untoldOf(table: ReadSet['table']): string[] {
  const { columns = [] } = referenceTables.find(({ name }) => name === table) ?? {}
  return columns.map(({ name }) => name).filter((name) => name !== 'label')
}

function filledFrom(
  row: ReferenceRow,
  stored: StoredReferenceRow | undefined,
  columns: readonly string[],
): ReferenceRow {
  const values = { ...row.values }
  for (const name of columns) values[name] ??= stored?.values[name] ?? null
  return { ...row, values }
}

/** Types of HubSpot's that other processes mirror and that no list names. A custom one is gone then. */
function typesOfOthers(
  rows: readonly ReferenceRow[],
  stored: readonly StoredReferenceRow[],
): ReferenceRow[] {
  const read = new Set(rows.map(({ key }) => key.join()))
  return stored.filter(
    ({ key, status, values }) =>
      !read.has(key.join()) &&
      status === 'ACTIVE' &&
      (values.object ?? null) !== null &&
      !isCustom({ type: key.join() }),
  )
}

/** HubSpot renames a label in all links at once, and changes no date of a record. */
async function relabelledAmong(sets: readonly ReadSet[], job: PartJob): Promise<string[]> {
  const relabelled: string[] = []
  for (const { name } of job.pairs) {
    const set = sets.find(({ table, of }) => table === 'association_types' && of === name)
    if (!set) continue
    const stored = await storedOf(set, job)
    const before = new Map(stored.map(({ key, values }) => [key.join(), values.label ?? null]))
    const isRenamed = ({ key, values }: ReferenceRow) =>
      before.has(key.join()) && before.get(key.join()) !== (values.label ?? null)
    if (set.rows.some(isRenamed)) relabelled.push(name)
  }
  return relabelled
}

function isRefusal(failure: { of: string; error: HubsyncError }): failure is Refusal {
  return failure.error instanceof HubspotError
}

function storedOf({ table, scope }: ReadSet, { store, origin }: PartJob) {
  return store.reference(origin.portalId, table, scope)
}

function subjectOf({ table, scope }: Omit<ReadSet, 'of'>): string {
  if (table === OBJECT_TYPES) return table
  return table === 'association_types' ? scope.join('_') : String(scope[0])
}
