import { InvalidOptionError } from '../errors.js'
import { expectedGot, unexpected } from '../expected.js'
import type { StoredHistoryEntry } from '../model.js'
import type { ObjectDefinition } from '../objects/define-object.js'
import { keepsHistory, keepsHistoryOf } from '../objects/history-selection.js'
import { ownerProperty, pipelinesOf } from '../objects/standard-types.js'
import type { ReadOptions } from '../options.js'
import type { ReferenceName, StoredReferenceRow } from '../store/reference-tables.js'
import type { Store } from '../store/store.js'
import { storedHistory } from '../sync/history.js'

/** A value that a property of a record had. */
export interface HistoryValue extends Omit<StoredHistoryEntry, 'syncedAt'> {
  /**
   * What HubSpot's pages show for the value: the label of a stage or a pipeline, the name of an owner. Null for other
   * properties, and if the mirror doesn't have it.
   */
  label: string | null
  /** The name of the user who set it, or the e-mail address; null if nobody did, or if the mirror doesn't have it. */
  userName: string | null
  /**
   * Whether there may have been other values between this one and the one before it: HubSpot had dropped them before they
   * were read.
   */
  isAfterGap: boolean
}

/** Which values of a record's history to give. */
export interface HistoryOptions extends ReadOptions {
  /** Only those of this property: the name of a column, or of the property in HubSpot. Default: all. */
  property?: string | undefined
  /** Only values older than this one: the last of the page before. */
  after?: Pick<HistoryValue, 'changedAt' | 'property' | 'ordinal'> | undefined
  /** 1 to 1,000. Default: all of them. */
  limit?: number | undefined
}

/** A record has fewer gaps than entries. One that isn't read would be taken for none. */
const ALL_GAPS = Number.MAX_SAFE_INTEGER

/** What the reads of history need of a mirror. */
export interface HistorySource {
  store: Pick<Store, 'history' | 'historyGaps'>
  /** A reference table of the mirror, or nothing where the mirror is without it. */
  rowsOf(table: ReferenceName, scope?: readonly string[]): Promise<StoredReferenceRow[]>
}

/**
 * The property that a read of history asks for, by its name in HubSpot; undefined for all.
 *
 * @throws `InvalidOptionError` if the definition keeps no history of it.
 */
export function propertyAsked(
  definition: ObjectDefinition,
  name: string | undefined,
): string | undefined {
  const { columns, history } = definition
  if (!keepsHistory(definition))
    throw new InvalidOptionError(
      expectedGot(
        `the definition of ${definition.name} to keep the history of properties`,
        'one that names none',
        `Give it one: ${definition.name}.extend({ history: ['${Object.keys(columns)[0] ?? 'name'}'] }).`,
      ),
    )
  if (name === undefined) return undefined
  const property = Object.hasOwn(columns, name) ? columns[name]?.property : name
  if (property !== undefined && keepsHistoryOf(definition, property)) return property
  throw unexpected(
    `\`property\` in history('${definition.name}', …) to be one whose history is kept (${[history].flat().join(', ')})`,
    name,
  )
}

/** Reads the history of a record, newest first. */
export async function readHistory(
  { store, rowsOf }: HistorySource,
  portalId: string,
  definition: ObjectDefinition,
  id: string,
  {
    property,
    after,
    limit = Number.POSITIVE_INFINITY,
  }: Pick<HistoryOptions, 'property' | 'after' | 'limit'>,
): Promise<HistoryValue[]> {
  const { name } = definition
  const entries = await storedHistory(store, portalId, name, id, { property, after, limit })
  const gaps = new Set<string>()
  if (entries.length > 0)
    for (const gap of await store.historyGaps(portalId, name, id, { property, limit: ALL_GAPS }))
      gaps.add(endOf(gap.property, gap.before))
  const labelOf = await labelsFor(definition, entries, rowsOf)
  return entries.map(({ syncedAt: _, ...entry }) => ({
    ...entry,
    ...labelOf(entry),
    isAfterGap: gaps.has(endOf(entry.property, entry.changedAt)),
  }))
}

/** A gap ends with an entry of a property: that of a merged record, too, once HubSpot gives its entries as the winner's. */
function endOf(property: string, moment: string): string {
  return `${property} ${moment}`
}

type Labels = Pick<HistoryValue, 'label' | 'userName'>

/** The names of people, and the labels of stages and pipelines, as far as these entries need them. */
async function labelsFor(
  definition: ObjectDefinition,
  entries: readonly StoredHistoryEntry[],
  rowsOf: HistorySource['rowsOf'],
): Promise<(entry: Omit<StoredHistoryEntry, 'syncedAt'>) => Labels> {
  const places = pipelinesOf(definition)
  const has = (property: string | undefined) => entries.some((each) => each.property === property)
  const needsOwners = has(ownerProperty) || entries.some(({ userId }) => userId !== null)
  const owners = needsOwners ? await rowsOf('owners') : []
  const scope = [definition.name]
  const labels = new Map<string | undefined, Map<string, string | null>>([
    [ownerProperty, new Map(owners.map((owner) => [String(owner.key[0]), nameOf(owner)]))],
  ])
  if (places && has(places.pipeline))
    labels.set(places.pipeline, labelsBy(await rowsOf('pipelines', scope)))
  if (places && has(places.stage))
    labels.set(places.stage, labelsBy(await rowsOf('pipeline_stages', scope)))
  const users = new Map(owners.map((owner) => [owner.values.userId, nameOf(owner)]))
  return ({ property, value, userId }) => ({
    label: labels.get(property)?.get(value ?? '') ?? null,
    userName: userId === null ? null : (users.get(userId) ?? null),
  })
}

/** The labels by the last value of the key. Two pipelines may have stages of one id: the active one counts. */
function labelsBy(rows: readonly StoredReferenceRow[]): Map<string, string | null> {
  const archivedFirst = rows.toSorted(
    (one, other) => Number(one.status === 'ACTIVE') - Number(other.status === 'ACTIVE'),
  )
  return new Map(archivedFirst.map(({ key, values }) => [String(key.at(-1)), textOf(values.label)]))
}

function nameOf({ values }: StoredReferenceRow): string | null {
  const parts = [values.firstName, values.lastName].map(textOf).filter((part) => part)
  return parts.length > 0 ? parts.join(' ') : textOf(values.email)
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}
