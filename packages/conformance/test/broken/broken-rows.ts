import type { MirrorRow, Store } from '@hubsync/core'
import type { Batch } from '@hubsync/core/store'
import { type BrokenStore, committing, reading, writing } from './broken-store.js'

/** Stores with defects in versions, unchanged rows and absent values. */
export const brokenRows: readonly BrokenStore[] = [
  {
    does: 'takes the last version of a record in a batch for the newest',
    caughtBy: 'Versions of a record within one batch are compared too',
    breakIt: committing(({ rows = [], ...batch }) => ({
      ...batch,
      rows: rows.map((group) => ({
        ...group,
        rows: [...new Map(group.rows.map((row) => [row.id, row])).values()],
      })),
    })),
  },
  {
    does: 'lets an older version overwrite a newer one',
    caughtBy: 'An older version is left out and counted as stale',
    breakIt: writing((row, known) => ({
      ...row,
      updatedAt: latest(row.updatedAt, known?.updatedAt),
    })),
  },
  {
    does: 'leaves out an older version whatever it replaces',
    caughtBy: 'An older version takes the place of the newer one that it replaces',
    breakIt: writing(({ replaces: _, ...row }) => row),
  },
  {
    does: 'lets a version that replaces one replace any',
    caughtBy: 'An older version replaces no version but the one that it names',
    breakIt: writing((row, known) => (row.replaces && known ? { ...row, replaces: known } : row)),
  },
  {
    does: 'tells the version that is to be replaced by its date alone',
    caughtBy: 'A version to be replaced is also identified by its status and its time of archiving',
    breakIt: writing((row, known) =>
      row.replaces && known?.updatedAt === row.replaces.updatedAt
        ? { ...row, replaces: known }
        : row,
    ),
  },
  {
    does: 'looks for the version that is to be replaced before it writes the batch',
    caughtBy: 'A version is replaced once within a batch',
    breakIt: (sound) => ({
      ...sound,
      async commit(batch) {
        const seen = new Set<string>()
        const rows = (batch.rows ?? []).map((group) => ({
          ...group,
          rows: group.rows.map((row) => {
            if (!row.replaces || !seen.has(row.id)) {
              seen.add(row.id)
              return row
            }
            const before = group.rows.find(({ id }) => id === row.id) as MirrorRow
            return { ...row, replaces: before }
          }),
        }))
        return sound.commit({ ...batch, rows })
      },
    }),
  },
  {
    does: 'compares versions with what was there before another writer came',
    caughtBy: 'If two writers race, the newer version stays, whichever comes first',
    breakIt(sound) {
      let commits = 0
      return {
        ...sound,
        async commit(batch) {
          const compared = writing((row, known) =>
            known && known.updatedAt > row.updatedAt ? undefined : row,
          )
          const forced = writing((row, known) => ({
            ...row,
            updatedAt: latest(row.updatedAt, known?.updatedAt),
          }))
          // Every other commit reads, lets the concurrent one finish, and then writes.
          const late = commits++ % 2 === 1
          const next: Store = {
            ...sound,
            async commit(wanted) {
              if (late) await new Promise(setImmediate)
              return forced(sound).commit(wanted)
            },
          }
          return compared(next).commit(batch)
        },
      }
    },
  },
  {
    does: 'keeps dates to the second',
    caughtBy: 'A newer version overwrites, even if it is newer by one millisecond',
    breakIt: writing((row) => ({ ...row, updatedAt: row.updatedAt.replace(/\.\d+Z/, '.000Z') })),
  },
  {
    does: 'leaves out a version with the date of the one it has',
    caughtBy: 'If two versions have the same date, the one that comes later wins',
    breakIt: writing((row, known) => (row.updatedAt === known?.updatedAt ? undefined : row)),
  },
  {
    does: 'restores an archived row with an active version of the same date',
    caughtBy: 'An active version of the same date does not restore an archived row',
    breakIt: writing((row, known) =>
      known?.status === 'ARCHIVED' && row.status === 'ACTIVE'
        ? { ...row, updatedAt: row.updatedAt.replace('.000Z', '.001Z') }
        : row,
    ),
  },
  {
    does: 'archives a row by whatever version says so',
    caughtBy: 'An older archived version does not archive a newer active row',
    breakIt: writing((row, known) =>
      row.status === 'ARCHIVED'
        ? { ...row, updatedAt: latest(row.updatedAt, known?.updatedAt) }
        : row,
    ),
  },
  {
    does: 'moves synced_at of rows that did not change',
    caughtBy: 'Only the rows that changed are written',
    breakIt(sound) {
      const seen = new Map<string, string>()
      return {
        ...reading((row) => ({ ...row, syncedAt: seen.get(row.id) ?? row.syncedAt }))(sound),
        async commit(batch) {
          const result = await sound.commit(batch)
          for (const { rows } of batch.rows ?? []) for (const { id } of rows) seen.set(id, batch.at)
          return result
        },
      }
    },
  },
  {
    does: 'tells the feed of rows that did not change',
    caughtBy: 'A batch that is replayed writes nothing',
    breakIt(sound) {
      let replays = 0
      return {
        ...sound,
        async commit(batch) {
          const result = await sound.commit(batch)
          for (const { unchanged } of Object.values(result.rows)) replays += unchanged
          return result
        },
        async changes(portalId, page) {
          const entries = await sound.changes(portalId, page)
          const [first] = entries
          return first ? [...entries, ...Array.from({ length: replays }, () => first)] : entries
        },
      }
    },
  },
  {
    does: 'takes another order of raw keys for a change',
    caughtBy: 'A row is unchanged when the keys of its raw object come in another order',
    breakIt: writing((row, known) =>
      known && JSON.stringify(known.raw) !== JSON.stringify(row.raw)
        ? { ...row, url: `${row.url}#` }
        : row,
    ),
  },
  {
    does: 'sees no change that is only in the raw object',
    caughtBy: 'A row that changed only in its raw object is written',
    breakIt: writing((row, known) =>
      known && JSON.stringify(known.values) === JSON.stringify(row.values)
        ? { ...row, raw: known.raw }
        : row.updatedAt === known?.updatedAt
          ? { ...row, raw: known.raw }
          : row,
    ),
  },
  {
    does: 'takes a column that is absent for one that is empty',
    caughtBy: 'A column that a row does not carry keeps its value',
    breakIt: writing((row, known) => {
      const nulls = Object.keys(known?.values ?? {}).map((name) => [name, null])
      return { ...row, values: { ...Object.fromEntries(nulls), ...row.values } }
    }),
  },
  {
    does: 'leaves a column as it is when a row carries null',
    caughtBy: 'A column that a row carries as null is emptied',
    breakIt: writing((row) => ({
      ...row,
      values: Object.fromEntries(Object.entries(row.values).filter(([, value]) => value !== null)),
    })),
  },
  {
    does: 'replaces the raw object by what came',
    caughtBy: 'A raw property that a row does not carry keeps its value',
    breakIt(sound) {
      const given = new Map<string, Batch>()
      const rawOf = (id: string) =>
        given
          .get(id)
          ?.rows?.flatMap(({ rows }) => rows)
          .find((row) => row.id === id)?.raw
      return {
        ...reading((row) => ({ ...row, raw: rawOf(row.id) ?? row.raw }))(sound),
        async commit(batch) {
          const result = await sound.commit(batch)
          for (const { rows } of batch.rows ?? []) for (const { id } of rows) given.set(id, batch)
          return result
        },
      }
    },
  },
]

function latest(one: string, other = ''): string {
  return one > other ? one : other
}
