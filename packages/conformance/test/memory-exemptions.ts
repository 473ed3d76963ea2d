import type { Exemption } from '../src/index.js'

const exempt = (reason: string, ...names: string[]): Exemption[] =>
  names.map((name) => ({ name, reason }))

/** The cases that don't apply to a store in memory. */
export const memoryExemptions: readonly Exemption[] = [
  ...exempt(
    'a store in memory has no statements that could fail',
    'A commit that fails at any of its statements changes nothing, and can be repeated',
    'A migration that fails at any of its statements leaves nothing behind, and can be repeated',
    'A request that fails at any of its statements changes no lease, and can be repeated',
    'Pruning that fails at any of its statements deletes nothing, and can be repeated',
    'A commit with readings that fails at any of its statements changes nothing, and can be repeated',
    'A commit with histories that fails at any of its statements changes nothing, and can be repeated',
  ),
  ...exempt(
    'nobody else can make tables in it',
    'A table that somebody else made is refused and left as it is: companies',
    'A table that somebody else made is refused and left as it is: contacts_companies',
    'A table that somebody else made is never pruned',
    'A table that somebody else made is replaced by no view',
    ...['owners', 'pipelines', 'owners_teams'].map(
      (table) => `A table that somebody else made is refused as a reference table: ${table}`,
    ),
    ...['contacts_history', 'contacts_history_gaps'].map(
      (table) => `A table that somebody else made is refused for a history: ${table}`,
    ),
    'A table that has the name of one of the store’s own is refused and left as it is',
  ),
  ...exempt(
    'it has no views, because nobody asks it in SQL',
    'The view of stages has each stay, by what the record itself was',
  ),
  ...exempt(
    'nobody can add a constraint to it',
    'A commit that a constraint of the user refuses fails with ROW_REFUSED, and changes nothing',
  ),
  ...exempt(
    'no earlier or later release has written to it',
    'A schema of a later release is refused and left as it is',
    'A place of every earlier schema version is upgraded, with its content',
    'An upgraded place has the tables and columns of a new one',
  ),
  ...exempt(
    'it has nothing to open or release, and a closed one may be handed to the next mirror',
    'A lent connection is used, and stays open when the store is closed',
    'Every call of a closed store is refused',
  ),
]
