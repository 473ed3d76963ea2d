import type { Modules, Replacements, Trap } from '../trap.js'

type Parsed = ReturnType<Modules['extract/parse-associations.ts']['parseAssociations']>

/** Mistakes about associations. */
export const associationTraps: readonly Trap[] = [
  {
    number: 10,
    mistake: 'Associations are read again for modified records alone',
    mutants: [
      {
        does: 'reads associations with records that changed and never else',
        replaces: {
          'sync/plan-run.ts': {
            planRun:
              (true_) =>
              (...given) =>
                true_(...given).map((phase) => ({
                  ...phase,
                  jobs: phase.jobs.filter(({ kind }) => kind !== 'associations'),
                })),
          },
        },
        caughtBy: 'records that are associated without being modified are so here too',
        says: /^associations from contacts to companies/,
      },
    ],
  },
  {
    number: 11,
    mistake: 'Associations are added and never removed',
    mutants: [
      {
        does: 'adds associations to those that it has',
        replaces: {
          'store/plan-edges.ts': {
            planEdges:
              (true_) =>
              (...given) => ({ ...true_(...given), removed: [] }),
          },
        },
        caughtBy: 'an association that is removed disappears',
        says: /^associations from contacts to companies/,
      },
      {
        does: 'takes NO_ASSOCIATIONS_FOUND for an error',
        replaces: {
          'extract/parse-associations.ts': {
            parseAssociations: (true_) => (json) => true_({ ...(json as object), errors: [] }),
          },
        },
        caughtBy: 'an association that is removed disappears',
        says: /^the run is partial: .*records? unanswered/,
      },
    ],
  },
  {
    number: 12,
    mistake: "The pages within a record's associations are left out",
    mutants: [
      {
        does: "reads the first page of each record's associations",
        replaces: parsing((record) => ({ ...record, after: undefined })),
        caughtBy: 'a record with more associations than come on a page has them all',
        says: /^associations from contacts to deals/,
      },
    ],
  },
  {
    number: 24,
    mistake: 'One association between two records, of a type known beforehand',
    mutants: [
      {
        does: 'keeps one type for each two records',
        replaces: parsing(({ edges, ...record }) => {
          const firstTo = (id: string) => edges.find(({ toId }) => toId === id)
          return { ...record, edges: edges.filter((edge) => edge === firstTo(edge.toId)) }
        }),
        caughtBy: 'two records keep every type of their association, with its label',
        says: /^associations from contacts to companies/,
      },
      {
        does: "takes every contact's company for the unlabelled type 279",
        replaces: parsingEdges((edge) => ({ ...edge, typeId: 279 })),
        caughtBy: 'two records keep every type of their association, with its label',
        says: /^associations from contacts to companies/,
      },
      {
        does: 'leaves labels out',
        replaces: parsingEdges((edge) => ({ ...edge, label: null })),
        caughtBy: 'two records keep every type of their association, with its label',
        says: /^associations from contacts to companies/,
      },
    ],
  },
  {
    number: 28,
    mistake: 'Unanswered ids are noted in a state that the next page overwrites',
    mutants: [
      {
        does: 'goes on from what a page has left unanswered, and forgets what those before it had',
        replaces: {
          'sync/pending.ts': {
            stateAfter:
              (true_) =>
              (before, ...given) =>
                true_(before && { ...before, pending: {} }, ...given),
          },
        },
        caughtBy: 'associations that a backfill is left without are asked for until they come',
        says: /^the run claims to be complete/,
      },
      {
        does: 'keeps of a page what it asked for, and not what its associations left unanswered',
        replaces: {
          'sync/pending.ts': {
            stateAfter: (true_) => (before, page, _, refused) => true_(before, page, [], refused),
          },
        },
        caughtBy: 'associations that a backfill is left without are asked for until they come',
        says: /^the run claims to be complete/,
      },
      {
        does: 'takes ids for answered once they were asked for again',
        replaces: {
          'sync/pending.ts': {
            stateAfter: (true_) => (before, page, ofLinks, refused) =>
              page.askedAgain
                ? true_(before, { ...page, unanswered: {} }, [], refused)
                : true_(before, page, ofLinks, refused),
          },
        },
        caughtBy: 'associations that a backfill is left without are asked for until they come',
        says: /^the run claims to be complete/,
      },
    ],
  },
]

/** Reads something else from a reply about a record's associations than it says. */
function parsing(change: (record: Parsed[number]) => Parsed[number]): Replacements {
  return {
    'extract/parse-associations.ts': {
      parseAssociations: (true_) => (json) => true_(json).map(change),
    },
  }
}

function parsingEdges(
  change: (edge: Parsed[number]['edges'][number]) => Parsed[number]['edges'][number],
): Replacements {
  return parsing((record) => ({ ...record, edges: record.edges.map(change) }))
}
