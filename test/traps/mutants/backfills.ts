import type { Store } from '@hubsync/core'
import type { Checkpoint } from '@hubsync/core/store'
import type { Trap } from '../trap.js'

/** Mistakes about the place where reading continues after a run. */
export const backfillTraps: readonly Trap[] = [
  {
    number: 1,
    mistake: 'The checkpoint is moved before the rows are committed',
    mutants: [
      {
        does: 'commits the checkpoint, and then what it covers',
        replaces: {
          'sync/checkpoint.ts': {
            StreamCheckpoint: (True) =>
              class<State extends Checkpoint> extends True<State> {
                constructor(...[place, ...given]: ConstructorParameters<typeof True<State>>) {
                  super({ ...place, store: committingInTwo(place.store) }, ...given)
                }
              },
          },
        },
        caughtBy: 'a run that is killed at any commit loses nothing',
        says: /is missing in the mirror$/,
      },
    ],
  },
  {
    number: 2,
    mistake: 'The bookmark of a full list is the latest date in it, or its end',
    mutants: [
      {
        does: 'goes on from the moment at which the list was read to its end',
        replaces: {
          'sync/streams/backfill.ts': {
            backfill: (true_) =>
              async function* (job, ...given) {
                for await (const page of true_(job, ...given)) {
                  const completeUpTo = new Date(job.clock.now()).toISOString()
                  const isLast = page.next.phase === 'changes'
                  yield isLast ? { ...page, next: { ...page.next, completeUpTo } } : page
                }
              },
          },
        },
        caughtBy: 'what is edited while the list is read is not missed',
        says: /^companies \d+: updatedAt/,
      },
      {
        does: 'goes on from the latest modification date of the list',
        replaces: {
          'sync/streams/backfill.ts': {
            backfill: (true_) =>
              async function* (...given) {
                let latest = ''
                for await (const page of true_(...given)) {
                  for (const { updatedAt } of page.records.flatMap(({ records }) => records))
                    if (updatedAt > latest) latest = updatedAt
                  const isLast = page.next.phase === 'changes'
                  yield isLast ? { ...page, next: { ...page.next, completeUpTo: latest } } : page
                }
              },
          },
        },
        caughtBy: 'what is edited while the list is read is not missed',
        says: /^companies \d+: updatedAt/,
      },
    ],
  },
]

type StoreOfCheckpoints = Pick<Store, 'readCheckpoint' | 'checkpoints' | 'commit'>

/** A store that writes a checkpoint first, and then the content of its batch. */
function committingInTwo(store: StoreOfCheckpoints): StoreOfCheckpoints {
  return {
    readCheckpoint: (...given) => store.readCheckpoint(...given),
    checkpoints: (...given) => store.checkpoints(...given),
    async commit({ checkpoint, ...batch }) {
      const { portalId, at } = batch
      if (checkpoint) await store.commit({ portalId, at, checkpoint })
      return await store.commit(batch)
    },
  }
}
