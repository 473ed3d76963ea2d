import fc from 'fast-check'
import { afterAll, describe, inject, test } from 'vitest'
import { type DatabaseKind, memory, postgres, sqlite } from './stories/databases.js'
import { stories } from './stories/events.js'
import { tellOn } from './stories/tell-story.js'

const kinds: { name: string; runs: number; open: () => DatabaseKind }[] = [
  // Fewer: on SQLite the same stories go the same ways, and hold the store's transactions too.
  { name: 'memory', runs: 10, open: memory },
  { name: 'SQLite', runs: 40, open: sqlite },
  { name: 'Postgres', runs: 20, open: () => postgres(inject('databaseUrl')) },
]

describe.each(kinds)('whatever happens, a mirror on $name', ({ runs, open }) => {
  const kind = open()
  afterAll(() => kind.close())

  test(
    'is equal to its portal after a run that says it is complete',
    () =>
      fc.assert(
        fc.asyncProperty(stories, (story) => tellOn(kind, story)),
        { numRuns: runs },
      ),
    120_000 + runs * 20_000,
  )
})
