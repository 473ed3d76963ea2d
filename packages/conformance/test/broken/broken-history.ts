import type { HistoryGap, MirrorRow, Store, StoredHistoryEntry } from '@hubsync/core'
import { type BrokenStore, committing, without } from './broken-store.js'

type History = NonNullable<MirrorRow['history']>
type Readings = [property: string, entries: History[string]][]

/** Changes the history of each row before the correct store gets it. */
const receiving = (
  change: (entries: History[string], property: string) => History[string] | undefined,
) =>
  committing((batch) => ({
    ...batch,
    rows: (batch.rows ?? []).map((group) => ({
      ...group,
      rows: group.rows.map(({ history, ...row }) => {
        if (!history) return row
        const changed = Object.entries(history).flatMap(([property, entries]): Readings => {
          const next = change(entries, property)
          return next ? [[property, next]] : []
        })
        return { ...row, history: Object.fromEntries(changed) }
      }),
    })),
  }))

/** Changes the entries that the correct store returns. */
const returning =
  (change: (entries: StoredHistoryEntry[], ...given: Parameters<Store['history']>) => unknown) =>
  (sound: Store): Store => ({
    ...sound,
    history: async (...given) =>
      change(await sound.history(...given), ...given) as StoredHistoryEntry[],
  })

/** Changes the gaps that the correct store returns. */
const finding =
  (change: (gaps: HistoryGap[]) => HistoryGap[]) =>
  (sound: Store): Store => ({
    ...sound,
    historyGaps: async (...given) => change(await sound.historyGaps(...given)),
  })

const asGiven = 'Entries of a history are stored as they were given'
const named = 'Where a reading shares no entry with those that are stored, the gap is named'
const late = 'A late reading fills a gap that it bridges, and narrows one that it does not'
const moved =
  'The history of a merged record goes to the winner, where that has nothing of that moment'
const inPages =
  'A history is read from its newest entry on, page by page, of one property or of all'

