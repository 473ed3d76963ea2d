import type { Trap } from '../trap.js'

/** Mistakes about archived, merged and deleted records. */
export const deletionTraps: readonly Trap[] = [
  {
    number: 7,
    mistake: 'Deletions are never seen',
    mutants: [
      {
        does: 'never lists the recycle bin',
        replaces: {
          'sync/plan-run.ts': {
            planRun:
              (true_) =>
              (...given) =>
                true_(...given).map(({ jobs, aside }) => ({
                  jobs: jobs.filter(({ kind }) => kind !== 'archived'),
                  aside: aside.filter(({ kind }) => kind !== 'archived'),
                })),
          },
        },
        caughtBy: 'a record that is archived is ARCHIVED after the next run',
        says: /^contacts \d+: status/,
      },
    ],
  },
  {
    number: 8,
    mistake: 'All that is deleted is expected in the bin',
    mutants: [
      {
        does: 'keeps what is in neither the list nor the bin',
        replaces: {
          'map/map-tombstone.ts': {
            mapAbsences: (true_) => (definition, aliases) => true_(definition, aliases, []),
          },
        },
        caughtBy: 'a record that is purged, or deleted for privacy, leaves the mirror',
        says: /^contacts that are in the mirror alone/,
      },
    ],
  },
  {
    number: 9,
    mistake: 'Merged records stay, or a record is filed under a merged id',
    mutants: [
      {
        does: 'keeps the records that were merged into another',
        replaces: {
          'map/map-tombstone.ts': { mapMerges: () => () => [] },
          'sync/far-ends.ts': {
            readEnds:
              (true_) =>
              (reading, ...given) =>
                true_({ ...reading, tombstones: [] }, ...given),
          },
        },
        caughtBy: 'merged records leave the mirror, those of earlier merges too',
        says: /^companies that are in the mirror alone/,
      },
      {
        does: 'files an answer under the id that was asked for',
        replaces: {
          'extract/parse-batch.ts': {
            parseBatch:
              (true_) =>
              (...given) => {
                const answer = true_(...given)
                const losers = new Map(
                  [...answer.aliases].map(([loser, winner]) => [winner, loser]),
                )
                const records = answer.records.map((record) => ({
                  ...record,
                  id: losers.get(record.id) ?? record.id,
                }))
                return { ...answer, records, aliases: new Map() }
              },
          },
        },
        caughtBy:
          'a record that answers under another id than it was asked for by is kept under its own',
        says: /^contacts \d+ is missing in the mirror/,
      },
    ],
  },
  {
    number: 31,
    mistake: 'Taking `archivedAt` for the moment of archiving',
    mutants: [
      {
        does: 'takes for missed whatever shows an earlier moment than the last run',
        replaces: {
          'sync/streams/differences.ts': {
            isLate:
              (true_) =>
              (...given) =>
                true_(...given) ?? false,
          },
        },
        caughtBy: 'a contact that was archived after the last run is no difference',
        says: /^verify says different/,
      },
      {
        does: 'takes for news whatever may have been archived since, and goes on to',
        replaces: {
          'sync/streams/differences.ts': {
            addDifferences: (true_) => (state, differing, reach, moments) =>
              true_({ ...state, awaited: {} }, differing, reach, {
                ...moments,
                next: Number.MAX_SAFE_INTEGER,
              }),
          },
        },
        caughtBy:
          'a contact that was archived and that a whole walk of the bin has missed is a difference',
        says: /^verify says equal/,
      },
      {
        does: 'takes a contact for archived since the date that it shows',
        replaces: {
          'sync/bin.ts': {
            isOlderThanBin: (true_) => (version, cutoff, watchedSince) => {
              const { status, archivedAt } = version
              const shows = status === 'ARCHIVED' && archivedAt !== null && archivedAt <= cutoff
              return shows || true_(version, cutoff, watchedSince)
            },
          },
        },
        caughtBy: 'contacts that vanish soon after they were archived are spared by a census',
        says: /^rows were removed/,
      },
    ],
  },
  {
    number: 32,
    mistake: "Counting what HubSpot's bin drops after 90 days as an alarming loss",
    mutants: [
      {
        does: 'counts them with what is gone',
        replaces: { 'sync/streams/removals.ts': { droppedFromBin: () => async () => new Set() } },
        caughtBy:
          "what HubSpot's bin drops after ninety days leaves the mirror, however much it is",
        says: /^the run is partial/,
      },
      {
        does: 'counts no archived record among what is gone',
        replaces: {
          'sync/bin.ts': {
            isOlderThanBin:
              () =>
              ({ status, archivedAt }) =>
                status === 'ARCHIVED' && archivedAt !== null,
          },
        },
        caughtBy: 'contacts that vanish soon after they were archived are spared by a census',
        says: /^rows were removed/,
      },
      {
        does: 'counts the dropped ones among the rows of which a share may go',
        replaces: {
          'sync/streams/removals.ts': {
            refusalOf: (true_) => (job, definition, counted) =>
              true_(job, definition, { ...counted, dropped: 0 }),
          },
        },
        caughtBy: "live records that vanish with what HubSpot's bin drops are spared by a census",
        says: /^live rows were removed/,
      },
    ],
  },
]
