import { type BrokenStore, committing } from './broken-store.js'

const all = { limit: Number.MAX_SAFE_INTEGER }

export const brokenReads: readonly BrokenStore[] = [
  {
    does: 'pages by how many rows it gave already',
    caughtBy: 'A list continues by key while rows are added and removed',
    breakIt(sound) {
      const given = new Map<string | undefined, number>([[undefined, 0]])
      return {
        ...sound,
        async list(portalId, object, { after, limit, status }) {
          const rows = await sound.list(portalId, object, { ...all, status })
          const from = given.get(after) ?? 0
          const page = rows.slice(from, from + limit)
          given.set(page.at(-1)?.id, from + page.length)
          return page
        },
      }
    },
  },
  {
    does: 'picks rows of a status out of pages that are cut already',
    caughtBy: 'A list by status gives rows of that status, in full pages',
    breakIt: (sound) => ({
      ...sound,
      list: async (portalId, object, { after, limit, status }) =>
        (await sound.list(portalId, object, { after, limit })).filter(
          (row) => status === undefined || row.status === status,
        ),
    }),
  },
  {
    does: 'lists rows modified after a moment, and not at it',
    caughtBy: 'A list with updatedSince returns the rows modified then or later, in full pages',
    breakIt: (sound) => ({
      ...sound,
      list: async (portalId, object, page) =>
        (await sound.list(portalId, object, page)).filter(
          ({ updatedAt }) => updatedAt !== page.updatedSince,
        ),
    }),
  },
  {
    does: 'lists rows in the order of their number',
    caughtBy: 'Rows are listed by their key as text, page by page',
    breakIt: (sound) => ({
      ...sound,
      list: async (portalId, object, page) =>
        (await sound.list(portalId, object, page)).sort((a, b) => Number(a.id) - Number(b.id)),
    }),
  },
  {
    does: 'gives ids in the order of their text',
    caughtBy: 'Ids are returned in the order of their numbers',
    breakIt: (sound) => ({
      ...sound,
      ids: async (portalId, object, range) => (await sound.ids(portalId, object, range)).sort(),
    }),
  },
  {
    does: 'ends a range of ids before its last',
    caughtBy: 'A range of ids starts after its first and ends with its last, by number',
    breakIt: (sound) => ({
      ...sound,
      ids: async (portalId, object, range) =>
        (await sound.ids(portalId, object, range)).filter((id) => id !== range.upTo),
    }),
  },
  {
    does: 'gives ids of every status',
    caughtBy: 'Ids by status are only those with that status',
    breakIt: (sound) => ({
      ...sound,
      ids: (portalId, object, range) =>
        sound.ids(portalId, object, { ...range, status: undefined }),
    }),
  },
  {
    does: 'confirms a claim of an active record that is archived here',
    caughtBy: 'A claim that does not match is returned with its reason, in the order of the claims',
    breakIt: (sound) => ({
      ...sound,
      differing: async (portalId, object, claims) =>
        (await sound.differing(portalId, object, claims)).filter(
          ({ reason }) => reason !== 'archived',
        ),
    }),
  },
  {
    does: 'confirms a claim of an older version than the one here',
    caughtBy: 'A claim that does not match is returned with its reason, in the order of the claims',
    breakIt: (sound) => ({
      ...sound,
      differing: async (portalId, object, claims) =>
        (await sound.differing(portalId, object, claims)).filter(
          ({ reason }) => reason !== 'newer',
        ),
    }),
  },
  {
    does: 'compares the first thousand claims',
    caughtBy: 'Ten thousand claims are compared at once',
    breakIt: (sound) => ({
      ...sound,
      differing: (portalId, object, claims) =>
        sound.differing(portalId, object, claims.slice(0, 1000)),
    }),
  },
  {
    does: 'counts archived rows among the active ones',
    caughtBy: 'Rows are counted by object and status',
    breakIt: (sound) => ({
      ...sound,
      async counts(portalId) {
        const counts = await sound.counts(portalId)
        for (const each of Object.values(counts)) each.active += each.archived
        return counts
      },
    }),
  },
  {
    does: 'sees related records from one end',
    caughtBy: 'Related records are seen from both ends, each with all of its associations',
    breakIt: (sound) => ({
      ...sound,
      related: async (portalId, pair, end) =>
        'toId' in end ? [] : sound.related(portalId, pair, end),
    }),
  },
  {
    does: 'cuts pages of related records by their associations',
    caughtBy: 'Related records are in the order of their ids as text, in pages of records',
    breakIt: (sound) => ({
      ...sound,
      async related(portalId, pair, end) {
        let left = end.limit ?? Number.POSITIVE_INFINITY
        const whole = await sound.related(portalId, pair, { ...end, limit: undefined })
        return whole.flatMap(({ row, associations }) => {
          const kept = associations.slice(0, Math.max(0, left))
          left -= associations.length
          return kept.length === 0 ? [] : [{ row, associations: kept }]
        })
      },
    }),
  },
  {
    does: 'sees a pair of an object with itself from both ends at once',
    caughtBy: 'A pair of an object with itself is seen from the end that was asked for',
    breakIt: (sound) => ({
      ...sound,
      async related(portalId, pair, end) {
        const id = 'toId' in end ? end.toId : end.fromId
        const one = await sound.related(portalId, pair, { fromId: id })
        return [...one, ...(await sound.related(portalId, pair, { toId: id }))]
      },
    }),
  },
  {
    does: 'calls a restored row an updated one in the feed',
    caughtBy: 'The feed tells of every kind of change, with old and new values',
    breakIt: (sound) => ({
      ...sound,
      changes: async (portalId, page) =>
        (await sound.changes(portalId, page)).map((entry) => ({
          ...entry,
          kind: entry.kind === 'restored' ? 'updated' : entry.kind,
        })),
    }),
  },
  {
    does: 'tells the feed of a backfill',
    caughtBy: 'Rows of a group without feed are not in the feed',
    breakIt: committing(({ rows = [], ...batch }) => ({
      ...batch,
      rows: rows.map((group) => ({ ...group, feed: true })),
    })),
  },
  {
    does: 'reads the feed from an entry on, and not after it',
    caughtBy: 'The feed is read page by page in the order of the commits, whoever made them',
    breakIt: (sound) => ({
      ...sound,
      changes: (portalId, { after = 1, limit }) =>
        sound.changes(portalId, { after: after - 1, limit }),
    }),
  },
  {
    does: 'orders runs of one moment by their id',
    caughtBy: 'If runs start at the same time, the one written later is newer',
    breakIt: (sound) => ({
      ...sound,
      runs: async (portalId, page) =>
        (await sound.runs(portalId, page)).sort(
          (a, b) => b.startedAt.localeCompare(a.startedAt) || a.id.localeCompare(b.id),
        ),
    }),
  },
  {
    does: 'reads runs oldest first',
    caughtBy: 'Runs are read newest first, each as it was last written',
    breakIt: (sound) => ({
      ...sound,
      runs: async (portalId, page) =>
        (await sound.runs(portalId, all)).reverse().slice(0, page.limit),
    }),
  },
  {
    does: 'reads nothing that it has not migrated to itself',
    caughtBy: 'A handle that has only called missing() can read, and creates nothing',
    breakIt(sound) {
      let missed = false
      return {
        ...sound,
        missing: async (schema) => {
          missed = true
          return sound.missing(schema)
        },
        list: async (...page) => (missed ? [] : sound.list(...page)),
      }
    },
  },
]
