import type { Trap } from '../trap.js'

const asText = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0)

/** Mistakes about ids, and the names of types and objects. */
export const nameTraps: readonly Trap[] = [
  {
    number: 15,
    mistake: 'Ids are numbers here and text there',
    mutants: [
      {
        does: 'keeps the far ends of associations as the numbers that they come as',
        replaces: {
          'extract/parse-associations.ts': {
            parseAssociations: (true_) => (json) =>
              true_(json).map(({ edges, ...record }) => ({
                ...record,
                edges: edges.map((edge) => ({ ...edge, toId: Number(edge.toId) as never })),
              })),
          },
        },
        caughtBy: 'records that are associated without being modified are so here too',
        says: /^the run is partial: .*records? unanswered|^associations from/,
      },
      {
        does: 'compares ids as text, and takes lists to come in that order',
        replaces: {
          'extract/id-order.ts': { compareIds: () => asText, inOrder: () => () => true },
        },
        caughtBy: 'ids of different lengths are in their order',
        says: /^contacts \d+ is missing in the mirror/,
      },
    ],
  },
  {
    number: 29,
    mistake: 'A type is known by one of its names alone',
    mutants: [
      {
        does: 'takes each name of a type for a type of its own',
        replaces: { 'objects/type-names.ts': { canonicalType: () => (given) => given } },
        caughtBy: 'a type is as fresh by another of its names',
        says: /^by the name contact, contacts \d+: updatedAt/,
      },
      {
        does: 'knows the singular and not the type id',
        replaces: {
          'objects/type-names.ts': {
            canonicalType: (true_) => (given) => (/^0-\d+$/.test(given) ? given : true_(given)),
          },
        },
        caughtBy: 'a type is as fresh by another of its names',
        says: /^by the name 0-1, contacts \d+: updatedAt/,
      },
    ],
  },
  {
    number: 34,
    mistake: "A user's name for an object stands beside names of one's own",
    mutants: [
      {
        does: 'takes an object that is called as one of its jobs',
        replaces: {
          'objects/reserved-names.ts': {
            reservedNames: ({ associations: _, ...others }) => others,
          },
        },
        caughtBy: 'an object that is called as a job takes over no report of that job',
        says: /^the report of the links tells of companies/,
      },
      {
        does: 'takes an object that is called as one of its streams',
        replaces: {
          'objects/reserved-names.ts': { reservedNames: ({ queue: _, ...others }) => others },
        },
        caughtBy: 'an object that is called as a stream leaves that stream alone',
        says: /the stream is broken/,
      },
    ],
  },
]
