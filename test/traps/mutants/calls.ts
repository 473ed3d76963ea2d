import type { Trap } from '../trap.js'

/** Mistakes about calls: their limits, timeouts, token and version. */
export const callTraps: readonly Trap[] = [
  {
    number: 19,
    mistake: 'One limit for all calls, and a spent day tried again',
    mutants: [
      {
        does: 'counts searches towards the limit of all other calls',
        replaces: {
          'client/endpoints.ts': {
            createEndpoints: (true_) => (version) => {
              const endpoints = true_(version)
              return {
                ...endpoints,
                search: (query) => ({ ...endpoints.search(query), lane: 'burst' }),
              }
            },
          },
        },
        caughtBy: 'searches keep to the limit of searches',
        says: /calls were refused with a 429/,
      },
      {
        does: 'waits some seconds when the calls of the day are spent',
        replaces: {
          'client/limits.ts': {
            throttleKind: (true_) => (body) => {
              const kind = true_(body)
              return kind === 'daily' ? 'burst' : kind
            },
          },
        },
        caughtBy: 'a day whose calls are spent is left alone',
        says: /^HubSpot was asked \d+ times after that/,
      },
    ],
  },
  {
    number: 20,
    mistake: 'Time-outs and retries are left to the SDK',
    mutants: [
      {
        does: 'waits for a reply for ever',
        replaces: {
          'client/within.ts': {
            within: () => (_, work) => work(new AbortController().signal),
          },
        },
        caughtBy: 'a call that is never answered is given up, and made again',
        says: /^after ten minutes the call is still waited for/,
      },
      {
        does: 'gives up where the connection breaks',
        replaces: {
          'client/retry.ts': {
            judgeThrown: (true_) => (thrown, attempt) => true_(thrown, { ...attempt, number: 100 }),
          },
        },
        caughtBy: 'a connection that breaks is made again',
        says: /^the run is failed: .*ECONNRESET/,
      },
    ],
  },
  {
    number: 23,
    mistake: 'The token is taken once, at the start',
    mutants: [
      {
        does: 'asks for a token once',
        replaces: {
          'client/token.ts': {
            TokenSource: (True) =>
              class extends True {
                #token: Promise<string> | undefined

                override get() {
                  this.#token ??= super.get()
                  return this.#token
                }

                override async renew() {
                  return false
                }
              },
          },
        },
        caughtBy: 'a run that outlives its token goes on with the next',
        says: /^the run is failed/,
      },
      {
        does: 'asks for another token only once HubSpot has refused one',
        replaces: {
          'client/token.ts': {
            TokenSource: (True) =>
              class extends True {
                #token: Promise<string> | undefined

                override get() {
                  this.#token ??= super.get()
                  return this.#token
                }

                override renew(token: string) {
                  this.#token = undefined
                  return super.renew(token)
                }
              },
          },
        },
        caughtBy: 'a run that outlives its token goes on with the next',
        says: /401/,
      },
    ],
  },
  {
    number: 25,
    mistake: "The version is fixed, and the portal isn't",
    mutants: [
      {
        does: 'has v3 in its paths',
        replaces: {
          'client/endpoints.ts': {
            createEndpoints: (true_) => (version) => {
              const { list, search, batchRead } = true_('v3')
              return { ...true_(version), list, search, batchRead }
            },
          },
        },
        caughtBy: 'all calls are of the version that is asked for',
        says: /^calls of another version/,
      },
      {
        does: "writes whatever portal's records into the store",
        replaces: {
          'sync/portal.ts': {
            openPortal: (true_) => (hubspot, _, expected) => true_(hubspot, [], expected),
          },
        },
        caughtBy: "a token of another portal is refused, and the store stays that portal's",
        says: /^Missing expected rejection/,
      },
    ],
  },
]
