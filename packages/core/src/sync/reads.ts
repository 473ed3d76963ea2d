import { HubsyncError, InvalidOptionError } from '../errors.js'
import type { StoredRow } from '../model.js'
import type { ObjectDefinition } from '../objects/define-object.js'
import type { ResolvedOptions } from '../options.js'
import type { RelatedRow } from '../store/store.js'
import { mirrorSchema } from '../store/tables.js'

/** The reads of a mirror before the object's name gives their rows a type. They never ask HubSpot. */
export function createReads(options: ResolvedOptions, expectOpen: () => void) {
  const { store, pairs } = options
  let portal: Promise<string> | undefined

  /** The portal that is read, once the tables are in place. */
  function portalId(): Promise<string> {
    expectOpen()
    portal ??= preparePortal(options).catch((error: unknown) => {
      portal = undefined
      throw error
    })
    return portal
  }

  return {
    async get(object: string, id: string) {
      const { name } = objectNamed(options, object)
      const row = await store.get(await portalId(), name, String(id))
      return row && publicRow(row)
    },

    async list(
      object: string,
      {
        after,
        limit = 100,
        status = 'ACTIVE',
      }: { after?: string; limit?: number; status?: 'ACTIVE' | 'ARCHIVED' | 'ALL' } = {},
    ) {
      const { name } = objectNamed(options, object)
      expectLimit(limit)
      expectStatus(status)
      const wanted = { after, limit: limit + 1, status: status === 'ALL' ? undefined : status }
      const rows = await store.list(await portalId(), name, wanted)
      const results = rows.slice(0, limit)
      const last = results.at(-1)
      return {
        results: results.map(publicRow),
        paging: rows.length > limit && last ? { next: { after: last.id } } : {},
      }
    },

    async related(
      object: string,
      id: string,
      other: string,
      { after, limit }: { after?: string; limit?: number } = {},
    ) {
      const near = objectNamed(options, object)
      const far = objectNamed(options, other)
      if (limit !== undefined) expectLimit(limit)
      const forward = pairs.find(({ from, to }) => from === near && to === far)
      const pair = forward ?? pairs.find(({ from, to }) => from === far && to === near)
      if (!pair)
        throw new InvalidOptionError(
          `Expected two objects whose associations are mirrored (${pairs.map(({ name }) => name).join(', ')}), got ${near.name} and ${far.name}.`,
        )
      const end = forward ? { fromId: String(id) } : { toId: String(id) }
      const found = await store.related(await portalId(), pair.name, { ...end, after, limit })
      return found.map(({ row, associations }: RelatedRow) => ({
        record: publicRow(row),
        associations,
      }))
    },

    async resolve(object: string, id: string) {
      const { name } = objectNamed(options, object)
      const portal = await portalId()
      let current = String(id)
      for (const passed = new Set<string>(); !passed.has(current); ) {
        passed.add(current)
        if (await store.get(portal, name, current)) return current
        const tombstone = await store.tombstone(portal, name, current)
        if (!tombstone?.intoId) return null
        current = tombstone.intoId
      }
      return null
    },
  }
}

async function preparePortal({
  store,
  portalId,
  objects,
  pairs,
}: ResolvedOptions): Promise<string> {
  const pinned = (await store.portals()).map((each) => each.portalId)
  const [only] = pinned
  if (only === undefined)
    throw new HubsyncError(
      'STORE_FAILED',
      'Expected a mirror to read from, but no run has been made into this store yet.',
    )
  if (portalId === undefined && pinned.length > 1)
    throw new InvalidOptionError(
      `Expected \`portalId\` to say which portal to read, as this store holds ${pinned.join(', ')}.`,
    )
  await store.migrate(mirrorSchema(objects, pairs))
  return portalId ?? only
}

function objectNamed({ objects }: ResolvedOptions, name: string): ObjectDefinition {
  const found = objects.find((object) => object.name === name || object.type === name)
  if (found) return found
  throw new InvalidOptionError(
    `Expected the name of a mirrored object (${objects.map((object) => object.name).join(', ')}), got ${JSON.stringify(name)}.`,
  )
}

function expectLimit(limit: unknown): void {
  if (Number.isInteger(limit) && Number(limit) >= 1 && Number(limit) <= 1_000) return
  throw new InvalidOptionError(
    `Expected \`limit\` to be an integer from 1 to 1000, got ${JSON.stringify(limit)}.`,
  )
}

function expectStatus(status: unknown): void {
  if (status === 'ACTIVE' || status === 'ARCHIVED' || status === 'ALL') return
  throw new InvalidOptionError(
    `Expected \`status\` to be ACTIVE, ARCHIVED or ALL, got ${JSON.stringify(status)}.`,
  )
}

function publicRow({ values, id, status, url, createdAt, updatedAt, archivedAt, raw }: StoredRow) {
  return { id, status, url, createdAt, updatedAt, archivedAt, ...values, raw }
}
