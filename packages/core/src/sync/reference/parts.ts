import type { ObjectDefinition } from '../../objects/define-object.js'
import type { Pair } from '../../objects/pairs.js'
import { type ReferencePart, referenceParts } from '../../objects/reference-parts.js'
import { pipelinesOf } from '../../objects/standard-types.js'
import {
  type ReferenceName,
  type ReferenceTable,
  referenceTables,
} from '../../store/reference-tables.js'

const namesByPart: Record<ReferencePart, readonly ReferenceName[]> = {
  owners: ['owners', 'teams', 'owners_teams'],
  pipelines: ['pipelines', 'pipeline_stages'],
  catalogue: [
    'object_types',
    'property_groups',
    'property_definitions',
    'property_options',
    'association_types',
  ],
}

/** The names of the tables of a part. */
export function tableNamesOf(part: ReferencePart): readonly ReferenceName[] {
  return namesByPart[part]
}

/** The part that a table is of. */
export function partOf(table: ReferenceName): ReferencePart {
  return referenceParts.find((part) => namesByPart[part].includes(table)) as ReferencePart
}

/** The tables of these parts. */
export function tablesOf(parts: readonly ReferencePart[]): readonly ReferenceTable[] {
  return referenceTables.filter(({ name }) =>
    parts.some((part) => namesByPart[part].includes(name)),
  )
}

/** About how many calls the first reading of a part takes. */
export function callsToRead(
  part: ReferencePart,
  { objects, pairs }: { objects: readonly ObjectDefinition[]; pairs: readonly Pair[] },
): number {
  if (part === 'owners') return 2
  if (part === 'pipelines') return subjectsOf(part, { objects, pairs }).length
  // Three lists of object types; groups, active, archived and sensitive properties; the limits of association types.
  return 3 + 4 * objects.length + (pairs.length > 0 ? 1 + 2 * pairs.length : 0)
}

/**
 * What a part is read of, by names: the owners as a whole, the pipelines of each object that may have some, the catalogue
 * of each object and pair.
 */
export function subjectsOf(
  part: ReferencePart,
  { objects, pairs }: { objects: readonly ObjectDefinition[]; pairs: readonly Pair[] },
): string[] {
  if (part === 'owners') return ['owners']
  if (part === 'catalogue') return [...objects, ...pairs].map(({ name }) => name)
  return objects.filter(pipelinesOf).map(({ name }) => name)
}
