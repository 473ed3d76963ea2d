import { HubsyncError, type Store } from '@hubsync/core'
import type { Batch, ReferenceSet, StoredReferenceRow } from '@hubsync/core/store'
import { type BrokenStore, committing, notingPortals, without } from './broken-store.js'

type Reading = ReferenceSet

/** Changes each reading before the correct store gets it. */
const receiving = (
  change: (set: Reading, sound: Store, batch: Batch) => Reading | Promise<Reading>,
) =>
  committing(async (batch, sound) => {
    const { reference } = batch
    if (!reference) return batch
    const changed = reference.map((set) => change(set, sound, batch))
    return { ...batch, reference: await Promise.all(changed) }
  })

/** Changes the rows of each part that the correct store returns. */
const returning =
  (change: (rows: StoredReferenceRow[], scope: Reading['scope']) => StoredReferenceRow[]) =>
  (sound: Store): Store => ({
    ...sound,
    reference: async (portalId, table, scope) =>
      change(await sound.reference(portalId, table, scope), scope),
  })

/** Changes each value that the correct store returns. */
const valuing = (change: (value: unknown, name: string) => unknown) =>
  returning((rows) =>
    rows.map((row) => ({
      ...row,
      values: Object.fromEntries(
        Object.entries(row.values).map(([name, value]) => [name, change(value, name)]),
      ) as StoredReferenceRow['values'],
    })),
  )

/** A reading with the rows that are stored and that it no longer has. */
async function withStored(set: Reading, sound: Store, { portalId }: Batch): Promise<Reading> {
  const stored = await sound.reference(portalId, set.table, set.scope)
  const listed = new Set(set.rows.map(({ key }) => JSON.stringify(key)))
  return {
    ...set,
    rows: [...stored.filter(({ key }) => !listed.has(JSON.stringify(key))), ...set.rows],
  }
}

const archives = 'A reference row that is no longer listed becomes ARCHIVED and keeps its values'
const whole = 'Reference rows are read back whole, and are in their columns'

