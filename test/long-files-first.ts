import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** The files of tests that take longest, in that order. */
const long = [
  'test/integration/model.test.ts',
  'test/repository/bench.test.ts',
  'test/integration/resume.test.ts',
  'test/integration/slices.test.ts',
  'test/integration/dropped-tables.test.ts',
  'test/integration/broken-lists.test.ts',
  'test/integration/returning-pairs.test.ts',
  'test/integration/verify.test.ts',
  'test/integration/poisoned.test.ts',
  'test/traps/traps.test.ts',
  'test/integration/backfill.test.ts',
  'test/repository/docs.test.ts',
  'test/repository/examples.test.ts',
]

/** Begins with them: what takes long and begins late is still at work when the other cores have nothing left to do. */
export class LongFilesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const found = long.findIndex((name) => moduleId.endsWith(`/${name}`))
      return found === -1 ? long.length : found
    }
    // Of equal places, the order that was found stays.
    return (await super.sort(files)).toSorted((one, other) => place(one) - place(other))
  }
}
