import * as v from 'valibot'
import { above0, checkGiven, duration, isFunction } from './check-given.js'
import type { SyncListener } from './events.js'
import { unexpected } from './expected.js'
import type { RunOptions, WatchOptions } from './options.js'
import type { RunReport } from './sync/report.js'

// The options of a mirror's calls: of runs and similar work, and of reads.

const aWait = "a duration such as '5m', milliseconds from 0, or true"

const runSchema = v.strictObject({
  jobs: v.optional(
    v.pipe(
      v.array(v.string('the name of a job'), 'a list of job names'),
      v.minLength(1, 'a list of at least one job name'),
    ),
  ),
  runId: v.optional(v.pipe(v.string('a UUID'), v.uuid('a UUID'))),
  signal: v.optional(v.instance(AbortSignal, 'an AbortSignal')),
  maxCalls: v.optional(above0('a number of calls above 0')),
  budgetMs: v.optional(above0('a number of milliseconds above 0')),
  onEvent: v.optional(v.custom<SyncListener>(isFunction, 'a function')),
  wait: v.optional(
    v.union(
      [
        v.pipe(
          v.literal(true),
          v.transform(() => Number.POSITIVE_INFINITY),
        ),
        duration(aWait),
      ],
      aWait,
    ),
  ),
})

/** The options of a run, checked: `wait` in milliseconds. */
export type ResolvedRunOptions = Omit<RunOptions, 'wait'> & { wait?: number | undefined }

const { entries: ofEachSlice } = v.pick(runSchema, ['jobs', 'maxCalls', 'budgetMs', 'onEvent'])
const aPace = "a duration such as '5m', or milliseconds, from 1 second to 24 days"
const watchSchema = v.strictObject({
  ...ofEachSlice,
  every: v.pipe(duration(aPace), v.minValue(1_000, aPace), v.maxValue(24 * 86_400_000, aPace)),
  signal: v.instance(AbortSignal, 'an AbortSignal'),
  onReport: v.optional(v.custom<(report: RunReport) => void>(isFunction, 'a function')),
  onError: v.optional(v.custom<(error: unknown) => void>(isFunction, 'a function')),
})

/** The options of a watch, checked: `every` in milliseconds. */
export type ResolvedWatchOptions = Omit<WatchOptions, 'every'> & { every: number }

const signalSchema = v.pick(runSchema, ['signal'])

const queueSchema = v.pick(runSchema, ['signal', 'wait'])

const { entries: ofEachRun } = v.omit(runSchema, ['jobs'])

const verifySchema = v.strictObject({
  ...ofEachRun,
  repair: v.optional(v.boolean('true or false')),
})

const theParts = 'the `parts` of a dry run'
const pruneSchema = v.strictObject({
  dryRun: v.optional(v.boolean('true or false'), false),
  all: v.optional(v.boolean('true or false'), false),
  parts: v.optional(
    v.array(
      v.object(
        {
          table: v.string(theParts),
          column: v.nullable(v.string(theParts)),
          rows: v.number(theParts),
          shared: v.boolean(theParts),
        },
        theParts,
      ),
      theParts,
    ),
  ),
  ...signalSchema.entries,
})

const theObjects = "'all', or a list of at least one object name"
const describeSchema = v.strictObject({
  objects: v.optional(
    v.union(
      [
        v.literal('all'),
        v.pipe(
          v.array(v.pipe(v.string(theObjects), v.nonEmpty(theObjects)), theObjects),
          v.minLength(1, theObjects),
        ),
      ],
      theObjects,
    ),
  ),
  used: v.optional(v.boolean('true or false')),
  ...signalSchema.entries,
})

const theProperties = "a list of property names, or 'calculated'"
const refreshSchema = v.strictObject({
  ...ofEachRun,
  properties: v.union(
    [
      v.literal('calculated'),
      v.pipe(
        v.array(v.pipe(v.string(theProperties), v.nonEmpty(theProperties)), theProperties),
        v.minLength(1, theProperties),
      ),
    ],
    theProperties,
  ),
  objects: v.optional(
    v.pipe(
      v.array(v.string('the name of an object'), 'a list of object names'),
      v.minLength(1, 'a list of at least one object name'),
    ),
  ),
})

const aLimit = 'an integer from 1 to 1000'
const limit = v.pipe(
  v.number(aLimit),
  v.integer(aLimit),
  v.minValue(1, aLimit),
  v.maxValue(1_000, aLimit),
)
const aMoment = 'a moment such as 2026-03-30T12:00:00Z'
/** Stores compare moments as text, or parse it. */
const moment = v.pipe(
  v.string(aMoment),
  v.check((text) => momentOf(text) !== undefined, aMoment),
  v.transform((text) => momentOf(text) ?? text),
)
const anOrdinal = 'an integer, as the value has it'
const aSeq = 'the `seq` of the last entry of the previous page'
const anAfter = 'the `paging.next.after` of the previous page'

