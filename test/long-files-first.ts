import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** The test files that take longest, in that order, and the folders that the rest of a project is in. */
const long = [
  // Each has a process of its own.
  'test/repository/bench.test.ts',
  'test/repository/docs.test.ts',
  'test/repository/examples.test.ts',
  'test/repository/demo.test.ts',
  'test/repository/recipes.test.ts',
  // These share processes: a file of another project between them would end one, and its successor loads everything again.
  'test/integration/model.test.ts',
  'test/integration/read-only.test.ts',
  'test/integration/dropped-tables.test.ts',
  'test/integration/bundles.test.ts',
  'test/integration/resume.test.ts',
  'test/integration/prune.test.ts',
  'test/integration/backfill.test.ts',
  'test/integration/user-tables.test.ts',
  'test/integration/handle.test.ts',
  'test/integration/returning-pairs.test.ts',
  'test/traps/',
  'test/integration/',
  'packages/adapter-postgres/test/conformance.test.ts',
  'packages/adapter-postgres/test/pgbouncer.test.ts',
  'packages/adapter-postgres/',
]

/** They start first: a long test that starts late still runs when the other cores have nothing left to do. */
export class LongFilesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const found = long.findIndex((name) => moduleId.includes(`/${name}`))
      return found === -1 ? long.length : found
    }
    // Files with the same position keep their order.
    return (await super.sort(files)).toSorted((one, other) => place(one) - place(other))
  }
}
