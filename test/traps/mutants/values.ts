import type { Trap } from '../trap.js'

/** Mistakes about properties and their values. */
export const valueTraps: readonly Trap[] = [
  {
    number: 17,
    mistake: 'All properties in one URL',
    mutants: [
      {
        does: 'asks for all properties in the URL',
        replaces: { 'client/endpoints.ts': { fitsInUrl: () => () => true } },
        caughtBy: 'an object with 400 properties is read whole',
        says: /^the run is failed: .*\(414\)/,
      },
      {
        does: 'asks for as many properties as fit into the URL',
        replaces: {
          'client/endpoints.ts': {
            fitsInUrl: () => () => true,
            createEndpoints: (true_) => (version) => {
              const endpoints = true_(version)
              return {
                ...endpoints,
                list: (query) => {
                  const { query: { properties = '', ...others } = {}, ...call } =
                    endpoints.list(query)
                  return { ...call, query: { ...others, properties: properties.slice(0, 6_000) } }
                },
              }
            },
          },
          // Reading the record again by its id would repair what a page lacks.
          'extract/record-reader.ts': { readCutShort: () => async () => undefined },
        },
        caughtBy: 'an object with 400 properties is read whole',
        says: /^property a_rather_long_property_name_\d+/,
      },
    ],
  },
  {
    number: 18,
    mistake: "A property that doesn't come is taken for an empty one",
    mutants: [
      {
        does: 'empties a column whose property HubSpot left out',
        replaces: {
          'map/map-record.ts': {
            mapRecord:
              (true_) =>
              (definition, ...given) => {
                const { row, misfits } = true_(definition, ...given)
                const empty = Object.keys(definition.columns).map((name) => [name, null])
                const values = { ...Object.fromEntries(empty), ...row.values }
                return { row: { ...row, values }, misfits }
              },
          },
        },
        caughtBy: 'a property that HubSpot leaves out keeps its value',
        says: /^the team is null/,
      },
    ],
  },
  {
    number: 21,
    mistake: 'Calculated properties are taken to be fresh',
    mutants: [
      {
        does: "passes over records whose modification date hasn't changed",
        replaces: {
          'sync/streams/refresh-stream.ts': {
            refreshStream:
              (true_) =>
              (...given) => {
                const stream = true_(...given)
                return {
                  ...stream,
                  async *pages(...from) {
                    for await (const page of stream.pages(...from))
                      yield { ...page, records: page.records.filter(({ partial }) => !partial) }
                  },
                }
              },
          },
        },
        caughtBy: 'a calculated property is fresh after a refresh',
        says: /^the visits are null/,
      },
    ],
  },
  {
    number: 22,
    mistake: 'A typed column refuses a whole row',
    mutants: [
      {
        does: 'fails at a value that is no number',
        replaces: {
          'map/map-record.ts': {
            mapRecord:
              (true_) =>
              (...given) => {
                const mapped = true_(...given)
                if (mapped.misfits.length > 0) throw new Error('invalid input syntax')
                return mapped
              },
          },
        },
        caughtBy: 'a value that does not fit its column stops nothing',
        says: /^the run is failed: .*invalid input syntax/,
      },
      {
        does: 'knows dates in ISO 8601 alone',
        replaces: {
          'map/map-value.ts': {
            mapValue: (true_) => (kind, given) => {
              const isDate = kind === 'date' || kind === 'datetime'
              return isDate && /^-?[\d.]+$/.test(given ?? '') ? undefined : true_(kind, given)
            },
          },
        },
        caughtBy: 'a moment that comes as epoch milliseconds is a moment',
        says: /^the deal closes at null/,
      },
    ],
  },
  {
    number: 33,
    mistake: 'What is calculated is told by the flag alone',
    mutants: [
      {
        does: 'takes what bears the flag `calculated` for all that HubSpot calculates',
        replaces: {
          'extract/is-calculated.ts': {
            isCalculated:
              () =>
              ({ calculated }) =>
                calculated === true,
          },
        },
        caughtBy: 'a custom calculation and a roll-up are fresh after a refresh',
        says: /^margin is null/,
      },
      {
        does: 'looks at the field type and not at the formula',
        replaces: {
          'extract/is-calculated.ts': {
            isCalculated:
              (true_) =>
              ({ calculated, fieldType }) =>
                true_({ calculated, fieldType }),
          },
        },
        caughtBy: 'a custom calculation and a roll-up are fresh after a refresh',
        says: /^days_open is null/,
      },
    ],
  },
]
