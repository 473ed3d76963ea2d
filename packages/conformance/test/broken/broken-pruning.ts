import type { ChangeEntry } from '@hubsync/core'
import { otherPortalId } from '../../src/sample-rows.js'
import type { BrokenStore } from './broken-store.js'

/** Stores with defects in pruning. */
export const brokenPruning: readonly BrokenStore[] = [
  {
    does: 'prunes on a dry run',
    caughtBy: 'Pruning counts the rows first, and deletes nothing then',
    breakIt: (sound) => ({
      ...sound,
      prune: (portalId, parts) => sound.prune(portalId, parts, { dryRun: false }),
    }),
  },
  {
    does: 'only empties what it should drop',
    caughtBy: 'Pruning drops columns and tables, and keeps all others',
    breakIt: (sound) => ({
      ...sound,
      prune: (portalId, parts, options) =>
        sound.prune(
          portalId,
          parts.map((part) => ({ ...part, shared: true })),
          options,
        ),
    }),
  },
  {
    does: 'keeps the values of a pruned column in the feed',
    caughtBy: 'Pruning a column deletes its values in the feed, and no others',
    breakIt(sound) {
      const kept = new Map<number, ChangeEntry['columns']>()
      return {
        ...sound,
        async prune(portalId, parts, options) {
          for (const { seq, columns } of await sound.changes(portalId, { limit: 9 }))
            if (!kept.has(seq)) kept.set(seq, columns)
          return sound.prune(portalId, parts, options)
        },
        changes: async (...page) =>
          (await sound.changes(...page)).map((entry) => ({
            ...entry,
            columns: kept.get(entry.seq) ?? entry.columns,
          })),
      }
    },
  },
  {
    does: 'prunes every portal',
    caughtBy: 'Pruning deletes nothing of another portal, whatever is given as shared',
    breakIt: (sound) => ({
      ...sound,
      async prune(portalId, parts, options) {
        const rows = await sound.prune(portalId, parts, options)
        const shared = parts.map((part) => ({ ...part, shared: true }))
        await sound.prune(otherPortalId, shared, options)
        return rows
      },
    }),
  },
  {
    does: 'drops what another portal may still write',
    caughtBy: 'Pruning keeps what is shared, even if it is empty',
    breakIt: (sound) => ({
      ...sound,
      prune: (portalId, parts, options) =>
        sound.prune(
          portalId,
          parts.map((part) => ({ ...part, shared: false })),
          options,
        ),
    }),
  },
  {
    does: 'gives no null for what is not there',
    caughtBy: 'Pruning counts the rows first, and deletes nothing then',
    breakIt: (sound) => ({
      ...sound,
      prune: async (...given) => (await sound.prune(...given)).map((rows) => rows ?? 0),
    }),
  },
  {
    does: 'forgets the entries of what it prunes',
    caughtBy:
      'Pruning an object deletes its tombstones and the values in its feed, and no entry or checkpoint',
    breakIt(sound) {
      const pruned = new Set<string>()
      return {
        ...sound,
        async prune(portalId, parts, options) {
          for (const { table } of parts) pruned.add(table)
          return sound.prune(portalId, parts, options)
        },
        changes: async (...page) =>
          (await sound.changes(...page)).filter(({ object }) => !pruned.has(object)),
      }
    },
  },
]
