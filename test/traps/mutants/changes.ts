import type { Replacements, Trap } from '../trap.js'

/** Mistakes about change windows and their searches. */
export const changeTraps: readonly Trap[] = [
  {
    number: 3,
    mistake: 'Search without overlap, as if it were current and in order',
    mutants: [
      {
        does: 'starts each window where the last one ended',
        replaces: {
          'sync/streams/changes.ts': {
            changes:
              (true_) =>
              (job, ...given) =>
                true_({ ...job, overlapMs: 0 }, ...given),
          },
        },
        caughtBy: 'a change that the search shows late is found by a later run',
        says: /^contacts \d+: updatedAt/,
      },
      {
        does: 'takes the date of the last result for the place where the search has come to',
        replaces: goingOnFrom((dates) => dates.at(-1)),
        caughtBy: 'a record that the search shows at its old place hides no others',
        says: /^companies \d+: updatedAt/,
      },
    ],
  },
  {
    number: 4,
    mistake: 'The wrong last-modified property on contacts',
    mutants: [
      {
        does: 'asks for contacts by hs_lastmodifieddate, as for every other object',
        replaces: {
          'objects/contacts.ts': {
            contacts: (true_) => ({ ...true_, modifiedProperty: 'hs_lastmodifieddate' }),
          },
        },
        caughtBy: 'a contact that changed arrives with the next run',
        says: /^contacts \d+: updatedAt/,
      },
    ],
  },
  {
    number: 5,
    mistake: 'Paging a search past 10,000 results, or stopping there',
    mutants: [
      {
        does: 'stops at the last result that a search gives',
        replaces: byOffset((next) => next === undefined || Number(next) >= 400),
        caughtBy: 'more changes than a search can be paged through are all read',
        says: /^companies \d+: updatedAt/,
      },
      {
        does: 'pages by offset while records move to the end',
        replaces: byOffset((next) => next === undefined),
        caughtBy: 'a record that is edited while the changes are read hides no other',
        says: /^companies \d+: updatedAt/,
      },
      {
        does: 'stops once it has seen as many results as `total` says',
        replaces: {
          'extract/change-search.ts': {
            searchPart:
              (true_) =>
              async (...given) => {
                const found = await true_(...given)
                return { ...found, more: found.more && found.hits.length < found.total }
              },
          },
        },
        caughtBy: 'a search is read to its end where its total is too low, missing or too high',
        says: /^companies \d+: updatedAt/,
      },
      {
        does: 'stops at a page that is not full',
        replaces: {
          'extract/change-search.ts': {
            searchPart:
              (true_) =>
              async (...given) => {
                const found = await true_(...given)
                return { ...found, more: found.more && found.hits.length >= 200 }
              },
          },
        },
        caughtBy: 'a short page of a search is not its end',
        says: /^companies \d+: updatedAt/,
      },
    ],
  },
  {
    number: 6,
    mistake: 'Going on from the last date, with more equal dates than results',
    mutants: [
      {
        does: 'starts again from the same date for ever',
        replaces: {
          'extract/cut-up.ts': {
            cutUp:
              (true_) =>
              (piece, ...given) => {
                const part = true_(piece, ...given)
                return isOneMoment(piece) ? { ...part, cuts: [] } : part
              },
          },
        },
        caughtBy: 'more records in one millisecond than a search can be paged through are all read',
        says: /^the run is partial/,
      },
      {
        does: 'steps over to the next millisecond',
        replaces: {
          'extract/change-plan.ts': {
            ChangePlan: (True) =>
              class extends True {
                override learn(...[piece, reply]: Parameters<typeof True.prototype.learn>) {
                  super.learn(piece, { ...reply, more: reply.more && !isOneMoment(piece) })
                }
              },
          },
        },
        caughtBy: 'more records in one millisecond than a search can be paged through are all read',
        says: /^companies \d+: updatedAt/,
      },
      {
        does: 'goes on after the last date, and not from it',
        replaces: {
          'client/endpoints.ts': {
            createEndpoints: (true_) => (version) => {
              const endpoints = true_(version)
              return {
                ...endpoints,
                search: (query) => {
                  const filters = query.filters.map((filter) =>
                    filter.operator === 'GTE' ? { ...filter, operator: 'GT' as 'GTE' } : filter,
                  )
                  return endpoints.search({ ...query, filters })
                },
              }
            },
          },
        },
        caughtBy: 'records with the same date as the last one of a page are all read',
        says: /^companies \d+ is missing|^companies \d+: updatedAt/,
      },
      {
        does: 'goes on after the last id of a page, as if ids were filtered as they are sorted',
        replaces: {
          'extract/cut-up.ts': {
            cutUp: (true_) => (piece, held, reply) => {
              const part = true_(piece, held, reply)
              if (!part.ids) return part
              const from = reply.hits.at(-1)?.id ?? null
              return { ...part, ids: { ...part.ids, from }, cuts: [] }
            },
          },
        },
        caughtBy:
          'a millisecond is read whole where ids are sorted in one order and filtered in another',
        says: /^companies \d+: updatedAt/,
      },
    ],
  },
  {
    number: 26,
    mistake: 'The order of the hits is taken for how far a search has come',
    mutants: [
      {
        does: 'goes on from the date of the last hit, once an hour has settled it',
        replaces: goingOnFrom((dates) => dates.at(-1)),
        caughtBy: 'a hit that is listed far from its place hides no others',
        says: /^companies \d+: updatedAt/,
      },
      {
        does: 'goes on from the latest date of a page',
        replaces: goingOnFrom((dates) => Math.max(...dates)),
        caughtBy: 'hits in no order at all are all read',
        says: /^companies \d+: updatedAt/,
      },
    ],
  },
  {
    number: 27,
    mistake: 'A hit is left aside since the date that it shows is not the one that was asked for',
    mutants: [
      {
        does: 'leaves hits to the part that their date lies in',
        replaces: {
          'extract/change-search.ts': {
            searchPart: (true_) => async (hubspot, query, part) => {
              const found = await true_(hubspot, query, part)
              const isInside = (date: number) => date >= part.from && date < part.before
              return { ...found, hits: found.hits.filter(({ date }) => isInside(date)) }
            },
          },
        },
        caughtBy: 'a record that is found by another date than its hit shows is read',
        says: /^companies \d+: updatedAt/,
      },
    ],
  },
]

function isOneMoment({ from, before }: { from: number; before: number }): boolean {
  return before - from <= 1
}

/** Follows the pages of a search by offset, up to an end. */
function byOffset(isEnd: (next: string | undefined) => boolean): Replacements {
  return {
    'extract/change-search.ts': {
      searchPart:
        (_, { searchPage }) =>
        async (hubspot, query, part) => {
          const first = await searchPage(hubspot, query, part, undefined)
          const hits = [...first.hits]
          for (let { next } = first; !isEnd(next); ) {
            const page = await searchPage(hubspot, query, part, next)
            hits.push(...page.hits)
            next = page.next
          }
          return { hits, total: first.total, more: false }
        },
    },
  }
}

/** Continues from the dates of a page's hits, in the order in which they came. */
function goingOnFrom(dateOf: (dates: readonly number[]) => number | undefined): Replacements {
  return {
    'extract/cut-up.ts': {
      cutUp: (true_) => (piece, held, reply) => {
        if (isOneMoment(piece)) return true_(piece, held, reply)
        const reached = dateOf(reply.hits.map(({ date }) => date)) ?? 0
        const { from, before } = piece
        return { from: Math.min(before, Math.max(from, reached)), before }
      },
    },
  }
}
