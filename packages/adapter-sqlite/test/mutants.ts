import type { Replacements } from '../../../test/serve-mutants.js'

interface Modules {
  'sqlite-history.ts': typeof import('../src/sqlite-history.js')
  'sqlite-reference.ts': typeof import('../src/sqlite-reference.js')
  'sqlite-rows.ts': typeof import('../src/sqlite-rows.js')
  'sqlite-sql.ts': typeof import('../src/sqlite-sql.js')
  'sqlite-tables.ts': typeof import('../src/sqlite-tables.js')
  'sqlite-transaction.ts': typeof import('../src/sqlite-transaction.js')
  'sqlite-write-sql.ts': typeof import('../src/sqlite-write-sql.js')
}

/** A store with one wrong function, and the case that catches it. */
interface Mutant {
  readonly does: string
  readonly caughtBy: string
  readonly replaces: Replacements<Modules>
}

/** Commits the statements before a failure, and then throws it. */
const keepingAll: Replacements<Modules> = {
  'sqlite-transaction.ts': {
    transaction:
      (true_) =>
      <T>(database: Parameters<typeof true_>[0], work: () => T) => {
        const attempt = () => {
          try {
            return { result: work() }
          } catch (error) {
            return { error }
          }
        }
        const done = true_(database, attempt)
        if ('error' in done) throw done.error
        return done.result
      },
  },
}

/** Leaves behind what was merged into a record, when that is merged too. */
const leavingMerged = (table: string): Replacements<Modules> => ({
  'sqlite-history.ts': {
    historyMoves: (true_) =>
      function* (...given) {
        for (const { text, values } of true_(...given))
          yield {
            text: text.startsWith(`UPDATE "${table}"`)
              ? text.replace('AND NOT EXISTS', 'AND merged_from IS NULL AND NOT EXISTS')
              : text,
            values,
          }
      },
  },
})

