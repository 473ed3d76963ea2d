import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, inject, test } from 'vitest'

const script = fileURLToPath(new URL('../../bench/bench.ts', import.meta.url))

async function bench(...given: string[]): Promise<string> {
  const env = { ...process.env, DATABASE_URL: inject('databaseUrl') }
  const { stdout } = await promisify(execFile)(process.execPath, [script, ...given], { env })
  return stdout
}

/** The first column of each line of the tables. */
function ratiosOf(printed: string): number[] {
  const lines = printed.split('\n').filter((line) => line.startsWith('| '))
  return lines
    .map((line) => line.split('|')[1]?.trim() ?? '')
    .filter((cell) => cell !== 'ratio')
    .map(Number)
}

/** The number of lines in each benchmark's tables. Tests don't judge the figures. */
const benchmarks = [
  { name: 'store', lines: 36 },
  { name: 'record', lines: 6 },
  { name: 'backfill', lines: 6 },
  { name: 'incremental', lines: 1 },
  { name: 'calls', lines: 7 },
  { name: 'memory', lines: 7 },
  { name: 'event-loop', lines: 2 },
  { name: 'unchanged', lines: 2 },
  { name: 'http', lines: 24 },
  { name: 'start-up', lines: 2 },
]

test.concurrent.each(benchmarks)(
  'the benchmark $name prints a ratio in each line, and what it ran on',
  async ({ name, lines }) => {
    const printed = await bench(name, '--scale', '0.001')
    const ratios = ratiosOf(printed)
    expect(ratios).toHaveLength(lines)
    for (const ratio of ratios) expect(ratio).toSatisfy(Number.isFinite)
    expect(printed).toMatch(/^\d+ cores \(.+\), \d+ GB$/m)
    expect(printed).toMatch(/^node v\d+\..*sqlite 3\..*postgres/m)
  },
  // They share two cores with the other tests.
  180_000,
)

test('a benchmark that is not there is refused, with the names of those that are', async () => {
  await expect(bench('speed')).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/Expected the name of a benchmark \(store, .*\), got speed/),
  })
})