/** Stores with defects in reference tables. */
export const brokenReference: readonly BrokenStore[] = [
  {
    does: 'drops what HubSpot no longer lists',
    caughtBy: archives,
    breakIt: returning((rows) => rows.filter(({ status }) => status === 'ACTIVE')),
  },
  {
    does: 'leaves what HubSpot no longer lists as it was',
    caughtBy: archives,
    breakIt: receiving((set, ...given) =>
      set.table === 'pipelines' ? withStored(set, ...given) : set,
    ),
  },
  {
    does: 'empties what HubSpot no longer lists',
    caughtBy: archives,
    breakIt: returning((rows) =>
      rows.map((row) => {
        const nulls = Object.keys(row.values).map((name) => [name, null])
        return row.status === 'ACTIVE' ? row : { ...row, values: Object.fromEntries(nulls) }
      }),
    ),
  },
  {
    does: 'takes a reading without rows for none',
    caughtBy: 'A reading without any row archives all of its part',
    breakIt: committing((batch) => ({
      ...batch,
      reference: (batch.reference ?? []).filter(({ rows }) => rows.length > 0),
    })),
  },
  {
    does: 'leaves archived what HubSpot lists again',
    caughtBy: 'A reference row that is listed again becomes ACTIVE',
    breakIt: receiving(async (set, sound, { portalId }) => {
      const stored = await sound.reference(portalId, set.table, set.scope)
      const left = stored.filter(({ status }) => status === 'ARCHIVED')
      const isLeft = (key: Reading['scope']) => left.some((row) => row.key.join() === key.join())
      return { ...set, rows: set.rows.filter(({ key }) => !isLeft(key)) }
    }),
  },
  {
    does: 'takes every row that is listed for active',
    caughtBy: 'A reference row that HubSpot lists as archived is stored so',
    breakIt: receiving((set) => ({
      ...set,
      rows: set.rows.map((row) => ({ ...row, status: 'ACTIVE' })),
    })),
  },
  {
    does: 'gives every row of a part the moment of its last reading',
    caughtBy: 'A reference row that did not change is not written, and one that did is',
    breakIt(sound) {
      let last = ''
      const noting = committing((batch) => {
        last = batch.at
        return batch
      })(sound)
      return returning((rows) => rows.map((row) => ({ ...row, syncedAt: last })))(noting)
    },
  },
  {
    does: 'keeps values that a row no longer has',
    caughtBy: 'A value that a reference row no longer has becomes null',
    breakIt: receiving(async (set, sound, { portalId }) => {
      const stored = await sound.reference(portalId, set.table, set.scope)
      const before = new Map(stored.map(({ key, values }) => [key.join(), values]))
      const merged = set.rows.map((row) => ({
        ...row,
        values: { ...before.get(row.key.join()), ...row.values },
      }))
      return { ...set, rows: merged }
    }),
  },
  {
    does: 'compares columns only',
    caughtBy: 'A raw object that changes alone is written',
    breakIt: receiving(async (set, sound, { portalId }) => {
      const stored = await sound.reference(portalId, set.table, set.scope)
      const before = new Map(stored.map(({ key, raw }) => [key.join(), raw]))
      const kept = set.rows.map((row) => ({ ...row, raw: before.get(row.key.join()) ?? row.raw }))
      return { ...set, rows: kept }
    }),
  },
  {
    does: 'keeps the rows of a table that keeps none',
    caughtBy: 'In a table that keeps no rows, one that is no longer listed is deleted',
    breakIt: receiving(withStored),
  },
  {
    does: 'replaces the whole table with a part',
    caughtBy: 'A reading of one part leaves all others as they are',
    breakIt: (sound) => ({
      ...sound,
      async commit(batch) {
        const { portalId, at, reference = [] } = batch
        const done = await sound.commit(batch)
        for (const { table, scope, feed } of reference) {
          const all = await sound.reference(portalId, table, [])
          const rows = all.filter(({ key }) => scope.every((each, index) => key[index] === each))
          await sound.commit({ portalId, at, reference: [{ table, scope: [], rows, feed }] })
        }
        return done
      },
    }),
  },
  {
    does: 'takes parts for one whose names begin alike',
    caughtBy: 'Parts whose names begin alike are separate',
    breakIt: (sound) => ({
      ...sound,
      async commit(batch) {
        const { portalId, at, reference = [] } = batch
        const done = await sound.commit(batch)
        for (const { table, scope, rows } of reference) {
          if (rows.length > 0) continue
          for (const { key } of await sound.reference(portalId, table, [])) {
            const [part = ''] = key
            if (!String(part).startsWith(String(scope[0]))) continue
            const gone = { table, scope: [part], rows: [], feed: false }
            await sound.commit({ portalId, at, reference: [gone] })
          }
        }
        return done
      },
    }),
  },
  {
    does: 'gives the reference rows of all portals as those of one',
    caughtBy: 'Reference rows of portals are separate',
    breakIt(sound) {
      const { store, portals } = notingPortals(sound)
      return {
        ...store,
        async reference(_, table, scope) {
          const all = [...portals].map((id) => sound.reference(id, table, scope))
          return (await Promise.all(all)).flat()
        },
      }
    },
  },
  {
    does: 'writes readings into every portal',
    caughtBy: 'Reference rows of portals are separate',
    breakIt(sound) {
      const { store, portals } = notingPortals(sound)
      return {
        ...store,
        async commit(batch) {
          const { at, reference = [] } = batch
          const done = await store.commit(batch)
          for (const portalId of portals) await sound.commit({ portalId, at, reference })
          return done
        },
      }
    },
  },
  {
    does: 'tells the feed of readings that it is not to hear of',
    caughtBy:
      'Changes of reference rows are in the feed, by their key, if the reading is to be told',
    breakIt: receiving((set) => ({ ...set, feed: true })),
  },
  {
    does: 'tells the feed of no reading',
    caughtBy:
      'Changes of reference rows are in the feed, by their key, if the reading is to be told',
    breakIt: receiving((set) => ({ ...set, feed: false })),
  },
  {
    does: 'writes readings before it compares the checkpoint',
    caughtBy: 'A reading is written with its checkpoint, or not at all',
    breakIt: (sound) => ({
      ...sound,
      async commit(batch) {
        await sound.commit(without(batch, 'checkpoint'))
        return sound.commit(without(batch, 'reference'))
      },
    }),
  },
  {
    does: 'writes every row of a reading each time',
    caughtBy: 'Two handles that write the same reading at once write each row once',
    breakIt: (sound) => ({
      ...sound,
      async commit(batch) {
        const { portalId, at, reference = [] } = batch
        const other = reference.map((set) => ({
          ...set,
          rows: set.rows.map((row) => ({ ...row, raw: 'other' })),
        }))
        await sound.commit({ portalId, at, reference: other })
        return sound.commit(batch)
      },
    }),
  },
  {
    does: 'returns booleans as numbers',
    caughtBy: whole,
    breakIt: valuing((value) => (typeof value === 'boolean' ? Number(value) : value)),
  },
  {
    does: 'returns decimals as floating-point numbers',
    caughtBy: whole,
    breakIt: valuing((value, name) =>
      name === 'probability' && value !== null ? String(Number(value)) : value,
    ),
  },
  {
    does: 'leaves the raw object out of reference rows',
    caughtBy: whole,
    breakIt: returning((rows) => rows.map((row) => ({ ...row, raw: null }))),
  },
  {
    does: 'takes a moment of archiving for new each time',
    caughtBy: 'Reading the same again writes nothing, whatever the values are',
    breakIt: receiving((set, _, { at }) => ({
      ...set,
      rows: set.rows.map((row) =>
        row.values.sourceArchivedAt
          ? { ...row, values: { ...row.values, sourceArchivedAt: at } }
          : row,
      ),
    })),
  },
  {
    does: 'compares keys of reference rows without case',
    caughtBy: 'Keys are exact texts, and reference rows come in the order of their bytes',
    breakIt: receiving((set) => {
      const rows = new Map(set.rows.map((row) => [row.key.join('/').toLowerCase(), row]))
      return { ...set, rows: [...rows.values()] }
    }),
  },
  {
    does: 'returns reference rows in the order of an alphabet',
    caughtBy: 'Keys are exact texts, and reference rows come in the order of their bytes',
    breakIt: returning((rows) =>
      rows.toSorted((a, b) => a.key.join('/').localeCompare(b.key.join('/'))),
    ),
  },
  {
    does: 'returns numbers in keys as texts',
    caughtBy: 'Numbers in keys are numbers, and are in their order',
    breakIt: returning((rows) => rows.map((row) => ({ ...row, key: row.key.map(String) }))),
  },
  {
    does: 'sorts numbers in keys as texts',
    caughtBy: 'Numbers in keys are numbers, and are in their order',
    breakIt: returning((rows) =>
      rows.toSorted((a, b) => (a.key.join('/') < b.key.join('/') ? -1 : 1)),
    ),
  },
  {
    does: 'reads a part by the first value of its key alone',
    caughtBy: 'A part is read by the first values of its key',
    breakIt: (sound) => ({
      ...sound,
      reference: (portalId, table, scope) => sound.reference(portalId, table, scope.slice(0, 1)),
    }),
  },
  {
    does: 'cuts texts of reference rows at a NUL',
    caughtBy: 'A reference text with NUL in it is read back unchanged',
    breakIt: valuing((value) => (typeof value === 'string' ? value.split('\0')[0] : value)),
  },
  {
    does: 'keeps half a surrogate pair in a key',
    caughtBy: 'Half a surrogate pair becomes U+FFFD in a reference row, and is the same row again',
    breakIt: returning((rows) =>
      rows.map((row) => ({
        ...row,
        key: row.key.map((each) => String(each).replace('\ufffd', '\ud83d')),
      })),
    ),
  },
  {
    does: 'gives out the reference rows that it keeps',
    caughtBy: 'Changing reference rows that were passed in or returned does not change the store',
    breakIt(sound) {
      let kept: Promise<StoredReferenceRow[]> | undefined
      return {
        ...sound,
        reference: (...given) => (kept ??= sound.reference(...given)),
      }
    },
  },
  {
    does: 'makes no reference tables',
    caughtBy: 'A handle that has only called missing() can read reference tables',
    breakIt: (sound) => ({
      ...sound,
      migrate: (schema) => sound.migrate({ ...schema, reference: [] }),
    }),
  },
  {
    does: 'never misses a reference table',
    caughtBy: 'Reference tables are missing until any handle has made them',
    breakIt: (sound) => ({
      ...sound,
      missing: (schema) => sound.missing({ ...schema, reference: [] }),
    }),
  },
  {
    does: 'throws for a reference table that does not exist',
    caughtBy: 'A reference table that does not exist has no rows, and no commit can write it',
    breakIt: (sound) => ({
      ...sound,
      reference: async () => {
        throw new HubsyncError('STORE_FAILED', 'No such table.')
      },
    }),
  },
  {
    does: 'adds no column to a reference table',
    caughtBy: 'A reference table gets the columns of a later release, and keeps its rows',
    breakIt(sound) {
      let first: Parameters<Store['migrate']>[0] | undefined
      return {
        ...sound,
        migrate(schema) {
          first ??= schema
          return sound.migrate({ ...schema, reference: first.reference })
        },
      }
    },
  },
  {
    does: 'empties reference tables when it prunes',
    caughtBy: 'Reference tables are never pruned',
    breakIt: (sound) => ({
      ...sound,
      async prune(portalId, parts, options) {
        const gone = { table: 'owners' as const, scope: [], rows: [], feed: false }
        if (!options.dryRun)
          await sound.commit({ portalId, at: new Date(0).toISOString(), reference: [gone] })
        return sound.prune(portalId, parts, options)
      },
    }),
  },
]
