import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** The test files that take longest, in that order. */
const long = [
  'test/repository/bench.test.ts',
  'test/integration/model.test.ts',
  'test/integration/resume.test.ts',
  'test/integration/slices.test.ts',
  'test/integration/bundles.test.ts',
  'test/integration/read-only.test.ts',
  'test/repository/examples.test.ts',
  'test/integration/user-tables.test.ts',
  'test/integration/handle.test.ts',
  'test/integration/backfill.test.ts',
  'test/integration/dropped-tables.test.ts',
  'test/integration/prune.test.ts',
  'test/integration/failures.test.ts',
  'test/repository/docs.test.ts',
  'test/integration/poisoned.test.ts',
  'test/traps/traps.test.ts',
  'test/integration/silent-postgres.test.ts',
  'test/integration/returning-pairs.test.ts',
  'test/integration/feed-cursors.test.ts',
  'test/integration/leases.test.ts',
  'test/integration/verify.test.ts',
  'test/integration/company.test.ts',
  'test/integration/thawed.test.ts',
  'test/repository/demo.test.ts',
  'test/integration/broken-lists.test.ts',
  // The rest of their project comes next, in the same processes.
  'packages/adapter-postgres/test/conformance.test.ts',
  'packages/adapter-postgres/test/pgbouncer.test.ts',
]

/** They start first: a long test that starts late still runs when the other cores have nothing left to do. */
export class LongFilesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const found = long.findIndex((name) => moduleId.endsWith(`/${name}`))
      return found === -1 ? long.length : found
    }
    // Files with the same position keep their order.
    return (await super.sort(files)).toSorted((one, other) => place(one) - place(other))
  }
}
