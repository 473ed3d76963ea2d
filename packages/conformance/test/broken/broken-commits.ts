import { isDeepStrictEqual } from 'node:util'
import { CheckpointConflictError, isHubsyncError } from '@hubsync/core'
import type { Batch } from '@hubsync/core/store'
import { type BrokenStore, committing, notingPortals, without } from './broken-store.js'

/** Stores with defects in atomicity and checkpoints. */
export const brokenCommits: readonly BrokenStore[] = [
  {
    does: 'makes a run of every commit',
    caughtBy: 'An empty batch does nothing',
    breakIt: committing((batch) => ({
      ...batch,
      run: batch.run ?? {
        id: batch.at,
        jobs: [],
        status: 'complete',
        counts: null,
        error: null,
        startedAt: batch.at,
        finishedAt: batch.at,
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
    does: 'gives the checkpoints of all portals as those of one',
    caughtBy: 'checkpoints() returns all checkpoints of a portal by stream, and no others',
    breakIt(sound) {
      const { store, portals } = notingPortals(sound)
      return {
        ...store,
        async checkpoints(portalId) {
          const all = await Promise.all([...portals, portalId].map((id) => sound.checkpoints(id)))
          return new Map(all.flatMap((each) => [...each]))
        },
      }
    },
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
    caughtBy: 'A commit for a missing table changes nothing',
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
    caughtBy: 'If two writers expect the same checkpoint, one wins and the other changes nothing',
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
    caughtBy: 'Expecting no checkpoint is refused if there is one, and writes nothing',
    breakIt: committing(async (batch, sound) =>
      batch.checkpoint?.expected === null
        ? expectingStored(batch, await stored(batch, sound))
        : batch,
    ),
  },
  {
    does: 'takes any checkpoint for none where it has none',
    caughtBy: 'Expecting a checkpoint is refused if there is none, and writes nothing',
    breakIt: committing(async (batch, sound) =>
      (await stored(batch, sound)) === null ? expectingStored(batch, null) : batch,
    ),
  },
  {
    does: 'leaves fences where they are',
    caughtBy: 'Fences are moved with the checkpoint, or not at all if one is not as expected',
    breakIt: committing((batch) => without(batch, 'fences')),
  },
  {
    does: 'moves fences after all else, in commits of their own',
    caughtBy:
      'If two writers with different checkpoints share a fence, one wins and the other changes nothing',
    breakIt: (sound) => ({
      ...sound,
      async commit(batch) {
        const { portalId, at, fences = [] } = batch
        for (const { stream, expected } of fences)
          if (!isDeepStrictEqual(await sound.readCheckpoint(portalId, stream), expected))
            throw new CheckpointConflictError(stream)
        const result = await sound.commit(without(batch, 'fences'))
        await sound.commit({ portalId, at, fences })
        return result
      },
    }),
  },
  {
    does: 'has one checkpoint for streams that differ in case',
    caughtBy: 'Each stream has its own checkpoint, whatever its name',
    breakIt: committing(({ checkpoint, ...batch }) => ({
      ...batch,
      ...(checkpoint && { checkpoint: { ...checkpoint, stream: checkpoint.stream.toLowerCase() } }),
    })),
  },
]

const stored = ({ portalId, checkpoint }: Batch, sound: Parameters<BrokenStore['breakIt']>[0]) =>
  sound.readCheckpoint(portalId, checkpoint?.stream ?? '')

function expectingStored(batch: Batch, expected: Awaited<ReturnType<typeof stored>>): Batch {
  const { checkpoint } = batch
  return checkpoint ? { ...batch, checkpoint: { ...checkpoint, expected } } : batch
}
