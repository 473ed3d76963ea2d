import { HubspotError, type HubsyncError } from '../../errors.js'
import { readCatalogue } from '../../extract/catalogue-reader.js'
import { isRefused } from '../../extract/whole-list.js'
import type { ReferenceRow, ReferenceSet } from '../../store/reference-tables.js'
import { catalogueSets } from '../catalogue-sets.js'
import type { PartJob, PartReading, ReadSet } from './part-reading.js'

/** Reads the catalogue of all objects and pairs. What HubSpot refuses stays as it is. */
export async function readCataloguePart(job: PartJob): Promise<PartReading> {
  const catalogue = await readCatalogue(job.hubspot, job)
  const failures = [
    catalogue.objectTypes,
    ...catalogue.objects.flatMap(({ groups, properties }) => [groups, properties]),
    ...catalogue.associationTypes.map(({ types }) => types),
  ].flatMap(({ failures }) => failures)
  const failed = failures.find((failure) => !isRefused(failure))
  if (failed) throw failed
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

function subjectOf({ table, scope }: ReferenceSet): string {
  if (table === 'object_types') return table
  return table === 'association_types' ? scope.join('_') : String(scope[0])
}

function isForbidden(failure: HubsyncError): failure is HubspotError {
  return failure instanceof HubspotError && failure.code === 'MISSING_SCOPE'
}
