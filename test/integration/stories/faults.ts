import type { Fault, FaultKind } from '@hubsync/emulator'
import fc from 'fast-check'

/** A fault of HubSpot, and the calls that it affects: a few, or all until HubSpot recovers. */
export type Trouble = { times: number } & (
  | { what: 'fault'; kind: FaultKind; operation: Operation | 'any'; after: number }
  /** Some records are missing from replies, or are named there with an error. */
  | { what: 'unanswered'; kind: 'omit' | 'partial'; operation: Batch; whom: number[] }
  /** Calls for some records aren't answered at all. */
  | { what: 'poison'; status: number; operation: Batch | 'list' | 'search'; whom: number[] }
  /** Calls for more than so many records aren't answered. */
  | { what: 'too heavy'; status: number; operation: Batch | 'list'; above: number }
)

type Batch = 'batch-read' | 'associations'
type Operation = Batch | 'list' | 'search' | (typeof aroundRecords)[number]

const batches = ['batch-read', 'associations'] as const
const operations = ['list', 'search', ...batches] as const
/** Calls about what lies around the records. */
const aroundRecords = [
  ...(['owners', 'owner', 'pipelines', 'pipeline', 'properties', 'property-groups'] as const),
  ...(['association-labels', 'association-limits', 'schemas', 'usage'] as const),
]

const faultKinds = [
  ...(['reset', 'hang', 'truncated', 'empty', 'html', 'not-json', 'error', 'locked'] as const),
  ...(['migrating', 'daily', 'burst', 'secondly', 'expired-token', 'unknown-token'] as const),
  ...(['missing-scope', 'slow'] as const),
]

const is = <T extends string | number>(...values: T[]) => fc.constantFrom(...values)
const whom = fc.array(fc.nat(1_000), { minLength: 1, maxLength: 3 })
/** A number of calls, or until HubSpot recovers. */
const times = is(1, 2, 7, Number.POSITIVE_INFINITY)
/** Statuses with which batches were refused in practice, and 503, which stands for all that are retried. */
const status = is(400, 413, 500, 503)

export const troubles: fc.Arbitrary<Trouble> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      what: is('fault'),
      kind: is<FaultKind>(...faultKinds),
      operation: is<Operation | 'any'>(...operations, 'any'),
      after: fc.nat(12),
      times: is(1, 1, 2, 7),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      what: is('fault'),
      kind: is<FaultKind>(...faultKinds),
      operation: is<Operation | 'any'>(...aroundRecords),
      after: fc.nat(3),
      times: is(1, 1, 2, 7),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      what: is('unanswered'),
      kind: is('omit', 'partial'),
      ...{ operation: is(...batches), whom, times },
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      what: is('poison'),
      ...{ status, operation: is('list', 'search', ...batches), whom, times },
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      what: is('too heavy'),
      ...{ status, operation: is('list', ...batches), above: is(1, 2, 5), times },
    }),
  },
)

/** The fault that a trouble is, and how to tell of it. @param idsOf - whom it is about, by their numbers. */
export function faultOf(
  trouble: Trouble,
  idsOf: (whom: readonly number[]) => string[],
): { fault: Fault; told: string } {
  const { operation, times } = trouble
  const calls = `${times === Number.POSITIVE_INFINITY ? 'all' : `the next ${times}`} ${operation} calls`
  const base = { times, ...(operation === 'any' ? {} : { operation }) }
  if (trouble.what === 'fault') {
    const { kind, after } = trouble
    return { fault: { ...base, kind, after }, told: `${calls} after ${after} will meet: ${kind}` }
  }
  if (trouble.what === 'too heavy') {
    const { status, above } = trouble
    return {
      fault: { ...base, ...refusal(status), above },
      told: `${calls} for more than ${above} records will be answered with ${status}`,
    }
  }
  const ids = idsOf(trouble.whom)
  if (trouble.what === 'poison')
    return {
      fault: { ...base, ...refusal(trouble.status), holding: ids },
      told: `${calls} that hold one of ${ids.join(', ')} will be answered with ${trouble.status}`,
    }
  const how = trouble.kind === 'omit' ? 'without a word' : 'by an error'
  return {
    fault: { ...base, kind: trouble.kind, holding: ids, ids },
    told: `${calls} will leave out ${ids.join(', ')}, ${how}`,
  }
}

function refusal(status: number): Pick<Fault, 'status' | 'body'> {
  return { status, body: { status: 'error', message: 'poisoned', category: 'VALIDATION_ERROR' } }
}
