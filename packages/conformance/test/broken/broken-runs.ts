import { type BrokenStore, committing, without } from './broken-store.js'

const everyRun = { limit: Number.MAX_SAFE_INTEGER }

/** Stores with defects in which runs are kept and returned. */
export const brokenRuns: readonly BrokenStore[] = [
  {
    does: 'keeps every run',
    caughtBy: 'Runs that are named are forgotten, and no others',
    breakIt: committing((batch) => without(batch, 'forgetRuns')),
  },
  {
    does: 'forgets every run older than one that is named',
    caughtBy: 'Runs that are named are forgotten, and no others',
    breakIt: committing(async ({ forgetRuns, ...batch }, sound) => {
      if (!forgetRuns) return batch
      const runs = await sound.runs(batch.portalId, everyRun)
      const newest = runs.findIndex(({ id }) => forgetRuns.includes(id))
      return { ...batch, forgetRuns: runs.slice(newest).map(({ id }) => id) }
    }),
  },
  {
    does: 'forgets runs of a name in every portal',
    caughtBy: 'Runs that are named are forgotten, and no others',
    breakIt(sound) {
      const portals = new Set<string>()
      return committing(async (batch) => {
        portals.add(batch.portalId)
        for (const portalId of batch.forgetRuns ? portals : [])
          await sound.commit({
            portalId,
            at: batch.at,
            forgetRuns: batch.forgetRuns ?? [],
          })
        return batch
      })(sound)
    },
  },
  {
    does: 'leaves out a run that was forgotten once',
    caughtBy: 'A run that is forgotten may be written again',
    breakIt(sound) {
      const forgotten = new Set<string>()
      return committing((batch) => {
        for (const id of batch.forgetRuns ?? []) forgotten.add(id)
        return batch.run && forgotten.has(batch.run.id) ? without(batch, 'run') : batch
      })(sound)
    },
  },
  {
    does: 'picks runs from before a moment out of a page that is cut already',
    caughtBy: 'Runs from before a moment are read newest first',
    breakIt: (sound) => ({
      ...sound,
      runs: async (portalId, { limit, startedBefore }) =>
        (await sound.runs(portalId, { limit })).filter(
          ({ startedAt }) => startedBefore === undefined || startedAt < startedBefore,
        ),
    }),
  },
  {
    does: 'gives the run of the moment with those from before it',
    caughtBy: 'Runs from before a moment are read newest first',
    breakIt: (sound) => ({
      ...sound,
      runs: async (portalId, { limit, startedBefore }) =>
        (await sound.runs(portalId, everyRun))
          .filter(({ startedAt }) => startedBefore === undefined || startedAt <= startedBefore)
          .slice(0, limit),
    }),
  },
]
