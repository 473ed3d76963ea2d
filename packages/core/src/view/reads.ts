import { resolveRead, resolveSignal } from '../call-options.js'
import { HubsyncError, InvalidOptionError } from '../errors.js'
import { expectedGot } from '../expected.js'
import type { StoredRow } from '../model.js'
import type { ObjectDefinition } from '../objects/define-object.js'
import type { MirrorOptions } from '../options.js'
import type { ReferenceName } from '../store/reference-tables.js'
import type { RelatedRow } from '../store/store.js'
import type { MissingTables } from '../store/tables.js'
import { endOfFeed, readChanges } from '../sync/change-feed.js'
import { openCheckpoint } from '../sync/checkpoint.js'
import type { RecordState } from '../sync/checkpoint-states.js'
import { placeNamed } from '../sync/feed-cursor.js'
import { heard } from '../sync/heeding-store.js'
import { objectNamed } from '../sync/named-records.js'
import { pinnedPortal } from '../sync/pinned-portal.js'
import { isWhole, missingTables } from '../sync/put-tables-in-place.js'
import { partOf } from '../sync/reference/parts.js'
import { FiltersSeen } from './filters-seen.js'
import { propertyAsked, readHistory } from './history-reads.js'
import { createReferenceReads, isReferenceName, type RowsOf } from './reference-reads.js'
import { readRunning } from './running.js'
import { readStatus } from './status.js'
import { resolveWhere } from './where.js'

/** The portal, and what is missing of its tables. */
interface Readable {
  portalId: string
  missing: MissingTables
}