/** Stores with defects in histories. */
export const brokenHistories: readonly BrokenStore[] = [
  {
    does: 'trims the values of histories',
    caughtBy: asGiven,
    breakIt: receiving((entries) =>
      entries.map((each) => ({ ...each, value: each.value?.trim() ?? null })),
    ),
  },
  {
    does: 'has no place for the name of a source',
    caughtBy: asGiven,
    breakIt: returning((entries) => entries.map((each) => ({ ...each, sourceLabel: null }))),
  },
  {
    does: 'drops what HubSpot no longer gives',
    caughtBy: 'An entry that HubSpot no longer gives stays, and so does what is not asked for',
    breakIt(sound) {
      const given = new Map<string, Set<string>>()
      const store = receiving((entries, property) => {
        given.set(property, new Set(entries.map(({ changedAt }) => changedAt)))
        return entries
      })(sound)
      return returning((entries: StoredHistoryEntry[]) =>
        entries.filter(({ property, changedAt }) => given.get(property)?.has(changedAt)),
      )(store)
    },
  },
  {
    does: 'keeps one entry of a moment',
    caughtBy: 'Several entries of one moment are all kept, in their order',
    breakIt: receiving((entries) => [
      ...new Map(entries.map((each) => [each.changedAt, each])).values(),
    ]),
  },
  {
    does: 'orders entries of one moment by their values',
    caughtBy: 'Several entries of one moment are all kept, in their order',
    breakIt: returning((entries) =>
      entries.toSorted((a, b) =>
        a.changedAt === b.changedAt ? (`${a.value}` < `${b.value}` ? -1 : 1) : 0,
      ),
    ),
  },
  {
    does: 'knows no gaps',
    caughtBy: named,
    breakIt: finding(() => []),
  },
  {
    does: 'never fills a gap',
    caughtBy: late,
    breakIt(sound) {
      const seen = new Map<string, HistoryGap>()
      return finding((gaps) => {
        for (const gap of gaps) seen.set(`${gap.property} ${gap.before}`, gap)
        return [...seen.values()]
      })(sound)
    },
  },
  {
    does: 'takes a gap for found again when it is narrowed',
    caughtBy: late,
    breakIt: (sound) => ({
      ...sound,
      async commit(batch) {
        const { history, ...result } = await sound.commit(batch)
        const again = Object.entries(history ?? {}).map(([name, counts]) => {
          return [name, { ...counts, gaps: counts.gaps + (counts.added > 0 ? 1 : 0) }] as const
        })
        return { ...result, history: Object.fromEntries(again) }
      },
    }),
  },
  {
    does: 'leaves out the history of rows that it leaves as they are',
    caughtBy: 'A row that is older, or has not changed, still brings its history',
    breakIt: committing(async (batch, sound) => ({
      ...batch,
      rows: await Promise.all(
        (batch.rows ?? []).map(async (group) => ({
          ...group,
          rows: await Promise.all(
            group.rows.map(async (row) => {
              const known = await sound.get(batch.portalId, group.object, row.id)
              if (known === null || known.updatedAt < row.updatedAt) return row
              const { history: _, ...rest } = row
              return rest
            }),
          ),
        })),
      ),
    })),
  },
  {
    does: 'keeps the history of purged records',
    caughtBy: 'The history of a purged record is erased, and nobody else’s',
    breakIt(sound) {
      const kept = new Map<string, StoredHistoryEntry[]>()
      const store = committing(async (batch) => {
        for (const { object, id } of batch.tombstones ?? [])
          kept.set(id, await sound.history(batch.portalId, object, id, { limit: 100 }))
        return batch
      })(sound)
      return returning((entries: StoredHistoryEntry[], _, __, id) => kept.get(id) ?? entries)(store)
    },
  },
  {
    does: 'erases the history of merged records',
    caughtBy: moved,
    breakIt: (sound) => ({
      ...sound,
      async commit(batch) {
        const { portalId, at, tombstones = [] } = batch
        const losers = tombstones.filter(({ reason }) => reason === 'merged')
        const purged = losers.map((each) => ({ ...each, reason: 'purged' as const, intoId: null }))
        await sound.commit(without(batch, 'tombstones'))
        if (losers.length > 0) await sound.commit({ portalId, at, tombstones: purged })
        return sound.commit({ portalId, at, tombstones })
      },
    }),
  },
  {
    does: 'tells nothing of where a merged entry comes from',
    caughtBy: moved,
    breakIt: returning((entries) => entries.map((each) => ({ ...each, mergedFrom: null }))),
  },
  {
    does: 'tells of the last record that an entry was merged from',
    caughtBy: 'A history that was merged twice tells of its first record',
    breakIt(sound) {
      const into = new Map<string, string>()
      const store = committing((batch) => {
        for (const { id, intoId } of batch.tombstones ?? []) if (intoId) into.set(id, intoId)
        return batch
      })(sound)
      return returning((entries: StoredHistoryEntry[], _, __, id) =>
        entries.map((each) => {
          const next = into.get(each.mergedFrom ?? '')
          return next === undefined || next === id ? each : { ...each, mergedFrom: next }
        }),
      )(store)
    },
  },
  {
    does: 'loses what was merged into a record when that is merged too',
    caughtBy:
      'What was merged into a record moves on with it when that is merged too, gaps included',
    breakIt(sound) {
      const into = new Map<string, string | null>()
      const store = committing((batch) => {
        for (const { id, intoId } of batch.tombstones ?? []) into.set(id, intoId)
        return batch
      })(sound)
      return returning((entries: StoredHistoryEntry[], _, __, id) =>
        entries.filter(({ mergedFrom }) => mergedFrom === null || into.get(mergedFrom) === id),
      )(store)
    },
  },
  {
    does: 'looks up nothing of the records that were merged into one',
    caughtBy:
      'A reading at HubSpot’s limit has no gap where the history of a loser is stored, moved or not',
    breakIt: committing((batch) => ({
      ...batch,
      rows: (batch.rows ?? []).map((group) => ({
        ...group,
        rows: group.rows.map((row) => {
          const { hs_merged_object_ids: _, ...properties } = row.raw.properties
          return { ...row, raw: { ...row.raw, properties } }
        }),
      })),
    })),
  },
  {
    does: 'has one history for a record of any portal',
    caughtBy: 'Histories of portals are separate',
    breakIt(sound) {
      let first: string | undefined
      return {
        ...sound,
        async commit(batch) {
          first ??= batch.portalId
          await sound.commit({ ...batch, portalId: first })
          return sound.commit(batch)
        },
      }
    },
  },
  {
    does: 'returns the oldest entries first',
    caughtBy: inPages,
    breakIt: returning((entries) => entries.toReversed()),
  },
  {
    does: 'returns entries of all properties for one',
    caughtBy: inPages,
    breakIt: (sound) => ({
      ...sound,
      history: (portalId, object, id, { property: _, ...read }) =>
        sound.history(portalId, object, id, read),
    }),
  },
  {
    does: 'continues after the moment of an entry instead of after the entry',
    caughtBy: inPages,
    breakIt: (sound) => ({
      ...sound,
      async history(portalId, object, id, { after, ...read }) {
        const all = await sound.history(portalId, object, id, { ...read, limit: 1_000 })
        const rest = all.filter(({ changedAt }) => !after || changedAt < after.changedAt)
        return rest.slice(0, read.limit)
      },
    }),
  },
  {
    does: 'counts the records that have gaps',
    caughtBy: 'The gaps of an object are counted by property',
    breakIt: (sound) => ({
      ...sound,
      async gapsOf(portalId, object, latest) {
        const { latest: all, ...found } = await sound.gapsOf(portalId, object, 1_000)
        const counts = { ...found.counts }
        for (const property of Object.keys(counts)) {
          const ids = all.filter((gap) => gap.property === property).map(({ id }) => id)
          counts[property] = new Set(ids).size
        }
        return { counts, latest: all.slice(0, latest) }
      },
    }),
  },
  {
    does: 'returns the gaps whose values are the latest, whenever they were found',
    caughtBy: 'The gaps of an object that were found last come first',
    breakIt: (sound) => ({
      ...sound,
      async gapsOf(portalId, object, latest) {
        const found = await sound.gapsOf(portalId, object, 1_000)
        const byEnd = found.latest.toSorted((a, b) => (a.before < b.before ? 1 : -1))
        return { ...found, latest: byEnd.slice(0, latest) }
      },
    }),
  },
  {
    does: 'gives gaps of every portal',
    caughtBy: 'The gaps of an object are those of its records in one portal',
    breakIt(sound) {
      const portals = new Set<string>()
      return {
        ...sound,
        async commit(batch) {
          portals.add(batch.portalId)
          return sound.commit(batch)
        },
        async gapsOf(_, object, latest) {
          const counts: Record<string, number> = {}
          for (const portal of portals)
            for (const [property, count] of Object.entries(
              (await sound.gapsOf(portal, object, latest)).counts,
            ))
              counts[property] = (counts[property] ?? 0) + count
          return { counts, latest: [] }
        },
      }
    },
  },
  {
    does: 'counts the history that it is to prune, and keeps it',
    caughtBy:
      'The history of an object is pruned for one portal, and dropped when no other has any',
    breakIt: (sound) => ({
      ...sound,
      prune: (portalId, parts) => sound.prune(portalId, parts, { dryRun: true }),
    }),
  },
  {
    does: 'says nothing of missing histories',
    caughtBy: 'Migrating makes the tables of histories, in a mirror too that had none',
    breakIt: (sound) => ({
      ...sound,
      async missing(schema) {
        const { history: _, ...missing } = await sound.missing(schema)
        return missing
      },
    }),
  },
]
