import type { Replacements, Trap } from '../trap.js'

/** Takes a page that fails for the last one, and reads no page twice. */
const failureEndsList: Replacements = {
  'extract/page-reader.ts': {
    PageReader: (True) =>
      class extends True {
        readonly #read = new Map<string | null, ReturnType<typeof True.prototype.read>>()

        override read(after: string | null) {
          const page =
            this.#read.get(after) ??
            super.read(after).catch(() => ({ results: [], next: undefined, total: 0 }))
          this.#read.set(after, page)
          return page
        }
      },
  },
}

/** Takes everything that the walk didn't find for deleted. */
const unmetIsGone: Replacements = {
  'sync/streams/look-into.ts': {
    lookInto:
      (true_) =>
      async (job, definition, ids, ...given) => {
        const look = await true_(job, definition, ids, ...given)
        const merged = look.content.tombstones.filter(({ reason }) => reason === 'merged')
        const purged = ids.map((id) => ({
          ...{ object: definition.name, id, reason: 'purged' as const },
          intoId: null,
        }))
        return { ...look, content: { ...look.content, tombstones: [...merged, ...purged] } }
      },
  },
}

/** Mistakes about what a read didn't reach or wasn't given. */
export const incompleteReadTraps: readonly Trap[] = [
  {
    number: 16,
    mistake: "What an incomplete read didn't show is removed",
    mutants: [
      {
        does: 'takes a page that fails for the end of the list',
        replaces: failureEndsList,
        caughtBy: 'a list that breaks off is not taken for its end',
        says: /^the run claims to be complete/,
      },
      {
        does: "removes what a walk that broke off didn't meet",
        replaces: { ...failureEndsList, ...unmetIsGone },
        caughtBy: 'a census whose walk breaks off removes nothing',
        says: /^rows were removed/,
      },
      {
        does: "removes what a walk didn't meet without asking for it",
        replaces: unmetIsGone,
        caughtBy: 'a record that was made while a census was on its way is not removed by it',
        says: /^companies \d+ is gone/,
      },
      {
        does: 'removes whatever is gone, be it half of the rows',
        replaces: { 'sync/streams/removals.ts': { refusalOf: () => () => undefined } },
        caughtBy: 'a census that finds more gone than its share removes nothing',
        says: /^rows were removed/,
      },
      {
        does: 'passes over an object that it may not read',
        replaces: {
          'sync/job-tally.ts': {
            JobTally: (True) =>
              class extends True {
                override report(
                  ...[status, ms, reason, error]: Parameters<typeof True.prototype.report>
                ) {
                  const code = (error as { code?: string } | undefined)?.code
                  const said = code === 'MISSING_SCOPE' ? 'complete' : status
                  return super.report(said, ms, reason, error)
                }
              },
          },
        },
        caughtBy: 'a run that may not read an object says so, and keeps its rows',
        says: /^the run claims to be complete/,
      },
    ],
  },
]
