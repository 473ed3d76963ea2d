import { memoryStore } from '@hubsync/core'
import { type BrokenStore, committing, notingPortals, writing } from './broken-store.js'

/** Stores with defects in portals and migrations. */
export const brokenPortals: readonly BrokenStore[] = [
  {
    does: 'gives the feed of every portal',
    caughtBy: 'A portal reads as empty while another one is full',
    breakIt(sound) {
      const { store, portals } = notingPortals(sound)
      return {
        ...store,
        changes: async (_, page) =>
          (await Promise.all([...portals].map((each) => sound.changes(each, page)))).flat(),
      }
    },
  },
  {
    does: 'keeps the rows of all portals together',
    caughtBy: 'Every read of a portal is the same if there is another portal',
    breakIt: (sound) => ({
      ...sound,
      commit: (batch) => sound.commit({ ...batch, portalId: '1' }),
      get: (_, object, id) => sound.get('1', object, id),
      related: (_, pair, end) => sound.related('1', pair, end),
    }),
  },
  {
    does: 'heeds the tombstones of every portal',
    caughtBy: 'A tombstone only affects its own portal',
    breakIt(sound) {
      const buried = new Set<string>()
      const heeding = writing((row) => (buried.has(row.id) ? undefined : row))(sound)
      return {
        ...heeding,
        async commit(batch) {
          for (const { id } of batch.tombstones ?? []) buried.add(id)
          return heeding.commit(batch)
        },
      }
    },
  },
  {
    does: 'moves the first run of a portal',
    caughtBy: 'Portals are pinned side by side, and each keeps its first run',
    breakIt: (sound) => ({
      ...sound,
      portals: async () =>
        (await sound.portals()).map((each) => ({ ...each, firstRunAt: each.lastRunAt })),
    }),
  },
  {
    does: 'pins a portal that it was given rows of',
    caughtBy: 'A portal that was only written to is not pinned',
    breakIt(sound) {
      const seen = new Set<string>()
      return {
        ...committing((batch) => {
          seen.add(batch.portalId)
          return batch
        })(sound),
        portals: async () =>
          [...seen].map((portalId) => ({
            portalId,
            uiDomain: '',
            timeZone: '',
            firstRunAt: '',
            lastRunAt: '',
          })),
      }
    },
  },
  {
    does: 'takes a column of another type for its own',
    caughtBy: 'A column whose type would change is refused and left as it is',
    breakIt: (sound) => ({
      ...sound,
      migrate: (schema) => sound.migrate(schema).catch(() => {}),
    }),
  },
  {
    does: 'empties its tables when it migrates again',
    caughtBy: 'Migrating again changes nothing',
    breakIt(sound) {
      let current = sound
      const methods = Object.keys(sound) as (keyof typeof sound)[]
      const through = methods.map((name) => [
        name,
        (...given: never[]) => (current[name] as (...given: never[]) => unknown)(...given),
      ])
      return {
        ...Object.fromEntries(through),
        async migrate(schema) {
          current = memoryStore()
          await current.migrate(schema)
        },
      } as typeof sound
    },
  },
  {
    does: 'finds nothing missing',
    caughtBy: 'What a wider schema adds is missing until any handle has migrated to it',
    breakIt: (sound) => ({
      ...sound,
      missing: async () => ({ objects: [], pairs: [], columns: [] }),
    }),
  },
  {
    does: 'makes what it was asked for whether it is missing',
    caughtBy: 'missing() lists everything in a new place, and creates nothing',
    breakIt: (sound) => ({
      ...sound,
      async missing(schema) {
        const missing = await sound.missing(schema)
        await sound.migrate(schema)
        return missing
      },
    }),
  },
  {
    does: 'finds no column missing',
    caughtBy: 'What a wider schema adds is missing until any handle has migrated to it',
    breakIt: (sound) => ({
      ...sound,
      missing: async (schema) => ({ ...(await sound.missing(schema)), columns: [] }),
    }),
  },
  {
    does: 'knows the columns alone that it last migrated with',
    caughtBy:
      'A handle that migrates to a smaller schema keeps the tables and columns that it knew',
    breakIt(sound) {
      const known = new Map<string, Set<string>>()
      return {
        ...writing((row, _, object) => ({
          ...row,
          values: Object.fromEntries(
            Object.entries(row.values).filter(([name]) => known.get(object)?.has(name)),
          ),
        }))(sound),
        async migrate(schema) {
          await sound.migrate(schema)
          for (const { name, columns } of schema.objects)
            known.set(name, new Set(columns.map((column) => column.name)))
        },
      }
    },
  },
  {
    does: 'does not add columns to a table that is there',
    caughtBy: 'Migrating adds columns, objects and pairs, and keeps what is there',
    breakIt(sound) {
      let migrated = false
      return {
        ...sound,
        async migrate(schema) {
          if (!migrated) await sound.migrate(schema)
          migrated = true
        },
      }
    },
  },
]
