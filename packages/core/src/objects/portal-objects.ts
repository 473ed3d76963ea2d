import { isAssociable } from './allowed-types.js'
import { column } from './columns.js'
import { type Columns, defineObject, type ObjectDefinition } from './define-object.js'
import { type Pair, pairOf, pairsAmong } from './pairs.js'
import { expectOwnNames, takenNames } from './reserved-names.js'
import { standardObjects } from './standard-objects.js'

/** A custom object, as the portal's schema of it says. */
export interface CustomType {
  /** `2-1234567`. */
  readonly typeId: string
  /** HubSpot's short name of it, which isn't the one that people see. */
  readonly name: string | null
  /** The property that HubSpot shows as the name of a record. */
  readonly displayProperty: string | null
  /** The type ids of the objects that HubSpot links it with. */
  readonly associatedWith: readonly string[]
}

/** Names of tables are at most 40 long. A custom object may need its type id behind its name. */
const LONGEST_NAME = 24

/**
 * Definitions of a portal's custom objects, with all values in `raw`. Their names don't depend on which objects have
 * records now, nor on objects that are made later.
 *
 * @param known - definitions that there are already: those of custom objects keep their names.
 */
export function customObjects(
  types: readonly CustomType[],
  known: readonly ObjectDefinition[] = [],
): ObjectDefinition[] {
  const all = [...standardObjects, ...known.filter(isCustom)]
  const byType = new Map(all.map((object) => [object.type, object]))
  return inOrder(types).map((type) => {
    const object = customObject(type, types, byType)
    byType.set(object.type, object)
    return object
  })
}

/** The oldest first, whatever the order in which HubSpot lists them: the numbers of types go up. */
function inOrder<Type extends { readonly typeId: string }>(types: readonly Type[]): Type[] {
  return types.toSorted(
    ({ typeId: one }, { typeId: other }) => one.length - other.length || (one < other ? -1 : 1),
  )
}

/** Its columns are those that every custom object has. */
function customObject(
  type: CustomType,
  types: readonly CustomType[],
  named: ReadonlyMap<string, ObjectDefinition>,
): ObjectDefinition {
  const { typeId, displayProperty } = type
  const columns: Columns = {
    ...(displayProperty === null ? {} : { name: column.text(displayProperty) }),
    pipeline: column.text('hs_pipeline'),
    stage: column.text('hs_pipeline_stage'),
    ownerId: column.text('hubspot_owner_id'),
  }
  const define = (name: string) => defineObject({ type: typeId, name, columns, properties: 'all' })
  const known = named.get(typeId)
  if (known) return define(known.name)
  const own = tableNameOf(type)
  const object = define(own)
  const isFree = isFreeAmong([...named.values()], types, object)
  return isFree ? object : define(`${own}_${typeId.replace('-', '_')}`)
}

/** HubSpot's name as that of a table: `Pets & Co` is `pets_co`. */
function tableNameOf({ typeId, name }: CustomType): string {
  const words = (name ?? '').toLowerCase().match(/[a-z0-9]+/g) ?? []
  const joined = words.join('_').slice(0, LONGEST_NAME).replace(/_$/, '')
  if (joined === '') return `object_${typeId.replace('-', '_')}`
  return /^(?!sync_|sqlite_)[a-z]/.test(joined) ? joined : `object_${joined}`
}

/** Whether no other table, job or path has a name of this object, and none is reserved for hubsync. */
function isFreeAmong(
  others: readonly ObjectDefinition[],
  types: readonly CustomType[],
  object: ObjectDefinition,
): boolean {
  try {
    expectOwnNames([...others, object], pairsOf(others, types, []))
    return true
  } catch {
    return false
  }
}

/** Whether an object is one of the portal's own types. */
export function isCustom({ type }: { readonly type: string }): boolean {
  return type.startsWith('2-')
}

type KnownPairs = readonly { readonly from: string; readonly to: string }[]

/**
 * The pairs among these objects, by their names: those that are read by default, those of custom objects that the
 * mirror has already, and each link of a custom object's schema, from its end.
 *
 * @param known - the pairs that the mirror has.
 */
export function portalPairs(
  objects: readonly ObjectDefinition[],
  types: readonly CustomType[],
  known: KnownPairs,
): [from: string, to: string][] {
  return pairsOf(objects, types, known).map(({ from, to }) => [from.name, to.name])
}

function pairsOf(
  objects: readonly ObjectDefinition[],
  types: readonly CustomType[],
  known: KnownPairs,
): Pair[] {
  const pairs = pairsAmong(objects, undefined)
  const taken = takenNames(objects, pairs)
  const linked = new Set<string>()
  const add = (from: ObjectDefinition | undefined, to: ObjectDefinition | undefined) => {
    if (!from || !to || !(isCustom(from) || isCustom(to))) return
    if (!isAssociable(from) || !isAssociable(to)) return
    const ends = [from.name, to.name].toSorted().join()
    if (linked.has(ends)) return
    linked.add(ends)
    // Another custom object may be called as the pair is: `visits_contacts`. Then the pair is read from its other end.
    const pair = [pairOf(from, to), pairOf(to, from)].find((each) =>
      [...takenNames([], [each])].every((name) => !taken.has(name)),
    )
    if (!pair) return
    pairs.push(pair)
    for (const name of takenNames([], [pair])) taken.add(name)
  }
  const named = (name: string) => objects.find((object) => object.name === name)
  const ofType = (typeId: string) => objects.find((object) => object.typeId === typeId)
  for (const { from, to } of known) add(named(from), named(to))
  for (const { typeId, associatedWith } of inOrder(types))
    for (const otherId of associatedWith) add(ofType(typeId), ofType(otherId))
  return pairs
}
