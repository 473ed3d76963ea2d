import { HubspotError, type HubsyncError } from '../../errors.js'
import { type Catalogue, readCatalogue } from '../../extract/catalogue-reader.js'
import { isRefused } from '../../extract/whole-list.js'
import type { ReferenceRow, ReferenceSet } from '../../store/reference-tables.js'
import { catalogueSets } from '../catalogue-sets.js'
import type { PartJob, PartReading, ReadSet, Refusal } from './part-reading.js'

/** What lists of types are of. */
const OBJECT_TYPES = 'object_types'

/** Reads the catalogue of all objects and pairs. What HubSpot refuses stays as it is. */
export async function readCataloguePart(job: PartJob): Promise<PartReading> {
  const catalogue = await readCatalogue(job.hubspot, job)
  const failures = failuresIn(catalogue)
  const failed = failures.find(({ error }) => !isRefused(error))
  if (failed) throw failed.error
  const sets = catalogueSets(catalogue, false).map((set) => ({ ...set, of: subjectOf(set) }))
  return {
    sets,
    unreadable: 0,
    refusals: failures.filter(isForbidden),
    relabelled: await relabelledAmong(sets, job),
  }
}

/** HubSpot renames a label in all links at once, and changes no date of a record. */
async function relabelledAmong(
  sets: readonly ReadSet[],
  { store, origin, pairs }: PartJob,
): Promise<string[]> {
  const relabelled: string[] = []
  for (const { name, from, to } of pairs) {
    const set = sets.find(({ table, of }) => table === 'association_types' && of === name)
    if (!set) continue
    const scope = [from.name, to.name]
    const stored = await store.reference(origin.portalId, 'association_types', scope)
    const before = new Map(stored.map(({ key, values }) => [key.join(), values.label ?? null]))
    const isRenamed = ({ key, values }: ReferenceRow) =>
      before.has(key.join()) && before.get(key.join()) !== (values.label ?? null)
    if (set.rows.some(isRenamed)) relabelled.push(name)
  }
  return relabelled
}

/** Why something is missing, and the name of what it is missing of. */
function failuresIn({ objectTypes, objects, associationTypes }: Catalogue) {
  const readings = [
    { of: OBJECT_TYPES, reading: objectTypes },
    ...objects.flatMap(({ object: { name: of }, groups, properties }) => [
      { of, reading: groups },
      { of, reading: properties },
    ]),
    ...associationTypes.map(({ from, to, types }) => ({
      of: `${from.name}_${to.name}`,
      reading: types,
    })),
  ]
  return readings.flatMap(({ of, reading }) => reading.failures.map((error) => ({ of, error })))
}

function subjectOf({ table, scope }: ReferenceSet): string {
  if (table === OBJECT_TYPES) return table
  return table === 'association_types' ? scope.join('_') : String(scope[0])
}

function isForbidden(failure: { of: string; error: HubsyncError }): failure is Refusal {
  return failure.error instanceof HubspotError && failure.error.code === 'MISSING_SCOPE'
}
