import { InvalidOptionError } from '../errors.js'
import { expectedGot } from '../expected.js'
import type { ObjectDefinition } from './define-object.js'
import type { Pair } from './pairs.js'

const called = (what: string, ...names: string[]) =>
  Object.fromEntries(names.map((name) => [name, what]))

/**
 * Names that no object may have, and what has each of them. An object's name is also that of its table, its jobs, its
 * streams and its path, which must differ from these. Some are reserved for later versions, so that no mirror has to
 * rename a table then.
 */
export const reservedNames: Readonly<Record<string, string>> = {
  ...called('the name under which calls about the account are reported', 'account'),
  ...called('the job that prices a backfill', 'plan'),
  ...called('the job and the stream of enqueued records', 'queue'),
  ...called('the job and the stream of verifications', 'verify'),
  ...called('the job of associations, their streams, and its path', 'associations'),
  ...called(
    'a job, a table and a path that are reserved for reference data',
    'owners',
    'pipelines',
  ),
  ...called(
    'a job that is reserved for reference data and history',
    'catalogue',
    'reference',
    'history',
  ),
  ...called('a path that is reserved for reference data', 'properties'),
  ...called(
    'a table that is reserved for reference data',
    ...['teams', 'owners_teams', 'pipeline_stages', 'object_types', 'property_groups'],
    ...['property_definitions', 'property_options', 'association_types'],
  ),
  ...called(
    'a path of @hubsync/http',
    ...['api', 'changes', 'etl', 'explorer', 'health', 'runs', 'status', 'webhooks'],
  ),
}

/**
 * Checks that no two things in the database, and nothing of hubsync's own, have a name of these objects and pairs.
 *
 * @throws `InvalidOptionError` that says what else has the name.
 */
export function expectOwnNames(objects: readonly ObjectDefinition[], pairs: readonly Pair[]): void {
  const reserved = objects.find(({ name }) => Object.hasOwn(reservedNames, name))
  if (reserved)
    throw new InvalidOptionError(
      expectedGot(
        "no object to have the name of one of hubsync's own paths, jobs, streams or tables",
        `an object named "${reserved.name}": that is ${reservedNames[reserved.name]}`,
        'Give it another `name`.',
      ),
    )
  const taken = new Map(Object.entries(reservedNames))
  for (const [name, what] of namesOf(objects, pairs)) {
    const other = taken.get(name)
    if (other !== undefined)
      throw new InvalidOptionError(
        `Expected every table to have a name of its own, but "${name}" is both ${other} and ${what}. Give one of the objects another \`name\`.`,
      )
    taken.set(name, what)
  }
}

/** The names that these objects and pairs have in the database, but for those that are reserved. */
export function takenNames(
  objects: readonly ObjectDefinition[],
  pairs: readonly Pair[],
): Set<string> {
  return new Set(namesOf(objects, pairs).map(([name]) => name))
}

function namesOf(objects: readonly ObjectDefinition[], pairs: readonly Pair[]) {
  return [...objects.flatMap(namesOfObject), ...pairs.flatMap(namesOfPair)]
}

/** The names that an object brings into the database: tables and indexes share one namespace there. */
function namesOfObject({ name }: ObjectDefinition): [name: string, what: string][] {
  return [
    [name, `the table of "${name}"`],
    [`${name}_history`, `the table of the history of "${name}"`],
    [`${name}_history_gaps`, `the table of the gaps in the history of "${name}"`],
    [`${name}_stages`, `the view of the stages of "${name}"`],
    [`${name}_labelled`, `the view of "${name}" with labels`],
    ...indexesOf(name, 'by_status_and_id'),
    ...indexesOf(`${name}_history`, 'by_property'),
    ...indexesOf(`${name}_history_gaps`),
  ]
}

function namesOfPair({ name, from, to }: Pair): [name: string, what: string][] {
  return [
    [name, `the table of the associations from "${from.name}" to "${to.name}"`],
    ...indexesOf(name, 'by_to', 'by_to_and_from'),
  ]
}

/** PostgreSQL calls the index of a primary key `pkey`. */
function indexesOf(table: string, ...endings: string[]): [name: string, what: string][] {
  return [...endings, 'pkey'].map((each) => [`${table}_${each}`, `an index of "${table}"`])
}
