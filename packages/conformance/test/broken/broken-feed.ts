import type { ChangeEntry, Store } from '@hubsync/core'
import { type BrokenStore, committing } from './broken-store.js'

/** Changes each page of the feed that the correct store returns. */
const telling =
  (change: (entries: ChangeEntry[]) => ChangeEntry[]) =>
  (sound: Store): Store => ({
    ...sound,
    changes: async (portalId, page) => change(await sound.changes(portalId, page)),
  })

const isErased = ({ kind, columns }: ChangeEntry) =>
  (kind === 'created' || kind === 'archived') && Object.keys(columns).length === 0

/** Stores with defects in what the cursors of the change feed rely on. */
export const brokenFeeds: readonly BrokenStore[] = [
  {
    does: 'forgets the entry behind the one that is named',
    caughtBy: 'Entries up to the one that is named are forgotten, and no others',
    breakIt: committing(async ({ forgetChangesUpTo: upTo, ...batch }, sound) => {
      if (upTo === undefined) return batch
      const [next] = await sound.changes(batch.portalId, { after: upTo, limit: 1 })
      return { ...batch, forgetChangesUpTo: next?.seq ?? upTo }
    }),
  },
  {
    does: 'keeps the entry that is to be forgotten last',
    caughtBy: 'Entries up to the one that is named are forgotten, and no others',
    breakIt: committing(({ forgetChangesUpTo: upTo, ...batch }) =>
      upTo === undefined ? batch : { ...batch, forgetChangesUpTo: upTo - 1 },
    ),
  },
  {
    does: 'forgets a whole feed at a time',
    caughtBy: 'Forgetting the same entries again does nothing',
    breakIt: committing(({ forgetChangesUpTo: upTo, ...batch }) =>
      upTo === undefined ? batch : { ...batch, forgetChangesUpTo: Number.MAX_SAFE_INTEGER },
    ),
  },
  {
    does: 'numbers entries from the start when all were forgotten',
    caughtBy: 'The number of a forgotten entry is never used again',
    breakIt(sound) {
      let start = 0
      return {
        ...sound,
        async commit(batch) {
          const result = await sound.commit(batch)
          const { portalId, forgetChangesUpTo: upTo } = batch
          if (upTo && (await sound.changes(portalId, { limit: 1 })).length === 0) start = upTo
          return result
        },
        changes: async (portalId, { after = 0, ...page }) =>
          (await sound.changes(portalId, { ...page, after: after + start })).map((entry) => ({
            ...entry,
            seq: entry.seq - start,
          })),
      }
    },
  },
  {
    does: 'takes the entries of a record out with it',
    caughtBy: 'An entry stays when its record is removed, and only its columns are erased',
    breakIt: telling((entries) => entries.filter((entry) => !isErased(entry))),
  },
  {
    does: 'moves the date of an entry that it erases',
    caughtBy: 'An entry stays when its record is removed, and only its columns are erased',
    breakIt: telling((entries) =>
      entries.map((entry) => (isErased(entry) ? { ...entry, at: '2026-02-01' } : entry)),
    ),
  },
  {
    does: 'reads the oldest entries, newest first',
    caughtBy: 'The feed can be read newest first',
    breakIt: (sound) => ({
      ...sound,
      async changes(portalId, { newestFirst, ...page }) {
        const entries = await sound.changes(portalId, page)
        return newestFirst ? entries.reverse() : entries
      },
    }),
  },
  {
    does: 'begins each page at the end of the feed',
    caughtBy: 'The feed can be read up to an entry',
    breakIt: (sound) => ({
      ...sound,
      changes: (portalId, { before: _, ...page }) => sound.changes(portalId, page),
    }),
  },
  {
    does: 'reads the entries of all records in place of those of one',
    caughtBy: 'The entries of one record can be read',
    breakIt: (sound) => ({
      ...sound,
      changes: (portalId, { of: _, ...page }) => sound.changes(portalId, page),
    }),
  },
  {
    does: 'answers beyond the end with its last entry',
    caughtBy: 'A read after the last entry returns nothing',
    breakIt: (sound) => ({
      ...sound,
      async changes(portalId, page) {
        const entries = await sound.changes(portalId, page)
        return entries.length > 0
          ? entries
          : sound.changes(portalId, { limit: 1, newestFirst: true })
      },
    }),
  },
]
