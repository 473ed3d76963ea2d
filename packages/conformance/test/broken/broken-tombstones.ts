import type { ChangeEntry, Tombstone } from '@hubsync/core'
import { type BrokenStore, committing } from './broken-store.js'

/** Stores tombstones with another reason, and returns them with the original one. */
const keepingAs =
  (wrong: Tombstone['reason']) => (sound: Parameters<BrokenStore['breakIt']>[0]) => {
    const given = new Map<string, Tombstone>()
    const wronged = committing(({ tombstones = [], ...batch }) => {
      for (const tombstone of tombstones) given.set(tombstone.id, tombstone)
      return { ...batch, tombstones: tombstones.map((each) => ({ ...each, reason: wrong })) }
    })(sound)
    return {
      ...wronged,
      async tombstone(portalId: string, object: string, id: string) {
        return (await sound.tombstone(portalId, object, id)) && (given.get(id) ?? null)
      },
    }
  }

export const brokenTombstones: readonly BrokenStore[] = [
  {
    does: 'writes a tombstone and leaves the row',
    caughtBy: 'A tombstone removes its row, and can be read',
    breakIt(sound) {
      const given = new Map<string, Tombstone>()
      return {
        ...committing(({ tombstones = [], ...batch }) => {
          for (const tombstone of tombstones) given.set(tombstone.id, tombstone)
          return batch
        })(sound),
        tombstone: async (_, __, id) => given.get(id) ?? null,
      }
    },
  },
  {
    does: 'lets a merged id come back when it is modified',
    caughtBy: 'A merged id never comes back',
    breakIt: keepingAs('purged'),
  },
  {
    does: 'never lets a purged id come back',
    caughtBy: 'A purged id comes back only with a version modified after the tombstone',
    breakIt: keepingAs('merged'),
  },
  {
    does: 'misses merged records that are claimed to lie in the bin',
    caughtBy:
      'A claim that an id is in the bin is no difference if it was merged, but is one if it was purged',
    breakIt: (sound) => ({
      ...sound,
      async differing(portalId, object, claims) {
        const active = claims.map(({ id, updatedAt }) => ({ id, updatedAt }))
        return sound.differing(portalId, object, active)
      },
    }),
  },
  {
    does: 'misses no purged record that is claimed to lie in the bin',
    caughtBy:
      'A claim that an id is in the bin is no difference if it was merged, but is one if it was purged',
    breakIt: (sound) => ({
      ...sound,
      async differing(portalId, object, claims) {
        const given = await sound.differing(portalId, object, claims)
        const found: typeof given = []
        for (const each of given)
          if (!(await sound.tombstone(portalId, object, each.id))) found.push(each)
        return found
      },
    }),
  },
  {
    does: 'forgets tombstones of ids that it does not have',
    caughtBy: 'A tombstone for an unknown id is kept, and is not a change',
    breakIt: committing(async (batch, sound) => {
      const tombstones: Tombstone[] = []
      for (const each of batch.tombstones ?? [])
        if (await sound.get(batch.portalId, each.object, each.id)) tombstones.push(each)
      return { ...batch, tombstones }
    }),
  },
  {
    does: 'leaves the content of removed records in the feed',
    caughtBy: 'A removed record leaves no content in any table',
    breakIt(sound) {
      const told = new Map<number, ChangeEntry>()
      return {
        ...sound,
        async commit(batch) {
          for (const entry of await sound.changes(batch.portalId, { limit: 1000 }))
            if (!told.has(entry.seq)) told.set(entry.seq, entry)
          return sound.commit(batch)
        },
        changes: async (portalId, page) =>
          (await sound.changes(portalId, page)).map((entry) => told.get(entry.seq) ?? entry),
      }
    },
  },
  {
    does: 'erases the content of all records in the feed when one is removed',
    caughtBy: 'The content of other records stays when one is removed',
    breakIt: (sound) => ({
      ...sound,
      async changes(portalId, page) {
        const entries = await sound.changes(portalId, page)
        const erased = entries.some(({ kind }) => kind === 'removed' || kind === 'merged')
        return erased ? entries.map((entry) => ({ ...entry, columns: {} })) : entries
      },
    }),
  },
]
