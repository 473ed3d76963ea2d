import { type Batch, isHubsyncError } from '@hubsync/core'
import { type BrokenStore, committing, reading, without, writing } from './broken-store.js'

export const brokenCommits: readonly BrokenStore[] = [
  {
    does: 'makes a run of every commit',
    caughtBy: 'An empty batch does nothing',
    breakIt: committing((batch) => ({
      ...batch,
      run: batch.run ?? {
        ...{ id: batch.at, jobs: [], status: 'complete', counts: null, error: null },
        ...{ startedAt: batch.at, finishedAt: batch.at },
      },
    })),
  },
  {
    does: 'forgets its checkpoints in a commit without one',
    caughtBy: 'A commit without a checkpoint leaves every checkpoint as it is',
    breakIt(sound) {
      let forgotten = false
      return {
        ...committing((batch) => {
          forgotten = batch.checkpoint === undefined
          return batch
        })(sound),
        readCheckpoint: async (portalId, stream) =>
          forgotten ? null : sound.readCheckpoint(portalId, stream),
      }
    },
  },
  {
    does: 'takes the last version of a record in a batch for the newest',
    caughtBy: 'Versions of a record within one batch are told apart too',
    breakIt: committing(({ rows = [], ...batch }) => ({
      ...batch,
      rows: rows.map((group) => ({
        ...group,
        rows: [...new Map(group.rows.map((row) => [row.id, row])).values()],
      })),
    })),
  },
  {
    does: 'writes the checkpoint in a commit of its own, before the rows',
    caughtBy: 'A commit with a part that can not be read changes nothing',
    breakIt: (sound) => ({
      ...sound,
      async commit(batch) {
        const { portalId, at, checkpoint } = batch
        if (checkpoint) await sound.commit({ portalId, at, checkpoint })
        return sound.commit(without(batch, 'checkpoint'))
      },
    }),
  },
  {
    does: 'writes every group of rows in a commit of its own',
    caughtBy: 'A commit that names a table which is not there changes nothing',
    breakIt: (sound) => ({
      ...sound,
      async commit(batch) {
        const { portalId, at, rows = [] } = batch
        const results = []
        for (const group of rows) results.push(await sound.commit({ portalId, at, rows: [group] }))
        const rest = await sound.commit(without(batch, 'rows'))
        return { ...rest, rows: Object.assign({}, rest.rows, ...results.map((each) => each.rows)) }
      },
    }),
  },
  {
    does: 'writes tombstones before rows',
    caughtBy: 'A batch writes rows, then tombstones, then association sets',
    breakIt: (sound) => ({
      ...sound,
      async commit(batch) {
        const { portalId, at, tombstones = [] } = batch
        await sound.commit({ portalId, at, tombstones })
        return sound.commit(without(batch, 'tombstones'))
      },
    }),
  },
  {
    does: 'writes the rows before it compares the checkpoint',
    caughtBy: 'Expecting another checkpoint is refused, and writes nothing',
    breakIt: (sound) => ({
      ...sound,
      async commit(batch) {
        const result = await sound.commit(without(batch, 'checkpoint'))
        const { portalId, at, checkpoint } = batch
        if (checkpoint) await sound.commit({ portalId, at, checkpoint })
        return result
      },
    }),
  },
  {
    does: 'takes whatever checkpoint it has for the expected one',
    caughtBy:
      'Of two writers that expect the same checkpoint one wins, and the other changes nothing',
    breakIt: (sound) => ({
      ...sound,
      async commit(batch) {
        const expected = await stored(batch, sound)
        return sound.commit(expectingStored(batch, expected)).catch(async (error: unknown) => {
          if (!isHubsyncError(error) || error.code !== 'CHECKPOINT_CONFLICT') throw error
          return sound.commit(expectingStored(batch, await stored(batch, sound)))
        })
      },
    }),
  },
  {
    does: 'takes null for any checkpoint',
    caughtBy: 'Expecting no checkpoint is refused where there is one, and writes nothing',
    breakIt: committing(async (batch, sound) =>
      batch.checkpoint?.expected === null
        ? expectingStored(batch, await stored(batch, sound))
        : batch,
    ),
  },
  {
    does: 'takes any checkpoint for none where it has none',
    caughtBy: 'Expecting a checkpoint is refused where there is none, and writes nothing',
    breakIt: committing(async (batch, sound) =>
      (await stored(batch, sound)) === null ? expectingStored(batch, null) : batch,
    ),
  },
  {
    does: 'has one checkpoint for streams that differ in case',
    caughtBy: 'Streams have checkpoints of their own, whatever they are called',
    breakIt: committing(({ checkpoint, ...batch }) => ({
      ...batch,
      ...(checkpoint && { checkpoint: { ...checkpoint, stream: checkpoint.stream.toLowerCase() } }),
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
    does: 'keeps dates to the second',
    caughtBy: 'A newer version overwrites, by a millisecond too',
    breakIt: writing((row) => ({ ...row, updatedAt: row.updatedAt.replace(/\.\d+Z/, '.000Z') })),
  },
  {
    does: 'leaves out a version with the date of the one it has',
    caughtBy: 'Of two versions with the same date the one that comes later wins',
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

const stored = ({ portalId, checkpoint }: Batch, sound: Parameters<BrokenStore['breakIt']>[0]) =>
  sound.readCheckpoint(portalId, checkpoint?.stream ?? '')

function expectingStored(batch: Batch, expected: Awaited<ReturnType<typeof stored>>): Batch {
  const { checkpoint } = batch
  return checkpoint ? { ...batch, checkpoint: { ...checkpoint, expected } } : batch
}

function latest(one: string, other = ''): string {
  return one > other ? one : other
}
