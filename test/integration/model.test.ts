import fc from 'fast-check'
import { afterAll, describe, inject, test } from 'vitest'
import { type DatabaseKind, memory, postgres, sqlite } from './stories/databases.js'
import { stories } from './stories/events.js'
import { tellStory } from './stories/tell-story.js'

/** `pnpm soak` sets these: how many stories, from which seed, and at which of its stories to go in at once. */
const { HUBSYNC_STORIES: asked, HUBSYNC_SEED: seed, HUBSYNC_PATH: path } = process.env

const kinds: { name: string; runs: number; open: () => DatabaseKind }[] = [
  { name: 'memory', runs: 60, open: memory },
  { name: 'SQLite', runs: 60, open: sqlite },
  { name: 'Postgres', runs: 30, open: () => postgres(inject('databaseUrl')) },
]

describe.each(kinds)('whatever happens, a mirror on $name', ({ name, runs, open }) => {
  const kind = open()
  const numRuns = Number(asked ?? runs)
  afterAll(() => kind.close())

  test(
    'is equal to its portal after a run that says it is complete',
    async () => {
      let [told, at] = [0, Date.now()]
      await fc.assert(
        fc.asyncProperty(stories, async (story) => {
          const log: string[] = []
          const database = await kind.open()
          try {
            await tellStory(story, database, log)
          } catch (error) {
            throw new Error(`${(error as Error).stack}\n\nWhat happened:\n${log.join('\n')}`)
          } finally {
            await database.close()
          }
          told++
          if (asked === undefined || Date.now() - at < 15_000) return
          at = Date.now()
          console.log(`${name}: ${told} of ${numRuns} stories`)
        }),
        {
          ...{ numRuns, errorWithCause: false },
          ...(seed === undefined ? {} : { seed: Number(seed) }),
          ...(path === undefined ? {} : { path }),
        },
      )
    },
    120_000 + numRuns * 20_000,
  )
})
