import type { Trap } from '../trap.js'

/** Mistakes about partial or missing replies. */
export const replyTraps: readonly Trap[] = [
  {
    number: 13,
    mistake: 'The errors of a partial reply are ignored, or thrown',
    mutants: [
      {
        does: 'takes a partial batch for a whole one',
        replaces: {
          'extract/record-reader.ts': {
            readRecords:
              (true_) =>
              async (...given) => ({ ...(await true_(...given)), unanswered: [] }),
          },
        },
        caughtBy: 'a batch that leaves a record out is not taken for all of it',
        says: /^the run claims to be complete/,
      },
      {
        does: 'fails at a 207',
        replaces: {
          'client/transport.ts': {
            isSuccess:
              () =>
              ({ status }) =>
                status === 200,
          },
        },
        caughtBy: 'a batch with a record that is gone gives the others',
        says: /^the run is failed: .*\(207\)/,
      },
      {
        does: 'looks for errors in replies with the status 207 alone',
        replaces: {
          'extract/parse-batch.ts': {
            parseBatch:
              (true_) =>
              ({ status, json }, ...given) => {
                const errors = status === 207 ? (json as { errors?: unknown }).errors : []
                return true_({ status, json: { ...(json as object), errors } }, ...given)
              },
          },
        },
        caughtBy: 'a partial reply is understood in the version that sends it as a 200',
        says: /^the run is partial: .*records? unanswered/,
      },
    ],
  },
  {
    number: 14,
    mistake: 'The results of a batch are matched by their position',
    mutants: [
      {
        does: 'gives the first id that was asked for the first result',
        replaces: {
          'extract/parse-batch.ts': {
            parseBatch:
              (true_) =>
              ({ status, json }, ids, ...given) => {
                const body = json as { results?: object[] }
                const results = body.results?.map((each, place) => ({ ...each, id: ids[place] }))
                return true_({ status, json: { ...body, results } }, ids, ...given)
              },
          },
        },
        caughtBy: 'records of a batch are matched by their ids',
        says: /^contacts \d+: updatedAt/,
      },
    ],
  },
  {
    number: 30,
    mistake: "One batch or page that HubSpot can't answer stops its object",
    mutants: [
      {
        does: 'fails where HubSpot answers a batch with 500',
        replaces: {
          'extract/in-pieces.ts': {
            askInPieces: () => async (items, size, _, ask) => {
              const pieces = cut(items, size.current)
              return { answers: await Promise.all(pieces.map(ask)), failed: [] }
            },
          },
        },
        caughtBy: "a record that HubSpot can't answer for keeps no other out",
        says: /^of 7 other records 0 have come/,
      },
      {
        does: 'leaves a batch aside as a whole',
        replaces: {
          'extract/in-pieces.ts': {
            askInPieces: (true_) => async (items, size, witness, ask) => {
              const batches = cut(items, size.current).map(async (batch) => {
                const pieces = await true_(batch, size, witness, ask)
                return pieces.failed.length > 0 ? { answers: [], failed: batch } : pieces
              })
              const all = await Promise.all(batches)
              return {
                answers: all.flatMap(({ answers }) => answers),
                failed: all.flatMap(({ failed }) => failed),
              }
            },
          },
        },
        caughtBy: "a record that HubSpot can't answer for keeps no other out",
        says: /^of 7 other records 0 have come/,
      },
      {
        does: 'fails where HubSpot answers a page of a list with 502',
        replaces: {
          'extract/page-reader.ts': {
            PageReader: (True) =>
              class extends True {
                constructor(...[hubspot, query]: ConstructorParameters<typeof True>) {
                  const ask: typeof hubspot.ask = (call) =>
                    hubspot.ask(call).catch((cause) => {
                      throw new Error('The list has no such page', { cause })
                    })
                  super({ ...hubspot, ask }, query)
                }
              },
          },
        },
        caughtBy: "a record that HubSpot can't list keeps no other out",
        says: /^of 250 records 100 have come/,
      },
      {
        does: 'steps over a record that HubSpot does not list, and forgets it',
        replaces: {
          'extract/step-over.ts': {
            stepOver:
              (true_) =>
              async (...given) => ({ ...(await true_(...given)), records: [], unanswered: [] }),
          },
        },
        caughtBy: "a record that HubSpot can't list keeps no other out",
        says: /^of 250 records 249 have come/,
      },
      {
        does: 'takes an outage for as many records that HubSpot can not answer for',
        replaces: { 'extract/in-pieces.ts': { expectAnswer: () => async () => {} } },
        caughtBy: "an outage is not taken for records that HubSpot can't answer for",
        says: /^HubSpot was asked \d+ times in vain/,
      },
      {
        does: 'keeps the records of a pair out as long as the pair is not answered',
        replaces: {
          'sync/unread-pairs.ts': {
            UnreadPairs: (True) =>
              class extends True {
                override read<T>(_pair: unknown, _what: string, read: () => Promise<T>) {
                  return read()
                }
              },
          },
        },
        caughtBy: "a pair that HubSpot can't answer for keeps no record out",
        says: /^of 8 records 0 have come/,
      },
    ],
  },
]

function cut<Item>(items: readonly Item[], size: number): Item[][] {
  const count = Math.ceil(items.length / size)
  return Array.from({ length: count }, (_, index) => items.slice(index * size, (index + 1) * size))
}