const { entries: ofEachRead } = signalSchema
const ofRows = { raw: v.optional(v.boolean('true or false')), ...ofEachRead }
const status = v.optional(
  v.picklist(['ACTIVE', 'ARCHIVED', 'ALL'], 'ACTIVE, ARCHIVED or ALL'),
  'ACTIVE',
)
const readSchemas = {
  get: v.strictObject(ofRows),
  list: v.strictObject({
    after: v.optional(v.string(anAfter)),
    limit: v.optional(limit, 100),
    status,
    updatedSince: v.optional(moment),
    // Checked by the columns of the object.
    where: v.optional(v.any()),
    ...ofRows,
  }),
  related: v.strictObject({
    after: v.optional(v.string('the id of the last record of the previous page')),
    limit: v.optional(limit),
    ...ofRows,
  }),
  // The change feed itself checks `after`.
  changes: v.strictObject({
    after: v.optional(v.any()),
    limit: v.optional(limit, 100),
    ...ofEachRead,
  }),
  history: v.strictObject({
    property: v.optional(v.string('the name of a column or property')),
    after: v.optional(
      v.object(
        {
          changedAt: moment,
          property: v.string('the internal name of a property'),
          ordinal: v.pipe(v.number(anOrdinal), v.integer(anOrdinal)),
        },
        'the last value of the page before',
      ),
    ),
    limit: v.optional(limit),
    ...ofEachRead,
  }),
  changesOf: v.strictObject({
    before: v.optional(v.pipe(v.number(aSeq), v.integer(aSeq), v.minValue(1, aSeq))),
    limit: v.optional(limit, 100),
    ...ofEachRead,
  }),
  pipelines: v.strictObject({ status, ...ofEachRead }),
  properties: v.strictObject({ status, ...ofEachRead }),
  runs: v.strictObject({ limit: v.optional(limit, 100), ...ofEachRead }),
}

const followSchema = v.strictObject({
  from: v.optional(v.picklist(['now', 'oldest'], "'now' or 'oldest'")),
  snapshot: v.optional(
    v.custom<(given: { signal: AbortSignal }) => unknown>(isFunction, 'a function'),
  ),
  limit: v.optional(limit, 100),
  onError: v.optional(v.custom<(error: unknown) => void>(isFunction, 'a function')),
  ...ofEachRead,
})

/** Checks what `refreshProperties()` was given. */
export function resolveRefreshOptions(given: unknown): v.InferOutput<typeof refreshSchema> {
  return checkGiven(refreshSchema, given ?? {}, 'refreshProperties(…)')
}

/** Checks what `describe()` was given. */
export function resolveDescribeOptions(given: unknown): v.InferOutput<typeof describeSchema> {
  return checkGiven(describeSchema, given ?? {}, 'describe(…)')
}

/** Checks what `prune()` was given. */
export function resolvePruneOptions(given: unknown): v.InferOutput<typeof pruneSchema> {
  return checkGiven(pruneSchema, given ?? {}, 'prune(…)')
}

/** Checks what `verify()` was given. */
export function resolveVerifyOptions(given: unknown): v.InferOutput<typeof verifySchema> {
  return checkGiven(verifySchema, given ?? {}, 'verify(…)')
}

/** Checks what `run()` was given. */
export function resolveRunOptions(given: unknown): v.InferOutput<typeof runSchema> {
  return checkGiven(runSchema, given ?? {}, 'run(…)')
}

/** Checks what `watch()` was given. */
export function resolveWatchOptions(given: unknown): ResolvedWatchOptions {
  return checkGiven(watchSchema, given ?? {}, 'watch(…)')
}

/** Checks what `syncQueued()` was given. */
export function resolveQueueOptions(given: unknown): v.InferOutput<typeof queueSchema> {
  return checkGiven(queueSchema, given ?? {}, 'syncQueued(…)')
}

/** Checks what `follow()` was given. */
export function resolveFollow(name: unknown, handler: unknown, given: unknown) {
  if (typeof name !== 'string' || !/^[\w.-]{1,100}$/.test(name))
    throw unexpected(
      'the name of a consumer in follow(…) to have 1 to 100 letters, digits, dots, dashes or underscores',
      name,
    )
  if (!isFunction(handler)) throw unexpected('the handler in follow(…) to be a function', handler)
  return checkGiven(followSchema, given ?? {}, 'follow(…)')
}

/** Checks what was given to work that takes only a signal. */
export function resolveSignal(given: unknown, where: string): v.InferOutput<typeof signalSchema> {
  return checkGiven(signalSchema, given ?? {}, where)
}

/** Checks what a read was given. */
export function resolveRead<Name extends keyof typeof readSchemas>(
  name: Name,
  given: unknown,
): v.InferOutput<(typeof readSchemas)[Name]> {
  return checkGiven(readSchemas[name], given ?? {}, `${name}(…)`)
}

/** A moment in the form of the stores. Databases refuse the year 0, and years of more or fewer than four digits. */
function momentOf(text: string): string | undefined {
  const at = new Date(text)
  if (!/^\d{4}-\d{2}-\d{2}/.test(text) || Number.isNaN(at.getTime())) return undefined
  const moment = at.toISOString()
  return /^(?!0000)\d{4}-/.test(moment) ? moment : undefined
}