/** The reads of a mirror, before the object's name gives their rows a type. They never ask HubSpot, and never write. */
export function createReads(options: MirrorOptions, expectOpen: () => void) {
  const { store, pairs } = options
  const filters = new FiltersSeen()
  let whole: Readable | undefined

  /** What can be read. Each read looks again by itself until nothing is missing: another read may be given up. */
  async function look(): Promise<Readable> {
    expectOpen()
    return whole ?? lookAnew()
  }

  async function lookAnew(): Promise<Readable> {
    const found = await lookInto(options)
    if (isWhole(found.missing)) whole = found
    return found
  }

  async function portalId(): Promise<string> {
    return (await look()).portalId
  }

  /** The portal, if these tables exist. */
  async function portalWith(...tables: string[]): Promise<string> {
    const remembered = whole
    let { portalId, missing } = await look()
    let absent = firstOf(tables, missing)
    if (absent !== undefined && remembered) {
      // It was made without reference data, which a run may have added by now.
      ;({ portalId, missing } = await lookAnew())
      absent = firstOf(tables, missing)
    }
    if (absent === undefined) return portalId
    throw new HubsyncError(
      'NOT_MIRRORED',
      `Expected the table "${absent}" to be in this store, but no run has made it yet, or it was dropped. Call run() with these definitions, in a process that may write to the store.`,
    )
  }

  const rowsOf: RowsOf = async (table, scope = []) => {
    expectPart(options, table)
    return store.reference(await portalWith(table), table, scope)
  }
  const reference = createReferenceReads(rowsOf)

  return {
    async ready(given?: unknown) {
      resolveSignal(given, 'ready(…)')
      expectOpen()
    },

    async portalId(given?: unknown) {
      const { signal } = resolveSignal(given, 'portalId(…)')
      return heard(signal, portalId)
    },

    async get(object: string, id: string, given?: unknown) {
      if (isReferenceName(object)) return reference.get(object, id, given)
      const { raw, signal } = resolveRead('get', given)
      const definition = objectNamed(options, object)
      const { name } = definition
      return heard(signal, async () => {
        const row = await store.get(await portalWith(name), name, String(id), { raw })
        return row && publicRow(definition, row, raw)
      })
    },

    async list(object: string, given?: unknown) {
      if (isReferenceName(object)) return reference.list(object, given)
      const definition = objectNamed(options, object)
      const { name } = definition
      const { after, limit, status, updatedSince, where, raw, signal } = resolveRead('list', given)
      const wanted = {
        after,
        raw,
        limit: limit + 1,
        status: status === 'ALL' ? undefined : status,
        updatedSince,
        where: resolveWhere(definition, where),
      }
      filters.note(definition, wanted.where)
      const rows = await heard(signal, async () => store.list(await portalWith(name), name, wanted))
      const results = rows.slice(0, limit)
      const last = results.at(-1)
      return {
        results: results.map((row) => publicRow(definition, row, raw)),
        paging: rows.length > limit && last ? { next: { after: last.id } } : {},
      }
    },

    async related(object: string, id: string, other: string, given?: unknown) {
      if (isReferenceName(object)) return reference.related(object, id, other, given)
      const { after, limit, raw, signal } = resolveRead('related', given)
      const near = objectNamed(options, object)
      const far = objectNamed(options, other)
      const forward = pairs.find(({ from, to }) => from === near && to === far)
      const pair = forward ?? pairs.find(({ from, to }) => from === far && to === near)
      if (!pair)
        throw new InvalidOptionError(
          expectedGot(
            `two objects whose associations are mirrored (${pairs.map(({ name }) => name).join(', ')})`,
            `${near.name} and ${far.name}`,
          ),
        )
      const end = forward ? { fromId: String(id) } : { toId: String(id) }
      const found = await heard(signal, async () => {
        const portal = await portalWith(pair.name, far.name)
        return store.related(portal, pair.name, { ...end, after, limit, raw })
      })
      return found.map(({ row, associations }: RelatedRow) => ({
        record: publicRow(far, row, raw),
        associations,
      }))
    },

    async pipelines(object: string, given?: unknown) {
      return reference.pipelines(objectNamed(options, object).name, given)
    },

    async properties(object: string, given?: unknown) {
      return reference.properties(objectNamed(options, object).name, given)
    },

    async history(object: string, id: string, given?: unknown) {
      const { signal, ...wanted } = resolveRead('history', given)
      const definition = objectNamed(options, object)
      const { name } = definition
      const property = propertyAsked(definition, wanted.property)
      return heard(signal, async () => {
        const portal = await portalWith(name)
        const current = await resolved(name, String(id))
        if (current === null) return []
        const source = {
          store,
          rowsOf: async (table: ReferenceName, scope: readonly string[] = []) =>
            options.reference.includes(partOf(table)) ? store.reference(portal, table, scope) : [],
        }
        return readHistory(source, portal, definition, current, { ...wanted, property })
      })
    },

    async changes(given?: unknown) {
      const { after, limit, signal } = resolveRead('changes', given)
      const from = after === undefined || after === 'now' ? undefined : placeNamed(after)
      return heard(signal, async () => {
        const place = { ...options, origin: { portalId: await portalId() } }
        return after === 'now' ? endOfFeed(place) : readChanges(place, from, limit)
      })
    },

    async changesOf(object: string, id: string, given?: unknown) {
      const { before, limit, signal } = resolveRead('changesOf', given)
      const of = { object: objectNamed(options, object).name, id: String(id) }
      return heard(signal, async () =>
        store.changes(await portalId(), { before, limit, newestFirst: true, of }),
      )
    },

    async runs(given?: unknown) {
      const { limit, signal } = resolveRead('runs', given)
      return heard(signal, async () => store.runs(await portalId(), { limit }))
    },

    async running(given?: unknown) {
      const { signal } = resolveSignal(given, 'running(…)')
      return heard(signal, async () =>
        readRunning({ ...options, origin: { portalId: await portalId() } }),
      )
    },

    async completeUpTo(object: string, given?: unknown) {
      const { signal } = resolveSignal(given, 'completeUpTo(…)')
      const { name } = objectNamed(options, object)
      return heard(signal, async () => {
        const { portalId, missing } = await look()
        // A table that was dropped still has a checkpoint.
        if (missing.objects.includes(name)) return null
        const { state } = await openCheckpoint<RecordState>(
          { ...options, origin: { portalId } },
          name,
        )
        return state?.completeUpTo ?? null
      })
    },

    async status(given?: unknown) {
      const { signal } = resolveSignal(given, 'status(…)')
      expectOpen()
      return heard(signal, () => readStatus(options, filters))
    },

    async resolve(object: string, id: string, given?: unknown) {
      const { signal } = resolveSignal(given, 'resolve(…)')
      const { name } = objectNamed(options, object)
      return heard(signal, () => resolved(name, String(id)))
    },
  }

  /** The id that a record has today, or null. */
  async function resolved(name: string, id: string): Promise<string | null> {
    const portal = await portalWith(name)
    let current = id
    for (const passed = new Set<string>(); !passed.has(current); ) {
      passed.add(current)
      if (await store.get(portal, name, current, { raw: false })) return current
      const tombstone = await store.tombstone(portal, name, current)
      if (!tombstone?.intoId) return null
      current = tombstone.intoId
    }
    return null
  }
}

/** The first of these tables that is missing. */
function firstOf(
  tables: readonly string[],
  { objects, pairs, reference = [] }: MissingTables,
): string | undefined {
  const all: string[] = [...objects, ...pairs, ...reference]
  return tables.find((name) => all.includes(name))
}

/** @throws `InvalidOptionError` if the mirror is without that part of reference data. */
function expectPart({ reference }: MirrorOptions, table: ReferenceName): void {
  const part = partOf(table)
  if (!reference.includes(part))
    throw new InvalidOptionError(
      `Expected the mirror to have ${part}, but its \`reference\` leaves them out. Name '${part}' there, or leave the option out.`,
    )
}

async function lookInto(options: MirrorOptions): Promise<Readable> {
  const pinned = await options.store.portals()
  const { portalId } = pinnedPortal(pinned, options.portalId)
  return { portalId, missing: await missingTables(options, pinned, portalId) }
}

function publicRow({ columns }: ObjectDefinition, row: StoredRow, withRaw = true) {
  const { id, status, url, createdAt, updatedAt, archivedAt, raw } = row
  // A store may also have columns of other definitions. One that doesn't exist yet is as empty as one that isn't filled
  // yet.
  const values = Object.fromEntries(
    Object.keys(columns).map((name) => [name, row.values[name] ?? null]),
  )
  return withRaw
    ? { id, status, url, createdAt, updatedAt, archivedAt, ...values, raw }
    : { id, status, url, createdAt, updatedAt, archivedAt, ...values }
}