/** Each is imported by its index: `index.ts?mutant=5`. */
export const mutants: readonly Mutant[] = [
  {
    does: 'commits every statement by itself',
    caughtBy: 'A commit that fails at any of its statements changes nothing, and can be repeated',
    replaces: { 'sqlite-transaction.ts': { transaction: () => (_, work) => work() } },
  },
  {
    does: 'keeps what it has written when a statement fails',
    caughtBy: 'A commit that fails at any of its statements changes nothing, and can be repeated',
    replaces: keepingAll,
  },
  {
    does: 'keeps the tables it has made when a migration fails',
    caughtBy:
      'A migration that fails at any of its statements leaves nothing behind, and can be repeated',
    replaces: keepingAll,
  },
  {
    does: 'uses a table that somebody else created',
    caughtBy: 'A table that somebody else made is refused and left as it is: companies',
    replaces: { 'sqlite-sql.ts': { selectColumns: (true_) => () => true_('contacts') } },
  },
  {
    does: 'accepts the schema of a later release',
    caughtBy: 'A schema of a later release is refused and left as it is',
    replaces: {
      'sqlite-tables.ts': {
        selectVersion: ({ text, values }) => ({
          text: `SELECT min(version, 1) AS version FROM (${text})`,
          values,
        }),
      },
    },
  },
  {
    does: 'creates a table with a column fewer than earlier releases',
    caughtBy: 'An upgraded place has the tables and columns of a new one',
    replaces: {
      'sqlite-tables.ts': {
        createObjectTable: (true_) => (table) =>
          `${true_(table)};\nALTER TABLE "${table.name}" DROP COLUMN source_created_year`,
      },
    },
  },
  {
    does: 'misreads the content of an earlier release',
    caughtBy: 'A place of every earlier schema version is upgraded, with its content',
    replaces: {
      'sqlite-sql.ts': {
        selectCheckpoint: () => () => ({ text: "SELECT '{}' AS state", values: [] }),
      },
    },
  },
  {
    does: 'keeps decimals as floating-point numbers',
    caughtBy: 'Decimals are exact in the database itself',
    replaces: {
      'sqlite-rows.ts': {
        rowValues:
          (true_) =>
          (table, { row, ...planned }, ...given) => {
            const values = { ...row.values }
            for (const { name, kind } of table.columns)
              if (kind === 'decimal') values[name] = String(Number(values[name]))
            return true_(table, { ...planned, row: { ...row, values } }, ...given)
          },
      },
    },
  },
  {
    does: 'looks up no tombstone, and writes it again',
    caughtBy: 'A tombstone that comes again changes nothing',
    replaces: {
      'sqlite-sql.ts': {
        selectTombstones: (true_) => (portalId, object) => true_(portalId, object, []),
      },
    },
  },
  {
    does: 'leaves the content of removed records in the feed',
    caughtBy: 'A removed record leaves no content in any table',
    replaces: {
      'sqlite-write-sql.ts': {
        eraseChanges: (true_) => (commit, object) => true_(commit, object, 'none'),
      },
    },
  },
  {
    does: 'links records that are archived',
    caughtBy: 'An association with an archived end is left out and counted',
    replaces: {
      'sqlite-sql.ts': { selectActive: (_, { selectVersions }) => selectVersions },
    },
  },
  {
    does: 'leaves an archived row the associations of pairs that have left the schema',
    caughtBy: 'The associations of a pair that has left the schema go with their ends',
    replaces: {
      'sqlite-sql.ts': {
        selectPairs: ({ text, values }) => ({
          text: `SELECT * FROM (${text}) WHERE false`,
          values,
        }),
      },
    },
  },
  {
    does: 'looks up ends of associations in every portal',
    caughtBy: 'An association does not find its end in another portal',
    replaces: {
      'sqlite-sql.ts': {
        selectActive: () => (table, _, ids) => ({
          text: `SELECT source_id FROM "${table.name}"
WHERE source_status = 'ACTIVE' AND source_id IN (SELECT value FROM json_each(?))`,
          values: [JSON.stringify([...ids])],
        }),
      },
    },
  },
  {
    does: 'counts the rows of every portal',
    caughtBy: 'A portal reads as empty while another one is full',
    replaces: {
      'sqlite-sql.ts': {
        countRows: () => (table) => ({
          text: `SELECT source_status, count(*) AS rows FROM "${table.name}" GROUP BY source_status`,
          values: [],
        }),
      },
    },
  },
  {
    does: 'numbers changes from the start when all were forgotten',
    caughtBy: 'The number of a forgotten entry is never used again',
    replaces: {
      'sqlite-write-sql.ts': {
        insertChange:
          () =>
          ({ portalId, at }, { object, id, kind, columns }) => ({
            text: `INSERT INTO sync_changes (seq, portal_id, object, source_id, kind, columns, at)
SELECT coalesce(max(seq), 0) + 1, ?, ?, ?, ?, ?, ? FROM sync_changes`,
            values: [portalId, object, id, kind, JSON.stringify(columns), at],
          }),
      },
    },
  },
  {
    does: 'compares ids without case',
    caughtBy: 'Ids are compared as exact texts, whatever they look like',
    replaces: {
      'sqlite-tables.ts': {
        createObjectTable: (true_) => (table) =>
          `${true_(table)};\nCREATE UNIQUE INDEX "${table.name}_in_any_case"
ON "${table.name}" (portal_id, source_id COLLATE NOCASE)`,
      },
    },
  },
  {
    does: 'makes no reference tables',
    caughtBy: 'Migrating makes the reference tables of the schema',
    replaces: { 'sqlite-reference.ts': { createReferenceTable: () => () => 'SELECT 1' } },
  },
  {
    does: 'looks up a whole reference table for a part',
    caughtBy: 'A reading of one part leaves all others as they are',
    replaces: {
      'sqlite-reference.ts': {
        selectReference: (true_) => (table, portalId) => true_(table, portalId, []),
      },
    },
  },
  {
    does: 'looks up reference rows of no portal',
    caughtBy: 'A reference row that is no longer listed becomes ARCHIVED and keeps its values',
    replaces: {
      'sqlite-reference.ts': {
        selectReference: (true_) => (table, _, scope) => true_(table, 'none', scope),
      },
    },
  },
  {
    does: 'compares keys of reference rows without case',
    caughtBy: 'Keys are exact texts, and reference rows come in the order of their bytes',
    replaces: {
      'sqlite-reference.ts': {
        createReferenceTable:
          (true_) =>
          (...given) =>
            true_(...given).replaceAll('TEXT NOT NULL', 'TEXT COLLATE NOCASE NOT NULL'),
      },
    },
  },
  {
    does: 'makes no tables of histories',
    caughtBy: 'Migrating makes the tables of histories, in a mirror too that had none',
    replaces: { 'sqlite-history.ts': { createHistoryTable: () => () => 'SELECT 1' } },
  },
  {
    does: 'looks up no entry of a history, and adds each again',
    caughtBy: 'A reading that comes again adds no entry',
    replaces: {
      'sqlite-history.ts': {
        selectKnown: (true_) => (object, _, asked) => true_(object, 'none', asked),
      },
    },
  },
  {
    does: 'looks up only the entries of a history that were given',
    caughtBy: 'Where a reading shares no entry with those that are stored, the gap is named',
    replaces: {
      'sqlite-history.ts': {
        selectKnown:
          (true_) =>
          (...given) => {
            const { text, values } = true_(...given)
            return {
              text: text.replaceAll('near.merged_from IS NULL', 'near.merged_from = 1'),
              values,
            }
          },
      },
    },
  },
  {
    does: 'looks up no gap',
    caughtBy: 'A late reading fills a gap that it bridges, and narrows one that it does not',
    replaces: {
      'sqlite-history.ts': {
        selectKnownGaps: (true_) => (object, _, asked) => true_(object, 'none', asked),
      },
    },
  },
  {
    does: 'takes what was merged in for an overlap',
    caughtBy: 'What was merged in is no overlap, until HubSpot gives it',
    replaces: {
      'sqlite-history.ts': {
        selectKnown:
          (true_) =>
          (...given) => {
            const { text, values } = true_(...given)
            return {
              text: text.replace('known.merged_from AS mergedFrom', 'NULL AS mergedFrom'),
              values,
            }
          },
      },
    },
  },
  {
    does: 'erases the history of no record',
    caughtBy: 'The history of a purged record is erased, and nobody else’s',
    replaces: { 'sqlite-history.ts': { historyMoves: () => function* () {} } },
  },
  {
    does: 'erases histories only where its schema has them',
    caughtBy:
      'A handle whose schema has no histories any more still erases those of purged records',
    replaces: { 'sqlite-history.ts': { historyTablesHere: () => () => new Set() } },
  },
  {
    does: 'moves a history over what the winner has',
    caughtBy:
      'The history of a merged record goes to the winner, where that has nothing of that moment',
    replaces: {
      'sqlite-history.ts': {
        historyMoves: (true_) =>
          function* (...given) {
            for (const { text, values } of true_(...given))
              yield {
                text: text
                  .replace(/^UPDATE/, 'UPDATE OR REPLACE')
                  .replace('NOT EXISTS', 'NULL IS NOT EXISTS'),
                values,
              }
          },
      },
    },
  },
  {
    does: 'erases what was merged into a record when that is merged too',
    caughtBy:
      'What was merged into a record moves on with it when that is merged too, gaps included',
    replaces: leavingMerged('contacts_history'),
  },
  {
    does: 'erases the gaps that were merged into a record when that is merged too',
    caughtBy:
      'What was merged into a record moves on with it when that is merged too, gaps included',
    replaces: leavingMerged('contacts_history_gaps'),
  },
  {
    does: 'reads a history of every portal',
    caughtBy: 'Histories of portals are separate',
    replaces: {
      'sqlite-history.ts': {
        selectHistory:
          (true_) =>
          (...given) => {
            const { text, values } = true_(...given)
            return { text: text.replace('portal_id = ?', '? IS NOT NULL'), values }
          },
      },
    },
  },
]

/** The exports that the mutant with this index replaces. */
export function replacementsOf(place: string): Replacements<Modules> {
  const found = mutants[Number(place)]
  if (!found) throw new Error(`Expected the place of a mutant, such as 5, got "${place}"`)
  return found.replaces
}
